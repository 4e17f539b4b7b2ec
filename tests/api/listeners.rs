//! Who goes on listening to `GET /api/events`, and who does no longer.

use reqwest::Method;
use serde_json::{Value, json};

use crate::accounts::{by, get, open, register, send, signed_in, somebody};
use crate::events::Listener;
use crate::service::Service;
use crate::shape::Answer;

const OPEN: [(&str, &str); 2] = [("AUTH", "accounts"), ("REGISTRATION", "open")];

async fn listener(service: &Service, token: &str) -> Listener {
    Listener::by(by(service, token, Method::GET, "/api/events")).await
}

/// Runs something of one's own, and hears of it.
async fn hears(service: &Service, token: &str, listener: &mut Listener) {
    send(service, token, Method::POST, "/api/full-sync", &json!({})).await;
    while listener.next().await.0 != "run-ended" {}
}

#[tokio::test]
async fn who_is_shut_out_or_removed_hears_no_more_and_others_do() {
    let service = open().await;
    let (mika, noa) = (somebody(&service, "mika").await, somebody(&service, "noa").await);
    let mut of_mika = listener(&service, &mika).await;
    let of_noa = listener(&service, &noa).await;
    let shut_out = json!({ "disabled": true });
    send(&service, &mika, Method::PATCH, "/api/admin/accounts/2", &shut_out).await.ok();
    of_noa.ended().await;
    let kim = somebody(&service, "kim").await;
    let of_kim = listener(&service, &kim).await;
    Answer::of(by(&service, &mika, Method::DELETE, "/api/admin/accounts/3")).await.ok();
    of_kim.ended().await;
    hears(&service, &mika, &mut of_mika).await;
}

#[tokio::test]
async fn a_sign_in_that_ends_and_a_token_that_is_revoked_are_heard_no_more() {
    let service = open().await;
    let (mika, other) = (somebody(&service, "mika").await, signed_in(&service, "mika").await);
    let made = json!({ "name": "kitchen" });
    let made = send(&service, &mika, Method::POST, "/api/auth/tokens", &made).await.ok();
    let kitchen = made["token"].as_str().unwrap();
    let (mut of_mika, of_other) =
        (listener(&service, &mika).await, listener(&service, &other).await);
    let of_kitchen = listener(&service, kitchen).await;

    let ended = Answer::of(by(&service, &mika, Method::DELETE, "/api/auth/sessions")).await.ok();
    assert_eq!(ended, json!({ "ended": 1 }));
    of_other.ended().await;
    let path = format!("/api/auth/tokens/{}", made["id"].as_str().unwrap());
    Answer::of(by(&service, &mika, Method::DELETE, &path)).await.ok();
    of_kitchen.ended().await;
    hears(&service, &mika, &mut of_mika).await;

    let change = json!({ "old_password": "mika's own secret", "new_password": "another long one" });
    send(&service, &mika, Method::POST, "/api/auth/password", &change).await.ok();
    of_mika.ended().await;
}

#[tokio::test]
async fn who_signs_in_by_cookie_hears_until_they_sign_out() {
    let service = open().await;
    register(&service, "mika").await.ok();
    let body = json!({ "username": "mika", "password": "mika's own secret" });
    let signed = service.post("/api/sign-in", &body).await;
    let cookie = signed.header("set-cookie").split(';').next().unwrap().to_owned();
    let with = |method, path| service.request(method, path).header("cookie", &cookie);
    let listener = Listener::by(with(Method::GET, "/api/events")).await;
    Answer::of(with(Method::POST, "/api/sign-out")).await.ok();
    listener.ended().await;
}

#[tokio::test]
async fn who_listened_without_an_account_hears_no_more_once_somebody_has_one() {
    let service = Service::small().await;
    let listener = Listener::by(service.request(Method::GET, "/api/events")).await;
    let mika = somebody(&service, "mika").await;
    // What happens next is hers.
    send(&service, &mika, Method::POST, "/api/full-sync", &json!({})).await.ok();
    assert_eq!(listener.ended().await, "");
}

#[tokio::test]
async fn what_another_copy_of_the_service_changes_is_noticed_within_seconds() {
    let service = open().await;
    let (mika, noa) = (somebody(&service, "mika").await, somebody(&service, "noa").await);
    let copy = service.another_copy(&OPEN).await;
    let of_noa = listener(&service, &noa).await;
    let there = service.http.patch(format!("http://{}/api/admin/accounts/2", copy.address));
    let shut_out = there.bearer_auth(&mika).json(&json!({ "disabled": true }));
    Answer::of(shut_out).await.ok();
    of_noa.ended().await;
}

#[tokio::test]
async fn all_sign_ins_but_the_one_that_asks_end_and_tokens_of_programs_stay() {
    let service = open().await;
    let (mika, noa) = (somebody(&service, "mika").await, somebody(&service, "noa").await);
    let others = [signed_in(&service, "mika").await, signed_in(&service, "mika").await];
    let made = json!({ "name": "kitchen" });
    let made = send(&service, &mika, Method::POST, "/api/auth/tokens", &made).await.ok();
    let kitchen = made["token"].as_str().unwrap();
    let end = async |token: &str| {
        Answer::of(by(&service, token, Method::DELETE, "/api/auth/sessions")).await.ok()
    };
    assert_eq!(end(&mika).await, json!({ "ended": 2 }));
    for other in &others {
        get(&service, other, "/api/auth/me").await.refused(401, "unauthorized");
    }
    for token in [&mika, kitchen, &noa] {
        get(&service, token, "/api/auth/me").await.ok();
    }
    let sessions: Value = get(&service, &mika, "/api/auth/sessions").await.ok();
    assert_eq!((&sessions["count"], &sessions["items"][0]["current"]), (&json!(1), &json!(true)));
    assert_eq!(end(&mika).await, json!({ "ended": 0 }));
    // A program has no sign-in of its own, so none stays.
    assert_eq!(end(kitchen).await, json!({ "ended": 1 }));
    get(&service, &mika, "/api/auth/me").await.refused(401, "unauthorized");
}
