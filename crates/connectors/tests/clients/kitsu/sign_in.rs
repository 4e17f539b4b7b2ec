use std::time::Duration;

use anilist_trakt_sync_connectors::kitsu::sign_in;
use anilist_trakt_sync_connectors::oauth::PasswordFlow;
use anilist_trakt_sync_connectors::outbound::Fault;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::{Bench, works};
use crate::support::{Server, fault, json as answer, outbound, page};

fn flow(bench: &Bench) -> PasswordFlow {
    sign_in(&outbound().0, &format!("{}/kitsu", bench.demo.url()).parse().unwrap())
}

#[tokio::test]
async fn a_person_signs_in_by_address_or_profile_name_and_as_no_app() {
    let bench = Bench::start(works()).await;
    let password = "demo-kitsu-password".into();
    for name in ["demo@example.org", "Demo"] {
        let granted = flow(&bench).sign_in(name, &password).await.unwrap();
        assert_eq!(granted.life(), Some(Duration::from_hours(30 * 24)));
        let person = bench.client.me(&granted.access_token).await.unwrap();
        assert_eq!(person, bench.owner.person);
        assert!(!format!("{granted:?}").contains(granted.access_token.expose_secret()));
    }
    let sent = &bench.stats().writes[0].body;
    let fields: Vec<&String> = sent.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["grant_type", "password", "username"]);
}

#[tokio::test]
async fn a_wrong_password_and_a_display_name_are_refused() {
    let bench = Bench::start(works()).await;
    for (name, password) in [("demo", "wrong"), ("Demo Person", "demo-kitsu-password"), ("", "")] {
        let refused = fault(flow(&bench).sign_in(name, &password.into()).await);
        assert!(matches!(refused, Fault::Refused { status: 400, .. }), "{refused:?}");
        assert!(!refused.to_string().contains("demo-kitsu-password"));
    }
}

#[tokio::test]
async fn a_renewal_gives_another_pair_and_ends_no_other_programs() {
    let bench = Bench::start(works()).await;
    let shared = bench.demo.world(|world, now| world.kitsu.tokens.give(Some("a phone"), now));
    let flow = flow(&bench);
    let first = flow.sign_in("demo", &"demo-kitsu-password".into()).await.unwrap();
    let second = flow.refresh(&first.refresh_token).await.unwrap();
    assert_ne!(first.refresh_token.expose_secret(), second.refresh_token.expose_secret());
    let ended = bench.client.me(&first.access_token).await;
    assert_eq!(fault(ended), Fault::SignedOut);
    bench.client.me(&second.access_token).await.unwrap();
    bench.client.me(&shared.access.into()).await.unwrap();
    assert_eq!(fault(flow.refresh(&first.refresh_token).await), Fault::SignedOut);
}

#[tokio::test]
async fn a_page_is_not_kitsu_calling_a_token_dead() {
    let cases =
        [(401, Fault::Blocked), (403, Fault::Blocked), (503, Fault::Outage { status: 503 })];
    for (status, expected) in cases {
        let server = Server::start(move |_, _| page(status)).await;
        let flow = sign_in(&outbound().0, &server.url.parse().unwrap());
        assert_eq!(fault(flow.refresh(&"old".into()).await), expected);
        assert_eq!(server.calls().len(), 1, "a refresh token is sent once");
    }
}

#[tokio::test]
async fn both_statuses_of_a_refused_renewal_mean_to_sign_in_again() {
    for status in [400, 401] {
        let refused = json!({"error": "invalid_grant", "error_description": "expired"});
        let server = Server::start(move |_, _| answer(status, refused.clone())).await;
        let flow = sign_in(&outbound().0, &server.url.parse().unwrap());
        assert_eq!(fault(flow.refresh(&"old".into()).await), Fault::SignedOut);
    }
}

#[tokio::test]
async fn too_many_passwords_are_a_wait() {
    let limited = json!({"errors": [{"status": 429, "title": "Rate Limit Exceeded"}]});
    let server = Server::start(move |_, _| answer(429, limited.clone())).await;
    let flow = sign_in(&outbound().0, &server.url.parse().unwrap());
    let refused = fault(flow.sign_in("demo", &"a password".into()).await);
    assert!(matches!(refused, Fault::RateLimited { .. }));
}
