//! What a request must pass before it goes out, and what is learnt from its answer.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant as Moment};

use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::error::Fault;
use super::quota::{Quota, Share};
use crate::clock::Clock;

/// Failures in a row after which a service is left alone.
const FAILURES_TO_OPEN: u32 = 5;
/// How long it is left alone before one request may try again.
const OPEN_FOR: Duration = Duration::from_mins(1);
/// What one repeated request takes from the budget; a first request adds one.
const REPEAT_COST: u32 = 10;
/// The budget at most and at the start: ten repeats.
const FULL_BUDGET: u32 = 100;

/// The gate of one lane of requests.
#[derive(Debug)]
pub(super) struct Gate {
    clock: Clock,
    /// Guards everything below; held for a few instructions, never across an await.
    state: Mutex<State>,
    /// Told whenever a request ended.
    learnt: Notify,
}

#[derive(Debug)]
struct State {
    quota: Option<Quota>,
    /// Moments, not times: a clock that is set must neither prolong a wait nor end it.
    blocked_until: Option<Moment>,
    failures: u32,
    open_until: Option<Moment>,
    /// Whether a request is on its way that tries whether the service is back.
    is_trying: bool,
    budget: u32,
    /// How many requests the service itself says are left.
    told: Option<u64>,
}

impl Gate {
    pub(super) fn new(quota: Option<Quota>, clock: Clock) -> Self {
        let state = State {
            quota,
            blocked_until: None,
            failures: 0,
            open_until: None,
            is_trying: false,
            budget: FULL_BUDGET,
            told: None,
        };
        Self { clock, state: Mutex::new(state), learnt: Notify::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until a request may go out, or says at once that this takes longer than `patience`.
    pub(super) async fn pass(&self, patience: Duration, share: Share) -> Result<(), Fault> {
        let (wait, known) = self.book(patience, share).await?;
        if wait.is_zero() {
            return Ok(());
        }
        tokio::time::sleep(wait).await;
        // While this one slept, the answer to another may have closed the gate.
        match self.state().blocked_until {
            Some(until) if until > self.clock.instant() && Some(until) != known => {
                Err(Fault::RateLimited { until: self.now().time_of(until) })
            }
            _ => Ok(()),
        }
    }

    /// Books a slot. While one request tries whether the service is back, the others wait for what
    /// it learns.
    async fn book(&self, patience: Duration, share: Share) -> Result<Booked, Fault> {
        let end = Instant::now() + patience;
        loop {
            let learnt = self.learnt.notified();
            let (booked, is_trying) = {
                let mut state = self.state();
                let booked = state.book(self.now(), Instant::now(), patience, share);
                (booked, state.is_trying)
            };
            match booked {
                Err(Fault::BreakerOpen { .. }) if is_trying => {
                    if tokio::time::timeout_at(end, learnt).await.is_err() {
                        return booked;
                    }
                }
                booked => return booked,
            }
        }
    }

    /// Why nothing may go out now, if so.
    pub(super) fn closed(&self) -> Option<Fault> {
        let (now, state) = (self.now(), self.state());
        let left =
            |until: Option<Moment>| Some(now.time_of(until?)).filter(|_| until > Some(now.instant));
        let open = left(state.open_until).map(|until| Fault::BreakerOpen { until });
        open.or_else(|| left(state.blocked_until).map(|until| Fault::RateLimited { until }))
    }

    /// Until when a service asked to wait, if that is not over.
    pub(super) fn blocked(&self) -> Option<Timestamp> {
        let now = self.now();
        let until = self.state().blocked_until.filter(|until| *until > now.instant)?;
        Some(now.time_of(until))
    }

    fn now(&self) -> Now {
        Now { time: self.clock.now(), instant: self.clock.instant() }
    }

    /// A request goes out now.
    pub(super) fn sent(&self) {
        if let Some(quota) = &mut self.state().quota {
            quota.sent(Instant::now());
        }
    }

    /// Takes note of how a request ended.
    pub(super) fn learn(&self, fault: Option<&Fault>) {
        self.state().learn(fault, self.clock.instant());
        self.learnt.notify_waiters();
    }

    /// Takes note of how many requests the service says are left, where it does.
    pub(super) fn hear(&self, left: Option<&str>) {
        if let Some(left) = left.and_then(|text| text.trim().parse().ok()) {
            self.state().told = Some(left);
        }
    }

    /// What the service said last of how many requests are left.
    pub(super) fn told(&self) -> Option<u64> {
        self.state().told
    }

    /// How many requests may go out at once; none without a pace.
    pub(super) fn left(&self) -> Option<usize> {
        Some(self.state().quota.as_ref()?.left(Instant::now()))
    }

    /// Lets nothing out before `until`.
    pub(super) fn block(&self, until: Timestamp) {
        let now = self.now();
        let until = now.instant.checked_add(ahead(now.time, until));
        let mut state = self.state();
        state.blocked_until = state.blocked_until.max(until);
    }

    /// Lets one request try at once, where the service is left alone as it keeps failing. What it asked to wait stands.
    pub(super) fn try_now(&self) {
        let now = self.clock.instant();
        let mut state = self.state();
        if !state.is_trying {
            state.open_until = state.open_until.map(|until| until.min(now));
        }
    }

    /// Pays into the budget for repeats, as every first request does.
    pub(super) fn deposit(&self) {
        let mut state = self.state();
        state.budget = (state.budget + 1).min(FULL_BUDGET);
    }

    /// Pays for one repeat, if the budget has it. A service that fails all the time so gets one
    /// repeat for ten requests.
    pub(super) fn pay_for_repeat(&self) -> bool {
        let mut state = self.state();
        match state.budget.checked_sub(REPEAT_COST) {
            Some(rest) => {
                state.budget = rest;
                true
            }
            None => false,
        }
    }
}

/// How long to wait, and the block that this takes into account.
type Booked = (Duration, Option<Moment>);

/// One moment, by the clock that people read and by the one that cannot be set.
#[derive(Clone, Copy)]
struct Now {
    time: Timestamp,
    instant: Moment,
}

impl Now {
    /// What people's clocks will show at a moment that is to come.
    fn time_of(self, later: Moment) -> Timestamp {
        self.time + later.saturating_duration_since(self.instant)
    }
}

impl State {
    fn learn(&mut self, fault: Option<&Fault>, now: Moment) {
        if let Some(quota) = &mut self.quota {
            quota.answered(Instant::now());
        }
        self.is_trying = false;
        if !fault.is_some_and(Fault::is_failure) {
            (self.failures, self.open_until) = (0, None);
            return;
        }
        self.failures += 1;
        if self.failures >= FAILURES_TO_OPEN {
            self.open_until = Some(now + OPEN_FOR);
        }
    }

    /// How long to wait, and the block that this takes into account.
    fn book(
        &mut self,
        now: Now,
        instant: Instant,
        patience: Duration,
        share: Share,
    ) -> Result<Booked, Fault> {
        if let Some(until) = self.open_until.filter(|until| *until > now.instant) {
            return Err(Fault::BreakerOpen { until: now.time_of(until) });
        }
        let left = |until: Moment| until.saturating_duration_since(now.instant);
        let blocked = self.blocked_until.map(left).unwrap_or_default();
        if blocked > patience {
            return Err(Fault::RateLimited { until: now.time + blocked });
        }
        let wait = match &mut self.quota {
            Some(quota) => quota
                .book(instant, instant + blocked, patience, share)
                .map_err(|wait| Fault::RateLimited { until: now.time + wait })?,
            None => blocked,
        };
        if self.open_until.is_some() {
            // Half open: this request tries, and the others are kept out while it does.
            self.open_until = Some(now.instant + OPEN_FOR);
            self.is_trying = true;
        }
        Ok((wait, self.blocked_until))
    }
}

/// How far `until` is from `now`; nothing when it is past.
pub(super) fn ahead(now: Timestamp, until: Timestamp) -> Duration {
    Duration::try_from(until.duration_since(now)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;

    const SECOND: Duration = Duration::from_secs(1);

    fn gate() -> (Gate, ManualClock) {
        let clock = ManualClock::new("2026-11-01T12:00:00Z".parse().unwrap());
        (Gate::new(None, Clock::Manual(clock.clone())), clock)
    }

    #[tokio::test]
    async fn five_failures_in_a_row_open_the_breaker() {
        let (gate, clock) = gate();
        for _ in 0..5 {
            assert_eq!(gate.pass(SECOND, Share::All).await, Ok(()));
            gate.learn(Some(&Fault::Outage { status: 503 }));
        }
        let until = clock.now() + OPEN_FOR;
        assert_eq!(gate.pass(SECOND, Share::All).await, Err(Fault::BreakerOpen { until }));
    }

    #[tokio::test]
    async fn a_clock_that_is_set_neither_prolongs_a_wait_nor_ends_it() {
        let day = jiff::SignedDuration::from_hours(24);
        for (set, broken) in [(-day, false), (day, false), (-day, true), (day, true)] {
            let (gate, clock) = gate();
            if broken {
                (0..5).for_each(|_| gate.learn(Some(&Fault::TimedOut)));
            } else {
                gate.block(clock.now() + OPEN_FOR);
            }
            clock.step(set);
            assert!(gate.pass(SECOND, Share::All).await.is_err());
            let told = gate.closed().and_then(|fault| fault.retry_at());
            assert_eq!(told, Some(clock.now() + OPEN_FOR));
            clock.advance(OPEN_FOR);
            assert_eq!(gate.closed(), None);
            assert_eq!(gate.pass(SECOND, Share::All).await, Ok(()));
        }
    }

    #[tokio::test]
    async fn an_answer_between_failures_keeps_the_breaker_closed() {
        let (gate, _) = gate();
        for _ in 0..4 {
            gate.learn(Some(&Fault::TimedOut));
        }
        gate.learn(Some(&Fault::NotFound));
        gate.learn(Some(&Fault::TimedOut));
        assert_eq!(gate.pass(SECOND, Share::All).await, Ok(()));
    }

    #[tokio::test]
    async fn an_open_breaker_lets_one_try_after_a_minute() {
        let (gate, clock) = gate();
        for _ in 0..5 {
            gate.learn(Some(&Fault::TimedOut));
        }
        clock.advance(OPEN_FOR);
        assert_eq!(gate.pass(SECOND, Share::All).await, Ok(()));
        let until = clock.now() + OPEN_FOR;
        assert_eq!(gate.pass(Duration::ZERO, Share::All).await, Err(Fault::BreakerOpen { until }));
        gate.learn(None);
        assert_eq!(gate.pass(SECOND, Share::All).await, Ok(()));
    }

    #[tokio::test]
    async fn a_person_who_asks_may_try_once_before_the_minute_is_over() {
        let (gate, clock) = gate();
        for _ in 0..5 {
            gate.learn(Some(&Fault::TimedOut));
        }
        gate.try_now();
        assert_eq!(gate.pass(SECOND, Share::All).await, Ok(()));
        gate.learn(Some(&Fault::TimedOut));
        let until = clock.now() + OPEN_FOR;
        assert_eq!(gate.pass(SECOND, Share::All).await, Err(Fault::BreakerOpen { until }));
        gate.try_now();
        assert_eq!(gate.pass(SECOND, Share::All).await, Ok(()));
        gate.learn(None);
        assert_eq!(gate.pass(SECOND, Share::All).await, Ok(()));
    }

    #[tokio::test]
    async fn the_others_wait_for_what_the_one_that_tries_learns() {
        for (fault, expected) in [(None, true), (Some(Fault::TimedOut), false)] {
            let (gate, clock) = gate();
            for _ in 0..5 {
                gate.learn(Some(&Fault::TimedOut));
            }
            clock.advance(OPEN_FOR);
            gate.pass(SECOND, Share::All).await.unwrap();
            let learn = async {
                tokio::task::yield_now().await;
                gate.learn(fault.as_ref());
            };
            let far = Duration::from_hours(1);
            let (one, other, ()) =
                tokio::join!(gate.pass(far, Share::All), gate.pass(far, Share::All), learn);
            assert_eq!([one.is_ok(), other.is_ok()], [expected; 2]);
        }
    }

    #[tokio::test]
    async fn a_failed_try_opens_the_breaker_again() {
        let (gate, clock) = gate();
        for _ in 0..5 {
            gate.learn(Some(&Fault::TimedOut));
        }
        clock.advance(OPEN_FOR);
        assert_eq!(gate.pass(SECOND, Share::All).await, Ok(()));
        gate.learn(Some(&Fault::TimedOut));
        clock.advance(OPEN_FOR.saturating_sub(SECOND));
        assert!(matches!(gate.pass(SECOND, Share::All).await, Err(Fault::BreakerOpen { .. })));
    }

    #[tokio::test]
    async fn a_block_longer_than_the_patience_is_told_and_ends_in_time() {
        let (gate, clock) = gate();
        let until = clock.now() + SECOND * 60;
        gate.block(until);
        gate.block(clock.now() + SECOND);
        assert_eq!(gate.pass(SECOND * 5, Share::All).await, Err(Fault::RateLimited { until }));
        clock.advance(SECOND * 60);
        assert_eq!(gate.pass(SECOND * 5, Share::All).await, Ok(()));
    }

    #[test]
    fn the_budget_pays_for_one_repeat_in_ten_requests() {
        let (gate, _) = gate();
        assert_eq!((0..20).filter(|_| gate.pay_for_repeat()).count(), 10);
        (0..10).for_each(|_| gate.deposit());
        assert_eq!((0..20).filter(|_| gate.pay_for_repeat()).count(), 1);
    }
}
