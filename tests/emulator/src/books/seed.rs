//! Randomness that depends on a seed and on what it is for, and on nothing else: the same token
//! gets the same id and value in every run of a seed, whatever ran at the same time.

use std::hash::{DefaultHasher, Hash, Hasher};

/// The number that belongs to `what` under this seed.
pub fn number(seed: u64, what: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    (seed, what).hash(&mut hasher);
    hasher.finish()
}

/// The same as a fraction: at least 0, less than 1.
pub fn fraction(seed: u64, what: impl Hash) -> f64 {
    f64::from(u32::try_from(number(seed, what) >> 32).unwrap_or(0)) / (f64::from(u32::MAX) + 1.0)
}

/// An id in the form of a UUID.
pub fn id(seed: u64, what: impl Hash) -> String {
    let hex =
        format!("{:016x}{:016x}", number(seed, ("id", 0, &what)), number(seed, ("id", 1, &what)));
    format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
}

/// The value of an access token: `pul-` and 40 hexadecimal digits.
pub fn value(seed: u64, what: impl Hash) -> String {
    let parts = [0, 1, 2].map(|part| number(seed, ("value", part, &what)));
    let hex: String = parts.iter().map(|part| format!("{part:016x}")).collect();
    format!("pul-{}", &hex[..40])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_and_another_gives_another() {
        assert_eq!(id(1, "a"), id(1, "a"));
        assert_ne!(id(1, "a"), id(2, "a"));
        assert_ne!(id(1, "a"), id(1, "b"));
        assert_eq!(id(1, "a").len(), 36);
        assert_eq!(value(1, "a").len(), 44);
        let mean = (0..1_000).map(|n| fraction(7, n)).sum::<f64>() / 1_000.0;
        assert!((0.45..0.55).contains(&mean), "{mean}");
    }
}
