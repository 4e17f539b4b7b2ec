//! What airs of what somebody watches, and when.

mod icalendar;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{Item, Kind};
use crate::domain::{AnilistId, ScheduledEpisode};

pub use icalendar::icalendar;

/// How long an episode stays known after it aired. AniList's answer to what is to come lacks it then.
const AIRED_KEPT: SignedDuration = SignedDuration::from_hours(8 * 24);

/// When the episodes of titles air, as far as that is known.
pub type Schedules = BTreeMap<AnilistId, Vec<ScheduledEpisode>>;

/// A stretch of time: from its first moment until before its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub to: Timestamp,
}

/// An episode of a title, and when it airs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarEntry<'a> {
    /// The title.
    pub item: &'a Item,
    /// The number of the episode, from 1.
    pub episode: u32,
    /// When it airs.
    pub airs_at: Timestamp,
    /// How many episodes have aired that the person has not watched. None for what is watched again.
    pub behind: Option<u32>,
}

impl Item {
    /// The id by which AniList tells when its episodes air; none for what is over, and for manga.
    pub fn airs_as(&self) -> Option<AnilistId> {
        let status = self.work.release_status.as_deref().unwrap_or_default();
        let is_over = status.starts_with("finished") || status == "cancelled";
        self.work.ids.anilist.filter(|_| self.kind == Kind::Anime && !is_over)
    }
}

/// What airs of these titles in a stretch of time, by time. `now` says what has aired.
pub fn calendar<'a>(
    items: impl IntoIterator<Item = &'a Item>,
    schedules: &Schedules,
    window: Window,
    now: Timestamp,
) -> Vec<CalendarEntry<'a>> {
    let known = items.into_iter().filter_map(|item| Some((item, schedules.get(&item.airs_as()?)?)));
    let mut entries: Vec<_> = known
        .flat_map(|(item, schedule)| {
            let behind = behind(item, schedule, now);
            let within = schedule.iter().filter(move |one| window.holds(one.airs_at));
            within.map(move |&ScheduledEpisode { episode, airs_at }| CalendarEntry {
                item,
                episode,
                airs_at,
                behind,
            })
        })
        .collect();
    entries.sort_by_key(|entry| (entry.airs_at, entry.item.id, entry.episode));
    entries
}

impl Window {
    fn holds(self, moment: Timestamp) -> bool {
        self.from <= moment && moment < self.to
    }
}

fn behind(item: &Item, schedule: &[ScheduledEpisode], now: Timestamp) -> Option<u32> {
    let aired = aired(schedule, now)?;
    (!item.entry.repeating).then(|| aired.saturating_sub(item.entry.progress))
}

/// How many episodes have aired: all before the first that is to come.
fn aired(schedule: &[ScheduledEpisode], now: Timestamp) -> Option<u32> {
    let numbers = |wanted: fn(Timestamp, Timestamp) -> bool| {
        schedule.iter().filter(move |one| wanted(one.airs_at, now)).map(|one| one.episode)
    };
    let next = numbers(|airs_at, now| airs_at > now).min();
    next.map(|next| next.saturating_sub(1)).or_else(|| numbers(|airs_at, now| airs_at <= now).max())
}

/// What is known of a schedule after AniList told what of it is to come: that, and what it told before of
/// the episodes that aired in the last days.
pub fn renewed(
    before: &[ScheduledEpisode],
    told: Vec<ScheduledEpisode>,
    now: Timestamp,
) -> Vec<ScheduledEpisode> {
    let first = told.iter().map(|one| one.episode).min();
    let is_before = |one: &&ScheduledEpisode| first.is_none_or(|first| one.episode < first);
    let aired = |one: &&ScheduledEpisode| {
        one.airs_at <= now && now.duration_since(one.airs_at) < AIRED_KEPT
    };
    let mut all: Vec<_> = before.iter().filter(aired).filter(is_before).copied().collect();
    all.extend(told);
    all
}
