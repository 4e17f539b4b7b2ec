//! The only place that asks for the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// The system's clock, or one that tests move by hand.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The time of the machine.
    #[default]
    System,
    /// A clock that stands still until it is moved.
    Manual(ManualClock),
}

impl Clock {
    /// What time it is, as far as this machine knows. It may be wrong, and may go back.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => system_now(),
            Self::Manual(clock) => clock.now(),
        }
    }

    /// The same as a function, for who needs no more of a clock.
    pub fn teller(&self) -> impl Fn() -> Timestamp + Send + Sync + use<> {
        let clock = self.clone();
        move || clock.now()
    }

    /// A moment that is only good for telling how much time passes: it never goes back, whatever
    /// is done to the machine's clock. It may stand still while the machine sleeps.
    pub fn instant(&self) -> Instant {
        match self {
            Self::System => Instant::now(),
            Self::Manual(clock) => clock.instant(),
        }
    }
}

/// How long ago that was. None for a time that is to come: a clock was wrong then, or is wrong now,
/// and so it tells nothing.
pub fn age(then: Timestamp, now: Timestamp) -> Option<SignedDuration> {
    (then <= now).then(|| now.duration_since(then))
}

/// A clock that only moves when told to. Clones share the time.
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<Hands>);

#[derive(Debug)]
struct Hands {
    /// What it shows, in Unix seconds.
    shown: AtomicI64,
    started: Instant,
    /// The seconds that have passed since then, as far as it is concerned.
    passed: AtomicU64,
}

impl ManualClock {
    /// A clock that shows `start`, to the second.
    pub fn new(start: Timestamp) -> Self {
        Self(Arc::new(Hands {
            shown: AtomicI64::new(start.as_second()),
            started: Instant::now(),
            passed: AtomicU64::new(0),
        }))
    }

    /// The time it shows.
    pub fn now(&self) -> Timestamp {
        let shown = self.0.shown.load(Ordering::SeqCst);
        Timestamp::from_second(shown).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// The same as a function, for who needs no more of a clock.
    pub fn teller(&self) -> impl Fn() -> Timestamp + Send + Sync + use<> {
        Clock::Manual(self.clone()).teller()
    }

    fn instant(&self) -> Instant {
        self.0.started + Duration::from_secs(self.0.passed.load(Ordering::SeqCst))
    }

    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        self.0.passed.fetch_add(by.as_secs(), Ordering::SeqCst);
        self.step(SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX));
    }

    /// Shows another time, forwards or back, without any time passing: somebody sets the clock.
    pub fn step(&self, by: SignedDuration) {
        self.0.shown.fetch_add(by.as_secs(), Ordering::SeqCst);
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the place that may")]
fn system_now() -> Timestamp {
    let now = Timestamp::now();
    // Finer than a millisecond says nothing here and is hard to read.
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}
