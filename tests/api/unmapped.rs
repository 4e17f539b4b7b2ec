//! Titles that wait for a decision.

use reqwest::Method;
use serde_json::{Value, json};

use crate::service::Service;
use crate::shape::{Flag, List, Number, Text, TextOrNull, Time, has, items};

const IGNORE: &str = "/api/unmapped/3/ignore";

async fn waiting(service: &Service) -> Value {
    service.get("/api/unmapped").await.ok()
}

#[tokio::test]
async fn nothing_waits_before_the_first_run() {
    let service = Service::small().await;
    assert_eq!(waiting(&service).await, json!({"count": 0, "items": []}));
    for method in [Method::POST, Method::DELETE] {
        service.ask(method, IGNORE).await.refused(404, "not_found");
    }
}

#[tokio::test]
async fn what_waits_is_told_with_its_reason() {
    let service = Service::small().await;
    service.get("/api/full-sync").await.ok();
    let answer = waiting(&service).await;
    assert_eq!(answer["count"], 1);
    let row = &items(&answer, "items")[0];
    has(
        row,
        &[
            ("anilistId", Number),
            ("title", Text),
            ("cover", TextOrNull),
            ("reason", Text),
            ("sentence", Text),
            ("detail", Text),
            ("episodes", List),
            ("watched", Number),
            ("ignored", Flag),
            ("since", Time),
            ("hint", Text),
            ("suggestions", Text),
        ],
    );
    assert_eq!((&row["anilistId"], &row["reason"]), (&json!(3), &json!("no_candidate")));
    assert_eq!((&row["episodes"], &row["watched"]), (&json!([]), &json!(5)));
}

#[tokio::test]
async fn an_ignored_title_is_listed_but_neither_counted_nor_planned() {
    let service = Service::small().await;
    service.get("/api/full-sync").await.ok();
    assert_eq!(service.ask(Method::POST, IGNORE).await.ok(), json!({"success": true}));
    let answer = waiting(&service).await;
    assert_eq!((&answer["count"], &answer["items"][0]["ignored"]), (&json!(0), &json!(true)));
    assert_eq!(service.get("/api/status").await.ok()["unmapped"], 0);
    let plan = service.get("/api/plan?mode=completed").await.ok();
    assert_eq!(plan["skipped"], json!([]));
    assert_eq!(service.delete(IGNORE).await.ok(), json!({"success": true}));
    assert_eq!(waiting(&service).await["count"], 1);
}

#[tokio::test]
async fn a_title_that_was_mapped_by_hand_waits_no_longer() {
    let service = Service::small().await;
    assert_eq!(service.get("/api/full-sync").await.ok()["skippedUnmapped"], 5);
    let body = json!({"anilistId": 3, "traktId": 7, "type": "show", "season": 2});
    service.post("/api/manual-map", &body).await.ok();
    let report = service.get("/api/full-sync").await.ok();
    assert_eq!((&report["synced"], &report["skippedUnmapped"]), (&json!(5), &json!(0)));
    assert_eq!(waiting(&service).await["count"], 0);
}

#[tokio::test]
async fn what_was_decided_leaves_the_queue_at_once_and_is_posted_by_the_next_sync() {
    let service = Service::small().await;
    service.get("/api/full-sync").await.ok();
    let counts = async || {
        let status = service.get("/api/status").await.ok()["unmapped"].clone();
        (waiting(&service).await["count"].clone(), status)
    };
    assert_eq!(counts().await, (json!(1), json!(1)));
    let body = json!({"anilistId": 3, "traktId": 7, "type": "show", "season": 2});
    service.post("/api/manual-map", &body).await.ok();
    assert_eq!(counts().await, (json!(0), json!(0)));
    assert_eq!(waiting(&service).await["items"], json!([]));
    service.delete("/api/manual-map?anilistId=3").await.ok();
    assert_eq!(counts().await, (json!(1), json!(1)), "it waits again");
    let corrections = json!({"format": "anilist-trakt-sync/corrections", "version": 1,
        "mappings": [body], "overrides": []});
    service.post("/api/corrections", &corrections).await.ok();
    assert_eq!(counts().await, (json!(0), json!(0)), "a file decides, too");
    assert_eq!(service.get("/api/full-sync").await.ok()["synced"], 5);
    assert_eq!(counts().await, (json!(0), json!(0)));
}

#[tokio::test]
async fn every_title_that_waits_says_why() {
    let service = Service::small().await;
    let plan = service.get("/api/plan?mode=full").await.ok();
    service.get("/api/full-sync").await.ok();
    for row in items(&plan, "skipped").iter().chain(items(&waiting(&service).await, "items")) {
        assert!(!row["detail"].as_str().unwrap().is_empty(), "{row}");
    }
}

#[tokio::test]
async fn plays_of_an_earlier_place_wait_until_a_person_keeps_them() {
    let service = Service::small().await;
    service.get("/api/full-sync").await.ok();
    let posted = service.demo.history().len();
    service.ask(Method::POST, "/api/unmapped/1/keep").await.refused(404, "not_found");
    let second = json!({"anilistId": 1, "traktId": 7, "type": "show", "season": 2});
    service.post("/api/manual-map", &second).await.ok();
    service.ask(Method::POST, "/api/watching-sync").await.ok();
    let answer = waiting(&service).await;
    let row = items(&answer, "items").iter().find(|row| row["anilistId"] == 1).unwrap();
    assert_eq!((&row["reason"], &row["episodes"]), (&json!("moved"), &json!([1, 2, 3])));
    let detail = "episode 1 was posted as S1E1 of show Two Seasons (7) and is S2E1 of show Two Seasons (7) now";
    assert_eq!(row["detail"], detail);
    let kept = service.ask(Method::POST, "/api/unmapped/1/keep").await.ok();
    assert_eq!(kept, json!({"success": true, "kept": [1, 2, 3]}));
    assert_eq!(waiting(&service).await["count"], 1, "only the title that nobody knows");
    service.ask(Method::POST, "/api/watching-sync").await.ok();
    assert_eq!(waiting(&service).await["count"], 1);
    assert_eq!(service.demo.history().len(), posted, "nothing was posted in the new place");
    service.ask(Method::POST, "/api/unmapped/1/keep").await.refused(404, "not_found");
}

#[tokio::test]
async fn a_title_mapped_anew_tells_the_same_however_often_it_is_looked_at() {
    let service = Service::small().await;
    service.get("/api/full-sync").await.ok();
    let second = json!({"anilistId": 1, "traktId": 7, "type": "show", "season": 2});
    service.post("/api/manual-map", &second).await.ok();
    // Looking at it keeps the new place, so that nothing of the show has to be read from then on.
    service.get("/api/explain?anilistId=1").await.ok();
    let detail = "episode 1 was posted as S1E1 of show Two Seasons (7) and is S2E1 of show Two Seasons (7) now";
    for _ in 0..2 {
        let plan = service.get("/api/plan?anilistId=1").await.ok();
        let skipped = &plan["skipped"][0];
        assert_eq!((&skipped["reason"], &skipped["detail"]), (&json!("moved"), &json!(detail)));
        service.ask(Method::POST, "/api/watching-sync").await.ok();
        let answer = waiting(&service).await;
        let row = items(&answer, "items").iter().find(|row| row["anilistId"] == 1).unwrap();
        assert_eq!((&row["reason"], &row["detail"]), (&json!("moved"), &json!(detail)));
    }
}

#[tokio::test]
async fn a_title_started_afresh_is_posted_in_its_new_place() {
    let service = Service::small().await;
    service.get("/api/full-sync").await.ok();
    let posted = service.demo.history().len();
    let second = json!({"anilistId": 1, "traktId": 7, "type": "show", "season": 2});
    service.post("/api/manual-map", &second).await.ok();
    service.ask(Method::POST, "/api/watching-sync").await.ok();
    service.delete("/api/progress?anilistId=1").await.ok();
    service.ask(Method::POST, "/api/watching-sync").await.ok();
    assert_eq!(service.demo.history().len(), posted + 3);
    assert_eq!(waiting(&service).await["count"], 1);
}
