//! A pair of tokens that is renewed once and never lost, whoever asks at the same time.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use anilist_trakt_sync::outbound::Fault;
use anilist_trakt_sync::store::{AccountStore, SqliteStore, Store};
use rusqlite::Connection;
use tokio::sync::{Barrier, Notify};

use super::{Fake, HOUR, Tokens, pair, saved, stale};
use crate::person::{SignInConfig, account, config, sign_in};
use crate::support::{Server, fault, outbound};

#[tokio::test]
async fn ten_requests_that_are_answered_401_renew_once() {
    let tokens = Mutex::new(Tokens { now: 0, life: HOUR });
    let (tokens, all_came) = (Arc::new(tokens), Arc::new(Barrier::new(10)));
    let server = Server::start_async(move |_, call| {
        let (tokens, all_came) = (Arc::clone(&tokens), Arc::clone(&all_came));
        async move {
            if call.header("authorization") == Some("Bearer stale") {
                all_came.wait().await;
            }
            tokens.lock().unwrap().answer(&call)
        }
    })
    .await;
    let fake = Fake::start(0).await;
    let client = account(fake.outbound.clone(), &server.url, fake.auth_with(stale(&server.url)));
    let ten = (0..10).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.last_activities().await })
    });
    for request in ten.collect::<Vec<_>>() {
        request.await.unwrap().unwrap();
    }
    assert_eq!((server.count("/oauth/token"), server.count("/sync/last_activities")), (1, 20));
    assert_eq!(fake.saved().await, pair("access-1", "refresh-1"));
}

#[tokio::test]
async fn two_processes_on_one_store_renew_once() {
    let fake = Fake::start(0).await;
    let process = || {
        let store = Arc::new(SqliteStore::open(fake.folder.path()).unwrap());
        let config = stale(&fake.server.url);
        let auth = sign_in(fake.outbound.clone(), AccountStore::of_default(store), config);
        account(fake.outbound.clone(), &fake.server.url, Arc::new(auth))
    };
    let (one, other) = (process(), process());
    let (first, second) = tokio::join!(one.last_activities(), other.last_activities());
    first.unwrap();
    second.unwrap();
    assert_eq!(fake.refreshes(), 1);
}

#[tokio::test]
async fn a_caller_that_goes_away_does_not_lose_the_new_pair() {
    let (asked, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (tell, wait) = (Arc::clone(&asked), Arc::clone(&go));
    let tokens = Arc::new(Mutex::new(Tokens { now: 0, life: HOUR }));
    let server = Server::start_async(move |_, call| {
        let (tell, wait, tokens) = (Arc::clone(&tell), Arc::clone(&wait), Arc::clone(&tokens));
        async move {
            let answer = tokens.lock().unwrap().answer(&call);
            if call.path == "/oauth/token" {
                tell.notify_one();
                wait.notified().await;
            }
            answer
        }
    })
    .await;
    let fake = Fake::start(0).await;
    let client = account(fake.outbound.clone(), &server.url, fake.auth_with(stale(&server.url)));
    tokio::select! {
        _ = client.last_activities() => panic!("the answer was held back"),
        () = asked.notified() => {}
    }
    go.notify_one();
    client.last_activities().await.unwrap();
    assert_eq!(server.count("/oauth/token"), 1);
    assert_eq!(fake.saved().await, pair("access-1", "refresh-1"));
}

#[tokio::test]
async fn a_new_pair_that_the_store_does_not_take_is_kept_until_it_does() {
    let folder = tempfile::tempdir().unwrap();
    let patience = Duration::from_millis(20);
    let store = Arc::new(SqliteStore::open_with_patience(folder.path(), patience).unwrap());
    // Another program that writes to the file and takes its time.
    let other = Connection::open(folder.path().join("state.db")).unwrap();
    let other = Arc::new(Mutex::new(other));
    let (busy, tokens) = (Arc::clone(&other), Mutex::new(Tokens { now: 0, life: HOUR }));
    let server = Server::start(move |_, call| {
        if call.path == "/oauth/token" {
            busy.lock().unwrap().execute_batch("BEGIN IMMEDIATE").unwrap();
        }
        tokens.lock().unwrap().answer(call)
    })
    .await;
    let auth = sign_in(outbound().0, AccountStore::of_default(store.clone()), stale(&server.url));
    let client = account(outbound().0, &server.url, Arc::new(auth));
    for _ in 0..2 {
        let failed = fault(client.last_activities().await);
        assert!(matches!(failed, Fault::Local { .. }), "{failed:?}");
    }
    assert_eq!(server.count("/sync/last_activities"), 1, "the new token was used unsaved");
    other.lock().unwrap().execute_batch("ROLLBACK").unwrap();
    client.last_activities().await.unwrap();
    assert_eq!(saved(&*store).await, pair("access-1", "refresh-1"));
    assert_eq!(server.count("/oauth/token"), 1);
}

#[tokio::test]
async fn a_new_pair_is_saved_before_it_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.path()).unwrap());
    let (seen, tokens) = (Arc::clone(&store), Arc::new(Mutex::new(Tokens { now: 0, life: HOUR })));
    let server = Server::start_async(move |_, call| {
        let (seen, tokens) = (Arc::clone(&seen), Arc::clone(&tokens));
        async move {
            if call.header("authorization") == Some("Bearer access-1") {
                assert_eq!(saved(&*seen).await, pair("access-1", "refresh-1"));
            }
            tokens.lock().unwrap().answer(&call)
        }
    })
    .await;
    let config = SignInConfig { access_token: None, ..config(&server.url) };
    let auth = sign_in(outbound().0, AccountStore::of_default(store), config);
    let client = account(outbound().0, &server.url, Arc::new(auth));
    client.last_activities().await.unwrap();
    assert_eq!(server.count("/sync/last_activities"), 1);
}
