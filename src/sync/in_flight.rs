//! The batches that were sent to Trakt and of which it is not known what became of them, as the
//! store keeps them.
//!
//! A write may take effect long after its answer was given up, and the history may lag behind what
//! it has. So what is missing of a batch is left alone until the batch is older than [`LANDING`]:
//! it is neither planned nor sent. Only a history that is read after that tells that it is not
//! there.

#[cfg(test)]
mod tests;
mod told;
pub mod untaken;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::told::{Look, Told};
pub use self::untaken::Untaken;
use crate::domain::{HistoryId, Play, RunId, RunPlay, RunPlays};
use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::plan::Held;
use crate::trakt::LANDING;

/// All that is in flight, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InFlight {
    /// One for each request, with what is not settled of it.
    pub batches: Vec<Batch>,
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Batch {
    /// When it left, or was given up, by the clock of the services that are asked and not by this
    /// machine's.
    pub sent_at: Timestamp,
    /// Whether Trakt answered, and did not say what became of all of it. What is missing then
    /// was not taken, once the history can tell.
    #[serde(default, skip_serializing_if = "is_false")]
    pub answered: bool,
    /// What it was.
    #[serde(flatten)]
    pub sent: Sent,
}

/// What was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Sent {
    /// Plays that a run adds, as they will be if Trakt has them.
    Adding(RunPlays),
    /// Plays that an undo removes.
    Removing {
        /// The undo.
        run: RunId,
        /// The run that is undone.
        undoes: RunId,
        /// The plays.
        ids: Vec<HistoryId>,
    },
    /// Something that this version cannot read. That there is one tells enough to plan nothing
    /// before the history can be trusted.
    Unreadable {},
}

impl InFlight {
    /// The record of a stored text, at a time that is known to be right.
    pub fn read(text: &str, now: Timestamp) -> Self {
        Self::parse(text).at(now)
    }

    /// The record of a stored text. What was recorded without a time is of a time that is to come.
    pub fn parse(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_else(|_| {
            let sent = serde_json::from_str(text).unwrap_or(Sent::Unreadable {});
            Self { batches: vec![Batch::new(Timestamp::MAX, sent)] }
        })
    }

    /// The same at this time. A time that is to come tells nothing, so such a batch counts as sent
    /// just now; likewise one that an earlier version recorded without a time.
    #[must_use]
    pub fn at(mut self, now: Timestamp) -> Self {
        for batch in &mut self.batches {
            batch.sent_at = batch.sent_at.min(now);
        }
        self
    }

    /// The text to store; none when nothing is in flight.
    pub fn text(&self) -> Result<Option<String>> {
        if self.batches.is_empty() {
            return Ok(None);
        }
        let text = serde_json::to_string(self);
        text.map(Some).map_err(|error| Error::Internal(error.to_string()))
    }

    /// The same with one batch more.
    #[must_use]
    pub fn and(&self, batch: Batch) -> Self {
        let batches = self.batches.iter().cloned().chain([batch]).collect();
        Self { batches }
    }

    /// The plays that were to be added, batch by batch.
    pub fn adding(&self) -> impl Iterator<Item = &RunPlays> {
        self.batches.iter().filter_map(Batch::adding)
    }

    /// What the runs that sent these plays have kept of them so far.
    pub(super) async fn kept(&self, person: &Person) -> Result<Vec<RunPlays>> {
        let runs: BTreeSet<RunId> = self.adding().map(|plays| plays.run).collect();
        let mut kept = Vec::new();
        for run in runs {
            kept.extend(person.store.run_plays(run).await?);
        }
        Ok(kept)
    }

    /// The plays of a run that may still arrive.
    #[must_use]
    pub fn held_of(&self, run: RunId, now: Timestamp) -> Held {
        let mut held = Held::default();
        for batch in self.batches.iter().filter(|batch| !batch.is_known(now)) {
            let Some(plays) = batch.adding().filter(|plays| plays.run == run) else { continue };
            held.plays(batch.known_from(), plays.plays.iter().map(|sent| &sent.play));
        }
        held
    }

    /// The same without removals for the undo of a run, which sends them again: a play's id is
    /// never another play's.
    #[must_use]
    pub fn without_removals_of(mut self, run: RunId) -> Self {
        let is_other = |batch: &Batch| match &batch.sent {
            Sent::Removing { undoes, .. } => *undoes != run,
            Sent::Adding(_) | Sent::Unreadable {} => true,
        };
        self.batches.retain(is_other);
        self
    }
}

impl Batch {
    /// What was sent then, and not answered yet.
    pub fn new(sent_at: Timestamp, sent: Sent) -> Self {
        Self { sent_at, answered: false, sent }
    }

    fn adding(&self) -> Option<&RunPlays> {
        match &self.sent {
            Sent::Adding(plays) => Some(plays),
            Sent::Removing { .. } | Sent::Unreadable {} => None,
        }
    }

    /// The plays that it adds.
    fn plays(&self) -> impl Iterator<Item = &RunPlay> {
        self.adding().into_iter().flat_map(|plays| &plays.plays)
    }

    /// Whether nothing is left of what it adds.
    fn is_empty(&self) -> bool {
        self.adding().is_some_and(|plays| plays.plays.is_empty())
    }

    /// The same with these of the plays that it adds.
    #[must_use]
    pub fn only(&self, is_left: impl Fn(&Play) -> bool) -> Self {
        let mut left = self.clone();
        if let Sent::Adding(plays) = &mut left.sent {
            plays.plays.retain(|sent| is_left(&sent.play));
        }
        left
    }

    /// Whether a history that is read after this tells all that came of it.
    fn is_known(&self, now: Timestamp) -> bool {
        self.known_from() <= now
    }

    /// From when on a history tells all that came of it.
    pub fn known_from(&self) -> Timestamp {
        self.sent_at.checked_add(LANDING).unwrap_or(Timestamp::MAX)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
fn is_false(answered: &bool) -> bool {
    !answered
}
