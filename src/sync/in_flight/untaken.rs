//! Plays that Trakt answered to without a word of them, and that its history does not have.
//!
//! They would only be passed over again, so they wait for a person as if Trakt had refused them by
//! name. That takes a run that looks at their title; until then they stay recorded.

use jiff::{SignedDuration, Timestamp};

use super::{Batch, InFlight};
use crate::domain::{AnilistId, Play, PlayOutcome, RunPlay, RunPlays};
use crate::store::Write;

/// How long they stay recorded at most. Each run reads the whole history for what is recorded, and
/// the title may have left the list.
const MOST: SignedDuration = SignedDuration::from_hours(24 * 7);

/// Such plays, batch by batch.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Untaken(Vec<Part>);

#[derive(Debug, Clone, PartialEq)]
struct Part {
    /// The batch with nothing else in it.
    batch: Batch,
    /// What its run has kept of it.
    kept: RunPlays,
}

impl Untaken {
    pub(super) fn add(&mut self, batch: Batch, kept: RunPlays) {
        self.0.push(Part { batch, kept });
    }

    /// The plays.
    pub fn plays(&self) -> impl Iterator<Item = &Play> {
        self.0.iter().flat_map(|part| part.batch.plays()).map(|sent| &sent.play)
    }

    /// What is in flight once a run has dealt with these titles, and what is to be stored then: the
    /// run that sent such a play keeps it as refused.
    pub fn dealt_with(
        &self,
        in_flight: &InFlight,
        has_dealt: impl Fn(AnilistId) -> bool,
        now: Timestamp,
    ) -> (InFlight, Vec<Write>) {
        let (mut left, mut writes) = (in_flight.clone(), Vec::new());
        for Part { batch, kept } in &self.0 {
            let is_old = now.duration_since(batch.sent_at) >= MOST;
            let open = batch.only(|play| !is_old && !has_dealt(play.anilist_id));
            let dealt = batch.plays().filter(|sent| has_dealt(sent.play.anilist_id)).cloned();
            let dealt: Vec<_> = dealt.collect();
            if !dealt.is_empty() {
                let mut plays = kept.plays.clone();
                plays.extend(dealt.into_iter().map(refused));
                writes.push(Write::RunPlays(RunPlays { plays, ..kept.clone() }));
            }
            left.batches.iter_mut().filter(|own| *own == batch).for_each(|own| *own = open.clone());
        }
        left.batches.retain(|batch| !batch.is_empty());
        (left, writes)
    }
}

fn refused(mut sent: RunPlay) -> RunPlay {
    sent.outcome = PlayOutcome::Refused;
    sent
}
