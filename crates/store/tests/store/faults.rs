//! What a Redis can do to the store: be away, be slow, and refuse.

use std::time::{Duration, Instant};

use anilist_trakt_sync_store::{Records as _, RedisStore, Standing as _, Store, Write, keys};

use crate::backends::over_rest;
use crate::front::{Front, TOKEN};
use crate::samples::me;
use crate::server::{Server, is_installed};

fn open(server: &Server) -> RedisStore {
    RedisStore::over_tcp(&server.url().into(), "").unwrap()
}

fn change() -> Vec<Write> {
    vec![Write::Config { key: keys::LAST_RUN, value: Some("now".into()) }]
}

/// The sentence of a write that the store refuses.
async fn refused(store: &dyn Store) -> String {
    store.write(&me(), change()).await.unwrap_err().to_string()
}

/// Asks until the store is well again.
async fn recovered(store: &dyn Store) {
    let began = Instant::now();
    while let Err(error) = store.write(&me(), change()).await {
        assert!(began.elapsed() < Duration::from_secs(20), "it does not recover: {error}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_comes_late_is_found() {
    if !is_installed() {
        return;
    }
    let mut server = Server::start(&[]);
    server.kill();
    let store = open(&server);
    let sentence = refused(&store).await;
    assert!(sentence.contains("cannot be reached"), "{sentence}");
    assert!(store.ping().await.is_err());
    server.revive();
    recovered(&store).await;
    store.ping().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_replica_is_named_as_one() {
    if !is_installed() {
        return;
    }
    let server = Server::start(&[]);
    let store = open(&server);
    store.write(&me(), change()).await.unwrap();
    let () = server.ask(&["REPLICAOF", "127.0.0.1", "1"]);
    let sentence = refused(&store).await;
    assert!(sentence.contains("read-only replica"), "{sentence}");
    assert!(store.ping().await.is_err(), "it answers, but takes nothing");
    let () = server.ask(&["REPLICAOF", "NO", "ONE"]);
    recovered(&store).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_redis_is_not_waited_for_without_end() {
    if !is_installed() {
        return;
    }
    let server = Server::start(&[]);
    let front = Front::start(&server.url()).await;
    let rest = over_rest(&front.url, TOKEN, "");
    let tcp = open(&server);
    tcp.write(&me(), change()).await.unwrap();
    let () = server.ask(&["CLIENT", "PAUSE", "7000", "ALL"]);
    let began = Instant::now();
    let (over_tcp, over_rest) = tokio::join!(refused(&tcp), refused(&rest));
    assert!(began.elapsed() < Duration::from_secs(7), "{:?}", began.elapsed());
    for sentence in [over_tcp, over_rest] {
        assert!(sentence.contains("no answer within 5 seconds"), "{sentence}");
    }
    recovered(&tcp).await;
    recovered(&rest).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_a_wrong_token_are_told_and_not_shown() {
    if !is_installed() {
        return;
    }
    let server = Server::start(&[]);
    let front = Front::start(&server.url()).await;
    let url = format!("redis://:hush@127.0.0.1:{}", server.port);
    let tcp = RedisStore::over_tcp(&url.into(), "").unwrap();
    let rest = over_rest(&front.url, "hush", "");
    let bare = format!("redis://127.0.0.1:{}", server.port);
    let bare = RedisStore::over_tcp(&bare.into(), "").unwrap();
    let table: [(&RedisStore, &str); 3] =
        [(&tcp, "password"), (&rest, "token is not accepted"), (&bare, "asks for a password")];
    for (store, expected) in table {
        let sentence = refused(store).await;
        assert!(sentence.contains(expected) && !sentence.contains("hush"), "{sentence}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rest_service_that_refuses_is_understood_and_asked_again() {
    if !is_installed() {
        return;
    }
    let server = Server::start(&[]);
    let front = Front::start(&server.url()).await;
    let store = over_rest(&front.url, TOKEN, "");
    let table = [
        (400, r#"{"error":"ERR max request size exceeded"}"#, "no request this large"),
        (429, r#"{"error":"ERR max daily request limit exceeded"}"#, "no more requests"),
        (502, "<html>Bad Gateway</html>", "status 502"),
        (200, "[]", "0 answers to 1 commands"),
        (200, r#"[{"error":"OOM command not allowed"}]"#, "Redis is full"),
    ];
    for (status, body, expected) in table {
        front.refuse(Some((status, body)));
        let sentence = refused(&store).await;
        assert!(sentence.contains(expected), "{body}: {sentence}");
    }
    front.refuse(None);
    store.write(&me(), change()).await.unwrap();
}
