//! The batch that was sent to Trakt and of which nothing is known yet, as the store keeps it.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{AnilistId, HistoryId, Play, RunId};
use crate::error::{Error, Result};
use crate::mapping::resolve::Queue;
use crate::store::{Progress, RunPlay, RunPlays, Unmapped, Write, keys};

/// What was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum InFlight {
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
    /// Something that this version cannot read, such as the record of an earlier one. That there
    /// is one tells enough to read the history again.
    Unreadable,
}

impl InFlight {
    /// The record of a stored text.
    pub fn read(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or(Self::Unreadable)
    }

    /// The text to store.
    pub fn text(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|error| Error::Internal(error.to_string()))
    }

    /// The plays that were to be added.
    pub fn adding(&self) -> Option<&RunPlays> {
        match self {
            Self::Adding(plays) => Some(plays),
            Self::Removing { .. } | Self::Unreadable => None,
        }
    }

    /// What is written once the history tells which plays arrived: these belong to the run that
    /// sent them and are settled, whichever run finds them. The record goes.
    pub fn settled(
        &self,
        arrived: impl Fn(&Play) -> bool,
        progress: &HashMap<AnilistId, Progress>,
        queue: &Queue,
        now: Timestamp,
    ) -> Vec<Write> {
        let mut writes = vec![Write::Config { key: keys::IN_FLIGHT, value: None }];
        let Some(RunPlays { run, group, plays }) = self.adding() else { return writes };
        for (id, last_abs) in settled_through(plays, &arrived) {
            if progress.get(&id).is_none_or(|row| row.last_abs < last_abs) {
                let row = Progress { anilist_id: id, last_abs, updated_at: now };
                writes.push(Write::Progress(row));
            }
        }
        let found: Vec<RunPlay> =
            plays.iter().filter(|sent| arrived(&sent.play)).cloned().collect();
        if !found.is_empty() {
            writes.extend(off_the_queue(&found, queue));
            writes.push(Write::RunPlays(RunPlays { run: *run, group: *group, plays: found }));
        }
        writes
    }
}

/// How far each entry is settled by the plays that arrived, up to the first that did not.
fn settled_through(plays: &[RunPlay], arrived: impl Fn(&Play) -> bool) -> BTreeMap<AnilistId, u32> {
    let (mut through, mut broken) = (BTreeMap::new(), HashSet::new());
    for play in plays.iter().map(|sent| &sent.play) {
        if !arrived(play) {
            broken.insert(play.anilist_id);
        }
        if !broken.contains(&play.anilist_id) {
            let last = through.entry(play.anilist_id).or_insert(0);
            *last = play.abs.max(*last);
        }
    }
    through
}

/// Single episodes that waited do so no more when they arrived.
fn off_the_queue(found: &[RunPlay], queue: &Queue) -> Vec<Write> {
    let mut waiting: BTreeMap<AnilistId, Unmapped> = BTreeMap::new();
    for Play { anilist_id, abs, .. } in found.iter().map(|found| &found.play) {
        let Some(row) = queue.get(anilist_id).filter(|row| row.episodes.contains(abs)) else {
            continue;
        };
        let row = waiting.entry(*anilist_id).or_insert_with(|| row.clone());
        row.episodes.retain(|episode| episode != abs);
    }
    let write = |(id, row): (AnilistId, Unmapped)| {
        let none_is_left = row.episodes.is_empty();
        if none_is_left { Write::RemoveUnmapped(id) } else { Write::Unmapped(row) }
    };
    waiting.into_iter().map(write).collect()
}
