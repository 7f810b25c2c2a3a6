//! Rate limiting with a token bucket.

use serde::{Deserialize, Serialize};

use crate::faults::{Fault, RetryAfter};

/// A token bucket: so many requests at once, and so many a second in the long run, by the
/// service's clock. Past that, 429.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RateLimit {
    /// The size of the bucket.
    pub burst: f64,
    /// How fast it fills.
    pub per_second: f64,
    /// Whether a refusal says when to come again, in seconds rounded up.
    #[serde(default)]
    pub retry_after: bool,
}

impl RateLimit {
    /// Five requests a second, and five at once.
    pub fn strict(retry_after: bool) -> Self {
        Self { burst: 5.0, per_second: 5.0, retry_after }
    }
}

/// The bucket of a [`RateLimit`].
#[derive(Debug)]
pub(crate) struct Bucket {
    limit: RateLimit,
    left: f64,
    at_ms: i64,
}

impl Bucket {
    pub fn new(limit: RateLimit, now_ms: i64) -> Self {
        Self { limit, left: limit.burst, at_ms: now_ms }
    }

    /// Takes one; or gives the fault of a request that comes too early.
    pub fn take(&mut self, now_ms: i64) -> Option<Fault> {
        let passed = u32::try_from(now_ms - self.at_ms).unwrap_or(0);
        self.left =
            self.limit.burst.min(self.left + f64::from(passed) / 1e3 * self.limit.per_second);
        self.at_ms = now_ms;
        if self.left >= 1.0 {
            self.left -= 1.0;
            return None;
        }
        let wait = ((1.0 - self.left) / self.limit.per_second).ceil();
        #[allow(clippy::cast_possible_truncation)]
        let seconds = RetryAfter::Seconds(wait.min(3_600.0) as i64);
        Some(Fault::too_many(self.limit.retry_after.then_some(seconds)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_runs_dry_and_fills_with_time() {
        let limit = RateLimit { burst: 2.0, per_second: 0.5, retry_after: true };
        let mut bucket = Bucket::new(limit, 0);
        assert_eq!(bucket.take(0), None);
        assert_eq!(bucket.take(0), None);
        assert_eq!(bucket.take(0), Some(Fault::too_many(Some(RetryAfter::Seconds(2)))));
        assert_eq!(bucket.take(2_000), None);
        assert!(bucket.take(2_000).is_some());
    }
}
