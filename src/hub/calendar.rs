//! What airs of what a person watches.

use std::cmp::Reverse;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::AnilistId;
use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::hub::sources::Airings;
use crate::library::calendar::{CalendarEntry, Window, calendar};
use crate::library::{Item, Library, Status, StatusOf};

/// The most titles of a calendar: ten questions to AniList. What is watched goes first, then what changed last.
const MOST: usize = 500;

/// What airs of a person's titles, as of now.
#[derive(Debug)]
pub struct Calendar {
    library: Arc<Library>,
    statuses: Vec<StatusOf>,
    airings: Airings,
    now: Timestamp,
}

/// Looks up what airs of the titles that have one of these statuses.
///
/// # Errors
/// AniList's, where it does not answer and nothing is known of any of them, and the store's.
pub async fn read(person: &Person, statuses: Vec<StatusOf>) -> Result<Calendar> {
    let library = person.library().read().await?;
    let ids = wanted(&library, &statuses);
    let airings = person.services.sources.airings(&ids).await;
    let is_unknown = airings.missing > 0 && airings.schedules.is_empty();
    match &airings.outage {
        Some(error) if is_unknown => Err(error.clone().into()),
        _ => Ok(Calendar { library, statuses, airings, now: person.services.clock.now() }),
    }
}

/// AniList's ids of the titles that may air.
fn wanted(library: &Library, statuses: &[StatusOf]) -> Vec<AnilistId> {
    let mut items: Vec<&Item> = library.items().map(AsRef::as_ref).collect();
    items.retain(|item| is_of(item, statuses) && item.airs_as().is_some());
    items.sort_by_key(|item| (item.entry.status != Status::Current, Reverse(item.updated_at)));
    items.into_iter().take(MOST).filter_map(Item::airs_as).collect()
}

fn is_of(item: &Item, statuses: &[StatusOf]) -> bool {
    statuses.iter().any(|one| one.is(item.entry.status, item.kind))
}

impl Calendar {
    /// What airs in a stretch of time, by time.
    pub fn entries(&self, window: Window) -> Vec<CalendarEntry<'_>> {
        let items = self.library.items().map(AsRef::as_ref);
        let items = items.filter(|item| is_of(item, &self.statuses));
        calendar(items, &self.airings.schedules, window, self.now)
    }

    /// Fails where nothing is known of a part of the titles: what is missing would look as if it were off.
    pub fn must_be_whole(&self) -> Result<()> {
        match &self.airings.outage {
            Some(error) if self.airings.missing > 0 => Err(Error::Provider(error.clone())),
            _ => Ok(()),
        }
    }

    /// When the oldest part was answered; now where nobody had to be asked.
    pub fn as_of(&self) -> Timestamp {
        self.airings.as_of.unwrap_or(self.now)
    }

    /// Whether a part is older than it should be, because AniList does not answer.
    pub fn is_stale(&self) -> bool {
        self.airings.is_stale
    }

    /// Titles of which nothing is known, because AniList does not answer.
    pub fn missing(&self) -> usize {
        self.airings.missing
    }

    /// The time by which it was made.
    pub fn now(&self) -> Timestamp {
        self.now
    }
}
