//! When the note is forgotten that a full run left nothing to do.
//!
//! The note ([`keys::IDLE`]) holds for as long as nothing is changed that a run goes by. So it goes
//! with every such change, whoever makes it, in the same step: no caller has to think of it. A run
//! that goes on has its number in the note's place, and its own changes leave that there.

use super::{Write, keys};
use anilist_trakt_sync_core::domain::RunId;

/// What becomes of the note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Note {
    /// It stays as it is.
    Stays,
    /// It is removed.
    Goes,
    /// It is removed unless it is the number of this run.
    GoesUnlessOf(RunId),
}

impl Note {
    /// After these changes.
    pub(super) fn after(writes: &[Write]) -> Self {
        let sets = |write: &Write| matches!(write, Write::Config { key: keys::IDLE, .. });
        if writes.iter().any(sets) || !writes.iter().any(is_gone_by) {
            return Self::Stays;
        }
        let run = writes.iter().find_map(|write| match write {
            Write::ByRun(run) => Some(*run),
            _ => None,
        });
        run.map_or(Self::Goes, Self::GoesUnlessOf)
    }
}

/// Whether a full run goes by what this changes. The entries of the configuration that it goes by
/// are looked at when it begins.
fn is_gone_by(write: &Write) -> bool {
    match write {
        Write::Config { .. }
        | Write::Run(_)
        | Write::RunNumber(_)
        | Write::ByRun(_)
        | Write::Item(_)
        | Write::RemoveItem(_)
        | Write::ItemChange(_)
        | Write::Read(_)
        | Write::Note { .. }
        | Write::UnlessThere(_) => false,
        Write::Mapping(_)
        | Write::RemoveMapping(_)
        | Write::Settled(_)
        | Write::RemoveSettled(_)
        | Write::Override(_)
        | Write::RemoveOverride(_)
        | Write::Waiting(_)
        | Write::RemoveWaiting(_)
        | Write::ChangeWaiting(_)
        | Write::Placement { .. }
        | Write::RemovePlacement(_)
        | Write::RunPlays(_)
        | Write::Show(_) => true,
    }
}
