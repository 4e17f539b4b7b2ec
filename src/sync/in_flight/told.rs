//! What a history tells of what was in flight. Pure.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::{Batch, InFlight, Untaken};
use crate::domain::{AnilistId, Play, Rewatched, RunPlay, RunPlays, Settled, Waiting};
use crate::plan::Held;
use crate::store::{WaitingChange, Write};
use crate::sync::resolve::AllWaiting;

/// What the history tells of what was in flight.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Told {
    /// What is to be stored: the plays that arrived belong to the run that sent them and are
    /// settled, whichever run finds them.
    pub writes: Vec<Write>,
    /// What is still in flight; what arrived has left its batch.
    pub rest: InFlight,
    /// What must not be sent meanwhile.
    pub held: Held,
    /// What was answered and not taken. It is in flight still, until a run has looked at its title.
    pub untaken: Untaken,
}

/// What the store has, and the time.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// How far entries are synced.
    pub settled: &'a HashMap<AnilistId, Settled>,
    /// What waits for a decision.
    pub waiting: &'a AllWaiting,
    /// What the runs that sent the batches have kept of them so far. That is settled, whatever
    /// became of it since.
    pub kept: &'a [RunPlays],
    /// Before the history was read.
    pub now: Timestamp,
}

impl InFlight {
    /// What the history tells, given which plays it has.
    pub fn told(&self, arrived: impl Fn(&Play) -> bool, look: Look<'_>) -> Told {
        let mut told = Told::default();
        let mut found = Vec::new();
        for batch in &self.batches {
            found.extend(told.look_at(batch, &arrived, look));
        }
        told.writes.extend(progressed(&found, look));
        told.writes.extend(wait_no_longer(&found, look.waiting));
        told
    }

    /// The plays that are not there after all, as far as the history tells.
    pub fn given_up<'a>(
        &'a self,
        arrived: impl Fn(&Play) -> bool + 'a,
        look: Look<'a>,
    ) -> impl Iterator<Item = &'a Play> {
        let known = self.batches.iter().filter(move |batch| batch.is_known(look.now));
        let sent =
            known.filter_map(Batch::adding).flat_map(move |sent| open(sent, look.kept(sent)));
        sent.map(|sent| &sent.play).filter(move |play| !arrived(play))
    }
}

impl<'a> Look<'a> {
    /// What is kept of a batch.
    fn kept(self, sent: &RunPlays) -> Option<&'a RunPlays> {
        self.kept.iter().find(|kept| (kept.run, kept.group) == (sent.run, sent.group))
    }
}

impl Told {
    /// Gives the plays of a batch that arrived.
    fn look_at<'a>(
        &mut self,
        batch: &'a Batch,
        arrived: impl Fn(&Play) -> bool,
        look: Look<'_>,
    ) -> Vec<&'a RunPlay> {
        let is_known = batch.is_known(look.now);
        let Some(sent) = batch.adding() else {
            if !is_known {
                self.held.everything(batch.known_from());
                self.rest.batches.push(batch.clone());
            }
            return Vec::new();
        };
        let kept = look.kept(sent);
        let (found, missing): (Vec<&RunPlay>, Vec<&RunPlay>) =
            open(sent, kept).partition(|sent| arrived(&sent.play));
        let kept = with(kept, sent, &found);
        if !found.is_empty() {
            self.writes.push(Write::RunPlays(kept.clone()));
        }
        let missing: Vec<&Play> = missing.iter().map(|sent| &sent.play).collect();
        if !missing.is_empty() {
            self.miss(batch, is_known, &missing, kept);
        }
        found
    }

    /// What is missing may land as long as it is not known, and is not there after that.
    fn miss(&mut self, batch: &Batch, is_known: bool, missing: &[&Play], kept: RunPlays) {
        let left = batch.only(|play| missing.contains(&play));
        if !is_known {
            self.held.plays(batch.known_from(), missing.iter().copied());
            self.rest.batches.push(left);
        } else if batch.answered {
            self.rest.batches.push(left.clone());
            self.untaken.add(left, kept);
        }
    }
}

/// The plays of a batch that are not kept with its run yet.
fn open<'a>(sent: &'a RunPlays, kept: Option<&RunPlays>) -> impl Iterator<Item = &'a RunPlay> {
    let kept = kept.map(|kept| kept.plays.as_slice()).unwrap_or_default();
    let viewings: Vec<_> = kept.iter().map(|kept| kept.play.viewing()).collect();
    sent.plays.iter().filter(move |sent| !viewings.contains(&sent.play.viewing()))
}

/// What is kept of a batch, with these plays.
fn with(kept: Option<&RunPlays>, sent: &RunPlays, found: &[&RunPlay]) -> RunPlays {
    let before = kept.map(|kept| kept.plays.clone()).unwrap_or_default();
    let plays = before.into_iter().chain(found.iter().copied().cloned()).collect();
    RunPlays { run: sent.run, group: sent.group, plays }
}

/// How far entries are settled by the plays that arrived, also where others before them did not.
fn progressed(found: &[&RunPlay], look: Look<'_>) -> Vec<Write> {
    let mut arrived: BTreeMap<AnilistId, Vec<Rewatched>> = BTreeMap::new();
    for Play { anilist_id, abs, rewatch, .. } in found.iter().map(|sent| &sent.play) {
        arrived.entry(*anilist_id).or_default().push(Rewatched { rewatch: *rewatch, abs: *abs });
    }
    let row = |(id, arrived)| {
        let before = look.settled.get(&id);
        let from = before.cloned().unwrap_or_else(|| Settled::nothing(id, look.now));
        let after = from.with(arrived);
        let changed = before != Some(&after);
        changed.then_some(Write::Settled(Settled { updated_at: look.now, ..after }))
    };
    arrived.into_iter().filter_map(row).collect()
}

/// Single episodes that waited do so no more when they arrived.
fn wait_no_longer(found: &[&RunPlay], waiting: &AllWaiting) -> Vec<Write> {
    let mut arrived: BTreeMap<AnilistId, Vec<u32>> = BTreeMap::new();
    let firsts = found.iter().map(|found| &found.play).filter(|play| play.rewatch == 0);
    for Play { anilist_id, abs, .. } in firsts {
        arrived.entry(*anilist_id).or_default().push(*abs);
    }
    let change = |(id, arrived): (AnilistId, Vec<u32>)| {
        let read = waiting.get(&id)?;
        let mut row = Waiting::clone(read);
        row.episodes.retain(|episode| !arrived.contains(episode));
        let none_is_left = row.episodes.is_empty();
        let changed = row.episodes.len() < read.episodes.len();
        let to = || {
            if none_is_left { WaitingChange::off(read) } else { WaitingChange::to(Some(read), row) }
        };
        changed.then(to).map(Write::ChangeWaiting)
    };
    arrived.into_iter().filter_map(change).collect()
}
