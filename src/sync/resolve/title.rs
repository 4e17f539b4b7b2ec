//! An entry on its way to a place.

use crate::domain::{AnilistId, Digest, Entry, PlacementRow};
use crate::placing::claims::Claim;
use crate::placing::reuse;

/// An entry with what the sources say of it.
pub(super) struct Title<'a> {
    pub(super) entry: &'a Entry,
    pub(super) claims: Vec<Claim>,
    pub(super) basis: Digest,
    pub(super) settled: u32,
    /// Whether rewatches are asked for, and some are not settled.
    pub(super) is_rewatched: bool,
    pub(super) waiting: Vec<u32>,
    pub(super) is_refused: bool,
    pub(super) before: Option<PlacementRow>,
}

impl Title<'_> {
    pub(super) fn id(&self) -> AnilistId {
        self.entry.media.id
    }

    /// Whether some of what was watched is not settled.
    pub(super) fn is_unsettled(&self) -> bool {
        self.settled < self.entry.watched() || self.is_rewatched
    }

    /// Whether something of it is to be planned, so that its show has to be known.
    pub(super) fn is_open(&self, row: &PlacementRow) -> bool {
        self.is_unsettled() || !self.waiting.is_empty() || !reuse::moved(row).is_empty()
    }
}
