//! `GET /api/events`, and stopping a run: what goes on is told as it happens.

use std::time::Duration;

use anilist_trakt_sync::demo::{Action, Fault, Stats, World};
use anilist_trakt_sync::domain;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::service::{Service, now};

/// Someone who listens.
pub(crate) struct Listener {
    answer: reqwest::Response,
    text: String,
}

impl Listener {
    async fn of(service: &Service) -> Self {
        Self::by(service.request(Method::GET, "/api/events")).await
    }

    /// Who asks in this way.
    pub(crate) async fn by(request: RequestBuilder) -> Self {
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        Self { answer, text: String::new() }
    }

    /// The next event, with its name.
    pub(crate) async fn next(&mut self) -> (String, Value) {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name| event.lines().find_map(|line: &str| line.strip_prefix(name));
                if let (Some(name), Some(data)) = (field("event: "), field("data: ")) {
                    return (name.to_owned(), serde_json::from_str(data).unwrap());
                }
                continue;
            }
            let chunk = timeout(Duration::from_secs(20), self.answer.chunk()).await;
            let chunk = chunk.expect("an event").unwrap().expect("the stream goes on");
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// What is still told until the stream ends, which it does within seconds.
    pub(crate) async fn ended(mut self) -> String {
        let ending = async {
            while let Ok(Some(chunk)) = self.answer.chunk().await {
                self.text.push_str(std::str::from_utf8(&chunk).unwrap());
            }
        };
        timeout(Duration::from_secs(15), ending).await.expect("the stream goes on");
        self.text
    }

    /// All events up to the end of a run, which is the last.
    async fn until_the_end(&mut self) -> Vec<(String, Value)> {
        let mut all = Vec::new();
        loop {
            all.push(self.next().await);
            if all.last().unwrap().0 == "run-ended" {
                return all;
            }
        }
    }
}

async fn sample(batch: &str) -> Service {
    Service::start(World::sample(now()), &[("TRAKT_BATCH_SIZE", batch)]).await
}

/// Lets the first history post through, and holds the answer to the second.
fn hold_the_second_post(service: &Service) {
    let held = Fault::new(domain::Service::TRAKT, Action::Held);
    service.demo.fail(held.method("POST").path("/sync/history").after(1));
}

#[tokio::test]
async fn a_run_is_told_from_its_beginning_to_its_end() {
    let service = sample("400").await;
    let mut listener = Listener::of(&service).await;
    let report = service.get("/api/full-sync").await.ok();
    let told = listener.until_the_end().await;
    let runs: Vec<&Value> = told.iter().filter(|(n, _)| n == "run").map(|(_, v)| v).collect();
    let mut phases: Vec<_> = runs.iter().map(|run| run["phase"].as_str().unwrap()).collect();
    phases.dedup();
    assert_eq!(phases, ["collecting", "placing", "comparing", "posting"]);
    let (first, last) = (runs[0], *runs.last().unwrap());
    assert_eq!((&first["runId"], &first["mode"]), (&report["runId"], &json!("full")));
    assert_eq!((&last["done"], &last["total"]), (&report["synced"], &report["synced"]));
    assert_eq!(last["batch"], last["batches"]);
    assert!(last["batches"].as_u64().unwrap() >= 5 && last["shows"].as_u64().unwrap() > 10);
    let done: Vec<_> = runs.iter().map(|run| run["done"].as_u64().unwrap()).collect();
    assert!(done.is_sorted(), "{done:?}");
    let end = &told.last().unwrap().1;
    assert_eq!((&end["state"], &end["runId"]), (&json!("complete"), &report["runId"]));
    assert_eq!(end["report"]["synced"], report["synced"]);
}

#[tokio::test]
async fn the_files_that_a_run_fetches_are_told_too_and_so_is_a_refresh() {
    let service = Service::sample().await;
    let mut listener = Listener::of(&service).await;
    service.get("/api/refresh-otaku").await.ok();
    let mut told = Vec::new();
    for _ in 0..3 {
        let (name, news) = listener.next().await;
        assert_eq!((name.as_str(), &news["name"]), ("dataset", &json!("otaku")));
        told.push(news["state"].as_str().unwrap().to_owned());
    }
    assert_eq!(told, ["fetching", "reading", "replaced"]);
    let broken = Fault::new(domain::Service::OTAKU, Action::Html { status: 403 });
    service.demo.fail(broken);
    service.get("/api/refresh-otaku").await.refused(502, "blocked");
    assert_eq!(listener.next().await.1["state"], "fetching");
    assert_eq!(listener.next().await.1["state"], "failed");
}

#[tokio::test]
async fn a_preview_is_no_run_and_tells_of_none() {
    let service = Service::small().await;
    let mut listener = Listener::of(&service).await;
    service.get("/api/plan?mode=full").await.ok();
    service.get("/api/full-sync").await.ok();
    let told = listener.until_the_end().await;
    let runs: Vec<_> = told.iter().filter(|(name, _)| name == "run").collect();
    assert_eq!(runs[0].1["phase"], "collecting");
    assert!(runs.iter().all(|(_, run)| run["runId"] == 1));
}

#[tokio::test]
async fn a_page_that_comes_late_sees_the_run_as_it_stands() {
    let service = sample("200").await;
    hold_the_second_post(&service);
    let run = tokio::spawn(service.request(Method::POST, "/api/full-sync").send());
    service.until(&run, |stats| stats.history_posts >= 2).await;
    let mut late = Listener::of(&service).await;
    let (name, progress) = late.next().await;
    assert_eq!((name.as_str(), &progress["phase"]), ("run", &json!("posting")));
    assert!(progress["done"].as_u64().unwrap() >= 200, "{progress}");
    let status = service.get("/api/status").await.ok();
    assert_eq!(status["running"]["runId"], progress["runId"]);
    service.demo.heal();
    run.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_run_that_is_stopped_keeps_what_was_posted_and_the_next_goes_on() {
    let service = sample("200").await;
    let there = service.demo.history().len();
    hold_the_second_post(&service);
    let run = tokio::spawn(service.request(Method::POST, "/api/full-sync").send());
    service.until(&run, |stats| stats.history_posts >= 2).await;
    service.ask(Method::POST, "/api/runs/1/cancel").await.ok();
    service.demo.heal();
    let answer: Value = run.await.unwrap().unwrap().json().await.unwrap();
    assert_eq!((&answer["state"], &answer["synced"]), (&json!("partial"), &json!(400)));
    assert_eq!(answer["cause"], "it was stopped by hand");
    assert_eq!(service.demo.history().len(), there + 400);
    let sentence = service.ask(Method::POST, "/api/runs/1/cancel").await.refused(409, "refused");
    assert!(sentence.ends_with(": 1"), "{sentence}");
    service.ask(Method::POST, "/api/runs/x/cancel").await.refused(404, "not_found");
    let rest = service.get("/api/full-sync").await.ok();
    assert_eq!((&rest["state"], &rest["synced"]), (&json!("complete"), &answer["remaining"]));
}

#[tokio::test]
async fn a_run_that_is_stopped_while_it_looks_shows_up_posts_nothing() {
    let service = sample("200").await;
    let held = Fault::new(domain::Service::TRAKT, Action::Held);
    service.demo.fail(held.path("/seasons").times(u32::MAX));
    let there = service.demo.history().len();
    let run = tokio::spawn(service.request(Method::POST, "/api/full-sync").send());
    let shows =
        |stats: &Stats| stats.count_route(domain::Service::TRAKT, "GET /shows/{id}/seasons");
    service.until(&run, |stats| shows(stats) >= 2).await;
    service.ask(Method::POST, "/api/runs/1/cancel").await.ok();
    service.demo.heal();
    let answer: Value = run.await.unwrap().unwrap().json().await.unwrap();
    assert_eq!((&answer["state"], &answer["synced"]), (&json!("partial"), &json!(0)), "{answer}");
    assert_eq!(service.demo.history().len(), there);
    assert_eq!(service.get("/api/full-sync").await.ok()["state"], "complete");
}
