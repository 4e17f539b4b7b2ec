//! Trakt's history is saved before the first write.

use anilist_trakt_sync::demo::{Action, Fault};
use anilist_trakt_sync::domain::{Service, WatchedAt};
use anilist_trakt_sync::store::keys;
use serde_json::Value;

use crate::bench::{Bench, episodes};
use crate::worlds::{episode, film, one_series, with_film};

/// A person who has watched a film, and an episode at an unknown time, long before this service.
async fn with_a_past() -> Bench {
    let bench = Bench::start(with_film(one_series(4), 9, None)).await;
    bench.demo.world(|world, now| {
        let at = WatchedAt::At("2019-05-06T20:30:00Z".parse().unwrap());
        world.scrobble(film(9), at, now);
        world.scrobble(episode(1, 1, 12), WatchedAt::Unknown, now);
    });
    bench
}

fn saved(bench: &Bench) -> Vec<Vec<Value>> {
    let Ok(folder) = std::fs::read_dir(bench.folder().join("backups")) else { return Vec::new() };
    let read = |file: std::io::Result<std::fs::DirEntry>| {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    folder.map(read).collect()
}

#[tokio::test]
async fn the_history_is_saved_once_before_anything_is_posted() {
    let bench = with_a_past().await;
    bench.full().await;
    let files = saved(&bench);
    assert_eq!((files.len(), files[0].len()), (1, 2), "what was there before, and nothing of ours");
    let film = files[0].iter().find(|play| play["of"]["kind"] == "movie").unwrap();
    assert_eq!(
        (&film["of"]["movie"], &film["watchedAt"]),
        (&9.into(), &"2019-05-06T20:30:00Z".into())
    );
    bench.watch(1, 6);
    bench.full().await;
    assert_eq!(saved(&bench).len(), 1);
    let mark = bench.config(keys::TRAKT_BACKUP).await.unwrap();
    assert!(mark.contains("backups/trakt-history-20261121T120030Z.jsonl"), "{mark}");
}

#[tokio::test]
async fn an_account_without_a_history_needs_no_file_and_no_request() {
    let bench = Bench::start(one_series(4)).await;
    bench.full().await;
    assert!(saved(&bench).is_empty());
    assert!(!bench.requests().iter().any(|route| route == "GET /sync/history"));
    assert_eq!(bench.history(), episodes(1, 1, 1..=4));
}

#[tokio::test]
async fn nothing_is_posted_while_the_history_cannot_be_saved() {
    let bench = with_a_past().await;
    let before = bench.history();
    std::fs::write(bench.folder().join("backups"), "a file where the folder should be").unwrap();
    let refused = bench.try_run(anilist_trakt_sync::sync::Mode::Full).await.unwrap_err();
    assert!(refused.sentence().contains("could not be saved before the first write"), "{refused}");
    assert_eq!(bench.history(), before);
    std::fs::remove_file(bench.folder().join("backups")).unwrap();
    bench.full().await;
    assert_eq!((saved(&bench).len(), bench.history().len()), (1, before.len() + 4));
}

#[tokio::test]
async fn a_history_that_cannot_be_read_now_is_read_by_the_next_call() {
    let bench = with_a_past().await;
    let busy = Action::Status {
        status: 429,
        headers: vec![("retry-after".into(), "60".into())],
        body: String::new(),
    };
    bench.demo.fail(Fault::new(Service::TRAKT, busy).method("GET").path("/sync/history"));
    let report = bench.full().await;
    assert_eq!(report.state, "partial");
    bench.hours_pass(1);
    assert_eq!(bench.full().await.counts["synced"], 4);
    assert_eq!(saved(&bench).len(), 1);
}
