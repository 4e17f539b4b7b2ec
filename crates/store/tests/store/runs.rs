//! Runs and their numbers.

use std::collections::HashSet;

use anilist_trakt_sync_core::domain::{PlayOutcome, RunId, RunPlays, RunReport, RunRow, RunState};
use anilist_trakt_sync_store::{Store, Write};
use serde_json::json;

use crate::backends::Place;
use crate::samples::{me, moment, run, run_plays, someone_else};

on_every_backend! {
    a_run_is_read_back_and_replaced_when_it_ends,
    the_newest_runs_come_first,
    the_fifty_newest_runs_of_an_account_are_kept,
    the_plays_of_a_run_are_read_back_batch_by_batch_in_order,
    any_part_of_a_runs_plays_is_given_with_how_many_there_are,
    a_batch_of_plays_is_replaced,
    plays_go_with_their_run,
    a_run_that_is_replaced_keeps_its_plays,
    five_thousand_plays_of_a_run_are_read_back,
    run_numbers_grow_from_one,
    run_numbers_do_not_repeat_when_runs_were_trimmed_or_came_from_elsewhere,
    two_handles_never_get_the_same_run_number,
}

async fn a_run_is_read_back_and_replaced_when_it_ends(place: Place) {
    let store = place.open().await;
    store.write(&me(), vec![Write::Run(run(1))]).await.unwrap();
    assert_eq!(store.run(&me(), RunId(1)).await.unwrap(), Some(run(1)));
    let ended = RunRow {
        finished_at: Some(moment(9)),
        state: RunState::Partial,
        report: RunReport::Other(json!({ "nextAttempt": null, "plays": [{ "abs": 1 }] })),
        undone_by: Some(RunId(7)),
        ..run(1)
    };
    store.write(&me(), vec![Write::Run(ended.clone())]).await.unwrap();
    assert_eq!(store.runs(&me(), 50).await.unwrap(), [ended]);
}

async fn the_newest_runs_come_first(place: Place) {
    let store = place.open().await;
    let writes = [1, 3, 2].map(|id| Write::Run(run(id)));
    store.write(&me(), writes.to_vec()).await.unwrap();
    assert_eq!(store.runs(&me(), 2).await.unwrap(), [run(3), run(2)]);
}

async fn the_fifty_newest_runs_of_an_account_are_kept(place: Place) {
    let store = place.open().await;
    store.write(&someone_else(), vec![Write::Run(run(1))]).await.unwrap();
    for id in 1..=52 {
        store.write(&me(), vec![Write::Run(run(id))]).await.unwrap();
    }
    let ids: Vec<u64> = store.runs(&me(), 500).await.unwrap().iter().map(|run| run.id.0).collect();
    assert_eq!(ids, (3..=52).rev().collect::<Vec<u64>>());
    assert_eq!(store.run(&me(), RunId(2)).await.unwrap(), None);
    assert_eq!(store.run(&someone_else(), RunId(1)).await.unwrap(), Some(run(1)));
}

async fn the_plays_of_a_run_are_read_back_batch_by_batch_in_order(place: Place) {
    let store = place.open().await;
    let groups = [(1, 2), (1, 11), (1, 1), (11, 1), (2, 1)];
    let writes = groups.map(|(run, group)| Write::RunPlays(run_plays(run, group)));
    store.write(&me(), [vec![Write::Run(run(1))], writes.to_vec()].concat()).await.unwrap();
    store.write(&someone_else(), vec![Write::RunPlays(run_plays(1, 3))]).await.unwrap();
    let expected = [run_plays(1, 1), run_plays(1, 2), run_plays(1, 11)];
    assert_eq!(store.run_plays(&me(), RunId(1)).await.unwrap(), expected);
    assert_eq!(store.run_plays(&someone_else(), RunId(1)).await.unwrap(), [run_plays(1, 3)]);
    assert!(store.run_plays(&me(), RunId(3)).await.unwrap().is_empty());
}

async fn any_part_of_a_runs_plays_is_given_with_how_many_there_are(place: Place) {
    let store = place.open().await;
    let groups = [(1, 2), (1, 11), (1, 1), (2, 1)];
    let writes = groups.map(|(run, group)| Write::RunPlays(run_plays(run, group)));
    store.write(&me(), writes.to_vec()).await.unwrap();
    gives_every_part(&*store).await;
    // As a version that did not keep the counts left them.
    let uncounted = "UPDATE run_plays SET count = NULL WHERE batch <> 2";
    place.damage(uncounted, &["HDEL", "run_plays:counts", "1:1", "1:11"]);
    gives_every_part(&*store).await;
    let none = store.some_run_plays(&me(), RunId(3), 0..9).await.unwrap();
    assert_eq!(none, (Vec::new(), 0));
}

async fn gives_every_part(store: &dyn Store) {
    let all = [1, 2, 11].map(|group| run_plays(1, group).plays).concat();
    for start in 0..=all.len() + 1 {
        for end in [start, start + 1, start + 2, start + 5, usize::MAX] {
            let part = store.some_run_plays(&me(), RunId(1), start..end).await.unwrap();
            let expected = &all[start.min(all.len())..end.min(all.len())];
            assert_eq!(part, (expected.to_vec(), all.len()), "{start}..{end}");
        }
    }
}

async fn a_batch_of_plays_is_replaced(place: Place) {
    let store = place.open().await;
    let writes = [1, 2].map(|group| Write::RunPlays(run_plays(1, group)));
    store.write(&me(), writes.to_vec()).await.unwrap();
    let mut changed = run_plays(1, 1);
    changed.plays[0].outcome = PlayOutcome::Gone;
    store.write(&me(), vec![Write::RunPlays(changed.clone())]).await.unwrap();
    assert_eq!(store.run_plays(&me(), RunId(1)).await.unwrap(), [changed, run_plays(1, 2)]);
}

async fn plays_go_with_their_run(place: Place) {
    let store = place.open().await;
    let other = vec![Write::Run(run(1)), Write::RunPlays(run_plays(1, 1))];
    store.write(&someone_else(), other).await.unwrap();
    for id in 1..=52 {
        let plays = (1..=2).map(|group| Write::RunPlays(run_plays(id, group)));
        let writes = [Write::Run(run(id))].into_iter().chain(plays);
        store.write(&me(), writes.collect()).await.unwrap();
    }
    for id in 1..=52 {
        let kept = store.run_plays(&me(), RunId(id)).await.unwrap().len();
        assert_eq!(kept, if id <= 2 { 0 } else { 2 }, "run {id}");
    }
    assert_eq!(store.run_plays(&someone_else(), RunId(1)).await.unwrap().len(), 1);
}

async fn a_run_that_is_replaced_keeps_its_plays(place: Place) {
    let store = place.open().await;
    store.write(&me(), vec![Write::Run(run(1)), Write::RunPlays(run_plays(1, 1))]).await.unwrap();
    let ended = RunRow { state: RunState::Complete, ..run(1) };
    store.write(&me(), vec![Write::Run(ended)]).await.unwrap();
    assert_eq!(store.run_plays(&me(), RunId(1)).await.unwrap(), [run_plays(1, 1)]);
}

async fn five_thousand_plays_of_a_run_are_read_back(place: Place) {
    let store = place.open().await;
    let group = |number| {
        let plays = run_plays(1, number).plays.into_iter().cycle().take(100).collect();
        RunPlays { run: RunId(1), group: number, plays }
    };
    let groups: Vec<RunPlays> = (1..=50).map(group).collect();
    let writes = groups.iter().cloned().map(Write::RunPlays);
    store.write(&me(), writes.collect()).await.unwrap();
    assert!(store.run_plays(&me(), RunId(1)).await.unwrap() == groups, "they changed on the way");
}

async fn run_numbers_grow_from_one(place: Place) {
    let store = place.open().await;
    for expected in 1..=3 {
        assert_eq!(store.next_run_id(&me()).await.unwrap(), RunId(expected));
    }
    assert_eq!(store.next_run_id(&someone_else()).await.unwrap(), RunId(1));
}

async fn run_numbers_do_not_repeat_when_runs_were_trimmed_or_came_from_elsewhere(place: Place) {
    let store = place.open().await;
    store.write(&me(), vec![Write::Run(run(70))]).await.unwrap();
    assert_eq!(store.next_run_id(&me()).await.unwrap(), RunId(71));
    let writes = (80..140).map(|id| Write::Run(run(id)));
    store.write(&me(), writes.collect()).await.unwrap();
    assert_eq!(store.next_run_id(&me()).await.unwrap(), RunId(140));
    drop(store);
    assert_eq!(place.open().await.next_run_id(&me()).await.unwrap(), RunId(141));
}

async fn two_handles_never_get_the_same_run_number(place: Place) {
    let mut askers = tokio::task::JoinSet::new();
    for _ in 0..2 {
        let store = place.open().await;
        askers.spawn(async move {
            let mut ids = Vec::new();
            for _ in 0..20 {
                ids.push(store.next_run_id(&me()).await.unwrap());
            }
            ids
        });
    }
    let ids: HashSet<RunId> = askers.join_all().await.into_iter().flatten().collect();
    assert_eq!(ids, (1..=40).map(RunId).collect());
}
