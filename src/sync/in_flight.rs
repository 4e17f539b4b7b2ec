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
            let before = progress.get(&id);
            if before.is_none_or(|row| row.last_abs < last_abs) {
                let rewatched = before.map(|row| row.rewatched).unwrap_or_default();
                let row = Progress { anilist_id: id, last_abs, rewatched, updated_at: now };
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

/// How far each entry is settled by the plays that arrived, up to the first that did not. How far
/// its rewatches are, the next plan finds out.
fn settled_through(plays: &[RunPlay], arrived: impl Fn(&Play) -> bool) -> BTreeMap<AnilistId, u32> {
    let (mut through, mut broken) = (BTreeMap::new(), HashSet::new());
    for play in plays.iter().map(|sent| &sent.play).filter(|play| play.rewatch == 0) {
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
    let firsts = found.iter().map(|found| &found.play).filter(|play| play.rewatch == 0);
    for Play { anilist_id, abs, .. } in firsts {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        Entry, Item, ListStatus, Media, Reason, Rewatched, Slot, TraktEpisodeId, TraktShowId,
    };
    use crate::domain::{FuzzyDate, Titles, WatchedAt};
    use crate::store::PlayOutcome;

    fn sent(id: u32, abs: u32) -> RunPlay {
        let slot = Slot { season: 1, number: abs };
        let play = Play {
            anilist_id: AnilistId(id),
            abs,
            item: Item::Episode { show: TraktShowId(u64::from(id)), slot },
            episode_id: Some(TraktEpisodeId(u64::from(abs))),
            watched_at: WatchedAt::Unknown,
            rewatch: 0,
        };
        RunPlay {
            play,
            title: None,
            source: None,
            verdict: None,
            outcome: PlayOutcome::Accepted,
            history_id: None,
        }
    }

    fn in_flight() -> InFlight {
        let plays = [(1, 4), (1, 5), (1, 6), (2, 1), (2, 2)].map(|(id, abs)| sent(id, abs));
        InFlight::Adding(RunPlays { run: RunId(7), group: 3, plays: plays.to_vec() })
    }

    fn waiting(id: u32, episodes: &[u32]) -> (AnilistId, Unmapped) {
        let media = Media {
            id: AnilistId(id),
            mal_id: None,
            titles: Titles { romaji: None, english: None },
            format: None,
            episodes: None,
            start_date: FuzzyDate::default(),
            cover: None,
        };
        let entry = Entry {
            media,
            status: ListStatus::Current,
            progress: 9,
            repeat: 0,
            completed_at: FuzzyDate::default(),
            updated_at: 0,
        };
        let row = Unmapped {
            entry,
            reason: Reason::EpisodesMissing,
            detail: String::new(),
            episodes: episodes.to_vec(),
            ignored: false,
            since: Timestamp::UNIX_EPOCH,
            tried_at: Timestamp::UNIX_EPOCH,
            tried_with: String::new(),
        };
        (AnilistId(id), row)
    }

    fn settled(missing: &[(u32, u32)], last_abs: u32, queue: &Queue) -> Vec<Write> {
        let now = Timestamp::UNIX_EPOCH;
        let id = AnilistId(1);
        let progress = HashMap::from([(
            id,
            Progress { rewatched: Rewatched::default(), anilist_id: id, last_abs, updated_at: now },
        )]);
        let arrived = |play: &Play| !missing.contains(&(play.anilist_id.0, play.abs));
        in_flight().settled(arrived, &progress, queue, now)
    }

    fn progress(writes: &[Write]) -> Vec<(u32, u32)> {
        let row = |write: &Write| match write {
            Write::Progress(row) => Some((row.anilist_id.0, row.last_abs)),
            _ => None,
        };
        writes.iter().filter_map(row).collect()
    }

    #[test]
    fn entries_are_settled_up_to_the_first_play_that_did_not_arrive_and_never_back() {
        let queue = Queue::new();
        assert_eq!(progress(&settled(&[], 3, &queue)), [(1, 6), (2, 2)]);
        assert_eq!(progress(&settled(&[(1, 5), (2, 1)], 3, &queue)), [(1, 4)]);
        assert_eq!(progress(&settled(&[], 9, &queue)), [(2, 2)]);
    }

    #[test]
    fn the_plays_that_arrived_are_the_run_s_that_sent_them() {
        let writes = settled(&[(1, 5)], 3, &Queue::new());
        let kept = writes.iter().find_map(|write| match write {
            Write::RunPlays(plays) => Some(plays),
            _ => None,
        });
        let expected = [(1, 4), (1, 6), (2, 1), (2, 2)].map(|(id, abs)| sent(id, abs));
        let expected = RunPlays { run: RunId(7), group: 3, plays: expected.to_vec() };
        assert_eq!(kept, Some(&expected));
        let nothing =
            in_flight().settled(|_| false, &HashMap::new(), &Queue::new(), Timestamp::UNIX_EPOCH);
        assert_eq!(nothing, [Write::Config { key: keys::IN_FLIGHT, value: None }]);
    }

    #[test]
    fn single_episodes_that_arrived_wait_no_more() {
        let queue = Queue::from([waiting(1, &[5, 8]), waiting(2, &[1])]);
        let writes = settled(&[], 3, &queue);
        assert!(writes.contains(&Write::Unmapped(waiting(1, &[8]).1)));
        assert!(writes.contains(&Write::RemoveUnmapped(AnilistId(2))));
    }

    #[test]
    fn a_record_is_read_back_and_another_form_of_it_is_still_a_record() {
        let removing =
            InFlight::Removing { run: RunId(2), undoes: RunId(1), ids: vec![HistoryId(u64::MAX)] };
        for record in [in_flight(), removing] {
            assert_eq!(InFlight::read(&record.text().unwrap()), record);
        }
        assert_eq!(InFlight::read("[]"), InFlight::Unreadable);
    }
}
