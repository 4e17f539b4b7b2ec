use std::time::Duration;

use anilist_trakt_sync::demo::Decision;
use serde_json::{Value, json};

use crate::client::{Bench, json_of, small, start, status};

const REDIRECT: &str = "urn:ietf:wg:oauth:2.0:oob";

fn refresh(token: &str) -> Value {
    json!({"grant_type": "refresh_token", "refresh_token": token, "redirect_uri": REDIRECT})
}

async fn sign_in(bench: &Bench, body: Value) -> Value {
    json_of(bench.sign_in("/oauth/token", body).send().await.unwrap()).await
}

async fn refused(bench: &Bench, body: Value) -> String {
    let response = bench.sign_in("/oauth/token", body).send().await.unwrap();
    assert_eq!(response.status(), 400);
    let body: Value = response.json().await.unwrap();
    assert!(body["error_description"].is_string());
    body["error"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_refresh_token_is_used_once_and_ends_the_old_access_token() {
    let bench = start(small()).await;
    let pair = sign_in(&bench, refresh("demo-refresh-1")).await;
    assert_eq!(pair["expires_in"], 86_400);
    assert_eq!(status(bench.get("/sync/last_activities")).await, 401);
    assert_eq!(refused(&bench, refresh("demo-refresh-1")).await, "invalid_grant");
    assert_eq!(bench.demo.stats().reused_refresh_tokens, 1);
    let next = pair["refresh_token"].as_str().unwrap();
    let pair = sign_in(&bench, refresh(next)).await;
    let access = pair["access_token"].as_str().unwrap();
    let request = bench.get("/sync/last_activities");
    let (client, request) = request.build_split();
    let mut request = request.unwrap();
    let value = format!("Bearer {access}").parse().unwrap();
    request.headers_mut().insert("authorization", value);
    assert_eq!(client.execute(request).await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_refresh_without_redirect_uri_is_refused() {
    let bench = start(small()).await;
    let body = json!({"grant_type": "refresh_token", "refresh_token": "demo-refresh-1"});
    assert_eq!(refused(&bench, body).await, "invalid_request");
}

#[tokio::test]
async fn a_code_is_bound_to_its_redirect_and_used_once() {
    let bench = start(small()).await;
    let page = bench
        .http
        .get(format!("{}/oauth/authorize", bench.setting("TRAKT_AUTH_URL")))
        .query(&[("response_type", "code"), ("client_id", bench.setting("TRAKT_CLIENT_ID"))])
        .query(&[("redirect_uri", REDIRECT)])
        .header("user-agent", "test");
    let page = page.send().await.unwrap().text().await.unwrap();
    let code = page.split("<title>").nth(1).unwrap().split('<').next().unwrap();
    let exchange = |redirect: &str| json!({"grant_type": "authorization_code", "code": code, "redirect_uri": redirect});
    assert!(sign_in(&bench, exchange(REDIRECT)).await["access_token"].is_string());
    assert_eq!(refused(&bench, exchange(REDIRECT)).await, "invalid_grant");
    let made_up =
        json!({"grant_type": "authorization_code", "code": "x", "redirect_uri": REDIRECT});
    assert_eq!(refused(&bench, made_up).await, "invalid_grant");
}

#[tokio::test]
async fn a_code_that_begins_with_demo_is_always_good() {
    let bench = start(small()).await;
    let body =
        json!({"grant_type": "authorization_code", "code": "demo", "redirect_uri": REDIRECT});
    assert_eq!(sign_in(&bench, body).await["token_type"], "bearer");
}

#[tokio::test]
async fn access_tokens_expire_and_refresh_tokens_do_not() {
    let bench = start(small()).await;
    assert_eq!(status(bench.get("/sync/last_activities")).await, 200);
    bench.clock.advance(Duration::from_hours(24));
    let refusal = bench.get("/sync/last_activities").send().await.unwrap();
    assert_eq!(refusal.status(), 401);
    assert!(refusal.bytes().await.unwrap().is_empty());
    assert!(sign_in(&bench, refresh("demo-refresh-1")).await["access_token"].is_string());
}

#[tokio::test]
async fn revoked_tokens_cannot_be_refreshed() {
    let bench = start(small()).await;
    bench.demo.revoke_tokens();
    assert_eq!(status(bench.get("/users/settings")).await, 401);
    assert_eq!(refused(&bench, refresh("demo-refresh-1")).await, "invalid_grant");
}

#[tokio::test]
async fn a_device_code_waits_for_the_person() {
    let bench = start(small()).await;
    let device = bench.sign_in("/oauth/device/code", json!({})).send().await.unwrap();
    let device = json_of(device).await;
    let poll = || bench.sign_in("/oauth/device/token", json!({"code": device["device_code"]}));
    assert_eq!(status(poll()).await, 400);
    assert_eq!(status(poll()).await, 429);
    bench.clock.advance(Duration::from_secs(5));
    bench.demo.decide_device(Decision::Approve);
    assert_eq!(status(poll()).await, 200);
    assert_eq!(status(poll()).await, 409);
    assert_eq!(bench.demo.stats().polled_too_fast, 1);
}

#[tokio::test]
async fn a_device_code_is_unknown_denied_or_expired() {
    let bench = start(small()).await;
    let unknown = bench.sign_in("/oauth/device/token", json!({"code": "x"}));
    assert_eq!(status(unknown).await, 404);
    let new = || async {
        let response = bench.sign_in("/oauth/device/code", json!({})).send().await.unwrap();
        json!({"code": json_of(response).await["device_code"]})
    };
    let denied = new().await;
    bench.demo.decide_device(Decision::Deny);
    assert_eq!(status(bench.sign_in("/oauth/device/token", denied)).await, 418);
    let late = new().await;
    bench.clock.advance(Duration::from_mins(10));
    assert_eq!(status(bench.sign_in("/oauth/device/token", late)).await, 410);
}
