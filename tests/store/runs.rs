//! Runs and their numbers.

use std::collections::HashSet;

use anilist_trakt_sync::domain::RunId;
use anilist_trakt_sync::store::{RunRow, RunState, Write};
use serde_json::json;

use crate::backends::Place;
use crate::samples::{me, moment, run, someone_else};

on_every_backend! {
    a_run_is_read_back_and_replaced_when_it_ends,
    the_newest_runs_come_first,
    the_fifty_newest_runs_of_an_account_are_kept,
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
        report: json!({ "nextAttempt": null, "plays": [{ "abs": 1 }] }),
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
