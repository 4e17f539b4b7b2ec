//! The note that a full run left nothing to do: it goes with every change that a run goes by.

use anilist_trakt_sync_core::domain::{AccountId, AnilistId, RunId};
use anilist_trakt_sync_store::{Store, WaitingChange, Write, keys};

use crate::backends::Place;
use crate::samples::{
    correction, mapping, me, place, placement, run, run_plays, settled, show, someone_else, waiting,
};

on_every_backend! {
    the_note_goes_with_every_change_that_a_run_goes_by,
    the_note_stays_with_everything_else,
    what_a_run_changes_itself_leaves_its_own_number_and_no_other,
    a_list_that_sets_the_note_keeps_it,
    what_another_account_changes_leaves_the_note,
}

async fn set(store: &dyn Store, value: &str) {
    let value = Some(value.to_owned());
    store.write(&me(), vec![Write::Config { key: keys::IDLE, value }]).await.unwrap();
}

async fn noted(store: &dyn Store, account: &AccountId) -> Option<String> {
    store.config(account, &[keys::IDLE]).await.unwrap().remove(0)
}

fn changes() -> Vec<Write> {
    let ignored = WaitingChange::to(Some(&waiting(7)), waiting(7));
    vec![
        Write::Mapping(mapping(1)),
        Write::RemoveMapping(AnilistId(1)),
        Write::Settled(settled(1, 3, 5)),
        Write::RemoveSettled(AnilistId(1)),
        Write::Override(correction(5, None)),
        Write::RemoveOverride(correction(5, None)),
        Write::Waiting(waiting(7)),
        Write::ChangeWaiting(ignored),
        Write::RemoveWaiting(AnilistId(7)),
        place(placement(1)),
        Write::RemovePlacement(AnilistId(1)),
        Write::RunPlays(run_plays(1, 1)),
        Write::Show(show(5, 2)),
    ]
}

async fn the_note_goes_with_every_change_that_a_run_goes_by(place: Place) {
    let store = place.open().await;
    for change in changes() {
        set(&*store, "{}").await;
        store.write(&me(), vec![change.clone()]).await.unwrap();
        assert_eq!(noted(&*store, &me()).await, None, "{change:?}");
        // In one step with another condition.
        set(&*store, "{}").await;
        let done = store.write_if(&me(), keys::AFRESH, Some("x"), vec![change.clone()]).await;
        assert!(!done.unwrap());
        assert_eq!(noted(&*store, &me()).await.as_deref(), Some("{}"), "{change:?}");
        let done = store.write_if(&me(), keys::IDLE, Some("{}"), vec![change.clone()]).await;
        assert!(done.unwrap());
        assert_eq!(noted(&*store, &me()).await, None, "{change:?}");
    }
}

async fn the_note_stays_with_everything_else(place: Place) {
    let store = place.open().await;
    set(&*store, "{}").await;
    let token = Write::Config { key: keys::TRAKT_TOKEN, value: Some("new".to_owned()) };
    let writes =
        vec![token, Write::Run(run(1)), Write::RunNumber(RunId(4)), Write::ByRun(RunId(1))];
    store.write(&me(), writes).await.unwrap();
    assert_eq!(noted(&*store, &me()).await.as_deref(), Some("{}"));
}

async fn what_a_run_changes_itself_leaves_its_own_number_and_no_other(place: Place) {
    let store = place.open().await;
    for (found, kept) in [("7", Some("7")), ("8", None), ("{}", None)] {
        for change in changes() {
            set(&*store, found).await;
            store.write(&me(), vec![change.clone(), Write::ByRun(RunId(7))]).await.unwrap();
            assert_eq!(noted(&*store, &me()).await.as_deref(), kept, "{found} {change:?}");
        }
    }
    let clear = Write::Config { key: keys::IDLE, value: None };
    store.write(&me(), vec![clear]).await.unwrap();
    let writes = vec![Write::Mapping(mapping(1)), Write::ByRun(RunId(7))];
    store.write(&me(), writes).await.unwrap();
    assert_eq!(noted(&*store, &me()).await, None, "it is not made up");
}

async fn a_list_that_sets_the_note_keeps_it(place: Place) {
    let store = place.open().await;
    let note = Write::Config { key: keys::IDLE, value: Some("{}".to_owned()) };
    store.write(&me(), vec![note, Write::Mapping(mapping(1))]).await.unwrap();
    assert_eq!(noted(&*store, &me()).await.as_deref(), Some("{}"));
}

async fn what_another_account_changes_leaves_the_note(place: Place) {
    let store = place.open().await;
    set(&*store, "{}").await;
    store.write(&someone_else(), vec![Write::Mapping(mapping(1))]).await.unwrap();
    assert_eq!(noted(&*store, &me()).await.as_deref(), Some("{}"));
}
