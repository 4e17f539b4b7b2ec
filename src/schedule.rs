//! Syncing by itself, for those who have no scheduler: `SYNC_SCHEDULE`.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use croner::Cron;
use croner::parser::{CronParser, Seconds};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::app::App;
use crate::error::{Error, Result};
use crate::store::keys;
use crate::sync::report::Report;
use crate::sync::run::run;
use crate::sync::{Mode, Trigger};

/// How long the scheduler sleeps at most. A machine that was suspended, or whose clock was set, is
/// noticed within this.
const NAP: Duration = Duration::from_secs(30);
/// What is left of a run goes on no earlier than this.
const SOONEST: SignedDuration = SignedDuration::from_mins(1);

/// When to sync: a cron pattern in a time zone.
#[derive(Clone)]
pub struct Schedule {
    pattern: Cron,
    zone: TimeZone,
}

impl fmt::Debug for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Schedule").field(&self.pattern.as_str()).finish()
    }
}

impl Schedule {
    /// Five fields, as cron has them: minute, hour, day of the month, month, day of the week.
    pub fn parse(text: &str, zone: TimeZone) -> Option<Self> {
        let parser = CronParser::builder().seconds(Seconds::Disallowed).build();
        let schedule = Self { pattern: parser.parse(text).ok()?, zone };
        // A day that never comes is a mistake, too.
        schedule.after(Timestamp::UNIX_EPOCH).map(|_| schedule)
    }

    /// The first moment of the schedule after `now`.
    pub fn after(&self, now: Timestamp) -> Option<Timestamp> {
        let now = now.to_zoned(self.zone.clone());
        Some(self.pattern.find_next_occurrence(&now, false).ok()?.timestamp())
    }

    /// The last moment of the schedule up to `now`.
    fn before(&self, now: Timestamp) -> Option<Timestamp> {
        let now = now.to_zoned(self.zone.clone());
        Some(self.pattern.find_previous_occurrence(&now, true).ok()?.timestamp())
    }

    /// When to sync next, if the last automated sync began at `last`. A moment that passed while
    /// nobody was there is made up for; a first sync never comes before its time.
    pub fn due(&self, last: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
        let missed = self.before(now).filter(|before| last.is_some_and(|last| last < *before));
        missed.or_else(|| self.after(now))
    }
}

/// Syncs whenever the schedule says so, until the service ends.
pub async fn keep(app: Arc<App>, schedule: Schedule) {
    let mut due = first(&app, &schedule).await;
    while let Some(at) = due.filter(|_| !app.is_stopping()) {
        let now = app.clock.now();
        // A clock that was set back makes what was due by it too late.
        let at = schedule.after(now).map_or(at, |next| at.min(next));
        due = Some(at);
        if now < at {
            let left = Duration::try_from(at.duration_since(now)).unwrap_or_default();
            tokio::select! {
                () = app.stopping() => {}
                () = tokio::time::sleep(left.min(NAP)) => {}
            }
            continue;
        }
        let again = going_on(run(&app, Mode::Full, Trigger::Auto).await);
        let now = app.clock.now();
        let again = again.map(|at| at.max(now + SOONEST));
        due = schedule.after(now).map(|next| again.map_or(next, |at| at.min(next)));
    }
}

async fn first(app: &App, schedule: &Schedule) -> Option<Timestamp> {
    let stored = app.store.config(&app.account, &[keys::LAST_RUN_AUTO]).await;
    // A store that is not there yet does not tell; then nothing is made up for.
    let last = stored.ok().into_iter().flatten().flatten().next();
    schedule.due(last.and_then(|text| text.parse().ok()), app.clock.now())
}

/// When to go on with what a run left, if it said so. How a run ended is logged by itself.
fn going_on(ended: Result<Report>) -> Option<Timestamp> {
    match ended {
        Ok(report) => report.next_attempt,
        Err(Error::RunInProgress { since }) => {
            tracing::info!(
                "[Schedule] A run has been going on since {since:.0}, so none was begun"
            );
            None
        }
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(text: &str, zone: &str) -> Schedule {
        Schedule::parse(text, TimeZone::get(zone).unwrap()).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_hours_are_those_of_the_time_zone() {
        let nightly = schedule("0 3 * * *", "Europe/Berlin");
        assert_eq!(nightly.after(at("2026-11-21T12:00:00Z")), Some(at("2026-11-22T02:00:00Z")));
        assert_eq!(nightly.after(at("2026-07-01T12:00:00Z")), Some(at("2026-07-02T01:00:00Z")));
        let every_six = schedule("17 */6 * * *", "UTC");
        assert_eq!(every_six.after(at("2026-11-21T12:17:00Z")), Some(at("2026-11-21T18:17:00Z")));
    }

    #[test]
    fn what_was_missed_is_made_up_for_once() {
        let hourly = schedule("0 * * * *", "UTC");
        let now = at("2026-11-21T12:30:00Z");
        assert_eq!(
            hourly.due(Some(at("2026-11-21T09:00:01Z")), now),
            Some(at("2026-11-21T12:00:00Z"))
        );
        assert_eq!(
            hourly.due(Some(at("2026-11-21T12:00:01Z")), now),
            Some(at("2026-11-21T13:00:00Z"))
        );
        assert_eq!(hourly.due(None, now), Some(at("2026-11-21T13:00:00Z")), "a first sync waits");
    }

    #[test]
    fn what_is_no_schedule_is_refused() {
        for bad in ["", "* * * *", "61 * * * *", "* * * * * *", "every hour", "0 0 30 2 *"] {
            assert!(Schedule::parse(bad, TimeZone::UTC).is_none(), "{bad}");
        }
    }
}
