//! What each service's statuses mean.

use std::time::Duration;

use anilist_trakt_sync_connectors::outbound::{Fault, Lane, Request};
use anilist_trakt_sync_connectors::{anilist, tmdb, trakt};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::support::{Server, fault, json, outbound, page};

/// The fault of this answer to one write, or none.
async fn verdict(
    lane: Lane,
    answer: impl Fn() -> Response + Send + Sync + 'static,
) -> Option<Fault> {
    let server = Server::start(move |_, _| answer()).await;
    let request = Request::post(lane, &server.url, &json!({})).unwrap();
    outbound().0.send(&request).await.err().map(|error| error.fault)
}

fn refused(status: u16, message: &str) -> Fault {
    Fault::Refused { status, message: message.to_owned() }
}

#[tokio::test]
async fn trakts_statuses_are_told_apart() {
    let table = [
        (401, Fault::SignedOut),
        (403, Fault::AppGone),
        (404, Fault::NotFound),
        (409, refused(409, "status 409")),
        (412, refused(412, "status 412")),
        (422, refused(422, "status 422")),
        (420, Fault::AccountLimit),
        (423, Fault::AccountLocked),
        (426, Fault::VipOnly),
        (500, Fault::Outage { status: 500 }),
        (503, Fault::Outage { status: 503 }),
        (520, Fault::Outage { status: 520 }),
        (522, Fault::Outage { status: 522 }),
    ];
    for (status, expected) in table {
        let empty = move || StatusCode::from_u16(status).unwrap().into_response();
        assert_eq!(verdict(trakt::READ, empty).await, Some(expected), "{status}");
    }
}

#[tokio::test]
async fn trakts_edge_is_told_from_trakt() {
    assert_eq!(verdict(trakt::READ, || page(403)).await, Some(Fault::Blocked));
    let own = || ([("x-request-id", "1")], page(403)).into_response();
    assert_eq!(verdict(trakt::READ, own).await, Some(Fault::AppGone));
    assert_eq!(verdict(trakt::READ, || page(521)).await, Some(Fault::Outage { status: 521 }));
}

#[tokio::test]
async fn a_refusal_carries_the_services_own_words() {
    let said = |body: Value| move || json(422, body.clone());
    let table = [
        (json!({ "error": "bad", "error_description": "It is bad." }), "It is bad."),
        (json!({ "errors": ["no date"] }), r#"["no date"]"#),
        (json!({ "message": "x".repeat(500) }), &"x".repeat(200)),
        (json!([1]), "status 422"),
    ];
    for (body, expected) in table {
        let got = verdict(trakt::WRITE, said(body)).await;
        assert_eq!(got, Some(refused(422, expected)));
    }
}

fn graphql(http: u16, message: &'static str, status: Option<u16>) -> impl Fn() -> Response {
    move || {
        json(http, json!({ "errors": [{ "message": message, "status": status }], "data": null }))
    }
}

#[tokio::test]
async fn anilists_errors_are_the_same_under_any_http_status() {
    let until = outbound().0.now() + Duration::from_mins(1);
    let table = [
        ("Invalid token", 400, Fault::SignedOut),
        ("Unauthorized.", 401, Fault::SignedOut),
        ("The API has been temporarily disabled", 403, Fault::Blocked),
        ("Not Found.", 404, Fault::NotFound),
        ("Too Many Requests.", 429, Fault::RateLimited { until }),
        ("Internal Server Error", 500, Fault::Outage { status: 500 }),
        ("validation", 400, refused(400, "validation")),
    ];
    for (message, status, expected) in table {
        let own = verdict(anilist::LANE, graphql(status, message, Some(status))).await;
        assert_eq!(own.as_ref(), Some(&expected), "{message} as {status}");
        let under_200 = verdict(anilist::LANE, graphql(200, message, Some(status))).await;
        assert_eq!(under_200.as_ref(), Some(&expected), "{message} under 200");
    }
    let bare = verdict(anilist::LANE, graphql(200, "odd", None)).await;
    assert_eq!(bare, Some(refused(400, "odd")));
}

#[tokio::test]
async fn anilists_edge_is_no_sign_out() {
    assert_eq!(verdict(anilist::LANE, || page(403)).await, Some(Fault::Blocked));
    assert_eq!(verdict(anilist::LANE, || page(502)).await, Some(Fault::Outage { status: 502 }));
    let bare = || StatusCode::UNAUTHORIZED.into_response();
    assert_eq!(verdict(anilist::LANE, bare).await, Some(Fault::SignedOut));
}

#[tokio::test]
async fn tmdb_says_when_its_key_is_wrong() {
    let body = || json(401, json!({ "status_code": 7, "status_message": "Invalid API key" }));
    assert_eq!(verdict(tmdb::LANE, body).await, Some(Fault::SignedOut));
    let body = || json(400, json!({ "status_code": 5, "status_message": "Invalid parameters" }));
    assert_eq!(verdict(tmdb::LANE, body).await, Some(refused(400, "Invalid parameters")));
}

#[tokio::test]
async fn an_expected_status_is_an_answer_unless_it_is_a_page() {
    let server = Server::start(|number, _| match number {
        0 => json(409, json!({})),
        _ => page(409),
    })
    .await;
    let request = Request::post(trakt::SIGN_IN, &server.url, &json!({})).unwrap().expecting(&[409]);
    let (outbound, _) = outbound();
    assert_eq!(outbound.send(&request).await.ok().unwrap().status(), 409);
    assert_eq!(fault(outbound.send(&request).await), refused(409, "status 409"));
}
