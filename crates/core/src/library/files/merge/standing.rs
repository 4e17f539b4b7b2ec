//! How far a person is with a work, and which of two such is further.

use std::cmp::Ordering;

use serde_json::{Value, json};

use crate::library::{Entry, Kind, Status};

/// How far somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    status: Status,
    progress: u32,
    repeats: u32,
    repeating: bool,
}

impl Standing {
    pub(super) fn of(entry: &Entry) -> Self {
        let &Entry { status, progress, repeats, repeating, .. } = entry;
        Self { status, progress, repeats, repeating }
    }

    pub(super) fn write(self, entry: &mut Entry) {
        let Self { status, progress, repeats, repeating } = self;
        (entry.status, entry.progress) = (status, progress);
        (entry.repeats, entry.repeating) = (repeats, repeating);
    }

    /// Each field of which `said` says something else, as an item has it: here, and there.
    pub(super) fn differing(self, said: Self, kind: Kind) -> Vec<(&'static str, Value, Value)> {
        let word = |standing: Self| json!(standing.status.word(kind));
        let fields = [
            (said.status != Status::Planning, "status", word(self), word(said)),
            (said.progress > 0, "progress", json!(self.progress), json!(said.progress)),
            (said.repeats > 0, "repeats", json!(self.repeats), json!(said.repeats)),
            (said.repeating, "repeating", json!(self.repeating), json!(said.repeating)),
        ];
        let differing = fields.into_iter().filter(|(says, _, has, said)| *says && has != said);
        differing.map(|(_, field, has, said)| (field, has, said)).collect()
    }

    /// The further of both; none where a person has to say which one is right.
    pub(super) fn joined(self, said: Self) -> Option<Self> {
        if said.says_nothing() {
            return Some(self);
        }
        let begun = |standing: Self| standing.repeats + u32::from(standing.repeating);
        match begun(said).cmp(&begun(self)) {
            Ordering::Greater => said.is_round().then(|| self.in_a_later_round(said)),
            Ordering::Equal if said.ends_round_of(self) => Some(self.in_a_later_round(said)),
            Ordering::Equal => self.in_this_round(said),
            // A count of 0 says nothing, and what is finished says so once.
            Ordering::Less if said.repeats == 0 && !self.repeating => {
                self.in_this_round(Self { repeats: self.repeats, ..said })
            }
            Ordering::Less => None,
        }
    }

    fn says_nothing(self) -> bool {
        let Self { status, progress, repeats, repeating } = self;
        status == Status::Planning && progress == 0 && repeats == 0 && !repeating
    }

    fn ends_round_of(self, before: Self) -> bool {
        before.repeating && !self.repeating && self.status == Status::Completed
    }

    /// Whether it says of a further round how far that is.
    fn is_round(self) -> bool {
        self.repeating || self.status == Status::Completed
    }

    /// Where a round begins, the count falls.
    fn in_a_later_round(self, said: Self) -> Self {
        if said.repeating {
            return said;
        }
        Self { progress: said.progress.max(self.progress), ..said }
    }

    fn in_this_round(self, said: Self) -> Option<Self> {
        let status = self.status.further(said.status)?;
        let known = said.progress == 0 || said.progress >= self.progress;
        let same_flag = said.repeating == self.repeating;
        let repeats = said.repeats == self.repeats;
        (known && same_flag && repeats).then(|| Self {
            status,
            progress: self.progress.max(said.progress),
            ..self
        })
    }
}
