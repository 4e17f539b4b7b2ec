//! A plan is exactly what a run posts.

use std::collections::BTreeSet;

use anilist_trakt_sync::domain::Item;
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

use crate::service::Service;
use crate::shape::{Flag, List, Null, Number, Object, Text, has, items};

/// Where a play goes and when it was watched, to Trakt's minute.
type Watched = (String, Timestamp);

fn minute(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second().div_euclid(60) * 60).unwrap()
}

fn planned(play: &Value) -> Watched {
    let place = match play["kind"].as_str().unwrap() {
        "movie" => format!("movie {}", play["movie"]),
        _ => format!("show {} {}x{}", play["show"], play["season"], play["number"]),
    };
    match play["watchedAt"].as_str().unwrap() {
        "unknown" => (place, Timestamp::UNIX_EPOCH),
        at => (place, minute(at.parse().unwrap())),
    }
}

fn on_trakt(service: &Service) -> BTreeSet<Watched> {
    let place = |item| match item {
        Item::Movie { movie } => format!("movie {movie}"),
        Item::Episode { show, slot } => format!("show {show} {}x{}", slot.season, slot.number),
    };
    let plays = service.demo.history().into_iter();
    plays.map(|play| (place(play.item), minute(play.watched_at))).collect()
}

async fn plan_and_run(mode: &str) {
    let service = Service::sample().await;
    let before = on_trakt(&service);
    let plan = service.get(&format!("/api/plan?mode={mode}")).await.ok();
    assert_eq!(on_trakt(&service), before, "planning posts nothing");
    let wanted: BTreeSet<Watched> = items(&plan, "plays").iter().map(planned).collect();
    assert_eq!(plan["counts"]["toPost"], wanted.len(), "every play has a place of its own");
    let report = service.ask(Method::POST, &format!("/api/{mode}-sync")).await.ok();
    let after = on_trakt(&service);
    let added: BTreeSet<Watched> = after.difference(&before).cloned().collect();
    assert_eq!(added, wanted, "{mode}");
    assert_eq!(report["synced"], added.len());
    assert_eq!(service.demo.stats().repeat_plays, 0);
    let again = service.get(&format!("/api/plan?mode={mode}")).await.ok();
    assert_eq!((&again["plays"], &again["counts"]["toPost"]), (&json!([]), &json!(0)));
}

#[tokio::test]
async fn a_full_run_posts_its_plan() {
    plan_and_run("full").await;
}

#[tokio::test]
async fn a_completed_run_posts_its_plan() {
    plan_and_run("completed").await;
}

#[tokio::test]
async fn a_watching_run_posts_its_plan() {
    plan_and_run("watching").await;
}

#[tokio::test]
async fn a_plan_tells_plays_and_what_is_left_out() {
    let service = Service::small().await;
    let plan = service.get("/api/plan?mode=full").await.ok();
    has(
        &plan,
        &[
            ("mode", Text),
            ("plays", List),
            ("skipped", List),
            ("counts", Object),
            ("complete", Flag),
            ("nextAttempt", Null),
        ],
    );
    has(
        &plan["counts"],
        &[
            ("entries", Number),
            ("found", Number),
            ("toPost", Number),
            ("alreadySynced", Number),
            ("skippedUnmapped", Number),
        ],
    );
    for play in items(&plan, "plays") {
        has(
            play,
            &[
                ("anilistId", Number),
                ("title", Text),
                ("abs", Number),
                ("kind", Text),
                ("watchedAt", Text),
                ("source", Text),
                ("verdict", Text),
            ],
        );
        let place: &[_] = match play["kind"].as_str().unwrap() {
            "movie" => &[("movie", Number)],
            _ => &[("show", Number), ("season", Number), ("number", Number)],
        };
        has(play, place);
    }
    let skipped = &items(&plan, "skipped")[0];
    has(
        skipped,
        &[
            ("anilistId", Number),
            ("title", Text),
            ("reason", Text),
            ("detail", Text),
            ("episodes", List),
            ("hint", Text),
        ],
    );
    assert_eq!((&skipped["anilistId"], &skipped["reason"]), (&json!(3), &json!("no_candidate")));
    let counts = &plan["counts"];
    assert_eq!(
        (&counts["entries"], &counts["found"], &counts["toPost"]),
        (&json!(3), &json!(9), &json!(4))
    );
}

#[tokio::test]
async fn a_plan_of_one_title_is_about_that_title() {
    let service = Service::small().await;
    let plan = service.get("/api/plan?anilistId=2").await.ok();
    assert_eq!(plan["mode"], "show");
    let plays = items(&plan, "plays");
    assert_eq!(
        (plays.len(), &plays[0]["kind"], &plays[0]["movie"]),
        (1, &json!("movie"), &json!(8))
    );
    assert_eq!(plays[0]["watchedAt"], "2024-02-03T12:00:00.000Z");
}

#[tokio::test]
async fn an_unknown_mode_is_refused_and_the_known_ones_are_named() {
    let service = Service::small().await;
    for (query, given) in
        [("", "nothing"), ("?mode=", ""), ("?mode=sideways", "sideways"), ("?mode=show", "show")]
    {
        let sentence = service.get(&format!("/api/plan{query}")).await.refused(400, "bad_request");
        assert_eq!(sentence, format!("mode is none of full, completed, watching: {given}"));
    }
}

#[tokio::test]
async fn plays_beyond_the_limit_are_left_for_later_and_counted() {
    let service = Service::with(&[("MAX_PLAYS_PER_RUN", "2")]).await;
    let plan = service.get("/api/plan?mode=full").await.ok();
    assert_eq!((items(&plan, "plays").len(), &plan["complete"]), (2, &json!(false)));
    let report = service.get("/api/full-sync").await.ok();
    assert_eq!(
        (&report["state"], &report["remaining"], &report["synced"]),
        (&json!("partial"), &json!(2), &json!(2))
    );
    let rest = service.get("/api/full-sync").await.ok();
    assert_eq!((&rest["state"], &rest["synced"]), (&json!("complete"), &json!(2)));
}

#[tokio::test]
async fn a_dry_run_of_every_mode_is_its_plan_to_the_byte_and_posts_nothing() {
    let service = Service::sample().await;
    let before = service.demo.history();
    let id = service.get("/api/plan?mode=full").await.ok()["plays"][0]["anilistId"].clone();
    let (sync, plan) = (format!("/api/sync?anilistId={id}&dry=1"), format!("anilistId={id}"));
    for (path, plan) in [
        ("/api/full-sync?dry=1", "mode=full"),
        ("/api/completed-sync?dry=1", "mode=completed"),
        ("/api/watching-sync?dry=1", "mode=watching"),
        (&sync, &plan),
    ] {
        let dry = service.ask(Method::POST, path).await;
        items(&dry.ok(), "plays");
        let plan = service.get(&format!("/api/plan?{plan}")).await;
        assert_eq!(dry.text, plan.text, "{path}");
    }
    let plan = service.get("/api/plan?mode=full").await.text;
    for path in ["/api/full-sync?dry=1", "/api/cron?dry=1"] {
        assert_eq!(service.get(path).await.text, plan, "{path}");
    }
    assert_eq!((service.demo.history(), service.demo.stats().history_posts), (before, 0));
    assert_eq!(service.get("/api/runs").await.ok()["count"], 0);
    has(&service.get("/api/status").await.ok(), &[("lastManualSync", Null), ("running", Null)]);
}

#[tokio::test]
async fn a_dry_run_that_is_not_clearly_asked_for_is_refused_and_not_run() {
    let service = Service::small().await;
    for path in ["full-sync", "completed-sync", "watching-sync", "sync", "runs/1/undo"] {
        for given in ["true", "", "2"] {
            let path = format!("/api/{path}?anilistId=1&dry={given}");
            let sentence = service.ask(Method::POST, &path).await.refused(400, "bad_request");
            assert_eq!(sentence, format!("dry is neither 0 nor 1: {given}"));
        }
    }
    assert!(service.demo.history().is_empty());
    service.get("/api/full-sync?dry=0").await.ok();
    assert_eq!(service.demo.history().len(), 4);
}
