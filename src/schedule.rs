//! Syncing by itself, for those who have no scheduler: `SYNC_SCHEDULE`.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use croner::Cron;
use croner::parser::{CronParser, Seconds};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::app::App;
use crate::error::Error;
use crate::live::Event;
use crate::sync::resume::Automation;
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
    let mut news = app.live.subscribe();
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
                () = full_run_ended(&mut news) => due = next(&app, &schedule).await,
            }
            continue;
        }
        let earliest = match run(&app, Mode::Full, Trigger::Auto).await {
            // How a run ended is logged by itself.
            Ok(_) => app.clock.now(),
            Err(Error::RunInProgress { since }) => {
                let since = format!("{since:.0}");
                tracing::info!("[Schedule] A run has been going on since {since}, so none began");
                app.clock.now() + SOONEST
            }
            Err(_) => app.clock.now() + SOONEST,
        };
        // What ended meanwhile is known by now.
        news = news.resubscribe();
        due = next(&app, &schedule).await.map(|at| at.max(earliest));
    }
}

/// Waits until a full run ends in this process: what it left goes on.
async fn full_run_ended(news: &mut Receiver<Arc<Event>>) {
    loop {
        match news.recv().await {
            Ok(event) => match &*event {
                Event::RunEnded(end) if end.mode == Mode::Full.name() => return,
                _ => {}
            },
            // Some news were missed; this may have been among them.
            Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

async fn first(app: &App, schedule: &Schedule) -> Option<Timestamp> {
    // A store that is not there yet does not tell; then nothing is made up for.
    let stored = Automation::read(app).await.unwrap_or_default();
    let due = schedule.due(stored.last, app.clock.now());
    due.into_iter().chain(stored.next_attempt).min()
}

/// The next moment of the schedule, or before it when what a run left goes on.
async fn next(app: &App, schedule: &Schedule) -> Option<Timestamp> {
    let stored = Automation::read(app).await.unwrap_or_default();
    schedule.after(app.clock.now()).into_iter().chain(stored.next_attempt).min()
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
