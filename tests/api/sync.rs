//! Runs and previews.

use std::time::Duration;

use anilist_trakt_sync::demo::{Action, Fault};
use anilist_trakt_sync::domain::{self, AnilistId};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::service::{Service, now, with_long_series};
use crate::shape::{Number, Object, Text, TextOrNull, has, items};

const EVERY_RUN: [(&str, crate::shape::Is); 6] = [
    ("message", Text),
    ("found", Number),
    ("synced", Number),
    ("skippedUnmapped", Number),
    ("runId", Number),
    ("state", Text),
];

#[tokio::test]
async fn a_full_sync_reports_its_counts_and_then_finds_nothing() {
    for method in [Method::GET, Method::POST] {
        let service = Service::small().await;
        let report = service.ask(method.clone(), "/api/full-sync").await.ok();
        has(&report, &EVERY_RUN);
        has(&report, &[("alreadySynced", Number), ("added", Object)]);
        assert_eq!(report["message"], "Sync complete!");
        assert_eq!(report["added"], json!({"episodes": 3, "movies": 1}));
        let counts = ["found", "synced", "alreadySynced", "skippedUnmapped"];
        assert_eq!(counts.map(|name| report[name].as_u64().unwrap()), [9, 4, 0, 5]);
        let again = service.ask(method, "/api/full-sync").await.ok();
        has(&again, &EVERY_RUN);
        assert_eq!(counts.map(|name| again[name].as_u64().unwrap()), [0, 0, 0, 0]);
        assert_eq!(again["added"], json!({"episodes": 0, "movies": 0}));
        assert_eq!(service.demo.stats().history_posts, 1);
    }
}

#[tokio::test]
async fn library_runs_report_titles_and_batches() {
    let service = Service::small().await;
    for (path, message, found, synced, movies) in [
        ("/api/watching-sync", "Watching library sync complete!", 1, 3, 0),
        ("/api/completed-sync", "Completed library sync complete!", 2, 1, 1),
    ] {
        let report = service.ask(Method::POST, path).await.ok();
        has(&report, &EVERY_RUN);
        has(
            &report,
            &[
                ("alreadySyncedShows", Number),
                ("addedEpisodes", Number),
                ("addedMovies", Number),
                ("batches", Number),
            ],
        );
        assert_eq!(report["message"], message);
        let counts = ["found", "synced", "addedMovies", "batches"];
        assert_eq!(counts.map(|name| report[name].as_u64().unwrap()), [found, synced, movies, 1]);
        let again = service.ask(Method::POST, path).await.ok();
        let counts = ["found", "synced", "alreadySyncedShows", "batches"];
        assert_eq!(counts.map(|name| again[name].as_u64().unwrap()), [found, 0, 1, 0]);
    }
}

#[tokio::test]
async fn previews_list_titles_and_run_nothing() {
    let service = Service::small().await;
    for (path, ids) in [("/api/completed-sync", vec![2, 3]), ("/api/watching-sync", vec![1])] {
        let preview = service.get(&format!("{path}?preview=1")).await.ok();
        let rows = items(&preview, "items");
        for row in rows {
            has(
                row,
                &[
                    ("anilistShowId", Number),
                    ("titleEnglish", TextOrNull),
                    ("titleRomaji", TextOrNull),
                    ("progress", Number),
                    ("watchedAt", Text),
                ],
            );
        }
        let mut listed: Vec<_> =
            rows.iter().map(|r| r["anilistShowId"].as_u64().unwrap()).collect();
        listed.sort_unstable();
        assert_eq!((listed, &preview["count"]), (ids, &json!(rows.len())), "{path}");
        for query in ["", "?preview=0", "?preview=", "?preview=true"] {
            service.get(&format!("{path}{query}")).await.refused(400, "bad_request");
        }
    }
    assert_eq!(service.demo.stats().history_posts, 0);
    assert_eq!(service.get("/api/runs").await.ok()["count"], 0);
}

#[tokio::test]
async fn looking_at_one_title_stores_its_place_and_posts_nothing() {
    let service = Service::small().await;
    let answer = service.get("/api/sync?anilistId=1").await.ok();
    assert_eq!(answer, json!({"success": true, "count": 24}));
    assert_eq!(service.get("/api/sync?anilistId=2").await.ok()["count"], 1, "a film is one");
    assert_eq!(service.demo.stats().history_posts, 0);
    let all = service.get("/api/mappings").await.ok();
    assert_eq!(items(&all, "auto").len(), 2);
    service.demo.reset_stats();
    service.get("/api/sync?anilistId=1").await.ok();
    assert_eq!(service.asked(domain::Service::TRAKT), 0, "the show is stored");
}

#[tokio::test]
async fn syncing_one_title_posts_what_was_watched_of_it_once() {
    let service = Service::small().await;
    for (synced, already) in [(3, 0), (0, 0)] {
        let answer = service.ask(Method::POST, "/api/sync?anilistId=1").await.ok();
        assert_eq!((&answer["success"], &answer["count"]), (&json!(true), &json!(24)));
        assert_eq!(
            (&answer["synced"], &answer["alreadySynced"]),
            (&json!(synced), &json!(already))
        );
        assert_eq!(answer["added"], json!({"episodes": synced, "movies": 0}));
    }
    assert_eq!(service.demo.history().len(), 3);
}

#[tokio::test]
async fn a_title_that_nothing_maps_is_a_404_and_so_is_one_that_anilist_lacks() {
    let service = Service::small().await;
    for method in [Method::GET, Method::POST] {
        for (id, sentence) in [
            (3, "No Trakt mapping found for AniList 3"),
            (424_242, "AniList has no anime with this id: 424242"),
        ] {
            let answer = service.ask(method.clone(), &format!("/api/sync?anilistId={id}")).await;
            assert_eq!(answer.refused(404, "not_found"), sentence);
        }
    }
}

async fn cron(service: &Service) -> Value {
    service.get("/api/cron").await.ok()
}

#[tokio::test]
async fn the_schedule_runs_at_most_every_six_hours() {
    let service = Service::small().await;
    assert_eq!(cron(&service).await["message"], "Sync complete!", "it never ran");
    let minute = Duration::from_mins(1);
    for _ in 0..2 {
        service.clock.advance(minute * 179);
        let skipped = json!({
            "message": "Skipped sync", "lastRun": now(), "nextRun": now() + SignedDuration::from_hours(6),
        });
        assert_eq!(cron(&service).await, skipped);
    }
    service.clock.advance(minute * 2);
    assert_eq!(cron(&service).await["message"], "Sync complete!");
    assert_eq!(service.get("/api/runs").await.ok()["count"], 2);
}

#[tokio::test]
async fn what_a_run_left_goes_on_with_the_next_call_and_then_the_pause_counts() {
    let service = Service::with(&[("MAX_PLAYS_PER_RUN", "3")]).await;
    let first = cron(&service).await;
    assert_eq!((&first["state"], &first["remaining"]), (&json!("partial"), &json!(1)));
    assert_eq!(first["nextAttempt"], json!(now()));
    assert!(first["cause"].as_str().unwrap().contains("MAX_PLAYS_PER_RUN"), "{first}");
    let due = service.get("/api/status").await.ok();
    assert_eq!(due["nextAutomatedSync"], json!(now()));
    service.clock.advance(Duration::from_mins(1));
    assert_eq!(cron(&service).await["state"], "complete");
    assert_eq!(service.demo.history().len(), 4);
    let began = now() + SignedDuration::from_mins(1);
    let next = began + SignedDuration::from_hours(6);
    let skipped = json!({"message": "Skipped sync", "lastRun": began, "nextRun": next});
    assert_eq!(cron(&service).await, skipped);
}

#[tokio::test]
async fn what_a_service_stopped_goes_on_when_it_said() {
    let service = Service::small().await;
    let headers = vec![("retry-after".to_owned(), "600".to_owned())];
    let wait = Action::Status { status: 429, headers, body: "{}".to_owned() };
    let posts = Fault::new(domain::Service::TRAKT, wait).method("POST").path("/sync/history");
    service.demo.fail(posts.times(1));
    // A person's run is gone on with as well.
    let report = service.get("/api/full-sync").await.ok();
    let then = now() + SignedDuration::from_mins(10);
    assert_eq!((&report["state"], &report["nextAttempt"]), (&json!("partial"), &json!(then)));
    service.clock.advance(Duration::from_mins(9));
    let skipped = json!({"message": "Skipped sync", "lastRun": null, "nextRun": then});
    assert_eq!(cron(&service).await, skipped);
    service.clock.advance(Duration::from_mins(1));
    assert_eq!(cron(&service).await["state"], "complete");
    assert_eq!(service.demo.history().len(), 4);
}

#[tokio::test]
async fn a_run_that_a_person_asked_for_does_not_delay_the_schedule() {
    let service = Service::small().await;
    service.get("/api/full-sync").await.ok();
    assert_eq!(cron(&service).await["message"], "Sync complete!");
    service.get("/api/full-sync").await.ok();
    assert_eq!(cron(&service).await["message"], "Skipped sync");
}

#[tokio::test]
async fn a_second_run_is_told_since_when_the_first_goes_on() {
    let service = Service::small().await;
    let post =
        Fault::new(domain::Service::TRAKT, Action::Held).method("POST").path("/sync/history");
    service.demo.fail(post);
    let first = service.request(Method::POST, "/api/full-sync").send();
    let first = tokio::spawn(first);
    let status =
        service.wait_for("/api/status", |status| status["running"]["mode"].is_string()).await;
    assert_eq!(status["running"], json!({"mode": "full", "since": now(), "runId": 1}));
    for (method, path) in [
        (Method::GET, "/api/full-sync"),
        (Method::GET, "/api/cron"),
        (Method::POST, "/api/completed-sync"),
        (Method::POST, "/api/watching-sync"),
        (Method::POST, "/api/sync?anilistId=1"),
    ] {
        let answer = service.ask(method, path).await;
        answer.refused(409, "run_in_progress");
        assert_eq!(answer.json()["since"], json!(now()), "{path}");
    }
    service.demo.heal();
    assert_eq!(first.await.unwrap().unwrap().status(), 200);
    service.wait_for("/api/status", |status| status["running"].is_null()).await;
    assert_eq!(service.get("/api/full-sync").await.ok()["found"], 0);
    assert_eq!(service.demo.history().len(), 4);
}

#[tokio::test]
async fn a_caller_who_hangs_up_does_not_stop_the_run() {
    let service = Service::small().await;
    let post =
        Fault::new(domain::Service::TRAKT, Action::Held).method("POST").path("/sync/history");
    service.demo.fail(post);
    let caller = tokio::spawn(service.request(Method::POST, "/api/full-sync").send());
    service.wait_for("/api/status", |status| status["running"].is_object()).await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    service.demo.heal();
    let wanted = |runs: &Value| runs["items"][0]["state"] == "complete";
    let runs = service.wait_for("/api/runs", wanted).await;
    assert_eq!(runs["items"][0]["report"]["synced"], 4);
}

#[tokio::test]
async fn a_run_that_has_to_wait_says_until_when_and_how_much_is_left() {
    let service = Service::small().await;
    let limited = Action::Status {
        status: 429,
        headers: vec![("retry-after".into(), "120".into())],
        body: String::new(),
    };
    service
        .demo
        .fail(Fault::new(domain::Service::TRAKT, limited).method("POST").path("/sync/history"));
    let report = service.get("/api/full-sync").await.ok();
    assert_eq!((&report["state"], &report["remaining"]), (&json!("partial"), &json!(4)));
    assert_eq!(report["nextAttempt"], json!(now() + SignedDuration::from_secs(120)));
    service.clock.advance(Duration::from_secs(121));
    let rest = service.get("/api/full-sync").await.ok();
    assert_eq!((&rest["state"], &rest["synced"]), (&json!("complete"), &json!(4)));
}

#[tokio::test]
async fn what_is_not_set_up_is_told_with_the_variable_to_set() {
    let service = Service::with(&[("ANILIST_ACCESS_TOKEN", "")]).await;
    for path in ["/api/full-sync", "/api/plan?mode=full", "/api/completed-sync?preview=1"] {
        let answer = service.get(path).await;
        answer.refused(503, "not_configured");
        assert!(answer.text.contains("ANILIST_ACCESS_TOKEN"), "{}", answer.text);
    }
    let service = Service::with(&[("TRAKT_CLIENT_ID", "")]).await;
    let answer = service.get("/api/full-sync").await;
    answer.refused(503, "not_configured");
    assert!(answer.text.contains("TRAKT_CLIENT_ID"), "{}", answer.text);
}

#[tokio::test]
async fn far_more_plays_than_usual_need_a_word() {
    let service = Service::start(with_long_series(), &[]).await;
    service.get("/api/full-sync").await.ok();
    service.clock.advance(Duration::from_hours(1));
    service.demo.world(|world, now| world.watch(AnilistId(20), 2500, now));
    for path in ["/api/full-sync", "/api/full-sync?confirm=0", "/api/cron"] {
        let sentence = service.get(path).await.refused(409, "too_many_plays");
        assert!(sentence.ends_with(": 2500"), "{sentence}");
    }
    let plan = service.get("/api/plan?mode=full").await.ok();
    assert_eq!((&plan["needsConfirm"], &plan["counts"]["toPost"]), (&json!(true), &json!(2500)));
    service.get("/api/full-sync?confirm=yes").await.refused(400, "bad_request");
    assert_eq!(service.demo.history().len(), 4);
    let report = service.get("/api/full-sync?confirm=1").await.ok();
    assert_eq!(report["synced"], 2500);
    assert_eq!(service.get("/api/plan?mode=full").await.ok()["needsConfirm"], false);
    let runs = service.get("/api/runs").await.ok();
    let states: Vec<_> =
        items(&runs, "items").iter().map(|run| run["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["complete", "failed", "failed", "failed", "complete"]);
    assert_eq!(runs["items"][1]["report"]["code"], "too_many_plays");
}
