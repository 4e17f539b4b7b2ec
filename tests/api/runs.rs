//! What earlier runs did.

use serde_json::json;

use crate::service::Service;
use crate::shape::{Null, Number, Object, Text, Time, has, items};

#[tokio::test]
async fn runs_are_listed_newest_first_and_one_by_one() {
    let service = Service::small().await;
    assert_eq!(service.get("/api/runs").await.ok(), json!({"count": 0, "items": []}));
    let report = service.get("/api/full-sync").await.ok();
    service.post("/api/watching-sync", &json!({})).await.ok();
    service.get("/api/cron").await.ok();
    let all = service.get("/api/runs").await.ok();
    assert_eq!(all["count"], 3);
    for row in items(&all, "items") {
        has(
            row,
            &[
                ("id", Number),
                ("mode", Text),
                ("trigger", Text),
                ("startedAt", Time),
                ("finishedAt", Time),
                ("state", Text),
                ("report", Object),
            ],
        );
        let one = service.get(&format!("/api/runs/{}", row["id"])).await.ok();
        assert_eq!(one, *row);
    }
    let told: Vec<_> = items(&all, "items")
        .iter()
        .map(|row| ["mode", "trigger", "state"].map(|name| row[name].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            ["full", "auto", "complete"],
            ["watching", "manual", "complete"],
            ["full", "manual", "complete"],
        ]
    );
    assert_eq!(all["items"][2]["report"], report, "the report is the run's answer");
}

#[tokio::test]
async fn there_is_no_run_under_another_number() {
    let service = Service::small().await;
    for id in ["0", "1", "-1", "abc", "1.5", "18446744073709551616"] {
        let sentence = service.get(&format!("/api/runs/{id}")).await.refused(404, "not_found");
        assert_eq!(sentence, format!("there is no run with this number: {id}"));
    }
}

#[tokio::test]
async fn a_run_that_failed_says_why() {
    let service = Service::small().await;
    service.demo.world(|world, _| world.person.anilist_token = "another".to_owned());
    let answer = service.get("/api/full-sync").await;
    let sentence = answer.refused(502, "signed_out");
    assert_eq!(sentence, "AniList does not accept the sign-in any more");
    let run = service.get("/api/runs/1").await.ok();
    assert_eq!((&run["state"], &run["report"]), (&json!("failed"), &answer.json()));
    has(&run, &[("finishedAt", Time)]);
    has(&service.get("/api/status").await.ok(), &[("running", Null)]);
}

#[tokio::test]
async fn the_last_50_runs_are_kept() {
    let service = Service::small().await;
    for _ in 0..52 {
        service.get("/api/full-sync").await.ok();
    }
    let all = service.get("/api/runs").await.ok();
    assert_eq!((&all["count"], &all["items"][0]["id"]), (&json!(50), &json!(52)));
    service.get("/api/runs/2").await.refused(404, "not_found");
}
