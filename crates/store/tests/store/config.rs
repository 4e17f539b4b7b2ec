//! Single values, and how lists of changes are applied.

use anilist_trakt_sync_core::domain::RunId;
use anilist_trakt_sync_store::{Store, Write, keys};

use crate::backends::Place;
use crate::samples::{mapping, me, run, settled, show, someone_else};

on_every_backend! {
    a_new_store_is_empty,
    a_store_that_answers_can_be_pinged_again_and_again,
    values_come_in_the_order_asked_for,
    a_value_is_replaced_and_removed,
    accounts_do_not_see_each_others_records,
    what_belongs_to_everybody_is_seen_by_every_account,
    a_conditional_write_needs_the_expected_value,
    one_of_many_racing_conditional_writes_wins,
    a_second_handle_sees_what_the_first_wrote,
    a_reopened_store_has_everything,
}

fn set(key: &'static str, value: &str) -> Write {
    Write::Config { key, value: Some(value.to_owned()) }
}

async fn value(store: &dyn Store, key: &str) -> Option<String> {
    store.config(&me(), &[key]).await.unwrap().remove(0)
}

async fn a_new_store_is_empty(place: Place) {
    let store = place.open().await;
    assert!(store.mappings(&me()).await.unwrap().is_empty());
    assert!(store.settled(&me()).await.unwrap().is_empty());
    assert!(store.overrides(&me()).await.unwrap().is_empty());
    assert!(store.waiting(&me()).await.unwrap().is_empty());
    assert!(store.runs(&me(), 50).await.unwrap().is_empty());
    assert_eq!(store.run(&me(), RunId(1)).await.unwrap(), None);
    assert!(store.logs(200).await.unwrap().is_empty());
    assert_eq!(store.dataset("otaku").await.unwrap(), None);
    assert_eq!(value(&*store, keys::LAST_RUN).await, None);
}

async fn a_store_that_answers_can_be_pinged_again_and_again(place: Place) {
    let store = place.open().await;
    for _ in 0..3 {
        store.ping().await.unwrap();
    }
}

async fn values_come_in_the_order_asked_for(place: Place) {
    let store = place.open().await;
    let writes = vec![set(keys::LAST_RUN, "run"), set(keys::TRAKT_TOKEN, "tökén")];
    store.write(&me(), writes).await.unwrap();
    let asked = [keys::TRAKT_TOKEN, keys::IN_FLIGHT, keys::LAST_RUN];
    let values = store.config(&me(), &asked).await.unwrap();
    assert_eq!(values, [Some("tökén".to_owned()), None, Some("run".to_owned())]);
}

async fn a_value_is_replaced_and_removed(place: Place) {
    let store = place.open().await;
    store.write(&me(), vec![set(keys::LAST_RUN, "1")]).await.unwrap();
    store.write(&me(), vec![set(keys::LAST_RUN, "2")]).await.unwrap();
    assert_eq!(value(&*store, keys::LAST_RUN).await.as_deref(), Some("2"));
    let removal = Write::Config { key: keys::LAST_RUN, value: None };
    store.write(&me(), vec![removal.clone()]).await.unwrap();
    assert_eq!(value(&*store, keys::LAST_RUN).await, None);
    store.write(&me(), vec![removal]).await.unwrap();
}

async fn accounts_do_not_see_each_others_records(place: Place) {
    let store = place.open().await;
    let writes = vec![
        set(keys::TRAKT_TOKEN, "mine"),
        Write::Mapping(mapping(1)),
        Write::Settled(settled(1, 3, 0)),
        Write::Run(run(1)),
    ];
    store.write(&me(), writes).await.unwrap();
    let other = someone_else();
    assert_eq!(store.config(&other, &[keys::TRAKT_TOKEN]).await.unwrap(), [None]);
    assert!(store.mappings(&other).await.unwrap().is_empty());
    assert!(store.latest_settled(&other, 50).await.unwrap().is_empty());
    assert_eq!(store.run(&other, RunId(1)).await.unwrap(), None);
    store.write(&other, vec![Write::RemoveMapping(mapping(1).anilist_id)]).await.unwrap();
    assert_eq!(store.mappings(&me()).await.unwrap(), [mapping(1)]);
}

async fn what_belongs_to_everybody_is_seen_by_every_account(place: Place) {
    let store = place.open().await;
    let writes = vec![Write::Show(show(5, 2)), set("status:otaku:last-sync", "today")];
    store.write(&me(), writes).await.unwrap();
    let asked = ["status:otaku:last-sync", "map:5"];
    let mine = store.config(&me(), &asked).await.unwrap();
    assert!(mine.iter().all(Option::is_some), "{mine:?}");
    assert_eq!(store.config(&someone_else(), &asked).await.unwrap(), mine);
}

async fn a_conditional_write_needs_the_expected_value(place: Place) {
    let store = place.open().await;
    let key = keys::TRAKT_REFRESH_TOKEN;
    let attempts = [
        (Some("old"), "never", false),
        (None, "first", true),
        (None, "never", false),
        (Some("other"), "never", false),
        (Some("first"), "second", true),
    ];
    for (expected, new, applied) in attempts {
        let answer = store.write_if(&me(), key, expected, vec![set(key, new)]).await.unwrap();
        assert_eq!(answer, applied, "{expected:?} to {new}");
    }
    assert_eq!(value(&*store, key).await.as_deref(), Some("second"));
}

async fn one_of_many_racing_conditional_writes_wins(place: Place) {
    let mut racers = tokio::task::JoinSet::new();
    for id in 1..=8_u32 {
        let store = place.open().await;
        racers.spawn(async move {
            let writes = vec![set(keys::IN_FLIGHT, &id.to_string()), Write::Mapping(mapping(id))];
            let won = store.write_if(&me(), keys::IN_FLIGHT, None, writes).await.unwrap();
            won.then_some(id)
        });
    }
    let winners: Vec<u32> = racers.join_all().await.into_iter().flatten().collect();
    let [winner] = winners[..] else { panic!("not one winner: {winners:?}") };
    let store = place.open().await;
    assert_eq!(value(&*store, keys::IN_FLIGHT).await, Some(winner.to_string()));
    assert_eq!(store.mappings(&me()).await.unwrap(), [mapping(winner)]);
}

async fn a_second_handle_sees_what_the_first_wrote(place: Place) {
    let (first, second) = (place.open().await, place.open().await);
    first.write(&me(), vec![set(keys::LAST_RUN, "first")]).await.unwrap();
    assert_eq!(value(&*second, keys::LAST_RUN).await.as_deref(), Some("first"));
    second.write(&me(), vec![set(keys::LAST_RUN, "second")]).await.unwrap();
    assert_eq!(value(&*first, keys::LAST_RUN).await.as_deref(), Some("second"));
}

async fn a_reopened_store_has_everything(place: Place) {
    let store = place.open().await;
    let writes = vec![
        set(keys::TRAKT_TOKEN, "kept"),
        Write::Mapping(mapping(1)),
        Write::Show(show(5, 2)),
        Write::Run(run(4)),
    ];
    store.write(&me(), writes).await.unwrap();
    drop(store);
    let store = place.open().await;
    assert_eq!(value(&*store, keys::TRAKT_TOKEN).await.as_deref(), Some("kept"));
    assert_eq!(store.mappings(&me()).await.unwrap(), [mapping(1)]);
    assert_eq!(store.shows(&[show(5, 2).show.id]).await.unwrap().len(), 1);
    assert_eq!(store.runs(&me(), 50).await.unwrap(), [run(4)]);
}
