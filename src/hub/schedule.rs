//! When to sync by itself: `SYNC_SCHEDULE`.

use std::fmt;

use croner::Cron;
use croner::parser::{CronParser, Seconds};
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// When to sync: a cron pattern in a time zone.
#[derive(Clone)]
pub struct Schedule {
    pattern: Cron,
    zone: TimeZone,
}

impl PartialEq for Schedule {
    fn eq(&self, other: &Self) -> bool {
        (self.pattern.as_str(), &self.zone) == (other.pattern.as_str(), &other.zone)
    }
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

/// When lists are synced by themselves.
#[derive(Debug, Clone)]
pub struct ListSchedule {
    /// `LISTS_SCHEDULE`: a cron pattern. Default: every half hour.
    pub schedule: String,
    /// `PUSH_DELAY_MS`: a pause of so long ends the gathering of changes. Default: 3 s.
    pub push_delay: Duration,
}

impl Default for ListSchedule {
    fn default() -> Self {
        Self { schedule: "*/30 * * * *".to_owned(), push_delay: Duration::from_secs(3) }
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
