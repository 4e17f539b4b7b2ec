//! `GET /api/connections`: how the other services stand, told truly and without hammering them.

use std::time::Duration;

use anilist_trakt_sync::demo::{Action, Fault, World};
use anilist_trakt_sync::domain::Service as Other;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

use crate::service::{Service, now, small};
use crate::shape::{Text, has};
use crate::trakt_auth::code;

/// One service of the answer.
async fn look(service: &Service, name: &str) -> Value {
    let answer = service.get("/api/connections").await.ok();
    let all = answer["connections"].as_array().unwrap();
    let names: Vec<_> = all.iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["anilist", "trakt", "tmdb", "mangadex", "otaku", "fribbs", "anibridge"]);
    for one in all {
        has(one, &[("state", Text), ("message", Text)]);
    }
    all.iter().find(|one| one["name"] == name).unwrap().clone()
}

async fn state(service: &Service, name: &str) -> String {
    look(service, name).await["state"].as_str().unwrap().to_owned()
}

fn status(status: u16, headers: &[(&str, &str)]) -> Action {
    let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    Action::Status { status, headers, body: String::new() }
}

fn always(other: Other, action: Action) -> Fault {
    Fault::new(other, action).times(u32::MAX)
}

/// The small world with a person whose AniList token ends then.
fn token_ends(end: Timestamp) -> World {
    let payload = URL_SAFE_NO_PAD.encode(json!({ "exp": end.as_second() }).to_string());
    let mut world = small();
    world.person.anilist_token = format!("e30.{payload}.c2ln");
    world
}

#[tokio::test]
async fn when_all_is_well_it_says_whose_accounts_they_are_and_asks_once() {
    let service = Service::small().await;
    for name in ["anilist", "trakt"] {
        let one = look(&service, name).await;
        assert_eq!((&one["state"], &one["account"]), (&json!("ok"), &json!("demo")), "{one}");
        assert_eq!(one["hint"], Value::Null);
        assert!(one["message"].as_str().unwrap().ends_with(" as demo"), "{one}");
    }
    assert_eq!(look(&service, "anilist").await["expiresAt"], "2100-01-01T00:00:00Z");
    for name in ["tmdb", "otaku", "fribbs", "anibridge"] {
        assert_eq!(state(&service, name).await, "untried");
    }
    let asked = [Other::ANILIST, Other::TRAKT].map(|other| service.asked(other));
    assert_eq!(asked, [1, 1]);
    service.clock.advance(Duration::from_mins(5));
    state(&service, "anilist").await;
    assert_eq!(service.asked(Other::ANILIST), 2);
}

#[tokio::test]
async fn a_sign_in_that_ends_before_long_is_told_in_time() {
    let day = SignedDuration::from_hours(24);
    for (days, expected) in
        [(31, "ok"), (29, "expires_soon"), (-1, "signed_out"), (0, "signed_out")]
    {
        let service = Service::start(token_ends(now() + day * days), &[]).await;
        let one = look(&service, "anilist").await;
        assert_eq!(one["state"], expected, "{days}: {one}");
        assert_eq!(one["hint"].is_null(), expected == "ok", "{one}");
        let asked = usize::from(days > 0);
        assert_eq!(service.asked(Other::ANILIST), asked, "a dead token is not sent");
    }
}

#[tokio::test]
async fn a_trakt_sign_in_that_is_renewed_by_itself_needs_no_warning() {
    let service = Service::small().await;
    // The first use of configured tokens tells nothing of their life; a renewed pair lives a day.
    service.demo.expire_access_tokens();
    let one = look(&service, "trakt").await;
    assert_eq!((&one["state"], &one["expiresAt"]), (&json!("ok"), &json!("2026-11-22T12:00:00Z")));
    let settings = [("TRAKT_REFRESH_TOKEN", "")];
    let without = Service::with(&settings).await;
    let one = look(&without, "trakt").await;
    assert_eq!((&one["state"], &one["expiresAt"]), (&json!("ok"), &Value::Null));
}

#[tokio::test]
async fn a_trakt_sign_in_that_cannot_be_renewed_any_more_is_told_before_it_ends() {
    let service = Service::small().await;
    service.demo.expire_access_tokens();
    look(&service, "trakt").await;
    let sign_in = Fault::new(Other::TRAKT, status(503, &[])).path("/oauth/token");
    service.demo.fail(sign_in.times(u32::MAX));
    service.clock.advance(Duration::from_mins(23 * 60 + 55));
    let one = look(&service, "trakt").await;
    assert_eq!(one["state"], "expires_soon", "{one}");
    assert_eq!(one["hint"], "sign in to Trakt again at /");
}

#[tokio::test]
async fn each_state_of_an_account_is_told_apart_with_its_next_step() {
    let page = |status| Action::Html { status };
    let wait = status(429, &[("retry-after", "900")]);
    let table = [
        (Other::ANILIST, page(403), "unreachable", "try again later, or from another address"),
        (Other::ANILIST, page(200), "unreachable", "try again later, and report it if it stays so"),
        (Other::ANILIST, status(503, &[]), "unreachable", "try again in a few minutes"),
        (Other::ANILIST, Action::Reset, "unreachable", "try again in a few minutes"),
        (Other::ANILIST, Action::Truncate, "unreachable", "try again in a few minutes"),
        (
            Other::ANILIST,
            status(401, &[]),
            "signed_out",
            "make a new AniList token and set ANILIST_ACCESS_TOKEN",
        ),
        (
            Other::ANILIST,
            wait.clone(),
            "rate_limited",
            "try again after that time; what was done so far is kept",
        ),
        (
            Other::TRAKT,
            status(403, &[("x-request-id", "1")]),
            "app_gone",
            "check TRAKT_CLIENT_ID; since July 2026 Trakt keeps the apps of VIP accounts only, and a free account may connect one community app",
        ),
        (Other::TRAKT, page(403), "unreachable", "try again later, or from another address"),
        (
            Other::TRAKT,
            status(423, &[]),
            "account_locked",
            "ask Trakt's support to unlock the account",
        ),
        (Other::TRAKT, page(521), "unreachable", "try again in a few minutes"),
        (
            Other::TRAKT,
            wait,
            "rate_limited",
            "try again after that time; what was done so far is kept",
        ),
    ];
    for (other, action, expected, hint) in table {
        let service = Service::small().await;
        service.demo.fail(always(other, action.clone()));
        let name = other.to_string().to_lowercase();
        let one = look(&service, &name).await;
        let told = (one["state"].as_str(), one["hint"].as_str());
        assert_eq!(told, (Some(expected), Some(hint)), "{other} {action:?}: {one}");
        let is_limit = expected == "rate_limited";
        let retry = if is_limit { json!("2026-11-21T12:15:00Z") } else { Value::Null };
        assert_eq!(one["retryAt"], retry, "{one}");
        // Asking again at once asks nobody.
        let asked = service.asked(other);
        assert_eq!(state(&service, &name).await, expected);
        assert_eq!(service.asked(other), asked, "{other} {action:?}");
    }
}

#[tokio::test]
async fn a_dead_sign_in_is_told_until_there_is_a_new_one() {
    let service = Service::small().await;
    service.demo.revoke_tokens();
    let one = look(&service, "trakt").await;
    assert_eq!(
        (&one["state"], &one["hint"]),
        (&json!("signed_out"), &json!("sign in to Trakt again at /"))
    );
    let asked = service.asked(Other::TRAKT);
    service.clock.advance(Duration::from_hours(48));
    assert_eq!(state(&service, "trakt").await, "signed_out");
    assert_eq!(service.asked(Other::TRAKT), asked, "a dead refresh token is never sent again");
    let code = code(&service).await;
    service.post("/api/trakt-auth", &json!({ "code": code })).await.ok();
    assert_eq!(state(&service, "trakt").await, "ok");
}

#[tokio::test]
async fn what_is_not_set_up_is_told() {
    let unset = [("ANILIST_ACCESS_TOKEN", ""), ("TRAKT_CLIENT_ID", ""), ("TMDB_API_KEY", "")];
    let service = Service::with(&unset).await;
    for name in ["anilist", "trakt", "tmdb"] {
        let one = look(&service, name).await;
        assert_eq!(one["state"], "not_configured", "{one}");
        assert!(one["hint"].as_str().unwrap().starts_with("set "), "{one}");
    }
    let no_tokens = [("TRAKT_ACCESS_TOKEN", ""), ("TRAKT_REFRESH_TOKEN", "")];
    let one = look(&Service::with(&no_tokens).await, "trakt").await;
    let told = [&one["state"], &one["message"], &one["hint"]];
    assert_eq!(told, ["signed_out", "nobody has signed in to Trakt yet", "sign in at /"]);
    let nobody = Service::with(&[("ANILIST_ACCESS_TOKEN", ""), ("ANILIST_USERNAME", "nobody")]);
    let one = look(&nobody.await, "anilist").await;
    assert_eq!(
        (&one["state"], &one["hint"]),
        (&json!("refused"), &json!("check ANILIST_USERNAME"))
    );
}

#[tokio::test]
async fn what_a_run_meets_is_newer_than_what_was_asked_before() {
    let service = Service::small().await;
    service.get("/api/full-sync").await.ok();
    assert_eq!(state(&service, "anilist").await, "ok");
    service.demo.fail(always(Other::ANILIST, status(503, &[])));
    service.clock.advance(Duration::from_secs(20));
    service.get("/api/full-sync").await.refused(502, "outage");
    assert_eq!(state(&service, "anilist").await, "unreachable");
    service.demo.heal();
    service.clock.advance(Duration::from_secs(20));
    service.get("/api/full-sync").await.ok();
    assert_eq!(state(&service, "anilist").await, "ok");
}

#[tokio::test]
async fn a_service_that_keeps_failing_is_left_alone_and_tried_again_after_a_minute() {
    let service = Service::small().await;
    service.demo.fail(always(Other::ANILIST, status(503, &[])));
    for _ in 0..5 {
        service.ask(Method::GET, "/api/full-sync").await;
        service.clock.advance(Duration::from_secs(1));
    }
    let asked = service.asked(Other::ANILIST);
    let one = look(&service, "anilist").await;
    assert_eq!(one["state"], "unreachable");
    assert!(one["message"].as_str().unwrap().contains("keeps failing"), "{one}");
    assert!(one["retryAt"].is_string());
    assert_eq!(service.asked(Other::ANILIST), asked);
    service.demo.heal();
    service.clock.advance(Duration::from_mins(1));
    assert_eq!(state(&service, "anilist").await, "ok");
}

#[tokio::test]
async fn a_dataset_host_that_is_down_is_told_until_it_is_back() {
    for (other, name) in
        [(Other::OTAKU, "otaku"), (Other::FRIBBS, "fribbs"), (Other::ANIBRIDGE, "anibridge")]
    {
        let service = Service::sample().await;
        let path = format!("/api/refresh-{name}");
        service.ask(Method::POST, &path).await.ok();
        assert_eq!(state(&service, name).await, "ok");
        service.demo.fail(always(other, Action::Html { status: 503 }));
        service.ask(Method::POST, &path).await.refused(502, "outage");
        let one = look(&service, name).await;
        assert_eq!(one["state"], "unreachable", "{one}");
        service.demo.heal();
        service.ask(Method::POST, &path).await.ok();
        assert_eq!(state(&service, name).await, "ok");
    }
}

#[tokio::test]
async fn a_service_that_hangs_is_told_within_seconds() {
    let service = Service::small().await;
    service.demo.fail(always(Other::ANILIST, Action::Hang(Duration::from_mins(5))));
    let one = look(&service, "anilist").await;
    assert_eq!(
        (&one["state"], &one["message"]),
        (&json!("unreachable"), &json!("AniList did not answer in time"))
    );
    assert_eq!(state(&service, "trakt").await, "ok");
}
