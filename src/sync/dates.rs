//! When an episode was watched, as far as the list and its activities tell.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::anilist::{Activity, ActivityKind};
use crate::domain::{AnilistId, Entry, ListStatus, WatchedAt};

/// The list's activities, by title. They only date plays: one that is private, merged or lost
/// changes no count.
#[derive(Debug, Default)]
pub struct WatchLog {
    by_title: HashMap<AnilistId, Vec<Activity>>,
}

impl WatchLog {
    /// A log of activities in any order.
    pub fn new(activities: impl IntoIterator<Item = Activity>) -> Self {
        let mut by_title: HashMap<_, Vec<_>> = HashMap::new();
        for activity in activities {
            by_title.entry(activity.media).or_default().push(activity);
        }
        Self { by_title }
    }

    /// When the episode was first logged as watched.
    fn watched(&self, title: AnilistId, abs: u32) -> Option<Timestamp> {
        self.earliest(title, |kind| {
            matches!(kind, ActivityKind::Watched { first, last } if (*first..=*last).contains(&abs))
        })
    }

    /// When the title was first logged as completed.
    fn completed(&self, title: AnilistId) -> Option<Timestamp> {
        self.earliest(title, |kind| matches!(kind, ActivityKind::Completed))
    }

    fn earliest(
        &self,
        title: AnilistId,
        wanted: impl Fn(&ActivityKind) -> bool,
    ) -> Option<Timestamp> {
        let activities = self.by_title.get(&title)?.iter();
        activities.filter(|activity| wanted(&activity.kind)).map(|activity| activity.at).min()
    }
}

/// What dating needs besides the entry.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// The zone in which a date without a time is meant.
    pub zone: TimeZone,
    /// No play is dated later than this.
    pub now: Timestamp,
}

/// When the entry's episode was watched.
///
/// An activity says it best. Otherwise a finished entry was watched on its completion day (noon,
/// as it has no time), or at an unknown time when that day is not known; any other was watched
/// when it was last updated.
pub fn watched_at(entry: &Entry, abs: u32, log: &WatchLog, calendar: &Calendar) -> WatchedAt {
    let title = entry.media.id;
    if let Some(moment) = log.watched(title, abs) {
        return WatchedAt::at(moment.min(calendar.now));
    }
    match entry.status {
        ListStatus::Completed | ListStatus::Repeating => {
            completed_at(entry, log.completed(title), calendar)
        }
        ListStatus::Current | ListStatus::Paused | ListStatus::Dropped | ListStatus::Planning => {
            let moment = Timestamp::from_second(entry.updated_at).unwrap_or(calendar.now);
            WatchedAt::at(moment.min(calendar.now))
        }
    }
}

fn completed_at(entry: &Entry, logged: Option<Timestamp>, calendar: &Calendar) -> WatchedAt {
    match (entry.completed_at.day(), logged) {
        (Some(day), Some(moment)) if day_of(moment, calendar) == day => {
            WatchedAt::at(moment.min(calendar.now))
        }
        (Some(day), _) => noon(day, calendar),
        (None, Some(moment)) => WatchedAt::at(moment.min(calendar.now)),
        (None, None) => WatchedAt::Unknown,
    }
}

fn day_of(moment: Timestamp, calendar: &Calendar) -> Date {
    moment.to_zoned(calendar.zone.clone()).date()
}

/// Noon stays on its day for readers in nearly every other zone.
fn noon(day: Date, calendar: &Calendar) -> WatchedAt {
    match day.at(12, 0, 0, 0).to_zoned(calendar.zone.clone()) {
        Ok(noon) => WatchedAt::at(noon.timestamp().min(calendar.now)),
        Err(_) => WatchedAt::Unknown,
    }
}
