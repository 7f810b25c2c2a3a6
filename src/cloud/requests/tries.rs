//! When to try again, and how long to wait before.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::cloud::{Backoff, Error, Random};

/// The tries that one call has left.
pub(in crate::cloud) struct Tries<'a> {
    backoff: Backoff,
    random: &'a dyn Random,
    left: u32,
    made: u32,
    began: Instant,
}

impl<'a> Tries<'a> {
    pub(in crate::cloud) fn new(max: u32, backoff: Backoff, random: &'a dyn Random) -> Tries<'a> {
        Tries { backoff, random, left: max, made: 0, began: Instant::now() }
    }

    /// How long to wait before the next try after this error; `None` if there is none. What passes
    /// is waited out, and so is a limit on the rate: being turned away by it is no try.
    pub(in crate::cloud) fn after(&mut self, error: &Error, passes: bool) -> Option<Duration> {
        let is_try = !passes && !error.is_rate_limit();
        if is_try {
            self.left = self.left.checked_sub(1)?;
        }
        self.wait(error.asked_wait(), is_try)
    }

    /// What the service asked for is the least that is waited, with a little on top so that all
    /// who were turned away together don't come back together. If that is beyond the total time,
    /// waiting less would be rude and waiting more is not allowed, so that it is the end.
    fn wait(&mut self, retry_after: Option<Duration>, is_try: bool) -> Option<Duration> {
        let longest = longest_wait(&self.backoff, self.made);
        let wait = match retry_after {
            Some(asked) => asked.saturating_add(self.jitter(self.backoff.base)),
            None if is_try => self.jitter(longest),
            // Nothing counts these: whatever the random numbers are, there has to be a pause.
            None => longest / 2 + self.jitter(longest / 2),
        };
        self.made = self.made.saturating_add(1);
        let in_time = self.began.elapsed().saturating_add(wait) <= self.backoff.total;
        in_time.then_some(wait)
    }

    /// Anything from nothing to `longest`.
    fn jitter(&self, longest: Duration) -> Duration {
        let mut bytes = [0; 4];
        self.random.fill(&mut bytes);
        longest.mul_f64(f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX))
    }
}

/// The longest wait after so many earlier ones.
pub(in crate::cloud) fn longest_wait(backoff: &Backoff, earlier: u32) -> Duration {
    backoff.base.saturating_mul(1 << earlier.min(20)).min(backoff.cap)
}

/// What a `Retry-After` header asks for: seconds, or a date that is compared with the answer's
/// own `Date` if it has one, since the two clocks may differ.
pub(super) fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let until = Timestamp::try_from(httpdate::parse_http_date(value).ok()?).ok()?;
    Some(until.duration_since(now).try_into().unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::ErrorKind;

    fn status(code: u16) -> Error {
        let kind = ErrorKind::Status { code, message: String::new(), by_service: true };
        Error::new("GET /", kind)
    }

    /// Always the same byte.
    struct Constant(u8);

    impl Random for Constant {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(self.0);
        }
    }

    fn backoff(total: u64) -> Backoff {
        let total = Duration::from_secs(total);
        Backoff { base: Duration::from_secs(1), cap: Duration::from_secs(5), total }
    }

    fn seconds(max: u32, byte: u8) -> Vec<u64> {
        let random = Constant(byte);
        let mut tries = Tries::new(max, backoff(1_000), &random);
        std::iter::from_fn(|| tries.after(&status(503), false)).map(|wait| wait.as_secs()).collect()
    }

    #[tokio::test]
    async fn waits_double_up_to_the_cap_with_full_jitter() {
        assert_eq!(seconds(5, 255), [1, 2, 4, 5, 5]);
        assert_eq!(seconds(5, 0), [0; 5]);
        assert_eq!(seconds(0, 255), [0; 0]);
        assert_eq!(longest_wait(&backoff(1), u32::MAX), Duration::from_secs(5));
    }

    #[tokio::test(start_paused = true)]
    async fn no_try_starts_after_the_total_time() {
        let random = Constant(255);
        let mut tries = Tries::new(9, backoff(10), &random);
        assert_eq!(tries.after(&status(503), false), Some(Duration::from_secs(1)));
        tokio::time::advance(Duration::from_secs(8)).await;
        assert_eq!(tries.after(&status(503), false), Some(Duration::from_secs(2)));
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(tries.after(&status(503), false), None);
    }

    #[tokio::test]
    async fn the_service_decides_on_the_least_wait() {
        let random = Constant(0);
        let mut tries = Tries::new(9, backoff(60), &random);
        assert_eq!(
            tries.after(&status(503).retry_after(Some(Duration::from_secs(50))), false),
            Some(Duration::from_secs(50))
        );
        assert_eq!(
            tries.after(&status(503).retry_after(Some(Duration::from_secs(61))), false),
            None
        );
        assert_eq!(tries.after(&status(503).retry_after(Some(Duration::MAX)), false), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_limit_on_the_rate_is_waited_out_and_no_try() {
        let random = Constant(255);
        let mut tries = Tries::new(1, backoff(100), &random);
        let mut turned_away = 0;
        while let Some(wait) = tries.after(&status(429), false) {
            tokio::time::advance(wait).await;
            turned_away += 1;
        }
        assert_eq!(turned_away, 21, "as many as there is time for");
        let mut tries = Tries::new(1, backoff(100), &random);
        assert!(
            tries.after(&status(429), false).is_some()
                && tries.after(&status(503), false).is_some()
        );
        assert!(
            tries.after(&status(429), false).is_some()
                && tries.after(&status(503), false).is_none()
        );
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_waited_out_is_never_asked_without_a_pause() {
        let random = Constant(0);
        let mut tries = Tries::new(0, backoff(100), &random);
        for (error, passes) in [(status(429), false), (status(409), true)] {
            assert!(tries.after(&error, passes).unwrap() >= Duration::from_millis(500));
        }
        assert_eq!(tries.after(&status(409), false), None);
    }

    #[test]
    fn retry_after_comes_in_two_forms() {
        let now = "2027-01-15T08:00:00Z".parse().unwrap();
        let read = |value| retry_after(value, now);
        assert_eq!(read("7"), Some(Duration::from_secs(7)));
        assert_eq!(read(" 0 "), Some(Duration::ZERO));
        assert_eq!(read("Fri, 15 Jan 2027 08:00:30 GMT"), Some(Duration::from_secs(30)));
        assert_eq!(read("Fri, 15 Jan 2027 07:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(read("99999999999999999999999"), Some(Duration::from_secs(u64::MAX)));
        for nonsense in ["", "-1", "soon", "1.5"] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }
}
