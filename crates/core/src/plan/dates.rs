//! When an episode was watched, as far as the list and its activities tell.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::domain::{Activity, ActivityKind, AnilistId, Entry, ListStatus, WatchedAt};

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

    /// When the episode was logged as watched again, newest first.
    fn rewatched(&self, title: AnilistId, abs: u32) -> Vec<Timestamp> {
        let mut moments = self.all(title, |kind| {
            matches!(kind, ActivityKind::Rewatched { first, last } if (*first..=*last).contains(&abs))
        });
        moments.sort_unstable_by(|one, other| other.cmp(one));
        moments
    }

    /// When a rewatch was logged as completed: later than all episodes that were watched again.
    fn completed_again(&self, title: AnilistId) -> Option<Timestamp> {
        let again = self.all(title, |kind| matches!(kind, ActivityKind::Rewatched { .. }));
        let completed = self.all(title, |kind| matches!(kind, ActivityKind::Completed));
        let last = again.into_iter().max()?;
        completed.into_iter().max().filter(|moment| *moment >= last)
    }

    fn all(&self, title: AnilistId, wanted: impl Fn(&ActivityKind) -> bool) -> Vec<Timestamp> {
        let activities = self.by_title.get(&title).map(Vec::as_slice).unwrap_or_default();
        activities.iter().filter(|a| wanted(&a.kind)).map(|activity| activity.at).collect()
    }

    fn earliest(
        &self,
        title: AnilistId,
        wanted: impl Fn(&ActivityKind) -> bool,
    ) -> Option<Timestamp> {
        self.all(title, wanted).into_iter().min()
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

/// When the entry's episode was watched in a rewatch, both given as `(rewatch, abs)`.
///
/// Activities carry no number, so the newest is the latest rewatch's, the one before it that of the
/// rewatch before, and so on. Without one, only a rewatch that goes on has a time: that of the
/// entry's last update. AniList keeps no date of any other.
pub fn rewatched_at(
    entry: &Entry,
    (rewatch, abs): (u32, u32),
    log: &WatchLog,
    calendar: &Calendar,
) -> WatchedAt {
    let title = entry.media.id;
    let age = entry.latest_rewatch(abs).saturating_sub(rewatch);
    let logged =
        usize::try_from(age).ok().and_then(|age| log.rewatched(title, abs).get(age).copied());
    let told = match entry.status {
        ListStatus::Repeating if rewatch > entry.repeat => {
            Timestamp::from_second(entry.updated_at).ok()
        }
        ListStatus::Completed if age == 0 => log.completed_again(title),
        _ => None,
    };
    match logged.or(told) {
        Some(moment) => WatchedAt::at(moment.min(calendar.now)),
        None => WatchedAt::Unknown,
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
