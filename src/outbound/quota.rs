//! How many requests may go out: the generic cell rate algorithm.

use std::time::Duration;

use tokio::time::Instant;

/// At most so many requests in any window of a given length.
///
/// A fifth of the limit may go out at once, the rest is spread over the window: a burst `b` and then
/// `limit - b` more in the time of one window, so that no window ever holds more than `limit`.
/// A caller is given its slot when it asks, so that callers go out in the order they came.
#[derive(Debug)]
pub(super) struct Quota {
    interval: Duration,
    tolerance: Duration,
    /// When the next request would be due if all were sent at the even pace.
    due: Option<Instant>,
}

impl Quota {
    /// `limit` requests in any `window`. A limit of 0 counts as 1.
    pub(super) fn new(limit: u32, window: Duration) -> Self {
        let burst = (limit / 5).max(1);
        let interval = window / limit.saturating_sub(burst).max(1);
        Self { interval, tolerance: interval * (burst - 1), due: None }
    }

    /// One request each `interval`.
    pub(super) fn one_each(interval: Duration) -> Self {
        Self { interval, tolerance: Duration::ZERO, due: None }
    }

    /// Books the next slot that is not before `earliest` and says how far from `now` it is. When
    /// that is more than `patience`, nothing is booked and the error says how far it would be.
    pub(super) fn book(
        &mut self,
        now: Instant,
        earliest: Instant,
        patience: Duration,
    ) -> Result<Duration, Duration> {
        let due = self.due.unwrap_or(now);
        let slot = due.checked_sub(self.tolerance).map_or(earliest, |slot| slot.max(earliest));
        let wait = slot.saturating_duration_since(now);
        if wait > patience {
            return Err(wait);
        }
        self.due = Some(due.max(slot) + self.interval);
        Ok(wait)
    }

    /// Starts the interval anew. A service measures the pace when requests reach it, so where there
    /// is no burst the pace is kept from answer to request.
    pub(super) fn answered(&mut self, now: Instant) {
        if self.tolerance.is_zero() {
            let due = now + self.interval;
            self.due = Some(self.due.map_or(due, |before| before.max(due)));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    /// The times, in milliseconds after the start, at which requests that came at `arrivals` go out.
    fn sent(quota: &mut Quota, arrivals: &[u64]) -> Vec<u64> {
        let start = Instant::now();
        let far = Duration::from_secs(1_000_000);
        let go = |at: &u64| {
            let now = start + Duration::from_millis(*at);
            let wait = quota.book(now, now, far).unwrap();
            at + u64::try_from(wait.as_millis()).unwrap()
        };
        arrivals.iter().map(go).collect()
    }

    proptest! {
        #[test]
        fn no_window_ever_holds_more_than_the_limit(
            limit in 2_u32..120,
            mut arrivals in proptest::collection::vec(0_u64..300_000, 1..400),
        ) {
            arrivals.sort_unstable();
            let times = sent(&mut Quota::new(limit, MINUTE), &arrivals);
            for (i, first) in times.iter().enumerate() {
                // Slots are cut to milliseconds here, so the window is shorter by as much.
                let inside = times[i..].iter().take_while(|t| **t < first + 59_999).count();
                prop_assert!(inside <= limit as usize, "{inside} of {limit}");
            }
        }
    }

    #[test]
    fn a_fifth_may_go_at_once_and_the_rest_at_an_even_pace() {
        let times = sent(&mut Quota::new(25, MINUTE), &[0; 8]);
        assert_eq!(times, [0, 0, 0, 0, 0, 3000, 6000, 9000]);
    }

    #[test]
    fn requests_without_a_burst_keep_the_interval() {
        let times = sent(&mut Quota::one_each(Duration::from_secs(1)), &[0, 0, 400, 5000]);
        assert_eq!(times, [0, 1000, 2000, 5000]);
    }

    #[test]
    fn the_interval_starts_anew_with_the_answer() {
        let (start, second) = (Instant::now(), Duration::from_secs(1));
        let mut quota = Quota::one_each(second);
        assert_eq!(quota.book(start, start, second), Ok(Duration::ZERO));
        quota.answered(start + second * 3);
        assert_eq!(quota.book(start + second * 3, start, second), Ok(second));
    }

    #[test]
    fn a_slot_beyond_the_patience_is_not_booked() {
        let now = Instant::now();
        let mut quota = Quota::one_each(MINUTE);
        assert_eq!(quota.book(now, now, Duration::ZERO), Ok(Duration::ZERO));
        assert_eq!(quota.book(now, now, Duration::from_secs(5)), Err(MINUTE));
        assert_eq!(quota.book(now, now, MINUTE), Ok(MINUTE));
    }
}
