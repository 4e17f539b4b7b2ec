//! `GET /metrics`, and the numbers of requests.

use std::collections::BTreeMap;

use anilist_trakt_sync::domain;
use anilist_trakt_sync::store::StoreError;
use reqwest::Method;

use crate::service::Service;
use crate::shape::Answer;

/// Every sample with its labels, as it is written, and its value.
async fn samples(service: &Service) -> BTreeMap<String, f64> {
    let answer = service.get("/metrics").await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-type").starts_with("application/openmetrics-text; version=1"));
    assert!(answer.text.ends_with("# EOF\n"), "{}", answer.text);
    let lines = answer.text.lines().filter(|line| !line.starts_with('#'));
    let sample = |line: &str| {
        let (name, value) = line.rsplit_once(' ').unwrap();
        let name = name.strip_prefix("anilist_trakt_sync_").expect(line);
        (name.to_owned(), value.parse().expect(line))
    };
    lines.map(sample).collect()
}

#[track_caller]
fn value(samples: &BTreeMap<String, f64>, name: &str) -> f64 {
    *samples.get(name).unwrap_or_else(|| panic!("{name} is not in {:#?}", samples.keys()))
}

#[tokio::test]
async fn what_a_run_did_is_counted() {
    let service = Service::small().await;
    service.get("/api/full-sync").await.ok();
    service.post("/api/runs/1/undo", &serde_json::json!({})).await.ok();
    let seen = samples(&service).await;
    for (name, expected) in [
        ("runs_total{mode=\"full\",state=\"complete\"}", 1.0),
        ("runs_total{mode=\"undo\",state=\"complete\"}", 1.0),
        ("plays_total{outcome=\"accepted\"}", 4.0),
        ("plays_total{outcome=\"removed\"}", 4.0),
        ("http_requests_total{method=\"GET\",route=\"/api/full-sync\",status=\"200\"}", 1.0),
        ("http_duration_seconds_count{route=\"/api/runs/{id}/undo\"}", 1.0),
        ("queue_titles", 1.0),
        ("run_in_progress", 0.0),
        ("store_up", 1.0),
        ("dataset_age_seconds{name=\"otaku\"}", 0.0),
        ("upstream_left_alone{name=\"trakt\"}", 0.0),
    ] {
        assert_eq!(value(&seen, name).to_bits(), f64::to_bits(expected), "{name}");
    }
    assert!(value(&seen, "upstream_requests_total{service=\"trakt\",status=\"200\"}") > 2.0);
    assert!(value(&seen, "upstream_requests_total{service=\"trakt\",status=\"201\"}") > 0.0);
    assert!(value(&seen, "sign_in_left_seconds{name=\"anilist\"}") > 1e6);
    assert!(value(&seen, "store_answer_seconds") > 0.0);
}

#[tokio::test]
async fn trouble_with_a_service_is_counted() {
    let service = Service::small().await;
    service.answer_instead(domain::Service::ANILIST, 503, "down");
    for _ in 0..2 {
        service.get("/api/full-sync").await;
    }
    let seen = samples(&service).await;
    assert!(value(&seen, "upstream_requests_total{service=\"anilist\",status=\"503\"}") > 3.0);
    assert!(value(&seen, "upstream_retries_total{service=\"anilist\"}") > 0.0);
    assert!(value(&seen, "upstream_left_alone{name=\"anilist\"}") > 0.0);
}

#[tokio::test]
async fn a_store_that_is_down_does_not_take_the_measurements_with_it() {
    let service = Service::small().await;
    let folder = service.folder.path().join("data");
    std::fs::rename(&folder, service.folder.path().join("elsewhere")).unwrap();
    assert!(matches!(service.store.ping().await, Err(StoreError::Unavailable(_))));
    let seen = samples(&service).await;
    assert!(value(&seen, "store_up") < 0.5);
}

/// Whoever scrapes often would make the store write as often.
#[tokio::test]
async fn the_measurements_are_read_and_nothing_is_written_for_them() {
    let service = Service::small().await;
    samples(&service).await;
    let file = rusqlite::Connection::open(service.folder.path().join("data/state.db")).unwrap();
    let query = "SELECT count(*) FROM system_config WHERE key = 'status:store:beat'";
    assert_eq!(file.query_one::<u32, _, _>(query, [], |row| row.get(0)).unwrap(), 0);
}

#[tokio::test]
async fn strangers_cannot_make_ever_more_counts() {
    let service = Service::small().await;
    let before = samples(&service).await.len();
    for n in 0..50 {
        service.get(&format!("/nothing-{n}")).await;
        let method = Method::from_bytes(format!("M{n}").as_bytes()).unwrap();
        service.ask(method, "/api/status").await;
    }
    assert!(samples(&service).await.len() < before + 40);
}

#[tokio::test]
async fn every_answer_carries_its_number_and_keeps_that_of_a_proxy() {
    let service = Service::small().await;
    let number = |answer: &Answer| answer.header("x-request-id").to_owned();
    let (one, two) = (service.get("/api/status").await, service.get("/api/nothing").await);
    assert_eq!(number(&one).len(), 16);
    assert_ne!(number(&one), number(&two));
    for (given, kept) in
        [("abc-1.2_3", true), ("", false), ("a b", false), (&"x".repeat(65), false)]
    {
        let request = service.request(Method::GET, "/api/status").header("x-request-id", given);
        assert_eq!(number(&Answer::of(request).await) == given, kept, "{given}");
    }
}
