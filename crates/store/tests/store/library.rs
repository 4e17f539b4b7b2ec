//! Mappings, progress, corrections, what waits and shows.

use std::collections::HashMap;

use anilist_trakt_sync_core::domain::{AnilistId, Override, Reason, TraktShowId, Waiting};
use anilist_trakt_sync_store::{Fence, WaitingChange, Write, keys};

use crate::backends::Place;
use crate::samples::{
    correction, mapping, me, moment, settled, show, someone_else, sparse_mapping, waiting,
};

on_every_backend! {
    mappings_are_read_back_as_they_were_in_order_of_their_ids,
    only_the_mappings_that_are_asked_for_are_given,
    a_mapping_is_replaced_and_removed,
    progress_is_read_back_replaced_and_removed,
    the_latest_progress_comes_first,
    a_correction_for_one_entry_stands_beside_the_one_for_its_show,
    a_correction_is_replaced,
    titles_that_wait_are_read_back_as_they_were_and_removed,
    titles_that_wait_are_counted_without_those_that_nobody_has_to_decide_about,
    what_a_person_changes_of_a_title_stays_whatever_a_run_writes,
    changes_of_one_title_at_one_time_are_all_there,
    only_the_shows_that_are_stored_are_given,
    a_shows_breakpoint_map_stands_under_its_documented_name,
    five_thousand_rows_go_into_one_write,
}

async fn mappings_are_read_back_as_they_were_in_order_of_their_ids(place: Place) {
    let store = place.open().await;
    let (first, second) = (sparse_mapping(3), mapping(20));
    let writes = vec![Write::Mapping(second.clone()), Write::Mapping(first.clone())];
    store.write(&me(), writes).await.unwrap();
    assert_eq!(store.mappings(&me()).await.unwrap(), [first, second]);
}

async fn only_the_mappings_that_are_asked_for_are_given(place: Place) {
    let store = place.open().await;
    let writes = (1..=5).map(|id| Write::Mapping(mapping(id)));
    store.write(&me(), writes.collect()).await.unwrap();
    store.write(&someone_else(), vec![Write::Mapping(mapping(9))]).await.unwrap();
    let wanted = [2, 4, 9].map(AnilistId);
    let found = store.some_mappings(&me(), &wanted).await.unwrap();
    let expected = [2, 4].map(|id| (AnilistId(id), mapping(id)));
    assert_eq!(found, HashMap::from(expected));
    assert!(store.some_mappings(&me(), &[]).await.unwrap().is_empty());
}

async fn a_mapping_is_replaced_and_removed(place: Place) {
    let store = place.open().await;
    store.write(&me(), vec![Write::Mapping(mapping(1))]).await.unwrap();
    store.write(&me(), vec![Write::Mapping(sparse_mapping(1))]).await.unwrap();
    assert_eq!(store.mappings(&me()).await.unwrap(), [sparse_mapping(1)]);
    let writes = vec![Write::RemoveMapping(AnilistId(1)), Write::RemoveMapping(AnilistId(2))];
    store.write(&me(), writes).await.unwrap();
    assert!(store.mappings(&me()).await.unwrap().is_empty());
}

async fn progress_is_read_back_replaced_and_removed(place: Place) {
    let store = place.open().await;
    let rows = [settled(1, 3, 0), settled(2, 1100, 0), settled(1, 4, 1)];
    store.write(&me(), rows.into_iter().map(Write::Settled).collect()).await.unwrap();
    let expected = [settled(1, 4, 1), settled(2, 1100, 0)];
    let expected: HashMap<_, _> = expected.into_iter().map(|row| (row.anilist_id, row)).collect();
    assert_eq!(store.settled(&me()).await.unwrap(), expected);
    store.write(&me(), vec![Write::RemoveSettled(AnilistId(1))]).await.unwrap();
    let left: Vec<_> = store.settled(&me()).await.unwrap().into_values().collect();
    assert_eq!(left, [settled(2, 1100, 0)]);
}

async fn the_latest_progress_comes_first(place: Place) {
    let store = place.open().await;
    let rows = [settled(1, 1, 50), settled(2, 1, 70), settled(3, 1, 60), settled(4, 1, 10)];
    store.write(&me(), rows.into_iter().map(Write::Settled).collect()).await.unwrap();
    store.write(&me(), vec![Write::Settled(settled(4, 2, 90))]).await.unwrap();
    let latest = store.latest_settled(&me(), 3).await.unwrap();
    assert_eq!(latest, [settled(4, 2, 90), settled(2, 1, 70), settled(3, 1, 60)]);
}

async fn a_correction_for_one_entry_stands_beside_the_one_for_its_show(place: Place) {
    let store = place.open().await;
    let all = [correction(5, None), correction(5, Some(21)), correction(5, Some(22))];
    store.write(&me(), all.iter().cloned().map(Write::Override).collect()).await.unwrap();
    assert_eq!(sorted(store.overrides(&me()).await.unwrap()), all);
    store.write(&me(), vec![Write::RemoveOverride(correction(5, None))]).await.unwrap();
    assert_eq!(sorted(store.overrides(&me()).await.unwrap()), all[1..]);
    store.write(&me(), vec![Write::RemoveOverride(correction(5, Some(22)))]).await.unwrap();
    assert_eq!(sorted(store.overrides(&me()).await.unwrap()), all[1..2]);
}

async fn a_correction_is_replaced(place: Place) {
    let store = place.open().await;
    for anilist_id in [None, Some(21)] {
        let old = correction(5, anilist_id);
        let new = Override { season: 4, episode: 99, ..old.clone() };
        store.write(&me(), vec![Write::Override(old.clone())]).await.unwrap();
        store.write(&me(), vec![Write::Override(new.clone())]).await.unwrap();
        assert_eq!(store.overrides(&me()).await.unwrap(), [new]);
        store.write(&me(), vec![Write::RemoveOverride(old)]).await.unwrap();
    }
}

fn sorted(mut corrections: Vec<Override>) -> Vec<Override> {
    corrections.sort_by_key(|correction| (correction.abs, correction.anilist_id));
    corrections
}

async fn titles_that_wait_are_read_back_as_they_were_and_removed(place: Place) {
    let store = place.open().await;
    let writes = vec![Write::Waiting(waiting(12)), Write::Waiting(waiting(7))];
    store.write(&me(), writes).await.unwrap();
    assert_eq!(store.waiting(&me()).await.unwrap(), [waiting(7), waiting(12)]);
    store.write(&me(), vec![Write::RemoveWaiting(AnilistId(7))]).await.unwrap();
    assert_eq!(store.waiting(&me()).await.unwrap(), [waiting(12)]);
}

/// What a run writes of a title that it read as `unmapped(1)`.
fn of_a_run(episodes: &[u32]) -> WaitingChange {
    let mut row = Waiting { episodes: episodes.to_vec(), ..waiting(1) };
    row.entry.progress += 1;
    WaitingChange::to(Some(&waiting(1)), row)
}

async fn what_a_person_changes_of_a_title_stays_whatever_a_run_writes(place: Place) {
    let (store, other) = (place.open().await, place.open().await);
    let key = keys::AFRESH;
    let mark = |text: &str| Write::Config { key, value: Some(text.to_owned()) };
    for (case, text) in ["always", "if", "fenced"].into_iter().enumerate() {
        let reset = vec![Write::Waiting(waiting(1)), mark("before")];
        store.write(&me(), reset).await.unwrap();
        let ignore = WaitingChange::to(Some(&waiting(1)), Waiting { ignored: true, ..waiting(1) });
        other.write(&me(), vec![Write::ChangeWaiting(ignore)]).await.unwrap();
        let writes = vec![Write::ChangeWaiting(of_a_run(&[13, 26])), mark(text)];
        let lease = std::time::Duration::from_mins(1);
        match case {
            0 => store.write(&me(), writes).await.unwrap(),
            1 => assert!(store.write_if(&me(), key, Some("before"), writes).await.unwrap()),
            _ => {
                let fence = Fence { lock: "l", owner: "o" };
                let refused =
                    store.write_fenced(&me(), fence, key, Some("before"), writes.clone()).await;
                assert!(!refused.unwrap());
                assert_eq!(store.waiting(&me()).await.unwrap()[0].episodes, [13, 14, 25]);
                store.lock(&me(), "l", "o", moment(0), lease).await.unwrap();
                let done = store.write_fenced(&me(), fence, key, Some("before"), writes).await;
                assert!(done.unwrap());
            }
        }
        let row = store.waiting(&me()).await.unwrap().remove(0);
        assert_eq!((row.ignored, row.entry.progress, row.episodes), (true, 8, vec![13, 26]));
        assert_eq!(store.config(&me(), &[key]).await.unwrap(), [Some(text.to_owned())]);
        assert_eq!(store.waiting_count(&me()).await.unwrap(), 0);
    }
    let off = vec![Write::ChangeWaiting(WaitingChange::off(&waiting(1)))];
    store.write(&me(), off).await.unwrap();
    assert_eq!(store.waiting(&me()).await.unwrap()[0].episodes, [26], "it was added since");
    let row = store.waiting(&me()).await.unwrap().remove(0);
    store.write(&me(), vec![Write::ChangeWaiting(WaitingChange::off(&row))]).await.unwrap();
    assert!(store.waiting(&me()).await.unwrap().is_empty());
}

async fn changes_of_one_title_at_one_time_are_all_there(place: Place) {
    let (store, other) = (place.open().await, place.open().await);
    store.write(&me(), vec![Write::Waiting(waiting(1))]).await.unwrap();
    let added = |episode: u32| {
        let episodes = [waiting(1).episodes, vec![episode]].concat();
        vec![Write::ChangeWaiting(of_a_run(&episodes)), Write::Settled(settled(1, episode, 1))]
    };
    let changes = (100..108_u32).map(|episode| {
        let store = if episode.is_multiple_of(2) { &store } else { &other };
        async move { store.write(&me(), added(episode)).await }
    });
    for done in futures_util::future::join_all(changes).await {
        done.unwrap();
    }
    let row = store.waiting(&me()).await.unwrap().remove(0);
    assert_eq!(row.episodes, [vec![13, 14, 25], (100..108).collect()].concat());
}

async fn only_the_shows_that_are_stored_are_given(place: Place) {
    let store = place.open().await;
    let writes = [(1, 3), (2, 4), (3, 5)].map(|(id, count)| Write::Show(show(id, count)));
    store.write(&me(), writes.to_vec()).await.unwrap();
    store.write(&me(), vec![Write::Show(show(3, 6))]).await.unwrap();
    let asked = [TraktShowId(1), TraktShowId(3), TraktShowId(4)];
    let expected = HashMap::from([(asked[0], show(1, 3)), (asked[1], show(3, 6))]);
    assert_eq!(store.shows(&asked).await.unwrap(), expected);
    assert!(store.shows(&[]).await.unwrap().is_empty());
}

async fn a_shows_breakpoint_map_stands_under_its_documented_name(place: Place) {
    let store = place.open().await;
    store.write(&me(), vec![Write::Show(show(5, 12))]).await.unwrap();
    let names = ["map:5", "trakt:show:5:episodes"];
    assert_eq!(names[0], keys::show_breakpoints(TraktShowId(5)));
    let values = store.config(&me(), &names).await.unwrap();
    let map = r#"[{"season":1,"starts_at":1},{"season":2,"starts_at":13}]"#;
    assert_eq!(values[0].as_deref(), Some(map));
    let episodes = values[1].as_deref().unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(episodes).unwrap()["show"]["id"], 5);
}

async fn five_thousand_rows_go_into_one_write(place: Place) {
    let store = place.open().await;
    let ids = 1..=2500;
    let writes = ids.flat_map(|id| {
        [Write::Mapping(mapping(id)), Write::Settled(settled(id, 1, i64::from(id)))]
    });
    store.write(&me(), writes.collect()).await.unwrap();
    let mappings = store.mappings(&me()).await.unwrap();
    assert_eq!((mappings.len(), mappings.last()), (2500, Some(&mapping(2500))));
    assert_eq!(store.settled(&me()).await.unwrap().len(), 2500);
}

async fn titles_that_wait_are_counted_without_those_that_nobody_has_to_decide_about(place: Place) {
    let store = place.open().await;
    let ignored = |id: u32, ignored: bool| Write::Waiting(Waiting { ignored, ..waiting(id) });
    assert_eq!(store.waiting_count(&me()).await.unwrap(), 0);
    let writes = (1..=9).map(|id| ignored(id, id > 6));
    store.write(&me(), writes.collect()).await.unwrap();
    store.write(&someone_else(), vec![ignored(1, false)]).await.unwrap();
    assert_eq!(store.waiting_count(&me()).await.unwrap(), 6);
    let changes = vec![
        ignored(1, true),
        ignored(9, false),
        ignored(8, true),
        Write::RemoveWaiting(AnilistId(2)),
        Write::RemoveWaiting(AnilistId(7)),
        Write::RemoveWaiting(AnilistId(77)),
    ];
    store.write(&me(), changes).await.unwrap();
    assert_eq!(store.waiting_count(&me()).await.unwrap(), 5);
    let decided = Waiting { reason: Reason::Decided, ..waiting(40) };
    store.write(&me(), vec![Write::Waiting(decided)]).await.unwrap();
    assert_eq!(store.waiting_count(&me()).await.unwrap(), 5);
    store.write(&me(), vec![Write::RemoveWaiting(AnilistId(40))]).await.unwrap();
    let rows = store.waiting(&me()).await.unwrap();
    assert_eq!(rows.iter().filter(|row| !row.ignored).count(), 5);
    // As a version that did not count them left them.
    place.damage("", &["DEL", "unmapped:closed"]);
    store.write(&me(), vec![ignored(30, true), ignored(31, false)]).await.unwrap();
    for _ in 0..2 {
        assert_eq!(store.waiting_count(&me()).await.unwrap(), 6);
    }
    store.write(&me(), vec![ignored(30, false), ignored(31, true)]).await.unwrap();
    assert_eq!(store.waiting_count(&me()).await.unwrap(), 6);
}
