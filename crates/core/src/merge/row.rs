//! What a connector reads of a person's list.

use jiff::Timestamp;

use crate::library::{Kind, Work};

use super::project::Native;

/// An entry of a person's list at a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The service's id of the entry, by which it is changed and deleted. At `MyAnimeList` that is the work's.
    pub entry: u64,
    /// Which of the two lists it is on.
    pub kind: Kind,
    /// What the service knows of the work: its id there, its totals, its names.
    pub work: Work,
    /// What the person says of it.
    pub native: Native,
    /// When it last changed, by the service's clock.
    pub updated_at: Option<Timestamp>,
}

/// An entry after it was changed. It may hold more, and other, than the service was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// The service's id of it, as [`Row::entry`].
    pub entry: u64,
    /// All that it holds.
    pub native: Native,
    /// When it last changed, by the service's clock.
    pub updated_at: Option<Timestamp>,
}

impl From<Row> for Saved {
    fn from(row: Row) -> Self {
        Self { entry: row.entry, native: row.native, updated_at: row.updated_at }
    }
}

/// A person's list at a service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    /// Its entries, each once.
    pub rows: Vec<Row>,
    /// Whether nothing can be missing: it was read to its end, by the person themselves, without a filter. Only then is
    /// an entry that is not there one that may have been deleted.
    pub whole: bool,
}
