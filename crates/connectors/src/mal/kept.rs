//! The rows of a list that comes in pages, each once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use jiff::Timestamp;
use serde_json::value::RawValue;

use super::wire::{OfTitle, WireRow};
use anilist_trakt_sync_core::domain::MalId;
use anilist_trakt_sync_core::library::Kind;
use anilist_trakt_sync_core::merge::{Row, Rows};

/// Entries of a person's list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed {
    /// Those that can be read. They are whole only where there are no others.
    pub rows: Rows,
    /// The titles of those that cannot; none where not even that can be read.
    pub unread: Vec<Option<MalId>>,
}

/// Rows in the order they came. A page of 1,000 may hold the first row of the next one as well (taiga#836), and a list that
/// changes while it is read moves its rows.
#[derive(Default)]
pub(super) struct Kept {
    places: HashMap<u64, usize>,
    pub(super) listed: Listed,
}

impl Kept {
    /// Takes the rows of a page. Says whether any of them is new.
    pub(super) fn keep(&mut self, rows: &[Box<RawValue>], kind: Kind) -> bool {
        let before = self.count();
        for raw in rows {
            match read(raw, kind) {
                Ok(row) => self.take(row),
                Err(cause) => self.leave_out(raw, &cause),
            }
        }
        self.count() > before
    }

    fn count(&self) -> usize {
        self.listed.rows.rows.len() + self.listed.unread.len()
    }

    /// Of a row that comes twice, the one that changed later stays.
    fn take(&mut self, row: Row) {
        let rows = &mut self.listed.rows.rows;
        match self.places.entry(row.entry) {
            Entry::Vacant(place) => {
                place.insert(rows.len());
                rows.push(row);
            }
            Entry::Occupied(place) => {
                let known = rows.get_mut(*place.get());
                if let Some(known) = known.filter(|known| known.updated_at <= row.updated_at) {
                    *known = row;
                }
            }
        }
    }

    fn leave_out(&mut self, raw: &RawValue, cause: &str) {
        let title = serde_json::from_str(raw.get()).ok().map(|row: OfTitle| row.node.id);
        if !self.listed.unread.contains(&title) {
            let entry = title.map_or_else(|| "without an id".to_owned(), |id| id.to_string());
            tracing::warn!("A MyAnimeList entry cannot be read and is left out ({cause}): {entry}");
            self.listed.unread.push(title);
        }
    }

    /// The list, read to its end.
    pub(super) fn whole(mut self) -> Listed {
        self.listed.rows.whole = self.listed.unread.is_empty();
        self.listed
    }

    /// Those that changed at this time or later. What does not say when it changed may have.
    pub(super) fn since(mut self, since: Timestamp) -> Listed {
        self.listed.rows.rows.retain(|row| row.updated_at.is_none_or(|at| at >= since));
        self.listed
    }

    /// Whether a row changed before this time.
    pub(super) fn reaches(&self, since: Timestamp) -> bool {
        let is_older = |row: &Row| row.updated_at.is_some_and(|at| at < since);
        self.listed.rows.rows.iter().any(is_older)
    }
}

fn read(raw: &RawValue, kind: Kind) -> Result<Row, String> {
    let row: WireRow = serde_json::from_str(raw.get()).map_err(|cause| cause.to_string())?;
    row.into_row(kind)
}
