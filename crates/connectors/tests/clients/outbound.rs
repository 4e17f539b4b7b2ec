//! What goes out, how often, and what is kept back.

use std::time::Duration;

use anilist_trakt_sync_connectors::clock::Clock;
use anilist_trakt_sync_connectors::outbound::{
    Fault, Lane, Limits, Outbound, Pace, Request, Retry,
};
use anilist_trakt_sync_connectors::{anilist, tmdb, trakt};
use anilist_trakt_sync_core::domain::Service;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use super::support::{Server, fault, json, no_limits, nobody, outbound, page};

fn read(server: &Server) -> Request {
    Request::get(trakt::READ, &server.url).unwrap()
}

fn write(server: &Server) -> Request {
    Request::post(trakt::WRITE, &server.url, &json!({ "plays": 1 })).unwrap()
}

fn limited(retry_after: &'static str) -> Response {
    (StatusCode::TOO_MANY_REQUESTS, [("retry-after", retry_after)]).into_response()
}

#[tokio::test]
async fn a_read_is_tried_three_times_and_a_write_once() {
    let server = Server::start(|_, _| StatusCode::SERVICE_UNAVAILABLE).await;
    let (outbound, _) = outbound();
    assert_eq!(fault(outbound.send(&read(&server)).await), Fault::Outage { status: 503 });
    assert_eq!(server.calls().len(), 3);
    assert_eq!(fault(outbound.send(&write(&server)).await), Fault::Outage { status: 503 });
    assert_eq!(server.calls().len(), 4);
}

#[tokio::test]
async fn a_read_survives_a_short_outage() {
    let server = Server::start(|number, _| match number {
        0 => StatusCode::BAD_GATEWAY.into_response(),
        _ => json(200, json!({ "ok": true })),
    })
    .await;
    let answer = outbound().0.send(&read(&server)).await.ok().unwrap();
    assert_eq!(answer.json::<Value>().unwrap(), json!({ "ok": true }));
    assert_eq!(server.calls().len(), 2);
}

#[tokio::test]
async fn a_write_whose_connection_breaks_is_not_sent_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let counting = tokio::spawn(async move {
        let mut requests = 0;
        while let Ok(Ok((mut socket, _))) =
            tokio::time::timeout(Duration::from_millis(300), listener.accept()).await
        {
            let mut buffer = [0; 4096];
            requests += usize::from(socket.read(&mut buffer).await.unwrap() > 0);
        }
        requests
    });
    let request = Request::post(trakt::WRITE, &url, &json!({})).unwrap();
    let broken = fault(outbound().0.send(&request).await);
    assert!(matches!(broken, Fault::BrokenOff { .. }), "{broken:?}");
    assert!(broken.leaves_outcome_open());
    assert_eq!(counting.await.unwrap(), 1);
}

#[tokio::test]
async fn the_budget_ends_repeats_when_everything_fails() {
    let server = Server::start(|_, _| StatusCode::SERVICE_UNAVAILABLE).await;
    let (outbound, clock) = outbound();
    for _ in 0..20 {
        // Past the breaker, which is not the subject here.
        clock.advance(Duration::from_mins(1));
        let _ = outbound.send(&read(&server)).await;
    }
    let repeats = server.calls().len() - 20;
    assert!((1..=12).contains(&repeats), "{repeats}");
}

#[tokio::test]
async fn nothing_goes_out_before_the_time_a_service_asked_for() {
    let server = Server::start(|number, _| match number {
        0 => limited("120"),
        _ => json(200, json!([])),
    })
    .await;
    let (outbound, clock) = outbound();
    let until = outbound.now() + Duration::from_mins(2);
    assert_eq!(fault(outbound.send(&read(&server)).await), Fault::RateLimited { until });
    clock.advance(Duration::from_secs(100));
    assert_eq!(fault(outbound.send(&read(&server)).await), Fault::RateLimited { until });
    assert_eq!(server.calls().len(), 1);
    clock.advance(Duration::from_secs(20));
    assert!(outbound.send(&read(&server)).await.is_ok());
}

#[tokio::test]
async fn retry_after_may_be_a_date() {
    let server = Server::start(|_, _| limited("Sun, 01 Nov 2026 12:10:00 GMT")).await;
    let until = "2026-11-01T12:10:00Z".parse().unwrap();
    assert_eq!(fault(outbound().0.send(&read(&server)).await), Fault::RateLimited { until });
}

#[tokio::test]
async fn a_wait_of_no_time_is_waited_for_a_read_and_not_for_a_write() {
    let server = Server::start(|number, _| match number {
        0 | 2 => limited("0"),
        _ => json(200, json!([])),
    })
    .await;
    let (outbound, _) = outbound();
    assert!(outbound.send(&read(&server)).await.is_ok());
    assert!(matches!(fault(outbound.send(&write(&server)).await), Fault::RateLimited { .. }));
    assert_eq!(server.calls().len(), 3);
}

#[tokio::test]
async fn a_service_limits_each_kind_of_request_on_its_own() {
    let server = Server::start(|number, _| match number {
        0 => limited("60"),
        _ => json(200, json!([])),
    })
    .await;
    let (outbound, _) = outbound();
    assert!(outbound.send(&write(&server)).await.is_err());
    assert!(outbound.send(&read(&server)).await.is_ok());
}

#[tokio::test]
async fn the_edge_limits_all_requests_to_its_service() {
    let server = Server::start(|_, _| page(429)).await;
    let (outbound, _) = outbound();
    // Without a header a minute is kept.
    let until = outbound.now() + Duration::from_mins(1);
    assert_eq!(fault(outbound.send(&write(&server)).await), Fault::RateLimited { until });
    assert_eq!(fault(outbound.send(&read(&server)).await), Fault::RateLimited { until });
    assert_eq!(server.calls().len(), 1);
    let elsewhere = Request::get(Lane::of(Service::FRIBBS), &server.url).unwrap();
    let _ = outbound.send(&elsewhere).await;
    assert_eq!(server.calls().len(), 2);
}

#[tokio::test]
async fn an_outage_may_ask_to_wait_too() {
    let server =
        Server::start(|_, _| (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "300")])).await;
    let (outbound, _) = outbound();
    assert_eq!(fault(outbound.send(&write(&server)).await), Fault::Outage { status: 503 });
    let until = outbound.now() + Duration::from_mins(5);
    assert_eq!(fault(outbound.send(&write(&server)).await), Fault::RateLimited { until });
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn a_service_that_keeps_failing_is_left_alone_for_a_minute() {
    let server = Server::start(|number, _| match number {
        0..5 => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        _ => json(200, json!([])),
    })
    .await;
    let (outbound, clock) = outbound();
    for _ in 0..5 {
        assert_eq!(fault(outbound.send(&write(&server)).await), Fault::Outage { status: 500 });
    }
    let until = outbound.now() + Duration::from_mins(1);
    assert_eq!(fault(outbound.send(&write(&server)).await), Fault::BreakerOpen { until });
    assert_eq!(server.calls().len(), 5);
    clock.advance(Duration::from_mins(1));
    assert!(outbound.send(&write(&server)).await.is_ok());
    assert!(outbound.send(&write(&server)).await.is_ok());
}

#[tokio::test]
async fn a_wait_beyond_the_patience_is_told_and_not_slept() {
    let server = Server::start(|_, _| json(200, json!([]))).await;
    let limits = Limits {
        paces: vec![(anilist::LANE, Pace::Window(5, Duration::from_mins(1)))],
        patience: Duration::from_secs(3),
        ..no_limits()
    };
    let outbound = Outbound::new(limits, Clock::System).unwrap();
    let request = Request::post(anilist::LANE, &server.url, &json!({})).unwrap();
    for _ in 0..5 {
        assert!(outbound.send(&request).await.is_ok());
    }
    let Fault::RateLimited { until } = fault(outbound.send(&request).await) else {
        panic!("the sixth request of five a minute went out at once");
    };
    let wait = until.duration_since(outbound.now()).as_secs();
    assert!((30..=62).contains(&wait), "{wait}");
    assert_eq!(server.calls().len(), 5);
}

#[tokio::test]
async fn no_answer_in_time_is_not_asked_for_again() {
    let server = Server::start_async(|_, _| std::future::pending()).await;
    let request = read(&server).timeout(Duration::from_millis(50));
    assert_eq!(fault(outbound().0.send(&request).await), Fault::TimedOut);
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn an_answer_larger_than_its_bound_is_not_read() {
    let server = Server::start(|_, _| "x".repeat(2000)).await;
    let (outbound, _) = outbound();
    let small = read(&server).limit(1999).retry(Retry::Never);
    assert_eq!(fault(outbound.send(&small).await), Fault::TooLarge { limit: 1999 });
    assert!(outbound.send(&read(&server).limit(2000)).await.is_ok());
}

#[tokio::test]
async fn the_bound_counts_what_is_unpacked() {
    let server = Server::start(|_, _| json(200, json!(" ".repeat(5 << 20)))).await;
    let request = read(&server).limit(1 << 20);
    assert_eq!(fault(outbound().0.send(&request).await), Fault::TooLarge { limit: 1 << 20 });
    let accepted = server.calls()[0].header("accept-encoding").unwrap().to_owned();
    assert!(accepted.contains("gzip") && accepted.contains("br"), "{accepted}");
}

#[derive(Debug, Deserialize)]
struct Outer {
    #[expect(dead_code, reason = "only decoding is looked at")]
    items: Vec<Inner>,
}

#[derive(Debug, Deserialize)]
struct Inner {
    #[expect(dead_code, reason = "only decoding is looked at")]
    id: u32,
}

/// How a body fails to decode.
async fn detail(body: &'static str, secret: bool) -> String {
    let server = Server::start(move |_, _| body).await;
    let answer = outbound().0.send(&read(&server)).await.ok().unwrap();
    let decoded = if secret { answer.secret_json::<Outer>() } else { answer.json::<Outer>() };
    match decoded.unwrap_err().fault {
        Fault::UnexpectedBody { detail } => detail,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_answer_of_another_form_is_named_by_its_path() {
    let odd = r#"{"items":[{"id":1},{"id":"hush"}]}"#;
    let text = detail(odd, false).await;
    assert!(text.starts_with("items[1].id: invalid type: string"), "{text}");
    assert_eq!(detail(odd, true).await, "items[1].id cannot be read");
    assert_eq!(detail("<html>", false).await, "an HTML page in place of JSON");
    assert_eq!(detail(r#"{"items":[]} x"#, false).await, "something follows the JSON");
    assert!(detail(r#"{"items":[{"id""#, false).await.contains("EOF"));
}

#[tokio::test]
async fn a_request_says_who_sends_it_and_not_where_it_comes_from() {
    let server = Server::start(|number, _| match number {
        0 => Redirect::temporary("/there").into_response(),
        _ => json(200, json!([])),
    })
    .await;
    let address = format!("{}/here?key=hush", server.url);
    let file = outbound().0.download(Service::FRIBBS, &address, None, 1000).await;
    assert!(file.is_ok());
    let calls = server.calls();
    assert_eq!(calls[1].path, "/there");
    assert_eq!(calls[1].header("referer"), None);
    let agent = calls[1].header("user-agent").unwrap();
    assert!(agent.starts_with("anilist-trakt-sync/") && agent.contains("(+https://"), "{agent}");
}

#[tokio::test]
async fn a_key_in_the_address_is_in_no_error() {
    let url = format!("{}/path", nobody().await);
    let request = Request::get(tmdb::LANE, &url).unwrap().query("api_key", "hush");
    let error = outbound().0.send(&request).await.err().unwrap();
    let text = format!("{error} {error:?}");
    assert!(matches!(error.fault, Fault::Unreachable { .. }), "{text}");
    assert!(!text.contains("hush") && !text.contains("127.0.0.1"), "{text}");
}

#[tokio::test]
async fn a_write_to_whom_nobody_answers_was_never_sent() {
    let request = Request::post(trakt::WRITE, &nobody().await, &json!({})).unwrap();
    let error = fault(outbound().0.send(&request).await);
    assert!(matches!(error, Fault::Unreachable { .. }), "{error:?}");
    assert!(!error.leaves_outcome_open());
}

#[tokio::test]
async fn what_apis_tell_of_the_time_is_told_from_this_machine_s_and_goes_on() {
    let told = "Sat, 21 Nov 2026 12:00:00 GMT";
    let server = Server::start(move |_, _| ([("date", told)], "{}")).await;
    let (outbound, clock) = outbound();
    assert_eq!((outbound.true_time(), outbound.clock_ahead()), (clock.now(), None));
    // A host of files answers from its cache.
    drop(
        outbound.send(&Request::get(Lane::of(Service::OTAKU), &server.url).unwrap()).await.unwrap(),
    );
    assert_eq!(outbound.clock_ahead(), None);
    drop(outbound.send(&read(&server)).await.unwrap());
    let told: jiff::Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
    assert_eq!(outbound.true_time(), told);
    assert_eq!(outbound.clock_ahead(), Some(clock.now().duration_since(told)));
    clock.advance(Duration::from_mins(1));
    clock.step(jiff::SignedDuration::from_hours(-48));
    assert_eq!(outbound.true_time(), told + Duration::from_mins(1));
    // Whether it slept or was set, it cannot tell: it has to ask again.
    assert_eq!((outbound.clock_ahead(), outbound.is_time_known()), (None, false));
    drop(outbound.send(&read(&server)).await.unwrap());
    assert_eq!((outbound.true_time(), outbound.is_time_known()), (told, true));
    assert_eq!(outbound.clock_ahead(), Some(clock.now().duration_since(told)));
}

#[tokio::test]
async fn every_request_is_counted_where_it_went() {
    let server = Server::start(|_, _| StatusCode::SERVICE_UNAVAILABLE).await;
    let (outbound, _) = outbound();
    let _ = outbound.send(&read(&server)).await;
    let _ = outbound.send(&write(&server)).await;
    let _ = outbound.send(&Request::get(Lane::of(Service::OTAKU), &server.url).unwrap()).await;
    let mut registry = Registry::default();
    outbound.tally().register(&mut registry);
    let mut text = String::new();
    encode(&mut text, &registry).unwrap();
    for (service, count) in [("trakt", 4), ("otaku", 3)] {
        let line = format!("{{service=\"{service}\",status=\"503\"}} {count}");
        assert!(text.contains(&line), "{line} in {text}");
    }
    assert_eq!(outbound.tally().all(), 7);
}

#[tokio::test]
async fn what_is_left_of_a_limit_is_told_with_what_the_service_says() {
    let server = Server::start(|_, _| ([("x-ratelimit-remaining", "28")], "{}")).await;
    let limits = Limits {
        paces: vec![(tmdb::LANE, Pace::Window(3, Duration::from_mins(1)))],
        ..no_limits()
    };
    let outbound = Outbound::new(limits, Clock::System).unwrap();
    let of_tmdb = || outbound.budgets().pop().unwrap();
    assert_eq!((of_tmdb().left, of_tmdb().told), (3, None));
    outbound.send(&Request::get(tmdb::LANE, &server.url).unwrap()).await.ok().unwrap();
    let budget = of_tmdb();
    assert_eq!((budget.limit, budget.left, budget.told), (3, 2, Some(28)));
    assert_eq!((budget.service, budget.closed_until), (Service::TMDB, None));
}
