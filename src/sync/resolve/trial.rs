//! A title on its way to a place.

use crate::domain::{AnilistId, Digest, Entry, PlacementRow, Reason};
use crate::placing::claims::Claim;
use crate::placing::decision::Decision;
use crate::placing::place::{Facts, ResolvedClaim};
use crate::placing::reuse::{self, Term};
use crate::plan::Title;

/// A title with what the sources say of it, what was found out, and how it is decided so far.
pub(super) struct Trial<'a> {
    pub(super) title: &'a Title,
    pub(super) claims: Vec<Claim>,
    pub(super) basis: Digest,
    /// Whether rewatches are asked for, and some are not settled.
    pub(super) is_rewatched: bool,
    /// Whether Trakt may not have what it listed.
    pub(super) is_doubted: bool,
    /// What rests is not looked up.
    pub(super) term: Term,
    /// What an earlier run decided.
    pub(super) before: Option<PlacementRow>,
    /// What a search for its title found.
    pub(super) found: Option<ResolvedClaim>,
    /// Whether it was searched for by its title, to the end.
    pub(super) is_searched: bool,
    /// What was found out besides.
    pub(super) facts: Facts,
    /// None as long as it is open.
    pub(super) decision: Option<Decision>,
    /// The decision as it is kept; none for one of an earlier run.
    pub(super) row: Option<PlacementRow>,
}

impl Trial<'_> {
    pub(super) fn id(&self) -> AnilistId {
        self.title.id()
    }

    pub(super) fn entry(&self) -> &Entry {
        &self.title.entry
    }

    /// Whether it is not looked up.
    pub(super) fn rests(&self) -> bool {
        self.term == Term::Rest
    }

    /// The entry's own number of the last episode that is settled.
    pub(super) fn settled(&self) -> u32 {
        self.title.settled.last_abs
    }

    /// The entry's own numbers of what waits; empty also when all does.
    pub(super) fn waiting(&self) -> &[u32] {
        self.title.waiting.as_ref().map(|row| row.episodes.as_slice()).unwrap_or_default()
    }

    /// Whether Trakt refused it when it was posted.
    pub(super) fn is_refused(&self) -> bool {
        self.title.waiting.as_ref().is_some_and(|row| row.reason == Reason::RefusedByTrakt)
    }

    /// Whether some of what was watched is not settled.
    pub(super) fn is_unsettled(&self) -> bool {
        self.settled() < self.entry().watched() || self.is_rewatched
    }

    /// Whether something of it is to be planned, so that its show has to be known.
    pub(super) fn is_open(&self, row: &PlacementRow) -> bool {
        self.is_unsettled() || !self.waiting().is_empty() || !reuse::moved(row).is_empty()
    }

    /// The decision of an earlier run, if nothing but a show that has changed speaks against it.
    pub(super) fn may_hold(&self) -> Option<&PlacementRow> {
        let row = self.before.as_ref().filter(|_| !self.is_doubted)?;
        reuse::may_hold(row, self.basis, self.entry(), self.term).then_some(row)
    }

    /// The same of one that is not looked up and has something to be settled.
    pub(super) fn resting(&self) -> Option<&PlacementRow> {
        self.before.as_ref().filter(|_| self.rests() && self.is_unsettled())
    }
}
