//! Trakt's single-use tokens with real processes: two at once, killed at the worst moment, refused
//! for good.

use anilist_trakt_sync::demo::{Action, Demo, Fault};
use anilist_trakt_sync::domain::{AccountId, Service};
use anilist_trakt_sync::store::{Records as _, SqliteStore, keys};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::process::Process;
use crate::services;

/// The last of the moments at which a process is killed.
const LAST: u32 = 23;

const REFRESH: &str = "POST /oauth/token";

fn refreshes(demo: &Demo) -> usize {
    demo.stats().count_route(Service::TRAKT, REFRESH)
}

/// How Trakt stands, and the next step.
async fn trakt(service: &Process) -> (String, Value) {
    let (status, answer) = service.get("/api/connections").await;
    assert_eq!(status, 200, "{answer}");
    let trakt = answer["connections"][1].clone();
    (trakt["state"].as_str().unwrap().to_owned(), trakt["hint"].clone())
}

/// The access and the refresh token on disk.
async fn on_disk(folder: &TempDir) -> Vec<Option<String>> {
    let store = SqliteStore::open(&folder.path().join("data")).unwrap();
    let names = [keys::TRAKT_TOKEN, keys::TRAKT_REFRESH_TOKEN];
    store.config(&AccountId::default(), &names).await.unwrap()
}

/// Signs in as a person does, with the code from Trakt's page.
async fn sign_in(service: &Process) {
    let (_, start) = service.get("/api/trakt-auth").await;
    let page = crate::process::page(start["authUrl"].as_str().unwrap()).await;
    let code = page.split_once("<h1>").unwrap().1.split_once("</h1>").unwrap().0.to_owned();
    let (status, answer) = service.post_json("/api/trakt-auth", &json!({ "code": code })).await;
    assert_eq!(status, 200, "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_processes_that_renew_at_once_one_does_and_both_go_on() {
    let (demo, settings) = services(&[("ANILIST_RATE_PER_MIN", "100000")]).await;
    let folder = tempfile::tempdir().unwrap();
    let one = Process::start(&settings, &folder, &[]).await;
    let other = Process::start(&settings, &folder, &[]).await;
    for round in 1..=10 {
        demo.expire_access_tokens();
        // A preview asks Trakt for the history, as nothing is stored of it.
        let path = "/api/plan?mode=completed";
        let (first, second) = tokio::join!(one.get(path), other.get(path));
        assert_eq!((first.0, second.0), (200, 200), "{} {}", first.1, second.1);
        assert_eq!(refreshes(&demo), round, "one of them renews");
    }
    let stats = demo.stats();
    assert_eq!((stats.tokens_issued, stats.reused_refresh_tokens), (10, 0));
    // A third one lives on what is on disk.
    let third = Process::start(&settings, &folder, &[]).await;
    assert_eq!(trakt(&third).await.0, "ok");
    assert_eq!(refreshes(&demo), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_killed_between_the_renewal_and_its_saving_leaves_a_clear_state_and_no_loop() {
    let (demo, settings) = services(&[]).await;
    let folder = tempfile::tempdir().unwrap();
    demo.expire_access_tokens();
    // Trakt hands the new pair out, and the answer never arrives.
    demo.fail(Fault::new(Service::TRAKT, Action::Held).path("/oauth/token"));
    let service = Process::start(&settings, &folder, &[]).await;
    let run = service.begin("/api/full-sync");
    while demo.stats().tokens_issued == 0 {
        assert!(!run.is_finished(), "the run ended before it asked for tokens");
        tokio::task::yield_now().await;
    }
    service.kill().await;
    demo.heal();
    // The old refresh token is used up; that is found out once, and then known.
    let service = Process::start(&settings, &folder, &[]).await;
    for _ in 0..3 {
        let (status, error) = service.post("/api/full-sync").await;
        assert_eq!((status, &error["code"]), (502, &json!("signed_out")), "{error}");
        assert_eq!(error["hint"], "sign in to Trakt again at /");
        let expected = ("signed_out".to_owned(), json!("sign in to Trakt again at /"));
        assert_eq!(trakt(&service).await, expected);
    }
    assert_eq!((refreshes(&demo), demo.stats().reused_refresh_tokens), (2, 1));
    service.kill().await;
    let service = Process::start(&settings, &folder, &[]).await;
    assert_eq!(trakt(&service).await.0, "signed_out");
    assert_eq!(refreshes(&demo), 2, "a dead token is not sent again by the next process either");
    sign_in(&service).await;
    let (status, report) = service.post("/api/full-sync").await;
    assert_eq!((status, &report["state"]), (200, &json!("complete")), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_killed_anywhere_around_a_renewal_never_leaves_an_old_pair() {
    let (mut kept, mut lost) = (0, 0);
    for moment in 0..=LAST {
        let (demo, settings) = services(&[]).await;
        let folder = tempfile::tempdir().unwrap();
        demo.expire_access_tokens();
        let service = Process::start(&settings, &folder, &[]).await;
        let run = service.begin_get("/api/plan?mode=completed");
        while demo.stats().tokens_issued == 0 && !run.is_finished() {
            tokio::task::yield_now().await;
        }
        // From at once to well after it is saved, the last time after the whole run.
        for _ in 0..moment * moment * 20 {
            tokio::task::yield_now().await;
        }
        while moment == LAST && !run.is_finished() {
            tokio::task::yield_now().await;
        }
        service.kill().await;
        let issued = demo.stats().tokens_issued;
        let saved = on_disk(&folder).await[1].clone();
        let service = Process::start(&settings, &folder, &[]).await;
        match (trakt(&service).await.0.as_str(), saved) {
            ("ok", Some(_)) => kept += 1,
            ("signed_out", None) => lost += 1,
            other => panic!("after {moment}: {other:?}"),
        }
        assert_eq!(issued, 1);
        assert!(refreshes(&demo) <= 2, "{}", refreshes(&demo));
    }
    assert!(kept > 0, "{kept} kept, {lost} lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_sign_in_ends_a_run_once_and_a_new_one_goes_on_from_there() {
    let (demo, settings) = services(&[("TRAKT_BATCH_SIZE", "50")]).await;
    let folder = tempfile::tempdir().unwrap();
    let service = Process::start(&settings, &folder, &[]).await;
    let there = demo.history().len();
    // In the middle of the run the person removes the app on Trakt.
    let held = Fault::new(Service::TRAKT, Action::Held);
    demo.fail(held.method("POST").path("/sync/history").after(2));
    let run = service.begin("/api/full-sync");
    while demo.stats().history_posts < 3 {
        assert!(!run.is_finished(), "the run ended early");
        tokio::task::yield_now().await;
    }
    demo.revoke_tokens();
    demo.heal();
    let answer = run.await.unwrap().unwrap();
    assert_eq!(answer.status(), 502);
    assert_eq!(demo.history().len(), there + 150, "what was posted is kept");
    let asked = demo.stats().count(Service::TRAKT);
    assert_eq!(service.post("/api/full-sync").await.1["code"], "signed_out");
    assert_eq!(demo.stats().count(Service::TRAKT), asked, "nobody is asked with a dead sign-in");
    sign_in(&service).await;
    let (status, report) = service.post("/api/full-sync").await;
    assert_eq!((status, &report["state"]), (200, &json!("complete")), "{report}");
    let stats = demo.stats();
    assert_eq!((stats.repeat_plays, stats.duplicate_plays), (0, 0));
}
