//! What earlier runs did.

use anilist_trakt_sync::demo::{Action, Fault};
use anilist_trakt_sync::domain;
use reqwest::Method;
use serde_json::{Value, json};

use crate::service::Service;
use crate::shape::{List, Null, Number, Object, Text, Time, has, items};

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
        assert!(row.get("plays").is_none(), "the list is light");
        let mut one = service.get(&format!("/api/runs/{}", row["id"])).await.ok();
        has(&one, &[("plays", List), ("offset", Number), ("total", Number)]);
        for name in ["plays", "offset", "total"] {
            one.as_object_mut().unwrap().remove(name);
        }
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

#[tokio::test]
async fn a_run_tells_the_plays_of_its_plan_and_what_became_of_them() {
    let service = Service::small().await;
    let plan = service.get("/api/plan?mode=full").await.ok();
    service.get("/api/full-sync").await.ok();
    let run = service.get("/api/runs/1").await.ok();
    let plays = items(&run, "plays");
    assert_eq!((plays.len(), &run["total"], &run["offset"]), (4, &json!(4), &json!(0)));
    for (play, planned) in plays.iter().zip(items(&plan, "plays")) {
        assert_eq!(play["outcome"], "accepted");
        for (name, value) in planned.as_object().unwrap() {
            assert_eq!(&play[name], value, "{name}");
        }
    }
}

#[tokio::test]
async fn the_plays_of_a_run_come_in_parts() {
    let service = Service::with(&[("TRAKT_BATCH_SIZE", "3")]).await;
    service.get("/api/full-sync").await.ok();
    let all = service.get("/api/runs/1").await.ok();
    let all = items(&all, "plays");
    let part = async |query: &str| {
        let run = service.get(&format!("/api/runs/1?{query}")).await.ok();
        (
            run["offset"].as_u64().unwrap(),
            run["plays"].as_array().unwrap().clone(),
            run["total"] == 4,
        )
    };
    assert_eq!(part("limit=2").await, (0, all[..2].to_vec(), true));
    assert_eq!(part("limit=2&offset=3").await, (3, all[3..].to_vec(), true));
    assert_eq!(part("offset=9").await, (4, vec![], true));
    assert_eq!(part("limit=0").await, (0, all[..1].to_vec(), true));
    assert_eq!(part("limit=x&offset=-1").await, (0, all.to_vec(), true));
}

fn ids(service: &Service) -> Vec<u64> {
    let mut ids: Vec<_> = service.demo.history().iter().map(|play| play.id.0).collect();
    ids.sort_unstable();
    ids
}

#[tokio::test]
async fn an_undo_does_what_its_dry_run_says_and_is_a_run_itself() {
    let service = Service::sample().await;
    let own = ids(&service);
    let added = service.get("/api/full-sync").await.ok()["synced"].clone();
    let before = ids(&service);
    let dry = service.ask(Method::POST, "/api/runs/1/undo?dry=1").await.ok();
    assert_eq!((&dry["undoes"], &dry["mode"]), (&json!(1), &json!("undo")));
    has(&dry["counts"], &[("toRemove", Number), ("alreadyGone", Number), ("leftAlone", Number)]);
    assert_eq!((&dry["counts"]["toRemove"], ids(&service)), (&added, before.clone()));
    let named: Vec<u64> =
        items(&dry, "plays").iter().map(|play| play["historyId"].as_u64().unwrap()).collect();

    let report = service.ask(Method::POST, "/api/runs/1/undo").await.ok();
    has(
        &report,
        &[
            ("runId", Number),
            ("message", Text),
            ("state", Text),
            ("remaining", Number),
            ("undoes", Number),
            ("removed", Number),
            ("alreadyGone", Number),
            ("leftAlone", Number),
        ],
    );
    assert_eq!((&report["removed"], &report["undoes"]), (&added, &json!(1)));
    let left = ids(&service);
    assert_eq!(left, own);
    assert!(before.iter().all(|id| left.contains(id) != named.contains(id)));

    let all = service.get("/api/runs").await.ok();
    let told = |row: &Value| [row["mode"].clone(), row["state"].clone(), row["undoneBy"].clone()];
    assert_eq!(told(&all["items"][0]), [json!("undo"), json!("complete"), Value::Null]);
    assert_eq!(told(&all["items"][1]), [json!("full"), json!("complete"), json!(2)]);
    assert_eq!(all["items"][0]["report"], report);
    let run = service.get("/api/runs/1").await.ok();
    assert!(items(&run, "plays").iter().all(|play| play["outcome"] == "removed"));
}

#[tokio::test]
async fn what_cannot_be_undone_is_refused_with_a_sentence() {
    let service = Service::small().await;
    let undo = async |id: &str| service.ask(Method::POST, &format!("/api/runs/{id}/undo")).await;
    for id in ["1", "abc", "-1"] {
        let sentence = undo(id).await.refused(404, "not_found");
        assert_eq!(sentence, format!("there is no run with this number: {id}"));
    }
    service.get("/api/full-sync").await.ok();
    undo("1").await.ok();
    let sentence = undo("2").await.refused(400, "bad_request");
    assert_eq!(sentence, "an undo cannot be undone: 2");
    service.get("/api/full-sync").await.ok();
    let sentence = undo("3").await.refused(409, "refused");
    assert_eq!(sentence, "the run added no plays, so there is nothing to undo: 3");
    for id in ["2", "3"] {
        let dry = service.ask(Method::POST, &format!("/api/runs/{id}/undo?dry=1")).await;
        assert!([400, 409].contains(&dry.status), "{}", dry.text);
    }
    let again = undo("1").await.ok();
    assert_eq!((&again["removed"], &again["alreadyGone"]), (&json!(0), &json!(4)));
    assert_eq!(again["message"], "Nothing was left to undo of run 1.");
    assert_eq!(service.get("/api/runs/1/undo").await.status, 405);
}

#[tokio::test]
async fn a_run_that_goes_on_cannot_be_undone() {
    let service = Service::small().await;
    let post =
        Fault::new(domain::Service::TRAKT, Action::Held).method("POST").path("/sync/history");
    service.demo.fail(post);
    let (http, address) = (service.http.clone(), service.address.clone());
    let sync = tokio::spawn(http.post(format!("http://{address}/api/full-sync")).send());
    service.wait_for("/api/runs", |runs| runs["items"][0]["state"] == "running").await;
    while service.demo.history().is_empty() {
        tokio::task::yield_now().await;
    }
    for way in ["", "?dry=1"] {
        let answer = service.ask(Method::POST, &format!("/api/runs/1/undo{way}")).await;
        // A dry run has nothing to look at before the batch is recorded; it is by now.
        answer.refused(409, "run_in_progress");
        has(&answer.json(), &[("since", Time)]);
    }
    sync.abort();
}

#[tokio::test]
async fn shows_and_films_are_called_as_trakt_calls_them_once_it_has_told() {
    let service = Service::small().await;
    let planned = service.get("/api/plan?mode=completed").await.ok();
    service.post("/api/completed-sync", &json!({})).await.ok();
    let run = service.get("/api/runs/1").await.ok();
    let mappings = service.get("/api/mappings").await.ok();
    for rows in [&planned["plays"], &run["plays"], &mappings["auto"]] {
        let rows = rows.as_array().unwrap();
        assert!(!rows.is_empty());
        for row in rows {
            let told = &row["traktTitle"];
            assert!(told["title"].is_string() && told["year"].is_number(), "{row}");
        }
    }
    let copy = service.another_copy(&[]).await;
    let address = format!("http://{}/api/mappings", copy.address);
    let elsewhere = crate::shape::Answer::of(service.http.get(address)).await.ok();
    assert_eq!(elsewhere, mappings);
}
