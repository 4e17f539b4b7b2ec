//! How many requests may go out: a sliding window.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// Requests reach a service after unequal delays, so that a window holds more there than was sent in
/// one. It is kept longer by this, where more than one request may be in it.
const UNEQUAL_DELAYS: Duration = Duration::from_secs(2);

/// A request takes no longer to reach a service, however long that takes to answer.
const ON_THE_WAY: Duration = Duration::from_millis(100);

/// So many requests are left at least to those that may use all of a quota, or half of it where it
/// is small.
const LEFT: usize = 10;

/// How much of a quota a request may use up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Share {
    /// All of it.
    All,
    /// All but some, which are left for requests without which nothing gets on.
    Most,
}

/// At most so many requests in any window of a given length.
///
/// All of them may go out at once; the next goes when the first of them is a window old. A caller is
/// given its slot when it asks, so that callers go out in the order they came.
#[derive(Debug)]
pub(super) struct Quota {
    limit: usize,
    window: Duration,
    /// The slots that were given in the last window, at most `limit`, the oldest first.
    given: VecDeque<Instant>,
}

impl Quota {
    /// `limit` requests in any `window`. A limit of 0 counts as 1.
    pub(super) fn new(limit: u32, window: Duration) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX).max(1);
        Self { limit, window: window + UNEQUAL_DELAYS, given: VecDeque::new() }
    }

    /// One request each `interval`.
    pub(super) fn one_each(interval: Duration) -> Self {
        Self { limit: 1, window: interval, given: VecDeque::new() }
    }

    /// Books the next slot that is not before `earliest` and says how far from `now` it is. When
    /// that is more than `patience`, nothing is booked and the error says how far it would be.
    pub(super) fn book(
        &mut self,
        now: Instant,
        earliest: Instant,
        patience: Duration,
        share: Share,
    ) -> Result<Duration, Duration> {
        let limit = match share {
            Share::All => self.limit,
            Share::Most => self.limit - (self.limit / 50).max(LEFT).min(self.limit / 2),
        };
        while self.given.front().is_some_and(|first| *first + self.window <= now) {
            self.given.pop_front();
        }
        let full = self.given.len().checked_sub(limit).map(|at| self.given[at] + self.window);
        let slot = earliest.max(full.unwrap_or(now)).max(*self.given.back().unwrap_or(&now));
        let wait = slot.saturating_duration_since(now);
        if wait > patience {
            return Err(wait);
        }
        self.given.push_back(slot);
        if self.given.len() > self.limit {
            self.given.pop_front();
        }
        Ok(wait)
    }

    /// How many requests may go out at once.
    pub(super) fn left(&self, now: Instant) -> usize {
        let taken = self.given.iter().filter(|slot| **slot + self.window > now).count();
        self.limit.saturating_sub(taken)
    }

    /// A request goes out only now, some time after its slot. Where one follows the other, the
    /// interval begins with it.
    pub(super) fn sent(&mut self, now: Instant) {
        self.begin(|slot| slot.max(now));
    }

    /// A service measures the pace when requests reach it, which is before they are answered, and not
    /// long after they were sent. Where one follows the other, the interval begins then.
    pub(super) fn answered(&mut self, now: Instant) {
        self.begin(|sent| sent.max(now.min(sent + ON_THE_WAY)));
    }

    fn begin(&mut self, at: impl FnOnce(Instant) -> Instant) {
        if self.limit == 1
            && let Some(last) = self.given.pop_back()
        {
            self.given.push_back(at(last));
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
            let wait = quota.book(now, now, far, Share::All).unwrap();
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
                let inside = times[i..].iter().take_while(|t| **t < first + 61_999).count();
                prop_assert!(inside <= limit as usize, "{inside} of {limit}");
            }
        }
    }

    #[test]
    fn all_may_go_at_once_and_the_next_a_window_after_the_first() {
        let times = sent(&mut Quota::new(3, MINUTE), &[0, 10, 20, 30, 40, 200_000, 200_000]);
        assert_eq!(times, [0, 10, 20, 62_000, 62_010, 200_000, 200_000]);
    }

    #[test]
    fn some_are_left_for_what_may_use_all_of_it() {
        let wait = MINUTE + UNEQUAL_DELAYS;
        for (limit, most) in [(1000, 980), (500, 490), (100, 90), (4, 2)] {
            let (mut quota, now) = (Quota::new(limit, MINUTE), Instant::now());
            let mut book = |share| quota.book(now, now, Duration::ZERO, share);
            assert!((0..most).all(|_| book(Share::Most).is_ok()));
            assert_eq!(book(Share::Most), Err(wait));
            assert!((most..limit).all(|_| book(Share::All).is_ok()));
            assert_eq!(book(Share::All), Err(wait));
        }
    }

    #[test]
    fn no_more_slots_are_remembered_than_count() {
        let mut quota = Quota::new(5, MINUTE);
        sent(&mut quota, &[0; 100]);
        assert!(quota.given.len() <= 5);
    }

    #[test]
    fn requests_without_a_burst_keep_the_interval() {
        let times = sent(&mut Quota::one_each(Duration::from_secs(1)), &[0, 0, 400, 5000]);
        assert_eq!(times, [0, 1000, 2000, 5000]);
    }

    #[test]
    fn the_interval_goes_from_request_to_request_as_the_service_sees_them() {
        let second = Duration::from_secs(1);
        // How late it was sent, how long it took to be answered, and how far the next one then is.
        for (late, took, wait) in [(0, 40, 1000), (0, 100, 1000), (0, 900, 200), (30, 3000, 0)] {
            let [late, took, wait] = [late, took, wait].map(Duration::from_millis);
            let start = Instant::now();
            let mut quota = Quota::one_each(second);
            assert_eq!(quota.book(start, start, second, Share::All), Ok(Duration::ZERO));
            quota.sent(start + late);
            let answered = start + late + took;
            quota.answered(answered);
            assert_eq!(quota.book(answered, start, second, Share::All), Ok(wait));
        }
    }

    #[test]
    fn what_is_left_comes_back_as_the_window_moves_on() {
        let (mut quota, now) = (Quota::new(3, MINUTE), Instant::now());
        assert_eq!(quota.left(now), 3);
        quota.book(now, now, Duration::ZERO, Share::All).unwrap();
        assert_eq!(quota.left(now), 2);
        assert_eq!(quota.left(now + MINUTE + UNEQUAL_DELAYS), 3);
    }

    #[test]
    fn a_slot_beyond_the_patience_is_not_booked() {
        let now = Instant::now();
        let mut quota = Quota::one_each(MINUTE);
        assert_eq!(quota.book(now, now, Duration::ZERO, Share::All), Ok(Duration::ZERO));
        assert_eq!(quota.book(now, now, Duration::from_secs(5), Share::All), Err(MINUTE));
        assert_eq!(quota.book(now, now, MINUTE, Share::All), Ok(MINUTE));
    }
}
