use std::time::Duration;

use anilist_trakt_sync::demo::{Action, Fault};
use anilist_trakt_sync::domain::Service;
use serde_json::{Value, json};

use crate::client::{Bench, small, start, status};

fn play() -> Value {
    json!({"episodes": [{"ids": {"trakt": 70_003}, "watched_at": "unknown"}]})
}

async fn post(bench: &Bench) -> Result<reqwest::Response, reqwest::Error> {
    bench.post("/sync/history", &play()).send().await
}

fn on_history(action: Action) -> Fault {
    Fault::new(Service::TRAKT, action).method("POST").path("/sync/history")
}

#[tokio::test]
async fn a_reset_connection_gives_no_answer() {
    let bench = start(small()).await;
    bench.demo.fail(on_history(Action::Reset));
    assert_eq!(status(bench.get("/sync/history")).await, 200);
    let error = post(&bench).await.unwrap_err();
    assert!(error.is_request() && error.status().is_none(), "{error:?}");
    assert_eq!(bench.demo.history().len(), 0);
    assert_eq!(post(&bench).await.unwrap().status(), 201);
}

#[tokio::test]
async fn a_lost_answer_was_applied() {
    let bench = start(small()).await;
    bench.demo.fail(on_history(Action::Reset).applied());
    assert!(post(&bench).await.is_err());
    assert_eq!(bench.demo.history().len(), 1);
    assert_eq!(bench.demo.stats().requests[0].status, None);
}

#[tokio::test]
async fn a_truncated_answer_has_its_head_and_half_its_body() {
    let bench = start(small()).await;
    bench.demo.fail(Fault::new(Service::TRAKT, Action::Truncate).path("/seasons"));
    let path = "/shows/7/seasons?extended=full,episodes";
    let mut broken = bench.get(path).send().await.unwrap();
    let length = broken.content_length().unwrap();
    let mut received = 0;
    let error = loop {
        match broken.chunk().await {
            Ok(Some(chunk)) => received += chunk.len() as u64,
            Ok(None) => panic!("the body came whole"),
            Err(error) => break error,
        }
    };
    assert!(error.is_body() || error.is_decode(), "{error:?}");
    assert_eq!(received, length / 2);
    let whole = bench.get(path).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(whole.len() as u64, length);
}

#[tokio::test]
async fn a_status_can_carry_headers_and_a_body() {
    let bench = start(small()).await;
    let busy = Action::Status {
        status: 429,
        headers: vec![("retry-after".into(), "30".into())],
        body: r#"{"error":"slow down"}"#.into(),
    };
    bench.demo.fail(Fault::new(Service::TRAKT, busy).times(2));
    for _ in 0..2 {
        let answer = bench.get("/users/settings").send().await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["retry-after"]),
            (429, &"30".parse().unwrap())
        );
        assert_eq!(answer.json::<Value>().await.unwrap()["error"], "slow down");
    }
    assert_eq!(bench.demo.stats().ignored_retry_after, 1);
    bench.clock.advance(Duration::from_secs(30));
    assert_eq!(status(bench.get("/users/settings")).await, 200);
    assert_eq!(bench.demo.stats().ignored_retry_after, 1);
}

#[tokio::test]
async fn a_page_of_html_can_come_with_status_200() {
    let bench = start(small()).await;
    bench.demo.fail(Fault::new(Service::FRIBBS, Action::Html { status: 200 }));
    let answer = bench.http.get(bench.setting("FRIBBS_LIST_URL")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.text().await.unwrap().starts_with("<!DOCTYPE html>"));
}

#[tokio::test]
async fn a_fault_can_let_requests_pass_first() {
    let bench = start(small()).await;
    bench.demo.fail(on_history(Action::Html { status: 502 }).after(1).applied());
    assert_eq!(post(&bench).await.unwrap().status(), 201);
    assert_eq!(post(&bench).await.unwrap().status(), 502);
    assert_eq!(post(&bench).await.unwrap().status(), 201);
    assert_eq!(bench.demo.history().len(), 3);
}

#[tokio::test]
async fn an_anilist_fault_is_chosen_by_the_operation() {
    let bench = start(small()).await;
    bench.demo.fail(Fault::new(Service::ANILIST, Action::Html { status: 503 }).path("Activities"));
    let viewer = bench.query("query Viewer { Viewer { id } }", json!({}));
    assert_eq!(status(viewer).await, 200);
    let feed = bench.query("query Activities { Page { pageInfo } }", json!({}));
    assert_eq!(status(feed).await, 503);
}

#[tokio::test]
async fn a_hanging_connection_ends_without_an_answer() {
    let bench = start(small()).await;
    bench.demo.fail(on_history(Action::Hang(Duration::from_millis(1))));
    assert!(post(&bench).await.is_err());
    bench.demo.fail(on_history(Action::Slow(Duration::from_millis(1))));
    assert_eq!(post(&bench).await.unwrap().status(), 201);
    assert_eq!(bench.demo.history().len(), 1);
}

#[tokio::test]
async fn an_answer_is_held_until_the_faults_are_taken_away() {
    let bench = start(small()).await;
    bench.demo.fail(on_history(Action::Held));
    let healing = async {
        while bench.demo.history().is_empty() {
            tokio::task::yield_now().await;
        }
        bench.demo.heal();
        bench.demo.fail(on_history(Action::Reset));
    };
    let (held, ()) = tokio::join!(post(&bench), healing);
    assert_eq!(held.unwrap().status(), 201);
    assert!(post(&bench).await.is_err(), "a later fault is a new one");
}

#[tokio::test]
async fn faults_can_last_and_be_taken_away() {
    let bench = start(small()).await;
    bench.demo.fail(Fault::new(Service::TRAKT, Action::Reset).times(u32::MAX));
    for _ in 0..3 {
        assert!(post(&bench).await.is_err());
    }
    bench.demo.heal();
    assert_eq!(post(&bench).await.unwrap().status(), 201);
}

#[tokio::test]
async fn a_stopped_demo_answers_no_more_and_waits_for_nobody() {
    let Bench { demo, http, settings, .. } = start(small()).await;
    demo.fail(Fault::new(Service::OTAKU, Action::Hang(Duration::from_hours(1))));
    let hanging = http.get(&settings["OTAKU_DB_URL"]).send();
    let stopping = async {
        while demo.stats().count(Service::OTAKU) == 0 {
            tokio::task::yield_now().await;
        }
        demo.stop().await;
    };
    let (hung, ()) = tokio::join!(hanging, stopping);
    assert_eq!(hung.unwrap().status(), 503);
    assert!(http.get(&settings["FRIBBS_LIST_URL"]).send().await.is_err());
}
