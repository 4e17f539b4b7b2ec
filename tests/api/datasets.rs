//! The mapping files: looking, fetching, and files that must not replace a good index.

use anilist_trakt_sync::demo::{Action, Fault};
use anilist_trakt_sync::domain;
use reqwest::Method;
use serde_json::json;

use crate::service::{Service, now};
use crate::shape::{Flag, Number, Text, Time, TimeOrNull, has};

const BOTH: [(&str, domain::Service, u64); 2] = [
    ("/api/refresh-otaku", domain::Service::OTAKU, 6),
    ("/api/refresh-fribbs", domain::Service::FRIBBS, 6),
];

#[tokio::test]
async fn any_value_of_check_looks_and_none_fetches() {
    let service = Service::small().await;
    for (path, other, _) in BOTH {
        for value in ["1", "0", "yes", "false", "%20"] {
            for method in [Method::GET, Method::POST] {
                let answer = service.ask(method, &format!("{path}?check={value}")).await.ok();
                assert_eq!((&answer["count"], &answer["lastSync"]), (&json!(0), &json!(null)));
            }
        }
        assert_eq!(service.asked(other), 0, "{path}");
        let answer = service.get(&format!("{path}?check=")).await.ok();
        assert_eq!((&answer["success"], service.asked(other)), (&json!(true), 1), "{path}");
    }
}

#[tokio::test]
async fn a_refresh_tells_what_it_fetched() {
    let service = Service::small().await;
    for (path, _, count) in BOTH {
        let answer = service.ask(Method::POST, path).await.ok();
        has(
            &answer,
            &[("success", Flag), ("count", Number), ("lastSync", Time), ("changed", Flag)],
        );
        assert_eq!((&answer["count"], &answer["changed"]), (&json!(count), &json!(true)), "{path}");
        assert_eq!(answer["lastSync"], json!(now()));
    }
    service.get("/api/cron").await.ok();
    let otaku = service.get("/api/refresh-otaku?check=1").await.ok();
    has(&otaku, &[("count", Number), ("lastSync", Time), ("lastActivity", Time)]);
    let fribbs = service.get("/api/refresh-fribbs?check=1").await.ok();
    has(&fribbs, &[("count", Number), ("lastSync", Time), ("lastFullSync", TimeOrNull)]);
    assert_eq!(fribbs["lastFullSync"], json!(now()), "the automated run of this moment");
}

#[tokio::test]
async fn an_unchanged_file_costs_one_conditional_request() {
    let service = Service::small().await;
    for (path, other, count) in BOTH {
        service.get(path).await.ok();
        service.clock.advance(std::time::Duration::from_hours(1));
        service.demo.reset_stats();
        let again = service.get(path).await.ok();
        assert_eq!((&again["changed"], &again["count"]), (&json!(false), &json!(count)), "{path}");
        assert_eq!(again["lastSync"], json!(service.clock.now()));
        let seen: Vec<_> = service.demo.stats().requests.iter().map(|seen| seen.status).collect();
        assert_eq!((seen, service.asked(other)), (vec![Some(304)], 1), "{path}");
    }
}

/// What a host may send in place of its file, and what every such refresh must come to.
fn broken() -> Vec<(&'static str, Action)> {
    let status =
        |status, body: &str| Action::Status { status, headers: Vec::new(), body: body.to_owned() };
    vec![
        ("a page", Action::Html { status: 200 }),
        ("a page that says it is text", status(200, "<!DOCTYPE html><title>busy</title>")),
        ("the head of a database", status(200, "SQLite format 3\0\u{10}\0\u{1}\u{1}")),
        ("no such file", status(404, "404: Not Found")),
        ("no such file, as a page", Action::Html { status: 404 }),
        ("forbidden", Action::Html { status: 403 }),
        (
            "too many requests",
            Action::Status {
                status: 429,
                headers: vec![("retry-after".into(), "900".into())],
                body: String::new(),
            },
        ),
        ("an outage", status(503, "")),
        ("half of it", Action::Truncate),
        ("an empty list", status(200, "[]")),
        ("an object", status(200, "{}")),
        ("nothing", status(200, "")),
    ]
}

#[tokio::test]
async fn a_refresh_that_fails_is_a_502_and_the_old_index_stays() {
    for (path, other, count) in BOTH {
        for (name, action) in broken() {
            let service = Service::small().await;
            service.get(path).await.ok();
            // There is a newer file, or half of it would be half of "not modified".
            service.demo.world(|world, _| world.mappings.pop());
            service.demo.publish_datasets().await.unwrap();
            service.demo.fail(Fault::new(other, action).times(u32::MAX));
            for _ in 0..3 {
                let answer = service.ask(Method::POST, path).await;
                assert_eq!(answer.status, 502, "{path} {name}: {}", answer.text);
                has(&answer.json(), &[("error", Text), ("code", Text), ("hint", Text)]);
            }
            let look = service.get(&format!("{path}?check=1")).await.ok();
            assert_eq!(look["count"], count, "{path} {name}");
            let placed = service.get("/api/sync?anilistId=2").await.ok();
            assert_eq!(placed["count"], 1, "{path} {name}: the old index still places titles");
        }
    }
}

#[tokio::test]
async fn a_file_with_less_than_half_of_the_entries_is_not_believed() {
    let service = Service::small().await;
    for (path, ..) in BOTH {
        service.get(path).await.ok();
    }
    service.demo.world(|world, _| world.mappings.truncate(2));
    service.demo.publish_datasets().await.unwrap();
    for (path, _, count) in BOTH {
        let sentence = service.get(path).await.refused(502, "unexpected_body");
        assert!(
            sentence.ends_with("the file has 2 entries where the last one had 6"),
            "{sentence}"
        );
        assert_eq!(service.get(&format!("{path}?check=1")).await.ok()["count"], count);
    }
}

#[tokio::test]
async fn a_file_that_changed_replaces_the_index() {
    let service = Service::small().await;
    for (path, ..) in BOTH {
        service.get(path).await.ok();
    }
    service.demo.world(|world, _| world.mappings.truncate(4));
    service.demo.publish_datasets().await.unwrap();
    for (path, ..) in BOTH {
        let answer = service.get(path).await.ok();
        assert_eq!((&answer["count"], &answer["changed"]), (&json!(4), &json!(true)), "{path}");
    }
}

#[tokio::test]
async fn a_missing_file_names_the_setting_to_check() {
    let service = Service::small().await;
    for ((path, other, _), setting) in BOTH.into_iter().zip(["OTAKU_DB_URL", "FRIBBS_LIST_URL"]) {
        service.answer_instead(other, 404, "404: Not Found");
        let answer = service.get(path).await;
        answer.refused(502, "upstream_not_found");
        assert_eq!(answer.json()["hint"], format!("check {setting}"));
    }
}
