//! Facts about the record and what a history tells of it.

use std::collections::HashMap;
use std::sync::Arc;

use super::*;
use crate::domain::{
    Airing, AnilistId, Entry, Item, ListStatus, Media, Reason, Rewatched, Slot, TraktEpisodeId,
    TraktShowId,
};
use crate::domain::{FuzzyDate, PlayOutcome, RunPlay, Settled, Titles, Waiting, WatchedAt};
use crate::store::{WaitingChange, Write};
use crate::sync::resolve::AllWaiting;

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
    InFlight { batches: vec![Batch::new(at(1000), sent)] }
}

fn row(id: u32, episodes: &[u32]) -> (AnilistId, Arc<Waiting>) {
    let media = Media {
        id: AnilistId(id),
        mal_id: None,
        titles: Titles { romaji: None, english: None },
        format: None,
        episodes: None,
        start_date: FuzzyDate::default(),
        airing: Airing::default(),
        parent: None,
        cover: None,
    };
    let entry = Entry {
        media,
        status: ListStatus::Current,
        progress: 9,
        repeat: 0,
        completed_at: FuzzyDate::default(),
        updated_at: 0,
        private: false,
    };
    let row = Waiting {
        entry,
        reason: Reason::EpisodesMissing,
        detail: String::new(),
        episodes: episodes.to_vec(),
        ignored: false,
        since: Timestamp::UNIX_EPOCH,
        tried_at: Timestamp::UNIX_EPOCH,
        tried_with: String::new(),
    };
    (AnilistId(id), Arc::new(row))
}

fn settled_at(now: i64, missing: &[(u32, u32)], last_abs: u32, waiting: &AllWaiting) -> Told {
    settled_beside(&[], now, missing, last_abs, waiting)
}

fn settled_beside(
    kept: &[RunPlays],
    now: i64,
    missing: &[(u32, u32)],
    last_abs: u32,
    waiting: &AllWaiting,
) -> Told {
    let id = AnilistId(1);
    let row = Settled { last_abs, ..Settled::nothing(id, Timestamp::UNIX_EPOCH) };
    let arrived = |play: &Play| !missing.contains(&(play.anilist_id.0, play.abs));
    let before = HashMap::from([(id, row)]);
    in_flight().told(arrived, Look { settled: &before, waiting, kept, now: at(now) })
}

/// Long after it was sent.
fn settled(missing: &[(u32, u32)], last_abs: u32, waiting: &AllWaiting) -> Vec<Write> {
    let settled = settled_at(10_000, missing, last_abs, waiting);
    assert_eq!((settled.rest, settled.held), (InFlight::default(), Held::default()));
    settled.writes
}

/// The mark of each entry, and what is settled beyond it.
fn rows(writes: &[Write]) -> Vec<(u32, u32, Vec<u32>)> {
    let row = |write: &Write| match write {
        Write::Settled(row) => {
            let beyond = row.beyond.iter().map(|one| one.abs).collect();
            Some((row.anilist_id.0, row.last_abs, beyond))
        }
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
fn entries_are_settled_by_what_arrived_in_whatever_order_and_never_back() {
    let waiting = AllWaiting::new();
    let (both, second) = ((2, 2, vec![]), (2, 0, vec![2]));
    assert_eq!(rows(&settled(&[], 3, &waiting)), [(1, 6, vec![]), both.clone()]);
    assert_eq!(rows(&settled(&[(1, 5), (2, 1)], 3, &waiting)), [(1, 4, vec![6]), second]);
    assert_eq!(rows(&settled(&[], 9, &waiting)), [both]);
}

#[test]
fn what_lies_before_the_plays_that_arrived_is_not_settled_by_them() {
    let beyond = settled(&[(2, 1), (2, 2)], 2, &AllWaiting::new());
    assert_eq!(rows(&beyond), [(1, 2, vec![4, 5, 6])]);
}

#[test]
fn rewatches_that_arrived_are_settled_beyond_the_mark() {
    let mut again = in_flight();
    let Sent::Adding(plays) = &mut again.batches[0].sent else { unreachable!() };
    plays.plays.iter_mut().for_each(|sent| sent.play.rewatch = 1);
    let (before, waiting) = (HashMap::new(), AllWaiting::new());
    let look = Look { settled: &before, waiting: &waiting, kept: &[], now: at(1001) };
    let Told { writes, .. } = again.told(|play| play.anilist_id.0 == 2, look);
    let expected = [1, 2].map(|abs| Rewatched { rewatch: 1, abs });
    let row = Settled::nothing(AnilistId(2), at(1001)).with(expected);
    assert!(writes.contains(&Write::Settled(row)));
}

#[test]
fn the_plays_that_arrived_are_the_run_s_that_sent_them() {
    let writes = settled(&[(1, 5)], 3, &AllWaiting::new());
    let expected = [(1, 4), (1, 6), (2, 1), (2, 2)].map(|(id, abs)| sent(id, abs));
    let expected = RunPlays { run: RunId(7), group: 3, plays: expected.to_vec() };
    assert_eq!(kept(&writes), Some(&expected));
    let all = [(1, 4), (1, 5), (1, 6), (2, 1), (2, 2)];
    assert_eq!(settled(&all, 3, &AllWaiting::new()), []);
}

#[test]
fn what_is_missing_of_a_young_batch_is_held_and_what_arrived_leaves_it() {
    let landing = LANDING.as_secs();
    for (now, is_held) in [(1000, true), (999 + landing, true), (1000 + landing, false)] {
        let Told { writes, rest, held, .. } = settled_at(now, &[(1, 5)], 3, &AllWaiting::new());
        assert_eq!(rows(&writes), [(1, 4, vec![6]), (2, 2, vec![])]);
        assert_eq!(kept(&writes).unwrap().plays.len(), 4);
        let item = |id: u32, abs: u32| sent(id, abs).play.item;
        assert_eq!(held.has(AnilistId(1), 5, &item(1, 5)), is_held, "at {now}");
        assert_eq!(held.has(AnilistId(9), 1, &item(1, 5)), is_held, "of another entry");
        assert_eq!(held.has(AnilistId(1), 5, &item(8, 8)), is_held, "in another place");
        assert!(!held.has(AnilistId(1), 6, &item(1, 6)));
        assert_eq!(held.until, is_held.then(|| at(1000 + landing)));
        let left = in_flight().batches[0].only(|play| play.abs == 5);
        let expected = if is_held { vec![left] } else { Vec::new() };
        assert_eq!(rest.batches, expected);
    }
}

#[test]
fn what_is_kept_of_a_batch_stays_as_it_is_and_is_not_looked_for() {
    let mut undone = RunPlays { run: RunId(7), group: 3, plays: vec![sent(1, 4), sent(1, 5)] };
    undone.plays[0].outcome = PlayOutcome::Removed;
    undone.plays[1].outcome = PlayOutcome::Gone;
    let missing = [(1, 4), (1, 5), (2, 1)];
    let other = RunPlays { group: 2, ..undone.clone() };
    let kept_before = [other, undone.clone()];
    let waiting = AllWaiting::from([row(1, &[4])]);
    let Told { writes, rest, held, .. } = settled_beside(&kept_before, 1001, &missing, 3, &waiting);
    let expected = [undone.plays, vec![sent(1, 6), sent(2, 2)]].concat();
    assert_eq!(kept(&writes).unwrap().plays, expected);
    assert_eq!(rows(&writes), [(1, 3, vec![6]), (2, 0, vec![2])]);
    let left = in_flight().batches[0].only(|play| play.anilist_id.0 == 2 && play.abs == 1);
    assert_eq!(rest.batches, [left]);
    assert!(!held.has(AnilistId(1), 4, &sent(1, 4).play.item));
}

#[test]
fn what_was_answered_and_never_appears_is_left_to_a_run_that_looks_at_its_title() {
    let mut answered = in_flight();
    answered.batches[0].answered = true;
    let text = answered.text().unwrap().unwrap();
    assert_eq!(InFlight::read(&text, at(5000)), answered);
    let (before, waiting) = (HashMap::new(), AllWaiting::new());
    let landing = 1000 + LANDING.as_secs();
    let missing = |play: &Play| play.abs != 5 && play.abs != 1;
    let look = |now| Look { settled: &before, waiting: &waiting, kept: &[], now: at(now) };
    let young = answered.told(missing, look(landing - 1));
    assert!(!young.held.is_empty() && young.untaken == Untaken::default());

    let Told { rest, held, untaken, .. } = answered.told(missing, look(landing));
    let left = answered.batches[0].only(|play| !missing(play));
    assert_eq!((&rest.batches, held), (&vec![left.clone()], Held::default()));
    assert!(untaken.plays().any(|play| *play == sent(1, 5).play));
    assert!(untaken.plays().all(|play| *play != sent(1, 4).play));
    let (open, writes) = untaken.dealt_with(&rest, |id| id.0 == 1, at(landing));
    assert_eq!(open.batches, [left.only(|play| play.anilist_id.0 == 2)]);
    let outcomes = |plays: &RunPlays| plays.plays.iter().map(|sent| sent.outcome).collect();
    let outcomes: Vec<_> = kept(&writes).map(outcomes).unwrap();
    let (accepted, refused) = (PlayOutcome::Accepted, PlayOutcome::Refused);
    assert_eq!(outcomes, [accepted, accepted, accepted, refused]);
    let week = 7 * 24 * 3600;
    for (now, is_left) in [(999 + week, true), (1000 + week, false)] {
        let (open, writes) = untaken.dealt_with(&rest, |_| false, at(now));
        assert_eq!((open == rest, writes), (is_left, vec![]));
    }
}

#[test]
fn a_young_removal_and_what_cannot_be_read_hold_everything() {
    let removing = Sent::Removing { run: RunId(2), undoes: RunId(1), ids: vec![HistoryId(5)] };
    for sent in [removing, Sent::Unreadable {}] {
        let record = InFlight { batches: vec![Batch::new(at(1000), sent)] };
        let (before, waiting) = (HashMap::new(), AllWaiting::new());
        let look = |now| Look { settled: &before, waiting: &waiting, kept: &[], now: at(now) };
        let settled = |now| record.told(|_| true, look(now));
        let Told { rest, held, .. } = settled(1001);
        let item = Item::Movie { movie: crate::domain::TraktMovieId(1) };
        assert!(held.has(AnilistId(1), 1, &item));
        assert_eq!(rest, record);
        assert_eq!(settled(1000 + LANDING.as_secs()), Told::default());
    }
}

#[test]
fn single_episodes_that_arrived_wait_no_more() {
    let waiting = AllWaiting::from([row(1, &[5, 8]), row(2, &[1])]);
    let writes = settled(&[], 3, &waiting);
    let (one, two) = (&waiting[&AnilistId(1)], &waiting[&AnilistId(2)]);
    let left = WaitingChange::to(Some(one), Arc::unwrap_or_clone(row(1, &[8]).1));
    assert!(writes.contains(&Write::ChangeWaiting(left)));
    assert!(writes.contains(&Write::ChangeWaiting(WaitingChange::off(two))));
}

#[test]
fn a_record_is_read_back_and_another_form_of_it_is_still_a_record() {
    let removing =
        Sent::Removing { run: RunId(2), undoes: RunId(1), ids: vec![HistoryId(u64::MAX)] };
    let record = in_flight()
        .and(Batch::new(at(1001), removing))
        .and(Batch::new(at(1002), Sent::Unreadable {}));
    let text = record.text().unwrap().unwrap();
    assert_eq!(InFlight::read(&text, at(5000)), record);
    assert_eq!(InFlight::default().text().unwrap(), None);
    let unreadable = Batch::new(at(5000), Sent::Unreadable {});
    assert_eq!(InFlight::read("[]", at(5000)).batches, [unreadable]);
}

#[test]
fn a_record_of_the_version_before_counts_as_sent_just_now() {
    let Sent::Adding(plays) = &in_flight().batches[0].sent else { unreachable!() };
    let before = serde_json::json!({ "adding": plays }).to_string();
    let read = InFlight::read(&before, at(5000));
    assert_eq!(read.batches, [Batch::new(at(5000), Sent::Adding(plays.clone()))]);
}

#[test]
fn a_time_that_is_to_come_counts_as_now() {
    let text = in_flight().text().unwrap().unwrap();
    assert_eq!(InFlight::read(&text, at(10)).batches[0].sent_at, at(10));
}
