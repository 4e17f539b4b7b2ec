//! The rows of a list that comes in parts, each once.

use std::collections::HashSet;

use serde::de::DeserializeOwned;

use super::odd::{Oddities, Row};
use super::wire::WireEntry;
use anilist_trakt_sync_core::domain::{AnilistId, Entry};

/// Entries of the person's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T = Entry> {
    /// Those that can be read.
    pub entries: Vec<T>,
    /// The titles of those that cannot; none where not even that can be read.
    pub unread: Vec<Option<AnilistId>>,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), unread: Vec::new() }
    }
}

/// A row of a list as it comes.
pub(super) trait ListRow: DeserializeOwned {
    /// What it becomes.
    type Entry;

    /// AniList's number of the entry.
    fn id(&self) -> u64;

    /// The title that it is of.
    fn title(&self) -> Option<AnilistId>;

    /// When it last changed, in Unix seconds, where it says so.
    fn updated_at(&self) -> Option<i64>;

    /// The entry, or what it lacks that no entry should.
    fn into_entry(self) -> Result<Self::Entry, String>;
}

impl ListRow for WireEntry {
    type Entry = Entry;

    fn id(&self) -> u64 {
        self.id
    }

    fn title(&self) -> Option<AnilistId> {
        self.title()
    }

    fn updated_at(&self) -> Option<i64> {
        self.updated_at
    }

    fn into_entry(self) -> Result<Entry, String> {
        self.into_entry()
    }
}

/// Entries in the order they came, each once: one on custom lists comes with each of them.
pub(super) struct Kept<W: ListRow> {
    seen: HashSet<u64>,
    oddities: Oddities,
    pub(super) listed: Listed<W::Entry>,
}

impl<W: ListRow> Default for Kept<W> {
    fn default() -> Self {
        let (seen, oddities) = (HashSet::new(), Oddities::default());
        Self { seen, oddities, listed: Listed::default() }
    }
}

impl<W: ListRow> Kept<W> {
    pub(super) fn keep(&mut self, rows: impl IntoIterator<Item = Row<W>>) {
        for row in rows {
            match row {
                Row::Read(row) if self.seen.insert(row.id()) => self.take(*row),
                Row::Read(_) => {}
                Row::Odd { id, title, cause } => self.leave_out(id, title, &cause),
            }
        }
    }

    fn take(&mut self, row: W) {
        let (id, title) = (row.id(), row.title());
        match row.into_entry() {
            Ok(entry) => self.listed.entries.push(entry),
            Err(cause) => self.leave_out(Some(id), title, &cause),
        }
    }

    fn leave_out(&mut self, id: Option<u64>, title: Option<AnilistId>, cause: &str) {
        if !self.listed.unread.contains(&title) {
            self.listed.unread.push(title);
        }
        self.oddities.left_out(id, cause);
    }
}
