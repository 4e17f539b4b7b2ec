//! The built program as a person starts it: its messages, its signals, its demo.
#![expect(clippy::unwrap_used, reason = "a fact that cannot be shown fails its test")]

mod accounts;
mod cli;
mod commands;
mod doctor;
mod hostile;
mod kills;
mod library;
mod process;
mod secrets;
mod starts;
mod steering;
#[cfg(unix)]
mod surroundings;
mod tokens;

use anilist_trakt_sync::clock::Clock;
use anilist_trakt_sync::demo::{Action, Demo, Fault, World};
use anilist_trakt_sync::domain::{AccountId, Service};
use anilist_trakt_sync::store::{Records as _, SqliteStore, Write, keys};
use process::{Process, run_to_end};
use serde_json::{Value, json};
use std::time::Duration;

/// What a service on the imitated upstreams needs, with some settings replaced.
async fn services(changes: &[(&str, &str)]) -> (Demo, Vec<(String, String)>) {
    let clock = Clock::System;
    let demo = Demo::start(World::sample(clock.now()), clock.teller()).await.unwrap();
    let settings = settings_of(&demo, changes);
    (demo, settings)
}

/// The settings that lead to imitated services.
fn settings_of(demo: &Demo, changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut settings: Vec<(String, String)> =
        demo.settings().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    settings.push(("TRAKT_WRITE_INTERVAL_MS".into(), "0".into()));
    for (name, value) in changes {
        settings.retain(|(known, _)| known != name);
        settings.push(((*name).to_owned(), (*value).to_owned()));
    }
    settings
}

#[tokio::test]
async fn with_nothing_configured_it_starts_and_answers() {
    let folder = tempfile::tempdir().unwrap();
    let service = Process::start(&[], &folder, &[]).await;
    let status = service.get("/api/status").await;
    assert_eq!((status.0, &status.1["lastManualSync"]), (200, &Value::Null));
    let (status, error) = service.post("/api/completed-sync").await;
    assert_eq!((status, &error["code"]), (503, &Value::from("not_configured")));
    assert!(error["hint"].as_str().unwrap().contains("ANILIST_ACCESS_TOKEN"));
}

#[test]
fn all_mistakes_are_told_at_once_and_no_secret_with_them() {
    let (code, text) = run_to_end(&[
        ("PORT", "70000"),
        ("TIMEZONE", "Mars"),
        ("TRAKT_API_URL", "trakt"),
        ("TRAKT_CLIENT_SECRET", "hush"),
    ]);
    assert_eq!(code, Some(1));
    assert!(text.starts_with("error: the configuration has 3 settings to correct:"), "{text}");
    for expected in ["PORT: ", "TIMEZONE: ", "TRAKT_API_URL: ", "hint: "] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    assert!(!text.contains("hush"));
}

#[test]
fn a_data_folder_that_cannot_be_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let below = file.path().join("data").display().to_string();
    let (code, text) = run_to_end(&[("PORT", "0"), ("DATA_DIR", &below)]);
    assert_eq!(code, Some(1));
    assert!(text.contains(&below) && text.contains("hint: set DATA_DIR"), "{text}");
}

#[test]
fn a_port_in_use_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().display().to_string();
    let (code, text) = run_to_end(&[("PORT", &port), ("DATA_DIR", &folder)]);
    assert_eq!(code, Some(1));
    assert!(text.contains(&format!("cannot listen on 127.0.0.1:{port}")), "{text}");
    assert!(text.contains("hint: "), "{text}");
}

#[tokio::test]
async fn dead_sign_ins_are_told_with_the_next_step() {
    for (name, says) in [
        ("ANILIST_ACCESS_TOKEN", "ANILIST_ACCESS_TOKEN"),
        ("TRAKT_ACCESS_TOKEN", "sign in to Trakt again"),
    ] {
        let changes = [(name, "dead"), ("TRAKT_REFRESH_TOKEN", "dead")];
        let (_demo, settings) = services(&changes).await;
        let folder = tempfile::tempdir().unwrap();
        let service = Process::start(&settings, &folder, &[]).await;
        let (status, error) = service.post("/api/completed-sync").await;
        assert_eq!((status, &error["code"]), (502, &Value::from("signed_out")), "{name}: {error}");
        assert!(error["hint"].as_str().unwrap().contains(says), "{name}: {error}");
    }
}

#[tokio::test]
async fn it_ends_between_two_batches_when_told_to_and_goes_on_afterwards() {
    let (demo, settings) = services(&[("TRAKT_BATCH_SIZE", "200")]).await;
    let folder = tempfile::tempdir().unwrap();
    let service = Process::start(&settings, &folder, &[]).await;
    let slow = Fault::new(Service::TRAKT, Action::Slow(Duration::from_millis(700)));
    demo.fail(slow.method("POST").path("/sync/history").after(1));
    let run = service.begin("/api/full-sync");
    while demo.stats().count_route(Service::TRAKT, "POST /sync/history") < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(service.terminate().await, Some(0));
    drop(run.await);
    let sent = demo.stats().history_posts;
    let service = Process::start(&settings, &folder, &[]).await;
    let (status, report) = service.post("/api/full-sync").await;
    assert_eq!((status, &report["state"]), (200, &Value::from("complete")), "{report}");
    assert!(demo.stats().history_posts > sent, "the first run had sent everything");
    assert_eq!((demo.stats().repeat_plays, demo.stats().not_found), (0, 0));
    let (_, again) = service.post("/api/full-sync").await;
    assert_eq!(again["found"], 0);
}

#[tokio::test]
async fn the_demo_works_without_any_setting() {
    let folder = tempfile::tempdir().unwrap();
    let service = Process::start(&[], &folder, &["demo"]).await;
    let (_, first) = service.post("/api/full-sync").await;
    assert!(first["synced"].as_u64().unwrap() > 1000, "{first}");
    let (_, second) = service.post("/api/full-sync").await;
    assert_eq!(second["synced"], 0);
    let (_, logs) = service.get("/api/logs").await;
    let lines = logs.as_array().unwrap();
    let began = |line: &Value| line["message"].as_str().unwrap().contains("full run 1 began");
    assert!(lines.iter().any(began), "{logs}");
}

#[tokio::test]
async fn the_demo_has_a_library_with_a_year_of_days_and_covers_unless_it_is_to_be_empty() {
    let folder = tempfile::tempdir().unwrap();
    let service = Process::start(&[], &folder, &["demo"]).await;
    let (_, summary) = service.get("/api/library/summary").await;
    assert_eq!(summary["by_type"], json!({"anime": 51, "manga": 30}));
    let (_, stats) = service.get("/api/library/stats").await;
    assert!(stats["days"].as_array().unwrap().len() > 200, "{stats}");
    assert!(stats["streak"].as_u64().unwrap() >= 9, "{stats}");
    let (_, found) = service.get("/api/sources/search?q=ropeway&type=manga").await;
    let cover = service.request("GET", found[0]["cover"].as_str().unwrap());
    let cover = cover.send().await.unwrap();
    assert_eq!(
        (cover.status().as_u16(), &cover.headers()["content-type"]),
        (200, &"image/svg+xml".parse().unwrap())
    );
    let empty = tempfile::tempdir().unwrap();
    let service = Process::start(&[], &empty, &["demo", "--empty"]).await;
    let (_, stats) = service.get("/api/library/stats").await;
    assert_eq!((&stats["days"], &stats["months"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn json_logs_are_one_object_a_line() {
    let folder = tempfile::tempdir().unwrap();
    let settings = [("LOG_FORMAT".to_owned(), "json".to_owned())];
    let service = Process::start(&settings, &folder, &[]).await;
    let lines = service.end().await;
    assert!(!lines.is_empty());
    for line in lines {
        assert!(serde_json::from_str::<Value>(&line).unwrap().is_object(), "{line}");
    }
}

#[tokio::test]
async fn log_lines_are_told_as_they_happen_and_a_listener_does_not_hold_up_the_end() {
    let (_demo, settings) = services(&[]).await;
    let folder = tempfile::tempdir().unwrap();
    let service = Process::start(&settings, &folder, &[]).await;
    let mut listener = service.begin_get("/api/events").await.unwrap().unwrap();
    service.get("/api/refresh-otaku").await;
    let mut heard = String::new();
    while !heard.contains("event: log") {
        heard.push_str(std::str::from_utf8(&listener.chunk().await.unwrap().unwrap()).unwrap());
    }
    assert!(heard.contains("[otaku] Index replaced"), "{heard}");
    assert_eq!(service.terminate().await, Some(0));
}

#[tokio::test]
async fn trouble_in_the_log_names_the_request_that_met_it() {
    names_the_request("info").await;
    // Of all else, only the line that the test waits for.
    names_the_request("warn,anilist_trakt_sync::cli::serve=info").await;
}

async fn names_the_request(filter: &str) {
    let nowhere = ("OTAKU_DB_URL", "http://127.0.0.1:1/none");
    let (_demo, settings) = services(&[nowhere, ("RUST_LOG", filter)]).await;
    let folder = tempfile::tempdir().unwrap();
    let service = Process::start(&settings, &folder, &[]).await;
    let request =
        service.request("GET", "/api/refresh-otaku").header("x-request-id", "from-a-proxy");
    assert_eq!(request.send().await.unwrap().status(), 502);
    let (_, logs) = service.get("/api/logs").await;
    let lines: Vec<&str> =
        logs.as_array().unwrap().iter().map(|line| line["message"].as_str().unwrap()).collect();
    let failed = lines.iter().find(|line| line.contains("Refresh failed")).unwrap();
    assert!(failed.ends_with(" request=from-a-proxy"), "{lines:?}");
    let console = service.end().await;
    assert!(console.iter().any(|line| line.contains("from-a-proxy")), "{console:?}");
}

#[tokio::test]
async fn a_sync_that_was_missed_is_made_up_for_and_a_first_one_waits_for_its_time() {
    let (demo, settings) = services(&[("SYNC_SCHEDULE", "0 3 * * *")]).await;
    let folder = tempfile::tempdir().unwrap();
    let service = Process::start(&settings, &folder, &[]).await;
    let (_, status) = service.get("/api/status").await;
    assert!(status["nextAutomatedSync"].as_str().unwrap().ends_with("T03:00:00Z"), "{status}");
    assert_eq!(service.terminate().await, Some(0));
    assert_eq!(demo.stats().history_posts, 0);

    let store = SqliteStore::open(&folder.path().join("data")).unwrap();
    let two_days_ago = (Clock::System.now() - Duration::from_hours(48)).to_string();
    let missed = Write::Config { key: keys::LAST_RUN_AUTO, value: Some(two_days_ago) };
    store.write(&AccountId::default(), vec![missed]).await.unwrap();
    drop(store);
    let mut service = Process::start(&settings, &folder, &[]).await;
    service.wait_for_line("full run 1 complete").await;
    assert!(demo.stats().history_posts > 0);
    let (_, runs) = service.get("/api/runs").await;
    assert_eq!((&runs["count"], &runs["items"][0]["trigger"]), (&1.into(), &"auto".into()));
    assert_eq!(service.terminate().await, Some(0));
}
