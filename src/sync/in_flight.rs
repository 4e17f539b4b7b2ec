//! The batches that were sent to Trakt and of which it is not known what became of them, as the
//! store keeps them.
//!
//! A write may take effect long after its answer was given up, and the history may lag behind what
//! it has. So what is missing of a batch is left alone until the batch is older than [`LANDING`]:
//! it is neither planned nor sent. Only a history that is read after that tells that it is not
//! there.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{AnilistId, HistoryId, Item, Play, RunId};
use crate::error::{Error, Result};
use crate::mapping::resolve::Queue;
use crate::store::{Progress, RunPlay, RunPlays, Unmapped, Write};
use crate::trakt::LANDING;

/// All that is in flight, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InFlight {
    /// One for each request. A batch stays whole until all of it is settled.
    pub batches: Vec<Batch>,
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Batch {
    /// When it left, or was given up, by the clock of the services that are asked and not by this
    /// machine's.
    pub sent_at: Timestamp,
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

/// What the history tells of what was in flight.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settled {
    /// What is to be stored: the plays that arrived belong to the run that sent them and are
    /// settled, whichever run finds them.
    pub writes: Vec<Write>,
    /// What is still in flight.
    pub rest: InFlight,
    /// What must not be sent meanwhile.
    pub held: Held,
}

/// What may still appear in the history.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    /// From when on all of it is known; none when nothing is held.
    pub until: Option<Timestamp>,
    everything: bool,
    items: HashSet<Item>,
    episodes: HashSet<(AnilistId, u32)>,
}

impl InFlight {
    /// The record of a stored text. A time that is to come tells nothing, so such a batch counts
    /// as sent just now; likewise one that an earlier version recorded without a time.
    pub fn read(text: &str, now: Timestamp) -> Self {
        let mut record: Self = serde_json::from_str(text).unwrap_or_else(|_| {
            let sent = serde_json::from_str(text).unwrap_or(Sent::Unreadable {});
            Self { batches: vec![Batch { sent_at: now, sent }] }
        });
        for batch in &mut record.batches {
            batch.sent_at = batch.sent_at.min(now);
        }
        record
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

    /// The plays of a run that may still arrive.
    #[must_use]
    pub fn held_of(&self, run: RunId, arrived: impl Fn(&Play) -> bool) -> Held {
        let mut held = Held::default();
        for batch in &self.batches {
            let Some(plays) = batch.adding().filter(|plays| plays.run == run) else { continue };
            let missing = plays.plays.iter().map(|sent| &sent.play).filter(|play| !arrived(play));
            held.plays_of(batch, missing);
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

    /// What the history tells at `now`, given which plays it has. `now` must be before the history
    /// was read.
    pub fn settled(
        &self,
        arrived: impl Fn(&Play) -> bool,
        progress: &HashMap<AnilistId, Progress>,
        queue: &Queue,
        now: Timestamp,
    ) -> Settled {
        let mut settled = Settled::default();
        for batch in &self.batches {
            settled.look_at(batch, &arrived, queue, now);
        }
        let plays = self.adding().flat_map(|batch| &batch.plays).map(|sent| &sent.play);
        let settled_before = |id| progress.get(&id).map_or(0, |row: &Progress| row.last_abs);
        for (id, last_abs) in settled_through(plays, settled_before, &arrived) {
            let before = progress.get(&id);
            if before.is_none_or(|row| row.last_abs < last_abs) {
                let rewatched = before.map(|row| row.rewatched).unwrap_or_default();
                let row = Progress { anilist_id: id, last_abs, rewatched, updated_at: now };
                settled.writes.push(Write::Progress(row));
            }
        }
        settled
    }
}

impl Batch {
    fn adding(&self) -> Option<&RunPlays> {
        match &self.sent {
            Sent::Adding(plays) => Some(plays),
            Sent::Removing { .. } | Sent::Unreadable {} => None,
        }
    }

    /// From when on a history tells all that came of it.
    pub fn known_from(&self) -> Timestamp {
        self.sent_at.checked_add(LANDING).unwrap_or(Timestamp::MAX)
    }
}

impl Settled {
    fn look_at(
        &mut self,
        batch: &Batch,
        arrived: impl Fn(&Play) -> bool,
        queue: &Queue,
        now: Timestamp,
    ) {
        let is_known = batch.known_from() <= now;
        let Some(RunPlays { run, group, plays }) = batch.adding() else {
            if !is_known {
                self.held.everything_of(batch);
                self.rest.batches.push(batch.clone());
            }
            return;
        };
        let (found, missing): (Vec<&RunPlay>, Vec<&RunPlay>) =
            plays.iter().partition(|sent| arrived(&sent.play));
        if !found.is_empty() {
            let found: Vec<RunPlay> = found.into_iter().cloned().collect();
            self.writes.extend(off_the_queue(&found, queue));
            self.writes.push(Write::RunPlays(RunPlays { run: *run, group: *group, plays: found }));
        }
        if !is_known && !missing.is_empty() {
            self.held.plays_of(batch, missing.into_iter().map(|sent| &sent.play));
            self.rest.batches.push(batch.clone());
        }
    }
}

impl Held {
    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.until.is_none()
    }

    /// Whether a play of this episode or film, or of this episode of the entry wherever that is
    /// placed now, may still appear.
    pub fn has(&self, id: AnilistId, abs: u32, item: &Item) -> bool {
        self.everything || self.items.contains(item) || self.episodes.contains(&(id, abs))
    }

    /// Holds these plays of a batch.
    pub fn plays_of<'a>(&mut self, batch: &Batch, plays: impl Iterator<Item = &'a Play>) {
        self.plays(batch.known_from(), plays);
    }

    /// Holds these plays until then.
    pub fn plays<'a>(&mut self, until: Timestamp, plays: impl Iterator<Item = &'a Play>) {
        for play in plays {
            self.items.insert(play.item);
            self.episodes.insert((play.anilist_id, play.abs));
            self.until = self.until.max(Some(until));
        }
    }

    fn everything_of(&mut self, batch: &Batch) {
        self.everything = true;
        self.until = self.until.max(Some(batch.known_from()));
    }

    /// Why something waits, for a person.
    pub fn sentence(&self) -> String {
        let what = self.what();
        format!("Trakt did not confirm {what}, and may still add or remove what it was sent")
    }

    /// Why an undo waits for what Trakt took, for a person.
    pub fn unseen_sentence(&self) -> String {
        format!("Trakt's history does not show yet {}", self.what())
    }

    fn what(&self) -> String {
        match self.episodes.len() {
            0 => "what was sent before".to_owned(),
            1 => "one play that was sent".to_owned(),
            plays => format!("{plays} plays that were sent"),
        }
    }
}

/// How far each entry is settled by the plays that arrived, up to the first that did not. Only
/// plays that go on from what was settled before count: what lies between may have been in a batch
/// that was given up. How far the rest is, and its rewatches, the next plan finds out.
fn settled_through<'a>(
    plays: impl Iterator<Item = &'a Play>,
    settled_before: impl Fn(AnilistId) -> u32,
    arrived: impl Fn(&Play) -> bool,
) -> BTreeMap<AnilistId, u32> {
    let (mut through, mut broken) = (BTreeMap::new(), HashSet::new());
    for play in plays.filter(|play| play.rewatch == 0) {
        let id = play.anilist_id;
        let begins = !through.contains_key(&id) && play.abs > settled_before(id) + 1;
        if begins || !arrived(play) {
            broken.insert(id);
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

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn in_flight() -> InFlight {
        let plays = [(1, 4), (1, 5), (1, 6), (2, 1), (2, 2)].map(|(id, abs)| sent(id, abs));
        let sent = Sent::Adding(RunPlays { run: RunId(7), group: 3, plays: plays.to_vec() });
        InFlight { batches: vec![Batch { sent_at: at(1000), sent }] }
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

    fn settled_at(now: i64, missing: &[(u32, u32)], last_abs: u32, queue: &Queue) -> Settled {
        let id = AnilistId(1);
        let row = Progress {
            rewatched: Rewatched::default(),
            anilist_id: id,
            last_abs,
            updated_at: Timestamp::UNIX_EPOCH,
        };
        let arrived = |play: &Play| !missing.contains(&(play.anilist_id.0, play.abs));
        in_flight().settled(arrived, &HashMap::from([(id, row)]), queue, at(now))
    }

    /// Long after it was sent.
    fn settled(missing: &[(u32, u32)], last_abs: u32, queue: &Queue) -> Vec<Write> {
        let settled = settled_at(10_000, missing, last_abs, queue);
        assert_eq!((settled.rest, settled.held), (InFlight::default(), Held::default()));
        settled.writes
    }

    fn progress(writes: &[Write]) -> Vec<(u32, u32)> {
        let row = |write: &Write| match write {
            Write::Progress(row) => Some((row.anilist_id.0, row.last_abs)),
            _ => None,
        };
        writes.iter().filter_map(row).collect()
    }

    fn kept(writes: &[Write]) -> Option<&RunPlays> {
        writes.iter().find_map(|write| match write {
            Write::RunPlays(plays) => Some(plays),
            _ => None,
        })
    }

    #[test]
    fn entries_are_settled_up_to_the_first_play_that_did_not_arrive_and_never_back() {
        let queue = Queue::new();
        assert_eq!(progress(&settled(&[], 3, &queue)), [(1, 6), (2, 2)]);
        assert_eq!(progress(&settled(&[(1, 5), (2, 1)], 3, &queue)), [(1, 4)]);
        assert_eq!(progress(&settled(&[], 9, &queue)), [(2, 2)]);
    }

    #[test]
    fn what_lies_before_the_plays_that_arrived_is_not_settled_by_them() {
        let queue = Queue::new();
        assert_eq!(progress(&settled(&[], 2, &queue)), [(2, 2)]);
        assert_eq!(progress(&settled(&[(2, 1)], 0, &queue)), []);
    }

    #[test]
    fn the_plays_that_arrived_are_the_run_s_that_sent_them() {
        let writes = settled(&[(1, 5)], 3, &Queue::new());
        let expected = [(1, 4), (1, 6), (2, 1), (2, 2)].map(|(id, abs)| sent(id, abs));
        let expected = RunPlays { run: RunId(7), group: 3, plays: expected.to_vec() };
        assert_eq!(kept(&writes), Some(&expected));
        let all = [(1, 4), (1, 5), (1, 6), (2, 1), (2, 2)];
        assert_eq!(settled(&all, 3, &Queue::new()), []);
    }

    #[test]
    fn what_is_missing_of_a_young_batch_is_held_and_the_batch_stays_whole() {
        let landing = LANDING.as_secs();
        for (now, is_held) in [(1000, true), (999 + landing, true), (1000 + landing, false)] {
            let Settled { writes, rest, held } = settled_at(now, &[(1, 5)], 3, &Queue::new());
            assert_eq!(
                (progress(&writes), kept(&writes).unwrap().plays.len()),
                (vec![(1, 4), (2, 2)], 4)
            );
            let item = |id: u32, abs: u32| sent(id, abs).play.item;
            assert_eq!(held.has(AnilistId(1), 5, &item(1, 5)), is_held, "at {now}");
            assert_eq!(held.has(AnilistId(9), 1, &item(1, 5)), is_held, "of another entry");
            assert_eq!(held.has(AnilistId(1), 5, &item(8, 8)), is_held, "in another place");
            assert!(!held.has(AnilistId(1), 6, &item(1, 6)));
            assert_eq!(held.until, is_held.then(|| at(1000 + landing)));
            let expected = if is_held { in_flight() } else { InFlight::default() };
            assert_eq!(rest, expected);
        }
    }

    #[test]
    fn a_young_removal_and_what_cannot_be_read_hold_everything() {
        let removing = Sent::Removing { run: RunId(2), undoes: RunId(1), ids: vec![HistoryId(5)] };
        for sent in [removing, Sent::Unreadable {}] {
            let record = InFlight { batches: vec![Batch { sent_at: at(1000), sent }] };
            let settled = |now| record.settled(|_| true, &HashMap::new(), &Queue::new(), at(now));
            let Settled { rest, held, .. } = settled(1001);
            let item = Item::Movie { movie: crate::domain::TraktMovieId(1) };
            assert!(held.has(AnilistId(1), 1, &item));
            assert_eq!(rest, record);
            assert_eq!(settled(1000 + LANDING.as_secs()), Settled::default());
        }
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
            Sent::Removing { run: RunId(2), undoes: RunId(1), ids: vec![HistoryId(u64::MAX)] };
        let record = in_flight()
            .and(Batch { sent_at: at(1001), sent: removing })
            .and(Batch { sent_at: at(1002), sent: Sent::Unreadable {} });
        let text = record.text().unwrap().unwrap();
        assert_eq!(InFlight::read(&text, at(5000)), record);
        assert_eq!(InFlight::default().text().unwrap(), None);
        let unreadable = Batch { sent_at: at(5000), sent: Sent::Unreadable {} };
        assert_eq!(InFlight::read("[]", at(5000)).batches, [unreadable]);
    }

    #[test]
    fn a_record_of_the_version_before_counts_as_sent_just_now() {
        let Sent::Adding(plays) = &in_flight().batches[0].sent else { unreachable!() };
        let before = serde_json::json!({ "adding": plays }).to_string();
        let read = InFlight::read(&before, at(5000));
        assert_eq!(read.batches, [Batch { sent_at: at(5000), sent: Sent::Adding(plays.clone()) }]);
    }

    #[test]
    fn a_time_that_is_to_come_counts_as_now() {
        let text = in_flight().text().unwrap().unwrap();
        assert_eq!(InFlight::read(&text, at(10)).batches[0].sent_at, at(10));
    }
}
