//! Signing in with a code on another device.

use anilist_trakt_sync::oauth::DevicePoll;
use anilist_trakt_sync::outbound::Fault;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::json;

use super::person::trakt;
use super::support::{Server, fault, json, page};
use super::trakt_auth::Fake;

#[tokio::test]
async fn a_code_is_given_for_the_app() {
    let server = Server::start(|_, _| {
        json(
            200,
            json!({ "device_code": "hush", "user_code": "5055CC52",
                          "verification_url": "https://trakt.tv/activate",
                          "expires_in": 600, "interval": 5 }),
        )
    })
    .await;
    let trakt = trakt(&server);
    let code = trakt.client.sign_in().oauth().device_code().await.unwrap();
    assert_eq!((code.user_code.as_str(), code.expires_in, code.interval), ("5055CC52", 600, 5));
    assert_eq!(server.calls()[0].body, json!({ "client_id": "app" }));
    assert!(!format!("{code:?}").contains("hush"));
}

#[tokio::test]
async fn each_status_of_a_poll_is_a_state() {
    let table = [
        (400, DevicePoll::Pending),
        (404, DevicePoll::Unknown),
        (409, DevicePoll::Used),
        (410, DevicePoll::Expired),
        (418, DevicePoll::Denied),
        (429, DevicePoll::SlowDown),
    ];
    let server = Server::start(move |number, _| {
        StatusCode::from_u16(table[number].0).unwrap().into_response()
    })
    .await;
    let trakt = trakt(&server);
    for (status, expected) in table {
        let state = trakt.client.sign_in().device_poll(&"code".into()).await.unwrap();
        assert_eq!(state, expected, "{status}");
    }
}

#[tokio::test]
async fn an_approved_code_signs_in() {
    let fake = Fake::start(0).await;
    let state = fake.auth().device_poll(&"code".into()).await.unwrap();
    assert_eq!(state, DevicePoll::Approved(86_400));
    assert_eq!(fake.saved().await.0.as_deref(), Some("access-1"));
    let body = json!({ "code": "code", "client_id": "app", "client_secret": "app-secret" });
    assert_eq!(fake.server.calls()[0].body, body);
}

#[tokio::test]
async fn the_edges_limit_is_not_taken_for_slow_down() {
    let server = Server::start(|_, _| page(429)).await;
    let failed = fault(trakt(&server).client.sign_in().device_poll(&"code".into()).await);
    assert!(matches!(failed, Fault::RateLimited { .. }), "{failed:?}");
}
