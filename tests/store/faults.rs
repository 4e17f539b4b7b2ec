//! What a Redis can do to the service: be away, be slow, refuse, and forget who holds a lock.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anilist_trakt_sync::demo::Demo;
use anilist_trakt_sync::domain::Report;
use anilist_trakt_sync::hub::error::Error;
use anilist_trakt_sync::hub::person::Person;
use anilist_trakt_sync::store::{RedisStore, Store, Write, keys};
use anilist_trakt_sync::sync::modes::{Mode, Trigger};
use anilist_trakt_sync::sync::run::run;

use crate::backends::over_rest;
use crate::bench::{episodes_once, person, services};
use crate::front::{Front, TOKEN};
use crate::samples::me;
use crate::server::{Server, is_installed};

/// Fast enough to end soon, slow enough to be caught in the middle.
const PACE: [(&str, &str); 2] = [("TRAKT_BATCH_SIZE", "12"), ("TRAKT_WRITE_INTERVAL_MS", "100")];

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

async fn complete(person: &Arc<Person>) -> Result<Report, Error> {
    run(person, Mode::Completed, Trigger::Manual).await
}

/// Runs until the lock of a run that could not give it back is free, and the run is complete.
async fn completed(person: &Arc<Person>) {
    let began = Instant::now();
    loop {
        match complete(person).await {
            Ok(report) if !report.is_partial() => return,
            Ok(_) | Err(Error::RunInProgress { .. }) => {}
            Err(error) => panic!("{error}"),
        }
        assert!(began.elapsed() < Duration::from_secs(30), "no run completes");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn after_posts(demo: &Demo, posts: u32) {
    let began = Instant::now();
    while demo.stats().history_posts < posts {
        assert!(began.elapsed() < Duration::from_secs(30), "the run does not post");
        tokio::time::sleep(Duration::from_millis(5)).await;
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
async fn a_run_that_lost_its_redis_goes_on_when_it_is_back() {
    if !is_installed() {
        return;
    }
    let mut server = Server::start(&["--appendonly", "yes"]);
    let demo = services(20).await;
    let person = person(&demo, Arc::new(open(&server)), &PACE);
    let running = tokio::spawn({
        let person = Arc::clone(&person);
        async move { complete(&person).await }
    });
    after_posts(&demo, 3).await;
    server.kill();
    let error = running.await.unwrap().unwrap_err();
    assert_eq!(error.code(), "store_unavailable", "{error}");
    let before = episodes_once(&demo);
    assert!(before < 240, "the run was not caught in the middle");
    server.revive();
    completed(&person).await;
    assert_eq!(episodes_once(&demo), 240);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_redis_says_so_and_the_run_goes_on_when_there_is_room() {
    if !is_installed() {
        return;
    }
    let server = Server::start(&["--maxmemory-policy", "noeviction"]);
    let demo = services(10).await;
    let store = Arc::new(open(&server));
    let person = person(&demo, Arc::<RedisStore>::clone(&store), &PACE);
    let running = tokio::spawn({
        let person = Arc::clone(&person);
        async move { complete(&person).await }
    });
    after_posts(&demo, 2).await;
    let () = server.ask(&["CONFIG", "SET", "maxmemory", "1"]);
    let sentence = refused(&*store).await;
    assert!(sentence.contains("Redis is full"), "{sentence}");
    let error = running.await.unwrap().unwrap_err();
    assert_eq!(error.code(), "store_unavailable", "{error}");
    let () = server.ask(&["CONFIG", "SET", "maxmemory", "0"]);
    completed(&person).await;
    assert_eq!(episodes_once(&demo), 120);
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

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_lease_another_process_has_stops_and_nothing_is_doubled() {
    if !is_installed() {
        return;
    }
    let server = Server::start(&[]);
    let demo = services(40).await;
    let slower = [PACE[0], ("TRAKT_WRITE_INTERVAL_MS", "300")];
    let person = person(&demo, Arc::new(open(&server)), &slower);
    let running = tokio::spawn({
        let person = Arc::clone(&person);
        async move { complete(&person).await }
    });
    after_posts(&demo, 2).await;
    let () = server.ask(&["SET", "lock:sync", "2026-11-21T00:00:00Z another-process"]);
    let report = running.await.unwrap().unwrap();
    assert!(report.is_partial(), "{report:?}");
    assert!(report.cause.unwrap().contains("another process"));
    let refused = complete(&person).await.unwrap_err();
    assert_eq!(refused.code(), "run_in_progress");
    assert!(episodes_once(&demo) < 480, "the run was not stopped");
    let () = server.ask(&["DEL", "lock:sync"]);
    completed(&person).await;
    assert_eq!(episodes_once(&demo), 480);
}
