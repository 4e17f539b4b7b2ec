//! When syncing goes on by itself: with what a full run left, or six hours after the last one.
//!
//! What a run left is noted with its time. A run notes it when it begins, too, so that one whose
//! process dies is gone on with. Runs that come no further wait twice as long each time.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

use super::modes::{Mode, Trigger};
use crate::clock::age;
use crate::domain::Report;
use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::store::{RUN, Write, keys};
use crate::sync::resolve::Interruption;

/// Between one automated run and the next, where nothing was left.
const PAUSE: SignedDuration = SignedDuration::from_hours(6);

/// What stopped a run by no fault of ours is tried again after this, unless it said when.
const SOON: SignedDuration = SignedDuration::from_mins(1);

/// So many may be calls that came too early.
const EARLY_CALLS: u32 = 2;

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

/// What a full run left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Left {
    /// When it goes on.
    at: Timestamp,
    /// Plays and titles.
    remaining: usize,
    /// How many runs since came no further.
    in_vain: u32,
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.at, self.remaining, self.in_vain)
    }
}

impl FromStr for Left {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        let mut parts = text.split(' ');
        let mut next = || parts.next().ok_or(());
        Ok(Self {
            at: next()?.parse().map_err(drop)?,
            remaining: next()?.parse().map_err(drop)?,
            in_vain: next()?.parse().map_err(drop)?,
        })
    }
}

impl Left {
    /// What the run before left, as it is stored.
    pub(super) fn before(stored: Option<&str>) -> Option<Self> {
        stored?.parse().ok()
    }

    /// As a run notes it that begins: it may come no further, or never end.
    fn begun(before: Option<Self>, now: Timestamp) -> Self {
        let in_vain = before.map_or(0, |before| before.in_vain).saturating_add(1);
        let remaining = before.map_or(0, |before| before.remaining);
        Self { at: now + pause(in_vain), remaining, in_vain }
    }

    /// What this run left after that. None when there is nothing to go on with.
    fn after(before: Option<Self>, outcome: &Result<Report>, now: Timestamp) -> Option<Self> {
        let begun = Self::begun(before, now);
        match outcome {
            Ok(report) => {
                let at = report.next_attempt?;
                let remaining = report.remaining;
                let came_further =
                    report.posted() > 0 || before.is_none_or(|left| left.remaining != remaining);
                if came_further {
                    return Some(Self { at, remaining, in_vain: 0 });
                }
                let earliest = now + pause(begun.in_vain.saturating_sub(EARLY_CALLS));
                Some(Self { at: at.max(earliest), remaining, ..begun })
            }
            // What passes by itself ends no chain of runs; what a person has to mend does.
            Err(Error::Provider(error)) if error.fault.passes() => before.map(|_| begun),
            Err(_) => None,
        }
    }
}

/// How long to wait after so many runs that came no further.
fn pause(in_vain: u32) -> SignedDuration {
    if in_vain == 0 {
        return SignedDuration::ZERO;
    }
    let doubled = SOON.checked_mul(1_i32.checked_shl(in_vain - 1).unwrap_or(i32::MAX));
    doubled.filter(|pause| *pause > SignedDuration::ZERO).map_or(PAUSE, |pause| pause.min(PAUSE))
}

/// What is noted of a run that begins.
pub(super) fn began(
    mode: Mode,
    trigger: Trigger,
    before: Option<Left>,
    now: Timestamp,
) -> Vec<Write> {
    let value = Some(now.to_string());
    let last = mode.last_run_key(trigger).map(|key| Write::Config { key, value });
    let goes_on = (mode == Mode::Full).then(|| note(Some(Left::begun(before, now))));
    last.into_iter().chain(goes_on).collect()
}

/// What is noted of a run that ended; the report tells the same.
pub(super) fn ended(
    mode: Mode,
    before: Option<Left>,
    outcome: &mut Result<Report>,
    now: Timestamp,
) -> Option<Write> {
    if mode != Mode::Full {
        return None;
    }
    let left = Left::after(before, outcome, now);
    if let (Ok(report), Some(left)) = (outcome, left) {
        report.next_attempt = Some(left.at);
    }
    Some(note(left))
}

fn note(left: Option<Left>) -> Write {
    Write::Config { key: keys::NEXT_ATTEMPT, value: left.map(|left| left.to_string()) }
}

/// The automated runs, as far as they are stored.
#[derive(Debug, Clone, Copy, Default)]
pub struct Automation {
    /// When the last one began.
    pub last: Option<Timestamp>,
    /// When what a full run left goes on.
    pub next_attempt: Option<Timestamp>,
    /// Whether a run goes on.
    is_running: bool,
}

impl Automation {
    /// What [`Self::KEYS`] hold. What cannot be, because a clock was wrong, counts as absent.
    pub fn new(stored: [Option<&str>; 2], now: Timestamp) -> Self {
        let [last, next] = stored;
        let last = last.and_then(|text| text.parse::<Timestamp>().ok());
        let next = next.and_then(|text| text.parse::<Left>().ok()).map(|left| left.at);
        Self {
            last: last.filter(|last| age(*last, now).is_some()),
            next_attempt: next.filter(|next| next.duration_since(now) <= LONGEST_WAIT),
            is_running: false,
        }
    }

    /// The entries it is read from.
    pub const KEYS: [&str; 2] = [keys::LAST_RUN_AUTO, keys::NEXT_ATTEMPT];

    /// Reads it from the store.
    pub async fn read(person: &Person) -> Result<Self> {
        let seen = person.store.glance(&Self::KEYS, RUN).await?;
        let stored = [0, 1].map(|at| seen.config.get(at).and_then(Option::as_deref));
        let is_running = seen.holder.is_some();
        Ok(Self { is_running, ..Self::new(stored, person.services.clock.now()) })
    }

    /// From when on a scheduler's call runs; none when it may at once, or is told that a run goes on.
    pub fn due(self) -> Option<Timestamp> {
        let due = self.next_attempt.or_else(|| self.last.map(|last| last + PAUSE));
        due.filter(|_| !self.is_running)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Added, FullCounts, ReportCounts, RunId, RunState, Service};
    use crate::outbound::Fault;
    use crate::sync::resolve::{CANCELLED, TIME_IS_UP};

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn interruption(until: Option<Timestamp>, cause: &str) -> Interruption {
        Interruption { until, cause: cause.to_owned() }
    }

    fn minutes(minutes: i64) -> Timestamp {
        NOW + SignedDuration::from_mins(minutes)
    }

    fn partial(synced: usize, remaining: usize) -> Report {
        Report {
            run_id: RunId(1),
            message: String::new(),
            state: RunState::Partial,
            next_attempt: Some(NOW),
            cause: None,
            remaining,
            rewatches: None,
            counts: ReportCounts::Full(FullCounts {
                found: synced,
                synced,
                already_synced: 0,
                skipped_unmapped: 0,
                added: Added { episodes: synced, movies: 0 },
            }),
        }
    }

    #[test]
    fn what_is_left_goes_on_when_a_limit_says_or_soon() {
        let next = |until, cause| next_attempt(&interruption(until, cause), NOW);
        assert_eq!(next(Some(minutes(5)), "Trakt asks to wait"), Some(minutes(5)));
        assert_eq!(next(None, "Trakt could not be reached"), Some(minutes(1)));
        assert_eq!(next(None, TIME_IS_UP), Some(NOW));
        assert_eq!(next(Some(minutes(5)), CANCELLED), None);
    }

    #[test]
    fn runs_that_come_no_further_wait_twice_as_long_each_time_and_six_hours_at_most() {
        let mut left = Left::after(None, &Ok(partial(0, 10)), NOW);
        let mut waits = Vec::new();
        for _ in 0..12 {
            left = Left::after(left, &Ok(partial(0, 10)), NOW);
            waits.push(left.unwrap().at.duration_since(NOW).as_mins());
        }
        assert_eq!(waits, [0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 360]);
        for further in [Ok(partial(3, 10)), Ok(partial(0, 9))] {
            let after = Left::after(left, &further, NOW).unwrap();
            assert_eq!((after.at, after.in_vain), (NOW, 0));
        }
    }

    #[test]
    fn a_process_that_dies_again_and_again_waits_longer_each_time() {
        let mut left = None;
        for minute in [1, 2, 4, 8] {
            left = Some(Left::begun(left, NOW));
            assert_eq!(left.unwrap().at, minutes(minute));
        }
        let text = left.unwrap().to_string();
        assert_eq!(text.parse(), Ok(left.unwrap()));
        assert_eq!("".parse::<Left>(), Err(()));
    }

    #[test]
    fn an_error_that_passes_ends_no_chain_and_one_that_a_person_mends_does() {
        let left = Left::after(None, &Ok(partial(0, 10)), NOW);
        let error = |fault: Fault| Err(Error::Provider(fault.at(Service::ANILIST)));
        assert_eq!(Left::after(left, &error(Fault::TimedOut), NOW).unwrap().at, minutes(1));
        assert_eq!(Left::after(left, &error(Fault::SignedOut), NOW), None);
        assert_eq!(Left::after(None, &error(Fault::TimedOut), NOW), None);
    }

    #[test]
    fn what_is_left_comes_before_the_pause_of_six_hours() {
        let automation = |last: i64, next: Option<i64>| {
            let at = |seconds: i64| Timestamp::from_second(seconds).unwrap();
            let last = at(last).to_string();
            let next = next.map(|next| Left { at: at(next), remaining: 1, in_vain: 0 }.to_string());
            Automation::new([Some(&last), next.as_deref()], NOW).due()
        };
        let at = |seconds| Timestamp::from_second(seconds).ok();
        assert_eq!(automation(-600, None), at(-600 + 6 * 3600));
        assert_eq!(automation(-600, Some(300)), at(300));
        // A clock was years ahead.
        assert_eq!(automation(90_000_000, None), None);
        assert_eq!(automation(-600, Some(90_000_000)), at(-600 + 6 * 3600));
    }
}
