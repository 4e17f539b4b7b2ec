//! Status, logs, progress and health.

use std::time::Duration;

use anilist_trakt_sync::demo::{Action, Fault};
use anilist_trakt_sync::domain::{self, AccountId, AnilistId, NewLogLine, Settled};
use anilist_trakt_sync::store::Write;
use futures_util::future::join_all;
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::service::{Service, now};
use crate::shape::{Null, Number, Text, Time, TimeOrNull, has, items};

const TIMES: [&str; 4] =
    ["lastManualSync", "lastAutomatedSync", "lastCompletedSync", "lastWatchingSync"];

const RUNS: [(Method, &str); 4] = [
    (Method::POST, "/api/full-sync"),
    (Method::GET, "/api/cron"),
    (Method::POST, "/api/completed-sync"),
    (Method::POST, "/api/watching-sync"),
];

#[tokio::test]
async fn a_run_that_failed_or_had_to_wait_is_no_sync() {
    let service = Service::small().await;
    let status = async || service.get("/api/status").await.ok();
    service.answer_instead(domain::Service::ANILIST, 500, "");
    for (method, path) in RUNS {
        let answer = service.ask(method, path).await.json();
        assert!(answer["error"].is_string() || answer["state"] == "partial", "{path}: {answer}");
    }
    let now = status().await;
    for field in TIMES {
        assert_eq!(now[field], json!(null), "{field}");
    }
    assert!(now["nextAutomatedSync"].is_string(), "a scheduler that calls again runs nothing");
    service.demo.heal();
    service.clock.advance(Duration::from_hours(7));
    for (method, path) in RUNS {
        service.ask(method, path).await.ok();
    }
    let now = status().await;
    for field in TIMES {
        assert!(now[field].is_string(), "{field}");
    }
}

#[tokio::test]
async fn a_run_that_could_do_nothing_says_why_and_until_when() {
    let service = Service::small().await;
    let wait = Action::Status {
        status: 429,
        headers: vec![("Retry-After".to_owned(), "1800".to_owned())],
        body: String::new(),
    };
    service.demo.fail(Fault::new(domain::Service::ANILIST, wait).times(u32::MAX));
    let report = service.get("/api/full-sync").await.ok();
    let (message, cause) = (report["message"].as_str().unwrap(), report["cause"].as_str().unwrap());
    assert_eq!(report["state"], "partial");
    assert!(message.starts_with("Nothing was synced yet") && message.contains(cause), "{message}");
    assert!(report["nextAttempt"].is_string(), "{report}");
    assert_eq!(service.get("/api/status").await.ok()["lastManualSync"], json!(null));
}

#[tokio::test]
async fn a_schedule_is_seen_before_it_ran() {
    let service = Service::with(&[("SYNC_SCHEDULE", "17 */6 * * *")]).await;
    let status = service.get("/api/status").await.ok();
    assert_eq!(
        (&status["lastAutomatedSync"], status["nextAutomatedSync"].is_string()),
        (&json!(null), true)
    );
}

#[tokio::test]
async fn a_new_service_has_run_nothing() {
    let service = Service::small().await;
    let status = service.get("/api/status").await.ok();
    has(&status, &TIMES.map(|name| (name, Null)));
    has(&status, &[("running", Null), ("unmapped", Number)]);
}

#[tokio::test]
async fn each_kind_of_run_has_its_own_time() {
    let service = Service::small().await;
    for (path, name) in [
        ("/api/full-sync", "lastManualSync"),
        ("/api/cron", "lastAutomatedSync"),
        ("/api/completed-sync", "lastCompletedSync"),
        ("/api/watching-sync", "lastWatchingSync"),
    ] {
        service.clock.advance(Duration::from_mins(1));
        let method = if path == "/api/cron" { "GET" } else { "POST" };
        service.ask(method.parse().unwrap(), path).await.ok();
        let status = service.get("/api/status").await.ok();
        assert_eq!(status[name], json!(service.clock.now()), "{path}");
    }
    let status = service.get("/api/status").await.ok();
    has(&status, &TIMES.map(|name| (name, Time)));
    assert_eq!(status["unmapped"], 1);
}

async fn log(service: &Service, from: usize, to: usize) {
    let line = |number| NewLogLine {
        account: None,
        message: format!("line {number}"),
        level: "info".to_owned(),
        created_at: now(),
    };
    service.store.append_logs((from..to).map(line).collect()).await.unwrap();
}

fn ids(rows: &[Value]) -> Vec<u64> {
    rows.iter().map(|row| row["id"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn logs_are_the_200_newest_with_growing_ids() {
    let service = Service::small().await;
    assert_eq!(service.get("/api/logs").await.ok(), json!([]));
    log(&service, 0, 250).await;
    let rows = service.get("/api/logs").await.ok();
    let rows = rows.as_array().unwrap();
    assert_eq!((rows.len(), rows[0]["message"].as_str()), (200, Some("line 249")));
    for row in rows {
        has(row, &[("id", Number), ("message", Text), ("level", Text), ("created_at", Time)]);
        assert_eq!(row.as_object().unwrap().len(), 4);
    }
    assert!(ids(rows).is_sorted_by(|newer, older| newer > older));
    log(&service, 250, 251).await;
    let later = service.get("/api/logs").await.ok();
    assert!(ids(later.as_array().unwrap())[0] > ids(rows)[0], "ids are not used twice");
}

/// Progress of titles 1 to `count`, a second apart.
async fn progress(service: &Service, count: u32) {
    let row = |id: u32| {
        let then = now() + SignedDuration::from_secs(i64::from(id));
        let nothing = Settled::nothing(AnilistId(id), then);
        Write::Settled(Settled { last_abs: id * 2, ..nothing })
    };
    let account = AccountId::default();
    service.store.write(&account, (1..=count).map(row).collect()).await.unwrap();
}

async fn progress_rows(service: &Service, query: &str) -> usize {
    let answer = service.get(&format!("/api/progress{query}")).await.ok();
    let rows = answer["items"].as_array().unwrap().len();
    assert_eq!(answer["count"], rows, "{query}");
    rows
}

#[tokio::test]
async fn the_limit_of_progress_rows_is_clamped() {
    let service = Service::small().await;
    progress(&service, 600).await;
    for (query, rows) in [
        ("", 50),
        ("?limit=", 50),
        ("?limit=many", 50),
        ("?limit=1.5", 50),
        ("?limit=0", 1),
        ("?limit=-5", 1),
        ("?limit=1", 1),
        ("?limit=%20120%20", 120),
        ("?limit=500", 500),
        ("?limit=501", 500),
        ("?limit=9999", 500),
        ("?limit=-99999999999999999999", 50),
    ] {
        assert_eq!(progress_rows(&service, query).await, rows, "{query}");
    }
}

#[tokio::test]
async fn progress_rows_come_newest_first() {
    let service = Service::small().await;
    progress(&service, 3).await;
    let answer = service.get("/api/progress").await.ok();
    let rows = items(&answer, "items");
    for row in rows {
        has(row, &[("anilistId", Number), ("lastAbs", Number), ("updatedAt", Time)]);
    }
    let order: Vec<_> = rows.iter().map(|row| row["anilistId"].as_u64().unwrap()).collect();
    assert_eq!(order, [3, 2, 1]);
}

#[tokio::test]
async fn the_progress_of_one_title_is_0_until_it_was_synced() {
    let service = Service::small().await;
    progress(&service, 2).await;
    for (id, last) in [(2, 4), (77, 0), (u32::MAX, 0)] {
        let answer = service.get(&format!("/api/progress?anilistId={id}")).await.ok();
        assert_eq!(answer, json!({"anilistId": id, "lastAbs": last}));
    }
}

#[tokio::test]
async fn a_title_whose_progress_is_forgotten_is_synced_afresh_and_not_twice() {
    let service = Service::small().await;
    assert_eq!(service.post("/api/watching-sync", &json!({})).await.ok()["synced"], 3);
    let forgotten = service.delete("/api/progress?anilistId=1").await.ok();
    assert_eq!(forgotten, json!({"success": true}));
    let one = service.get("/api/progress?anilistId=1").await.ok();
    assert_eq!(one["lastAbs"], 0);
    let again = service.post("/api/watching-sync", &json!({})).await.ok();
    assert_eq!((&again["synced"], &again["alreadySyncedShows"]), (&json!(0), &json!(1)));
    let one = service.get("/api/progress?anilistId=1").await.ok();
    assert_eq!(one["lastAbs"], 3);
    assert_eq!(service.demo.stats().repeat_plays, 0);
}

#[tokio::test]
async fn readiness_follows_the_store_and_recovers_with_it() {
    let service = Service::small().await;
    let ready = json!({"status": "ready", "configuration": "complete"});
    assert_eq!(service.get("/readyz").await.ok(), ready);
    let (there, away) = (service.folder.path().join("data"), service.folder.path().join("away"));
    std::fs::rename(&there, &away).unwrap();
    assert_eq!(service.get("/readyz").await.ok(), ready, "as it was a moment ago");
    five_seconds_later().await;
    service.get("/readyz").await.refused(503, "store_unavailable");
    assert_eq!(service.get("/healthz").await.ok(), json!({"status": "ok"}), "the process lives");
    std::fs::rename(&away, &there).unwrap();
    service.get("/readyz").await.refused(503, "store_unavailable");
    five_seconds_later().await;
    assert_eq!(service.get("/readyz").await.ok(), ready);
    has(&service.get("/api/status").await.ok(), &[("lastManualSync", TimeOrNull)]);
}

/// By the timers' clock; that of the service stands still, and may be set to any time.
async fn five_seconds_later() {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(5)).await;
    tokio::time::resume();
}

/// How often the store was looked at, which leaves a mark in it.
fn looks(service: &Service) -> u32 {
    let file = rusqlite::Connection::open(service.folder.path().join("data/state.db")).unwrap();
    let query = "SELECT value FROM system_config WHERE key = 'status:store:beat'";
    let beat: String = file.query_one(query, [], |row| row.get(0)).unwrap();
    beat.parse().unwrap()
}

#[tokio::test]
async fn whoever_asks_for_readiness_at_once_shares_one_look() {
    let service = Service::small().await;
    let asking = |_| service.request(Method::GET, "/readyz").send();
    for answer in join_all((0..50).map(asking)).await {
        assert_eq!(answer.unwrap().status(), 200);
    }
    for _ in 0..50 {
        service.get("/readyz").await.ok();
    }
    assert_eq!(looks(&service), 1);
    // A clock that is set tells nothing of how old a look is.
    service.clock.advance(Duration::from_hours(24));
    service.get("/readyz").await.ok();
    assert_eq!(looks(&service), 1);
    five_seconds_later().await;
    service.get("/readyz").await.ok();
    assert_eq!(looks(&service), 2);
}

#[tokio::test]
async fn who_goes_away_before_the_answer_begins_no_look_of_its_own() {
    let service = Service::small().await;
    for _ in 0..20 {
        let mut client = TcpStream::connect(&service.address).await.unwrap();
        let asked = b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n";
        client.write_all(asked).await.unwrap();
    }
    service.get("/readyz").await.ok();
    assert_eq!(looks(&service), 1);
}

#[tokio::test]
async fn a_service_that_lacks_settings_says_so_and_still_shows_its_page() {
    for missing in ["ANILIST_ACCESS_TOKEN", "TRAKT_CLIENT_ID"] {
        let service = Service::with(&[(missing, "")]).await;
        let ready = service.get("/readyz").await.ok();
        assert_eq!(ready, json!({"status": "ready", "configuration": "incomplete"}), "{missing}");
    }
    let public = [("ANILIST_ACCESS_TOKEN", ""), ("ANILIST_USERNAME", "someone")];
    let service = Service::with(&public).await;
    assert_eq!(service.get("/readyz").await.ok()["configuration"], "complete");
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_named_and_the_store_is_not_called_away() {
    let service = Service::small().await;
    service.get("/api/full-sync").await.ok();
    let file = rusqlite::Connection::open(service.folder.path().join("data/state.db")).unwrap();
    let damage = "UPDATE mappings SET updated_at = 'yesterday' WHERE anilist_id = 1";
    assert_eq!(file.execute(damage, []).unwrap(), 1);
    let answer = service.get("/api/plan?mode=full").await;
    let sentence = answer.refused(500, "store_damaged");
    assert!(sentence.ends_with(": mappings 1"), "{sentence}");
    assert!(answer.json()["hint"].as_str().unwrap().contains("backup"), "{}", answer.text);
}

#[tokio::test]
async fn what_watches_the_service_does_not_wait_for_trakt() {
    let service = Service::small().await;
    let before = service.get("/api/connections").await.ok();
    service.demo.expire_access_tokens();
    service.demo.fail(Fault::new(domain::Service::TRAKT, Action::Held).path("/oauth/token"));
    let run = tokio::spawn(service.request(Method::POST, "/api/full-sync").send());
    service.until(&run, |stats| stats.tokens_issued > 0).await;
    assert_eq!(service.get("/readyz").await.ok()["configuration"], "complete");
    let metrics = service.get("/metrics").await;
    assert!(metrics.text.contains("_sign_in_left_seconds"), "{}", metrics.text);
    let connections = service.get("/api/connections").await.ok();
    assert_eq!(connections["connections"][1], before["connections"][1], "as it was last seen");
    service.demo.heal();
    assert_eq!(run.await.unwrap().unwrap().status(), 200);
}

#[tokio::test]
async fn a_title_has_its_picture_through_the_service_from_anilists_own_host_and_no_other() {
    let mut world = crate::service::small();
    let pictures = ["https://s4.anilist.co/file/1.jpg", "https://example.org/2.jpg"];
    for (id, url) in (1..).zip(pictures) {
        world.media.get_mut(&AnilistId(id)).unwrap().cover = Some(url.to_owned());
    }
    let service = Service::start(world, &[("ANILIST_IMAGES_URL", "")]).await;
    service.get("/api/full-sync").await.ok();
    let rows = service.get("/api/progress").await.ok();
    let cover = |id: u32| {
        let rows = rows["items"].as_array().unwrap();
        rows.iter().find(|row| row["anilistId"] == id).unwrap()["cover"].clone()
    };
    let shown = cover(1);
    assert!(shown.as_str().is_some_and(|path| path.starts_with("/covers/")), "{shown}");
    assert_eq!(cover(2), Value::Null);
    let policy = service.get("/").await.header("content-security-policy").to_owned();
    assert!(policy.contains("img-src 'self' data:;"), "{policy}");
}
