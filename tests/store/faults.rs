//! What a Redis can do to the service: be away, be full, and forget who holds a lock.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anilist_trakt_sync::demo::Demo;
use anilist_trakt_sync::domain::Report;
use anilist_trakt_sync::hub::error::Error;
use anilist_trakt_sync::hub::person::Person;
use anilist_trakt_sync::store::{RedisStore, Store, Write, keys};
use anilist_trakt_sync::sync::modes::{Mode, Trigger};
use anilist_trakt_sync::sync::run::run;

use crate::bench::{episodes_once, me, person, services};
use crate::server::{Server, is_installed};

/// Fast enough to end soon, slow enough to be caught in the middle.
const PACE: [(&str, &str); 2] = [("TRAKT_BATCH_SIZE", "12"), ("TRAKT_WRITE_INTERVAL_MS", "100")];

fn open(server: &Server) -> RedisStore {
    RedisStore::over_tcp(&server.url().into(), "").unwrap()
}

/// The sentence of a write that the store refuses.
async fn refused(store: &dyn Store) -> String {
    let change = Write::Config { key: keys::LAST_RUN, value: Some("now".into()) };
    store.write(&me(), vec![change]).await.unwrap_err().to_string()
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
