//! The code to set a new password, by mail.

use std::time::Duration;

use anilist_trakt_sync::clock::Clock;
use anilist_trakt_sync::domain::{Account, AccountId, Role};
use anilist_trakt_sync::hub::accounts::ResetCode;
use anilist_trakt_sync::hub::mail::{MailError, MailSettings, Mailer, TIMEOUT};
use serde_json::{Value, json};

use crate::service::{Service, now};
use crate::shape::Answer;
use crate::smtp::{Manner, Smtp};
use crate::webhook::Receiving;

const FROM: (&str, &str) = ("MAIL_FROM", "The Sync <sync@example.org>");
const PASSWORD: &str = "correct horse";

/// A service that sends by this server, with the account `mika`.
async fn service(server: &str, more: &[(&str, &str)], email: &Value) -> Service {
    let mut settings = vec![("SMTP_URL", server), FROM];
    settings.extend(more);
    let service = Service::with(&settings).await;
    let newcomer = json!({ "username": "mika", "password": PASSWORD, "email": email });
    service.post("/api/auth/register", &newcomer).await.ok();
    service
}

async fn sending(smtp: &Smtp) -> Service {
    service(&smtp.right_url(), &[], &json!("mika@example.net")).await
}

async fn ask(service: &Service, name: &str) -> Answer {
    service.post("/api/auth/reset", &json!({ "username": name })).await
}

async fn confirm(service: &Service, code: &str, password: &str) -> Answer {
    let body = json!({ "username": "mika", "code": code, "new_password": password });
    service.post("/api/auth/reset/confirm", &body).await
}

async fn sign_in(service: &Service, password: &str) -> u16 {
    let body = json!({ "username": "mika", "password": password });
    service.post("/api/sign-in", &body).await.status
}

#[tokio::test]
async fn a_code_comes_by_mail_and_sets_a_new_password_once() {
    let mut smtp = Smtp::start(Manner::Takes).await;
    let service = sending(&smtp).await;
    assert_eq!(ask(&service, "Mika").await.status, 202);
    let mail = smtp.next().await;
    assert_eq!(
        (mail.from.as_str(), &mail.to[..]),
        ("sync@example.org", &["mika@example.net".to_owned()][..])
    );
    for line in [
        "From: \"The Sync\" <sync@example.org>",
        "To: mika@example.net",
        "Subject: Your code to set a new password",
        "Date: Sat, 21 Nov 2026 12:00:00 +0000",
    ] {
        assert!(mail.text.lines().any(|known| known == line), "{line} in {}", mail.text);
    }
    assert!(mail.text.contains("Hello mika,") && mail.text.contains("until 12:15 UTC"));
    let code = mail.code();
    confirm(&service, &code.to_ascii_lowercase(), "battery staple").await.ok();
    assert_eq!(sign_in(&service, PASSWORD).await, 400);
    assert_eq!(sign_in(&service, "battery staple").await, 200);
    confirm(&service, &code, "another staple").await.refused(422, "invalid");
    assert_eq!(sign_in(&service, "battery staple").await, 200);
}

#[tokio::test]
async fn a_code_is_no_good_after_five_wrong_tries() {
    let mut smtp = Smtp::start(Manner::Takes).await;
    let service = sending(&smtp).await;
    ask(&service, "mika").await;
    let code = smtp.next().await.code();
    for _ in 0..5 {
        confirm(&service, "22222222", "battery staple").await.refused(422, "invalid");
    }
    confirm(&service, &code, "battery staple").await.refused(422, "invalid");
    assert_eq!(sign_in(&service, PASSWORD).await, 200);
}

#[tokio::test]
async fn a_code_is_good_for_a_quarter_of_an_hour_and_until_the_next() {
    let mut smtp = Smtp::start(Manner::Takes).await;
    let service = sending(&smtp).await;
    ask(&service, "mika").await;
    let first = smtp.next().await.code();
    ask(&service, "mika").await;
    let second = smtp.next().await.code();
    confirm(&service, &first, "battery staple").await.refused(422, "invalid");
    service.clock.advance(Duration::from_mins(15));
    confirm(&service, &second, "battery staple").await.refused(422, "invalid");
    ask(&service, "mika").await;
    let third = smtp.next().await.code();
    service.clock.advance(Duration::from_mins(14));
    confirm(&service, &third, "battery staple").await.ok();
}

#[tokio::test]
async fn whoever_asks_learns_nothing_of_accounts_and_does_not_wait_for_the_server() {
    let smtp = Smtp::start(Manner::Hangs).await;
    let service = sending(&smtp).await;
    let known = ask(&service, "mika").await;
    let wrong = Smtp::start(Manner::Takes).await;
    let other = service_with_wrong_password(&wrong).await;
    for answer in [ask(&service, "nobody").await, ask(&other, "mika").await] {
        assert_eq!((answer.status, &answer.text), (known.status, &known.text));
    }
    assert_eq!(known.status, 202);
    assert!(smtp.is_empty() && wrong.is_empty());
}

async fn service_with_wrong_password(smtp: &Smtp) -> Service {
    service(&smtp.url("guess"), &[], &json!("mika@example.net")).await
}

#[tokio::test]
async fn mail_goes_before_the_webhook_which_tells_who_has_no_address() {
    let mut smtp = Smtp::start(Manner::Takes).await;
    let mut hook = Receiving::start().await;
    let url = hook.url.clone();
    let with_hook = [("WEBHOOK_URL", url.as_str())];
    let both = service(&smtp.right_url(), &with_hook, &json!("mika@example.net")).await;
    ask(&both, "mika").await;
    smtp.next().await;
    let without = service(&smtp.right_url(), &with_hook, &json!(null)).await;
    ask(&without, "mika").await;
    let told = hook.json().await;
    let code = told["code"].as_str().unwrap();
    confirm(&without, code, "battery staple").await.ok();
    assert!(smtp.is_empty(), "there is nowhere to send it");
}

fn mailer(server: String) -> Mailer {
    let settings = MailSettings { server: server.into(), from: FROM.1.to_owned() };
    Mailer::new(&settings, Clock::System).unwrap()
}

fn made() -> ResetCode {
    let account = Account {
        number: 1,
        id: AccountId::default(),
        username: "mika".to_owned(),
        full_name: None,
        email: None,
        password: None,
        identity: None,
        version: 1,
        role: Role::Member,
        disabled: false,
        created_at: now(),
    };
    ResetCode { account, code: "K7M2Q9XA".into(), expires_at: now() }
}

#[tokio::test]
async fn what_the_server_refuses_is_told_with_its_words() {
    let smtp = Smtp::start(Manner::Takes).await;
    let refused = mailer(smtp.url("guess")).send_code(&made(), "mika@example.net").await;
    let words = refused.unwrap_err().to_string();
    assert_eq!(words, "the mail server refused with status 535: 5.7.8 wrong user or password");
}

#[tokio::test]
async fn a_server_that_repeats_password_or_code_is_not_quoted() {
    let smtp = Smtp::start(Manner::Repeats).await;
    for (server, status) in [(smtp.url("guess"), 535), (smtp.right_url(), 554)] {
        let refused = mailer(server).send_code(&made(), "mika@example.net").await;
        assert_eq!(refused, Err(MailError::Refused { status, words: String::new() }));
    }
}

/// The clock of the runtime goes on by itself while nothing else does.
#[tokio::test(start_paused = true)]
async fn a_server_that_hangs_is_given_up_in_time() {
    for manner in [Manner::Hangs, Manner::HangsAtTheEnd] {
        let smtp = Smtp::start(manner).await;
        let began = tokio::time::Instant::now();
        let sent = mailer(smtp.right_url()).send_code(&made(), "mika@example.net").await;
        assert_eq!(sent, Err(MailError::TimedOut), "{manner:?}");
        assert!(began.elapsed() < TIMEOUT + Duration::from_secs(1), "{:?}", began.elapsed());
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told() {
    let server = "smtp://sync:hush@127.0.0.1:1".to_owned();
    let sent = mailer(server).send_code(&made(), "mika@example.net").await.unwrap_err();
    let words = sent.to_string();
    assert!(
        words.starts_with("the mail server cannot be used: ") && !words.contains("hush"),
        "{words}"
    );
}
