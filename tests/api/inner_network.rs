//! Whom a webhook may lead to: what only the service itself can reach is not for its members.

use std::time::Duration;

use anilist_trakt_sync::domain::AccountId;
use reqwest::Method;
use serde_json::{Value, json};

use crate::accounts::{get, open, send, signed_in, somebody};
use crate::service::Service;
use crate::shape::Answer;
use crate::webhook::Receiving;

async fn set(service: &Service, token: &str, url: &str) -> Answer {
    let change = json!({ "webhookUrl": url });
    send(service, token, Method::PATCH, "/api/settings", &change).await
}

async fn set_role(service: &Service, admin: &str, administrator: bool) {
    let change = json!({ "administrator": administrator });
    send(service, admin, Method::PATCH, "/api/admin/accounts/2", &change).await.ok();
}

/// A run that fails, until its owner was told or could not be.
async fn fails(service: &Service, token: &str) -> Value {
    let run = send(service, token, Method::POST, "/api/full-sync", &json!({})).await;
    run.refused(503, "not_configured");
    let noa = service.people.of(&AccountId::new("u2".to_owned()));
    service.people.services().tasks.close();
    service.people.services().tasks.wait().await;
    noa.telling.settled().await;
    get(service, token, "/api/runs").await.ok()["items"][0]["id"].clone()
}

#[tokio::test]
async fn a_member_sets_no_address_of_the_services_own_network_and_an_administrator_may() {
    let service = open().await;
    let (mika, noa) = (somebody(&service, "mika").await, somebody(&service, "noa").await);
    for url in [
        "http://127.0.0.1:9/hook",
        " http://0x7f.1/hook ",
        "http://10.1.2.3/hook",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/hook",
        "http://[::ffff:192.168.0.1]/hook",
        "http://[fd00::1]/hook",
    ] {
        let sentence = set(&service, &noa, url).await.refused(400, "bad_request");
        assert!(sentence.starts_with("webhookUrl leads into the service's own network"));
        assert!(!sentence.contains("/hook"), "the rest of it is secret: {sentence}");
        set(&service, &mika, url).await.ok();
    }
    set(&service, &noa, "https://ntfy.sh/noa").await.ok();
    set(&service, &noa, "no address").await.refused(400, "bad_request");
}

#[tokio::test]
async fn where_news_may_go_follows_the_role_that_its_owner_has_when_it_is_told() {
    let service = open().await;
    let (mika, noa) = (somebody(&service, "mika").await, somebody(&service, "noa").await);
    let mut receiving = Receiving::start().await;
    set_role(&service, &mika, true).await;
    set(&service, &noa, &receiving.url).await.ok();
    let first = fails(&service, &noa).await;
    assert_eq!(receiving.json().await["runId"], first);
    set_role(&service, &mika, false).await;
    // The same failure is news again a day later.
    service.clock.advance(Duration::from_hours(25));
    let (mika, noa) = (signed_in(&service, "mika").await, signed_in(&service, "noa").await);
    let second = fails(&service, &noa).await;
    assert!(second != first && receiving.told.try_recv().is_err(), "a member's own network");
    // Nor by a name that leads there.
    let named = receiving.url.replace("127.0.0.1", "localhost");
    set(&service, &noa, &named).await.ok();
    fails(&service, &noa).await;
    assert!(receiving.told.try_recv().is_err());
    set_role(&service, &mika, true).await;
    let last = fails(&service, &noa).await;
    assert_eq!(receiving.json().await["runId"], last);
}

#[tokio::test]
async fn what_the_operator_sets_may_lead_to_a_neighbour_whatever_role_the_first_account_has() {
    let mut receiving = Receiving::start().await;
    let settings = [("AUTH", "accounts"), ("REGISTRATION", "open")];
    let service = Service::with(&[settings[0], settings[1], ("WEBHOOK_URL", &receiving.url)]).await;
    let (mika, noa) = (somebody(&service, "mika").await, somebody(&service, "noa").await);
    set_role(&service, &mika, true).await;
    let change = json!({ "administrator": false });
    send(&service, &noa, Method::PATCH, "/api/admin/accounts/1", &change).await.ok();
    send(&service, &mika, Method::POST, "/api/full-sync", &json!({})).await.ok();
    assert_eq!(receiving.json().await["event"], "posted");
}
