//! Signing in to AniList with a code, as a small server that is strict.

use std::time::Duration;

use anilist_trakt_sync_connectors::anilist::sign_in;
use anilist_trakt_sync_connectors::oauth::{App, CodeFlow};
use anilist_trakt_sync_connectors::outbound::Fault;
use axum::response::Response;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::support::{Call, Server, fault, json, outbound, page};

const BACK: &str = "http://127.0.0.1:3000/api/anilist/callback";

fn app() -> App {
    App { id: "17".to_owned(), secret: Some("hush".into()) }
}

fn flow(server: &Server) -> CodeFlow {
    sign_in(&outbound().0, &server.url.parse().unwrap())
}

fn refusal(status: u16, error: &str) -> Response {
    json(status, json!({ "error": error, "error_description": "why it is so", "hint": "a hint" }))
}

fn given(call: &Call) -> Response {
    assert_eq!(call.path, "/api/v2/oauth/token");
    assert_eq!(call.header("accept"), Some("application/json"));
    assert_eq!(call.header("authorization"), None);
    assert_eq!(call.header("content-type"), Some("application/x-www-form-urlencoded"));
    let answer =
        json!({ "token_type": "Bearer", "expires_in": 31_536_000, "access_token": "a.b.c" });
    json(200, answer)
}

#[tokio::test]
async fn the_page_names_the_app_the_way_back_and_the_state() {
    let server = Server::start(|_, call| given(call)).await;
    let page = flow(&server).page(&app(), BACK, "a state").unwrap();
    let expected = format!(
        "{}/api/v2/oauth/authorize?response_type=code&client_id=17&state=a+state&\
         redirect_uri=http%3A%2F%2F127.0.0.1%3A3000%2Fapi%2Fanilist%2Fcallback",
        server.url
    );
    assert_eq!(page, expected);
}

#[tokio::test]
async fn a_code_is_given_for_a_token() {
    let server = Server::start(|_, call| given(call)).await;
    let given = flow(&server).exchange(&app(), BACK, "a code").await.unwrap();
    assert_eq!(given.access_token.expose_secret(), "a.b.c");
    assert_eq!(given.life, Some(Duration::from_hours(365 * 24)));
    assert!(given.refresh_token.is_none());
    assert!(!format!("{given:?}").contains("a.b.c"));
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn what_the_service_refuses_is_told_apart() {
    let table = [
        (400, "invalid_grant", Fault::Refused { status: 400, message: "why it is so".to_owned() }),
        (401, "invalid_client", Fault::AppGone),
        (400, "unauthorized_client", Fault::AppGone),
    ];
    for (status, error, expected) in table {
        let server = Server::start(move |_, _| refusal(status, error)).await;
        let answer = flow(&server).exchange(&app(), BACK, "code").await;
        assert_eq!(fault(answer), expected, "{error}");
    }
}

#[tokio::test]
async fn a_page_or_nonsense_is_no_refusal_and_tells_no_token() {
    for (status, expected) in [(401, Fault::Blocked), (503, Fault::Outage { status: 503 })] {
        let server = Server::start(move |_, _| page(status)).await;
        assert_eq!(fault(flow(&server).exchange(&app(), BACK, "code").await), expected);
    }
    let server = Server::start(|_, _| json(200, json!({ "access_token": ["a.b.c"] }))).await;
    let odd = fault(flow(&server).exchange(&app(), BACK, "code").await);
    assert!(matches!(odd, Fault::UnexpectedBody { .. }), "{odd:?}");
    assert!(!odd.to_string().contains("a.b.c"), "{odd}");
}
