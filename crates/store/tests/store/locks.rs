//! Locks between runs.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anilist_trakt_sync_connectors::clock::Clock;
use anilist_trakt_sync_core::domain::{AnilistId, Waiting};
use anilist_trakt_sync_store::{Fence, Glance, Levels, LockAnswer, LockHolder, Store, Write, keys};

use crate::backends::Place;
use crate::datasets::dataset;
use crate::samples::{me, moment, someone_else, waiting};

on_every_backend! {
    a_lock_is_held_since_it_was_taken,
    a_renewed_lock_is_held_since_it_was_first_taken,
    a_lock_outlives_its_lease_only_where_its_owner_is_known_to_live,
    a_fenced_write_needs_the_lock_and_the_value_that_is_expected,
    a_released_lock_is_free,
    a_lock_that_is_gone_is_not_renewed,
    only_its_owner_releases_a_lock,
    locks_of_other_names_and_accounts_are_free,
    one_of_many_handles_gets_a_lock,
    a_glance_tells_what_three_reads_do,
    levels_tell_what_two_reads_do,
}

const LEASE: Duration = Duration::from_secs(15);

async fn take(store: &dyn Store, owner: &str, second: i64) -> LockAnswer {
    store.lock(&me(), "sync", owner, moment(second), LEASE).await.unwrap()
}

async fn holder(store: &dyn Store) -> Option<LockHolder> {
    store.lock_holder(&me(), "sync").await.unwrap()
}

fn held_by(owner: &str, second: i64) -> LockHolder {
    LockHolder { owner: owner.to_owned(), since: moment(second) }
}

async fn a_lock_is_held_since_it_was_taken(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    assert_eq!(holder(&*here).await, None);
    assert_eq!(take(&*here, "a", 0).await, LockAnswer::Taken);
    for store in [&here, &there] {
        assert_eq!(take(&**store, "b", 5).await, LockAnswer::Held(held_by("a", 0)));
        assert_eq!(holder(&**store).await, Some(held_by("a", 0)));
    }
}

async fn a_renewed_lock_is_held_since_it_was_first_taken(place: Place) {
    let store = place.open().await;
    take(&*store, "a", 0).await;
    assert_eq!(take(&*store, "a", 10).await, LockAnswer::Taken);
    assert_eq!(take(&*store, "b", 20).await, LockAnswer::Held(held_by("a", 0)));
}

/// Where the server measures the lease, only real time ends it. A file tells of itself whether the
/// owner lives, and no time ends that.
async fn a_lock_outlives_its_lease_only_where_its_owner_is_known_to_live(place: Place) {
    let lease = Duration::from_millis(300);
    let store = place.open().await;
    let ask = async |owner| {
        let now = Clock::System.now();
        store.lock(&me(), "sync", owner, now, lease).await.unwrap()
    };
    let began = Instant::now();
    assert_eq!(ask("a").await, LockAnswer::Taken);
    if let Place::Sqlite(_) = place {
        for second in [0, 160_000_000, -160_000_000] {
            assert!(matches!(take(&*store, "b", second).await, LockAnswer::Held(_)));
            let other = place.open().await;
            assert!(matches!(take(&*other, "b", second).await, LockAnswer::Held(_)));
            assert!(holder(&*other).await.is_some_and(|holder| holder.owner == "a"));
        }
        drop(store);
        assert_eq!(holder(&*place.open().await).await, None);
        return;
    }
    while ask("b").await != LockAnswer::Taken {
        assert!(began.elapsed() < Duration::from_secs(10), "it is never free");
    }
    // The clock tells whole milliseconds, so a lease may begin that much early.
    let held = began.elapsed() + Duration::from_millis(1);
    assert!(held >= lease, "{held:?}");
    assert!(matches!(ask("a").await, LockAnswer::Held(holder) if holder.owner == "b"));
}

async fn a_fenced_write_needs_the_lock_and_the_value_that_is_expected(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    let write = async |store: &dyn Store, owner: &str, expected: Option<&str>, value: &str| {
        let fence = Fence { lock: "sync", owner };
        let change = Write::Config { key: keys::IN_FLIGHT, value: Some(value.to_owned()) };
        let change = vec![change];
        store.write_fenced(&me(), fence, keys::IN_FLIGHT, expected, change).await.unwrap()
    };
    assert!(!write(&*here, "a", None, "1").await, "nobody has the lock");
    assert_eq!(take(&*here, "a", 0).await, LockAnswer::Taken);
    assert!(write(&*here, "a", None, "1").await);
    assert!(!write(&*here, "b", Some("1"), "2").await, "it is another's");
    assert!(!write(&*there, "b", Some("1"), "2").await);
    assert!(!write(&*here, "a", None, "2").await, "it is not as expected");
    let large = "x".repeat(2_000_000);
    assert!(write(&*here, "a", Some("1"), &large).await);
    assert!(write(&*here, "a", Some(&large), "3").await);
    here.unlock(&me(), "sync", "a").await.unwrap();
    assert!(!write(&*here, "a", Some("3"), "4").await, "it was given back");
    assert_eq!(take(&*there, "b", 1).await, LockAnswer::Taken);
    assert!(!write(&*here, "a", Some("3"), "4").await, "another has taken over");
    let stored = here.config(&me(), &[keys::IN_FLIGHT]).await.unwrap();
    assert_eq!(stored, [Some("3".to_owned())]);
}

async fn a_lock_that_is_gone_is_not_renewed(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    let renew = async |store: &dyn Store, owner: &str| {
        store.renew_lock(&me(), "sync", owner, moment(5), LEASE).await.unwrap()
    };
    assert!(!renew(&*here, "a").await, "it was never taken");
    take(&*here, "a", 0).await;
    assert!(renew(&*here, "a").await);
    assert!(!renew(&*here, "b").await);
    assert_eq!(holder(&*there).await, Some(held_by("a", 0)));
    here.unlock(&me(), "sync", "a").await.unwrap();
    assert!(!renew(&*here, "a").await, "it was given back");
    assert_eq!(holder(&*there).await, None);
    assert_eq!(take(&*there, "b", 7).await, LockAnswer::Taken);
    assert!(!renew(&*here, "a").await, "it is another's");
}

async fn a_released_lock_is_free(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    take(&*here, "a", 0).await;
    here.unlock(&me(), "sync", "a").await.unwrap();
    assert_eq!(holder(&*there).await, None);
    assert_eq!(take(&*there, "b", 1).await, LockAnswer::Taken);
    assert_eq!(holder(&*here).await, Some(held_by("b", 1)));
}

async fn only_its_owner_releases_a_lock(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    take(&*here, "a", 0).await;
    for store in [&here, &there] {
        store.unlock(&me(), "sync", "b").await.unwrap();
        assert_eq!(holder(&**store).await, Some(held_by("a", 0)));
    }
}

async fn locks_of_other_names_and_accounts_are_free(place: Place) {
    let store = place.open().await;
    take(&*store, "a", 0).await;
    let other_name = store.lock(&me(), "token-refresh", "b", moment(1), LEASE).await.unwrap();
    assert_eq!(other_name, LockAnswer::Taken);
    let other_account = store.lock(&someone_else(), "sync", "c", moment(1), LEASE).await.unwrap();
    assert_eq!(other_account, LockAnswer::Taken);
    assert_eq!(holder(&*store).await, Some(held_by("a", 0)));
}

async fn one_of_many_handles_gets_a_lock(place: Place) {
    let mut racers = tokio::task::JoinSet::new();
    // The handles outlive the race, as the processes would that they stand for.
    let mut handles = Vec::new();
    for owner in ["a", "b", "c", "d", "e", "f"] {
        let store = place.open().await;
        handles.push(Arc::clone(&store));
        racers.spawn(async move { (owner, take(&*store, owner, 0).await) });
    }
    let answers = racers.join_all().await;
    let winners: Vec<&str> =
        answers.iter().filter(|(_, answer)| *answer == LockAnswer::Taken).map(|a| a.0).collect();
    let [winner] = winners[..] else { panic!("not one winner: {answers:?}") };
    for (owner, answer) in &answers {
        let expected = LockAnswer::Held(held_by(winner, 0));
        assert!(*owner == winner || *answer == expected, "{owner}: {answer:?}");
    }
}

async fn a_glance_tells_what_three_reads_do(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    let names = [keys::LAST_RUN, keys::NEXT_ATTEMPT];
    let glance = async || there.glance(&me(), &names, "sync").await.unwrap();
    let nothing = Glance { config: vec![None, None], waiting: 0, holder: None };
    assert_eq!(glance().await, nothing);
    let value = Some("2026-11-27T12:00:00Z".to_owned());
    let note = Write::Config { key: keys::NEXT_ATTEMPT, value: value.clone() };
    here.write(&me(), vec![note, Write::Waiting(Waiting { ignored: false, ..waiting(1) })])
        .await
        .unwrap();
    take(&*here, "a", 0).await;
    let all = Glance { config: vec![None, value], waiting: 1, holder: Some(held_by("a", 0)) };
    assert_eq!(glance().await, all);
    here.unlock(&me(), "sync", "a").await.unwrap();
    assert_eq!(glance().await, Glance { holder: None, ..all });
    assert_eq!(there.glance(&someone_else(), &names, "sync").await.unwrap(), nothing);
}

async fn levels_tell_what_two_reads_do(place: Place) {
    let (here, there) = (place.open().await, place.open().await);
    let levels = async || there.levels(&me(), &["otaku", "fribbs"]).await.unwrap();
    assert_eq!(levels().await, Levels { waiting: 0, datasets: vec![None, None] });
    let waiting = |id| Write::Waiting(Waiting { ignored: false, ..waiting(id) });
    here.write(&me(), vec![waiting(1), waiting(2)]).await.unwrap();
    here.put_dataset("fribbs", dataset(1)).await.unwrap();
    let known = Levels { waiting: 2, datasets: vec![None, Some(dataset(1).info)] };
    assert_eq!(levels().await, known);
    here.write(&me(), vec![Write::RemoveWaiting(AnilistId(1))]).await.unwrap();
    assert_eq!(levels().await, Levels { waiting: 1, ..known });
    assert_eq!(there.levels(&someone_else(), &[]).await.unwrap().waiting, 0);
}
