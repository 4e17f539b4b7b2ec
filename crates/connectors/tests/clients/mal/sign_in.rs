//! Signing in with a code and a proof, and renewing.

use std::collections::BTreeMap;
use std::time::Duration;

use anilist_trakt_sync_connectors::mal::sign_in;
use anilist_trakt_sync_connectors::oauth::{App, CodeFlow, Given, Proof};
use anilist_trakt_sync_connectors::outbound::{Fault, Request};
use anilist_trakt_sync_core::domain::Service;
use anilist_trakt_sync_demo::world::Mal;
use anilist_trakt_sync_demo::{Action, Demo, Fault as DemoFault};
use secrecy::{ExposeSecret as _, SecretString};

use super::super::support::{Server, fault, json, outbound};
use super::bench;

const BACK: &str = "http://127.0.0.1:3000/api/v1/integrations/myanimelist/callback";

fn app() -> App {
    let mal = Mal::default();
    App { id: mal.client_id, secret: mal.client_secret.map(SecretString::from) }
}

fn flow(demo: &Demo) -> CodeFlow {
    sign_in(&outbound().0, &format!("{}/mal-site", demo.url()).parse().unwrap())
}

/// What the person's browser brings back from the page.
async fn code(page: &str) -> String {
    #[expect(clippy::disallowed_methods, reason = "a browser is no part of the service")]
    let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let answer = browser.build().unwrap().get(page).send().await.unwrap();
    let back = answer.headers()["location"].to_str().unwrap().parse::<reqwest::Url>().unwrap();
    assert!(back.as_str().starts_with(BACK));
    let pairs: BTreeMap<_, _> = back.query_pairs().into_owned().collect();
    assert_eq!(pairs["state"], "a state");
    pairs["code"].clone()
}

async fn signed_in(demo: &Demo) -> Given {
    let (flow, proof) = (flow(demo), Proof::random());
    let page = flow.page_for(&app(), BACK, "a state", &proof).unwrap();
    flow.exchange_with(&app(), BACK, &code(&page).await, &proof).await.unwrap()
}

#[test]
fn a_proof_is_random_and_long_enough_and_is_not_shown() {
    let proof = Proof::random();
    let text = proof.secret().expose_secret();
    assert_eq!(text.len(), 64);
    assert_ne!(text, Proof::random().secret().expose_secret());
    assert!(!format!("{proof:?}").contains(text));
    assert_eq!(Proof::read(text).unwrap().secret().expose_secret(), text);
    for odd in ["short", &"a".repeat(129), &format!("{}+", "a".repeat(50))] {
        assert!(Proof::read(odd).is_err(), "{odd}");
    }
}

#[tokio::test]
async fn a_code_is_taken_with_its_proof_alone() {
    let bench = bench(|_| {}).await;
    let given = signed_in(&bench.demo).await;
    assert_eq!(given.life, Some(Duration::from_hours(1)));
    assert!(given.refresh_token.is_some());
    let me = bench.client.me(&given.access_token).await.unwrap();
    assert_eq!(me.id, 701);

    let (flow, proof) = (flow(&bench.demo), Proof::random());
    let page = flow.page_for(&app(), BACK, "a state", &proof).unwrap();
    let code = code(&page).await;
    let other = flow.exchange_with(&app(), BACK, &code, &Proof::random()).await;
    let message = "The provided authorization grant is invalid.".to_owned();
    assert_eq!(fault(other), Fault::Refused { status: 400, message });
}

#[tokio::test]
async fn the_page_has_the_proof_itself_as_its_challenge() {
    let bench = bench(|_| {}).await;
    let proof = Proof::random();
    let page = flow(&bench.demo).page_for(&app(), BACK, "a state", &proof).unwrap();
    let page: reqwest::Url = page.parse().unwrap();
    let pairs: BTreeMap<_, _> = page.query_pairs().into_owned().collect();
    assert_eq!(pairs["code_challenge"], proof.secret().expose_secret());
    assert_eq!(pairs["code_challenge_method"], "plain");
    assert_eq!(pairs["redirect_uri"], BACK);
}

#[tokio::test]
async fn both_tokens_are_new_after_a_renewal_and_the_old_ones_are_dead() {
    let bench = bench(|_| {}).await;
    let (flow, old) = (flow(&bench.demo), signed_in(&bench.demo).await);
    let refresh = old.refresh_token.unwrap();
    let new = flow.refresh(&app(), &refresh).await.unwrap();
    assert!(bench.client.me(&new.access_token).await.is_ok());
    assert_eq!(fault(bench.client.me(&old.access_token).await), Fault::SignedOut);
    assert_eq!(fault(flow.refresh(&app(), &refresh).await), Fault::SignedOut);
    assert!(flow.refresh(&app(), &new.refresh_token.unwrap()).await.is_ok());
    assert_eq!(bench.demo.stats().reused_refresh_tokens, 1);
}

#[tokio::test]
async fn an_app_without_a_secret_sends_none() {
    let bench = bench(|mal| mal.client_secret = None).await;
    let app = App { secret: None, ..app() };
    let refresh = SecretString::from(Mal::default().refresh_token);
    flow(&bench.demo).refresh(&app, &refresh).await.unwrap();
    let fields = bench.demo.stats().forms.pop().unwrap().fields;
    let names: Vec<_> = fields.keys().map(String::as_str).collect();
    assert_eq!(names, ["client_id", "grant_type", "refresh_token"]);
}

#[tokio::test]
async fn an_app_that_is_gone_is_told_apart_from_a_dead_token() {
    let bench = bench(|_| {}).await;
    let app = App { id: "another".to_owned(), ..app() };
    let refresh = SecretString::from(Mal::default().refresh_token);
    assert_eq!(fault(flow(&bench.demo).refresh(&app, &refresh).await), Fault::AppGone);
}

#[tokio::test]
async fn a_page_or_an_outage_calls_no_token_dead_and_a_renewal_is_sent_once() {
    let refresh = SecretString::from(Mal::default().refresh_token);
    for (status, expected) in
        [(401, Fault::Blocked), (403, Fault::Blocked), (503, Fault::Outage { status: 503 })]
    {
        let bench = bench(|_| {}).await;
        bench.demo.fail(DemoFault::new(Service::MYANIMELIST, Action::Html { status }));
        let refused = flow(&bench.demo).refresh(&app(), &refresh).await;
        assert_eq!(fault(refused), expected);
        assert_eq!(bench.requests(), 1);
    }
    let body =
        r#"{"error":"invalid_request","message":"The request is missing a required parameter."}"#;
    let server = Server::start(move |_, _| json(400, serde_json::from_str(body).unwrap())).await;
    let flow = sign_in(&outbound().0, &server.url.parse().unwrap());
    let malformed = fault(flow.refresh(&app(), &refresh).await);
    assert!(matches!(malformed, Fault::Refused { .. }), "{malformed:?}");
}

#[tokio::test]
async fn a_pair_is_taken_though_its_life_is_odd() {
    for life in [serde_json::json!("3600"), serde_json::json!(-1), serde_json::json!(null)] {
        let pair = serde_json::json!({
            "token_type": "bearer", "expires_in": life, "access_token": "a", "refresh_token": "r",
        });
        let server = Server::start(move |_, _| json(200, pair.clone())).await;
        let flow = sign_in(&outbound().0, &server.url.parse().unwrap());
        let given = flow.refresh(&app(), &SecretString::from("old")).await.unwrap();
        assert_eq!((given.access_token.expose_secret(), given.life), ("a", None));
    }
}

#[tokio::test]
async fn a_token_follows_no_redirect() {
    let stranger = Server::start(|_, _| "{}").await;
    let to = stranger.url.clone();
    let server =
        Server::start(move |_, _| (axum::http::StatusCode::FOUND, [("location", to.clone())]))
            .await;
    let lane = anilist_trakt_sync_connectors::mal::LANE;
    let token = SecretString::from("a token");
    for request in [
        Request::get(lane, &server.url),
        Request::patch_form(lane, &server.url, Vec::new()),
        Request::delete(lane, &server.url),
    ] {
        let request = request.unwrap().bearer(&token).unwrap();
        let refused = outbound().0.send(&request).await;
        assert_eq!(fault(refused), Fault::Redirected { status: 302 });
    }
    assert_eq!(stranger.calls().len(), 0);
}
