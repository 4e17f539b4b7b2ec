//! What airs of what a person watches.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::library::Kind;
use crate::hub::accounts;
use crate::hub::calendar::Calendar;
use crate::library::calendar::{CalendarEntry, Window};

/// What airs in a stretch of time.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct LibraryCalendar {
    /// How many episodes.
    count: usize,
    /// The episodes, by time.
    items: Vec<CalendarItem>,
    /// From when on.
    from: Timestamp,
    /// Until before when.
    to: Timestamp,
    /// When the oldest part of this was learned.
    as_of: Timestamp,
    /// Whether a part is older than it should be, because AniList does not answer.
    stale: bool,
    /// Titles of which nothing is known, because AniList does not answer.
    missing: usize,
}

impl LibraryCalendar {
    pub(in crate::web) fn of(calendar: &Calendar, window: Window) -> Self {
        let entries = calendar.entries(window);
        Self {
            count: entries.len(),
            items: super::each(entries),
            from: window.from,
            to: window.to,
            as_of: calendar.as_of(),
            stale: calendar.is_stale(),
            missing: calendar.missing(),
        }
    }
}

/// An episode, and when it airs.
#[derive(Debug, Serialize, ToSchema)]
struct CalendarItem {
    /// The item's number.
    item_id: u64,
    /// Its title, as the person reads it.
    title: String,
    /// What it is.
    r#type: Kind,
    /// Where its picture is.
    cover_url: Option<String>,
    /// How the person stands to it: watching, planning or on-hold.
    status: &'static str,
    /// The number of the episode, from 1.
    episode: u32,
    /// When it airs.
    airs_at: Timestamp,
    /// How many episodes have aired that the person has not watched. Null for what is watched again.
    behind: Option<u32>,
}

impl From<CalendarEntry<'_>> for CalendarItem {
    fn from(CalendarEntry { item, episode, airs_at, behind }: CalendarEntry<'_>) -> Self {
        Self {
            item_id: item.id.0,
            title: item.work.title.clone(),
            r#type: item.kind.into(),
            cover_url: item.work.cover_url.clone(),
            status: item.entry.status.word(item.kind),
            episode,
            airs_at,
            behind,
        }
    }
}

/// Whether a calendar app can be given an address.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct CalendarAddress {
    /// Whether there is an address.
    exists: bool,
    /// When it was made.
    created_at: Option<Timestamp>,
    /// When an app last asked for it, to the hour.
    last_used_at: Option<Timestamp>,
}

impl From<Option<accounts::CalendarAddress>> for CalendarAddress {
    fn from(address: Option<accounts::CalendarAddress>) -> Self {
        Self {
            exists: address.is_some(),
            created_at: address.map(|one| one.created_at),
            last_used_at: address.and_then(|one| one.used_at),
        }
    }
}

/// The address of a calendar that was just made. It is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct NewCalendarAddress {
    /// What a calendar app subscribes to. Who has it sees what airs of the person's titles.
    pub(in crate::web) address: String,
    /// All else.
    #[serde(flatten)]
    pub(in crate::web) about: CalendarAddress,
}
