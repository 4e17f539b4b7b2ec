//! Signing in to Trakt by a code that is pasted.

use anilist_trakt_sync::demo::Decision;
use anilist_trakt_sync::domain::{self, AccountId};
use anilist_trakt_sync::store::keys;
use serde_json::json;

use crate::service::Service;
use crate::shape::{Answer, Number, Text, has};

async fn stored(service: &Service, key: &str) -> Option<String> {
    let values = service.store.config(&AccountId::default(), &[key]).await.unwrap();
    values.into_iter().next().flatten()
}

/// The code that the person is shown on the page the service names.
pub(crate) async fn code(service: &Service) -> String {
    let start = service.get("/api/trakt-auth").await.ok();
    has(&start, &[("authUrl", Text), ("redirectUri", Text)]);
    assert_eq!(start["redirectUri"], "urn:ietf:wg:oauth:2.0:oob");
    let page = service.http.get(start["authUrl"].as_str().unwrap()).header("user-agent", "browser");
    let page = page.send().await.unwrap().text().await.unwrap();
    let (_, rest) = page.split_once("<h1>").unwrap();
    rest.split("</h1>").next().unwrap().to_owned()
}

async fn exchange(service: &Service, code: &str) -> Answer {
    service.post("/api/trakt-auth", &json!({"code": code})).await
}

#[tokio::test]
async fn a_code_that_trakt_takes_signs_in() {
    let service = Service::with(&[("TRAKT_ACCESS_TOKEN", ""), ("TRAKT_REFRESH_TOKEN", "")]).await;
    service.get("/api/full-sync").await.refused(503, "not_configured");
    let code = code(&service).await;
    let answer = exchange(&service, &format!(" {code} ")).await.ok();
    has(&answer, &[("message", Text), ("expires_in", Number)]);
    assert_eq!(answer, json!({"message": "Trakt tokens updated", "expires_in": 86_400}));
    assert!(stored(&service, keys::TRAKT_TOKEN).await.is_some());
    assert!(stored(&service, keys::TRAKT_REFRESH_TOKEN).await.is_some());
    assert_eq!(service.get("/api/full-sync").await.ok()["synced"], 4);
}

#[tokio::test]
async fn a_code_that_trakt_refuses_is_a_400_with_its_reason() {
    let service = Service::small().await;
    let before = stored(&service, keys::TRAKT_TOKEN).await;
    let sentence = exchange(&service, "WRONG").await.refused(400, "bad_request");
    let reason = "Trakt refused the code: The provided authorization grant is invalid";
    assert!(sentence.starts_with(reason), "{sentence}");
    assert_eq!(stored(&service, keys::TRAKT_TOKEN).await, before);
}

#[tokio::test]
async fn a_code_is_good_once() {
    let service = Service::small().await;
    let code = code(&service).await;
    exchange(&service, &code).await.ok();
    exchange(&service, &code).await.refused(400, "bad_request");
}

#[tokio::test]
async fn a_missing_code_is_named_and_trakt_is_not_asked() {
    let service = Service::small().await;
    for body in [
        json!({}),
        json!({"code": ""}),
        json!({"code": "  "}),
        json!({"code": null}),
        json!({"code": 7}),
    ] {
        let answer = service.post("/api/trakt-auth", &body).await;
        assert_eq!(answer.refused(400, "bad_request"), "code is missing", "{body}");
    }
    assert_eq!(service.asked(domain::Service::TRAKT), 0);
}

#[tokio::test]
async fn without_an_app_the_sign_in_says_what_to_set() {
    let service = Service::with(&[("TRAKT_CLIENT_ID", ""), ("TRAKT_CLIENT_SECRET", "")]).await;
    for answer in [service.get("/api/trakt-auth").await, exchange(&service, "ABC").await] {
        answer.refused(503, "not_configured");
        let hint = answer.json()["hint"].as_str().unwrap().to_owned();
        assert!(hint.contains("TRAKT_CLIENT_ID"), "{hint}");
    }
}

async fn device(service: &Service) -> serde_json::Value {
    service.get("/api/trakt-auth/device").await.ok()
}

#[tokio::test]
async fn a_code_that_is_typed_on_trakts_page_signs_in() {
    let unset = [("TRAKT_ACCESS_TOKEN", ""), ("TRAKT_REFRESH_TOKEN", "")];
    let service = Service::with(&unset).await;
    assert_eq!(device(&service).await, json!({"state": "none"}));
    let invitation = service.post("/api/trakt-auth/device", &json!({})).await.ok();
    has(&invitation, &[("userCode", Text), ("verificationUrl", Text), ("interval", Number)]);
    let mut waiting = invitation.clone();
    waiting["state"] = json!("pending");
    // Looking often asks Trakt no more often than it allows.
    for _ in 0..5 {
        assert_eq!(device(&service).await, waiting);
    }
    assert_eq!(
        service.demo.stats().count_route(domain::Service::TRAKT, "POST /oauth/device/token"),
        0
    );
    let pause = std::time::Duration::from_secs(invitation["interval"].as_u64().unwrap());
    service.clock.advance(pause);
    assert_eq!(device(&service).await, waiting);
    service.demo.decide_device(Decision::Approve);
    assert_eq!(device(&service).await["state"], "pending", "Trakt was asked a moment ago");
    service.clock.advance(pause);
    assert_eq!(device(&service).await, json!({"state": "approved"}));
    assert_eq!(device(&service).await, json!({"state": "none"}));
    assert_eq!(service.demo.stats().polled_too_fast, 0);
    assert!(stored(&service, keys::TRAKT_TOKEN).await.is_some());
    assert_eq!(service.get("/api/full-sync").await.ok()["state"], "complete");
}

#[tokio::test]
async fn a_code_that_is_refused_or_too_old_is_told_once() {
    let service = Service::small().await;
    let begin = async || {
        let invitation = service.post("/api/trakt-auth/device", &json!({})).await.ok();
        std::time::Duration::from_secs(invitation["interval"].as_u64().unwrap())
    };
    let pause = begin().await;
    service.demo.decide_device(Decision::Deny);
    service.clock.advance(pause);
    assert_eq!(device(&service).await, json!({"state": "denied"}));
    begin().await;
    service.clock.advance(std::time::Duration::from_hours(1));
    assert_eq!(device(&service).await, json!({"state": "expired"}));
    assert_eq!(device(&service).await, json!({"state": "none"}));
}
