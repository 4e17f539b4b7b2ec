//! When syncing goes on by itself: with what a run left, or six hours after the last one.

use jiff::{SignedDuration, Timestamp};

use super::modes::{Mode, Trigger};
use crate::app::App;
use crate::clock::age;
use crate::error::Result;
use crate::mapping::resolve::Interruption;
use crate::store::{Write, keys};

/// Between one automated run and the next, where nothing was left.
const PAUSE: SignedDuration = SignedDuration::from_hours(6);

/// What stopped a run by no fault of ours is tried again after this, unless it said when.
const SOON: SignedDuration = SignedDuration::from_mins(1);

/// No service asks for more. What is further off was stored while a clock was wrong.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(25);

/// When to go on with what a run left. None where a person stopped it: then that holds.
pub(super) fn next_attempt(interruption: &Interruption, now: Timestamp) -> Option<Timestamp> {
    match interruption.until {
        _ if interruption.is_by_hand() => None,
        Some(until) => Some(until),
        None if interruption.is_own_limit() => Some(now),
        None => Some(now + SOON),
    }
}

/// What is noted of a run that begins. Should the process die, a full one goes on as soon as its lock ends.
pub(super) fn began(mode: Mode, trigger: Trigger, now: Timestamp) -> Vec<Write> {
    let value = Some(now.to_string());
    let last = mode.last_run_key(trigger).map(|key| Write::Config { key, value });
    let goes_on = (mode == Mode::Full).then(|| note(Some(now)));
    last.into_iter().chain(goes_on).collect()
}

/// Notes when what a full run left goes on; nothing is left where that is none.
pub(super) fn note(next_attempt: Option<Timestamp>) -> Write {
    Write::Config { key: keys::NEXT_ATTEMPT, value: next_attempt.map(|at| at.to_string()) }
}

/// The automated runs, as far as they are stored.
#[derive(Debug, Clone, Copy, Default)]
pub struct Automation {
    /// When the last one began.
    pub last: Option<Timestamp>,
    /// When what a full run left goes on.
    pub next_attempt: Option<Timestamp>,
}

impl Automation {
    /// What [`Self::KEYS`] hold. What cannot be, because a clock was wrong, counts as absent.
    pub fn new(stored: [Option<&str>; 2], now: Timestamp) -> Self {
        let [last, next] = stored.map(|text| text?.parse::<Timestamp>().ok());
        Self {
            last: last.filter(|last| age(*last, now).is_some()),
            next_attempt: next.filter(|next| next.duration_since(now) <= LONGEST_WAIT),
        }
    }

    /// The entries it is read from.
    pub const KEYS: [&str; 2] = [keys::LAST_RUN_AUTO, keys::NEXT_ATTEMPT];

    /// Reads it from the store.
    pub async fn read(app: &App) -> Result<Self> {
        let stored = app.store.config(&app.account, &Self::KEYS).await?;
        let stored = [0, 1].map(|at| stored.get(at).and_then(Option::as_deref));
        Ok(Self::new(stored, app.clock.now()))
    }

    /// From when on a scheduler's call runs; none when it may at once.
    pub fn due(self) -> Option<Timestamp> {
        self.next_attempt.or_else(|| self.last.map(|last| last + PAUSE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::resolve::CANCELLED;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn interruption(until: Option<Timestamp>, cause: &str) -> Interruption {
        Interruption { until, cause: cause.to_owned() }
    }

    #[test]
    fn what_is_left_goes_on_when_a_limit_says_or_soon() {
        let later = NOW + SignedDuration::from_mins(5);
        let next = |until, cause| next_attempt(&interruption(until, cause), NOW);
        assert_eq!(next(Some(later), "Trakt asks to wait"), Some(later));
        assert_eq!(next(None, "Trakt could not be reached"), Some(NOW + SOON));
        assert_eq!(next(None, crate::mapping::resolve::TIME_IS_UP), Some(NOW));
        assert_eq!(next(Some(later), CANCELLED), None);
    }

    #[test]
    fn what_is_left_comes_before_the_pause_of_six_hours() {
        let automation = |last: i64, next: Option<i64>| {
            let text = |seconds: i64| Timestamp::from_second(seconds).ok().map(|at| at.to_string());
            let (last, next) = (text(last), next.and_then(text));
            Automation::new([last.as_deref(), next.as_deref()], NOW).due()
        };
        let at = |seconds| Timestamp::from_second(seconds).ok();
        assert_eq!(automation(-600, None), at(-600 + 6 * 3600));
        assert_eq!(automation(-600, Some(300)), at(300));
        // A clock was years ahead.
        assert_eq!(automation(90_000_000, None), None);
        assert_eq!(automation(-600, Some(90_000_000)), at(-600 + 6 * 3600));
    }
}
