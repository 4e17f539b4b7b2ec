//! A new service is one folder: a list service and a history service that exist only here, with nothing
//! changed in the transport, its gates, the errors or the metrics.

use std::sync::Arc;
use std::time::Duration;

use anilist_trakt_sync::clock::Clock;
use anilist_trakt_sync::domain::{About, AccountId, Service, ServiceKind};
use anilist_trakt_sync::hub::connections::{Records, SignIn, SignInSettings};
use anilist_trakt_sync::hub::error::Error;
use anilist_trakt_sync::hub::metrics::{LookedAt, Metrics};
use anilist_trakt_sync::oauth::{OAuth, Provider};
use anilist_trakt_sync::outbound::classify::common;
use anilist_trakt_sync::outbound::{
    Answer, Credentials, Fault, Lane, Limits, Outbound, Pace, ProviderError, Request, Retry,
};
use anilist_trakt_sync::store::{AccountStore, SqliteStore};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::support::{Call, Server, fault, json, no_limits};

/// A service with lists, which counts by the second and calls a locked account 460.
mod shelves {
    use super::*;

    pub(super) const SERVICE: Service = Service::new(&About {
        id: "shelves",
        name: "Shelves",
        kind: ServiceKind::Account,
        set_up: "set SHELVES_TOKEN",
        sign_in: "make a new token at Shelves",
        renew: "make a new token at Shelves",
        moved: "set SHELVES_URL",
        check: "check the shelf",
    });

    pub(super) const LANE: Lane = Lane::new("shelves", SERVICE, judge);

    pub(super) fn paces() -> Vec<(Lane, Pace)> {
        vec![(LANE, Pace::Window(2, Duration::from_mins(1)))]
    }

    fn judge(answer: &Answer, now: Timestamp) -> Option<Fault> {
        match answer.status() {
            _ if answer.is_success() => None,
            460 => Some(Fault::AccountLocked),
            _ => Some(common(answer, now)),
        }
    }

    pub(super) async fn titles(
        outbound: &Outbound,
        url: &str,
    ) -> Result<Vec<String>, ProviderError> {
        outbound.send(&Request::get(LANE, &format!("{url}/titles"))?).await?.json()
    }
}

/// A service with a history, asked with a person's token, which counts by person.
mod diary {
    use super::*;

    pub(super) const SERVICE: Service = Service::new(&About {
        id: "diary",
        name: "Diary",
        kind: ServiceKind::Account,
        set_up: "set DIARY_ID",
        sign_in: "sign in to Diary again",
        renew: "sign in to Diary again",
        moved: "set DIARY_URL",
        check: "check the day",
    });

    pub(super) const LANE: Lane =
        Lane::new("diary", SERVICE, |answer, now| match answer.status() {
            _ if answer.is_success() => None,
            401 => Some(Fault::SignedOut),
            _ => Some(common(answer, now)),
        })
        .for_each_person();

    pub(super) fn paces() -> Vec<(Lane, Pace)> {
        vec![(LANE, Pace::Window(2, Duration::from_mins(1)))]
    }

    pub(super) const RECORDS: Records = Records {
        access: "diary:token",
        refresh: "diary:refresh_token",
        expires_at: "diary:token_expires_at",
        lock: "diary-refresh",
        terms: None,
    };

    pub(super) fn provider(url: &str) -> Provider {
        Provider {
            service: SERVICE,
            lane: LANE,
            url: url.to_owned(),
            authorize_page: format!("{url}/allow"),
            redirect_uri: "http://localhost/back",
            client_id: Some("us".to_owned()),
            client_secret: Some("hush".into()),
            headers: &[],
            id_header: None,
        }
    }

    pub(super) async fn add(
        outbound: &Outbound,
        url: &str,
        by: &Credentials,
    ) -> Result<u32, ProviderError> {
        let request = Request::post(LANE, &format!("{url}/days"), &json!({ "day": 1 }))?;
        let answer = outbound.send(&request.for_person(by)?.retry(Retry::Never)).await?;
        Ok(answer.json::<Value>()?["days"].as_u64().and_then(|n| n.try_into().ok()).unwrap_or(0))
    }
}

fn credentials(person: &AccountId) -> Credentials {
    Credentials { token: "new".into(), person: person.clone() }
}

fn stack() -> Outbound {
    let paces = [shelves::paces(), diary::paces()].concat();
    let limits = Limits { paces, patience: Duration::ZERO, ..no_limits() };
    Outbound::new(limits, Clock::System).unwrap()
}

/// Both services at one address: the token `new` is good, and `refresh` gets it.
fn both(_: usize, call: &Call) -> Response {
    match call.path.as_str() {
        "/titles" => json(200, json!(["One", "Two"])),
        "/oauth/token" => json(200, json!({ "access_token": "new", "refresh_token": "next" })),
        "/days" if call.header("authorization") == Some("Bearer new") => {
            json(200, json!({ "days": 1 }))
        }
        "/days" => StatusCode::UNAUTHORIZED.into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn hint(error: ProviderError) -> &'static str {
    Error::Provider(error).hint()
}

#[tokio::test]
async fn a_list_service_has_its_pace_its_statuses_and_its_hints() {
    let server = Server::start(both).await;
    let outbound = stack();
    for _ in 0..2 {
        assert_eq!(shelves::titles(&outbound, &server.url).await.unwrap(), ["One", "Two"]);
    }
    let third = shelves::titles(&outbound, &server.url).await.unwrap_err();
    assert!(matches!(third.fault, Fault::RateLimited { .. }), "{third}");
    assert!(third.to_string().starts_with("Shelves allows no more requests"), "{third}");

    // What another process was asked to wait for holds before the first request, too.
    let waiting = stack();
    let until = waiting.now() + Duration::from_mins(5);
    let (me, other) = (AccountId::default(), AccountId::new("other".to_owned()));
    waiting.wait("diary", &me, until);
    waiting.wait("diary", &me, until - Duration::from_mins(1));
    assert_eq!(waiting.waits(&me), [("diary".to_owned(), until)], "the longer one is kept on");
    let early = diary::add(&waiting, &server.url, &credentials(&me)).await.unwrap_err();
    assert!(matches!(early.fault, Fault::RateLimited { .. }), "{early}");
    // Another person was asked nothing.
    assert_eq!(waiting.waits(&other), []);
    assert_eq!(diary::add(&waiting, &server.url, &credentials(&other)).await.unwrap(), 1);
    let met = waiting.waits(&me);
    let [(of, still)] = &met[..] else { panic!("{met:?}") };
    let parted = still.duration_since(until).abs();
    assert!(of == "diary" && parted < SignedDuration::from_secs(1), "{met:?}, not {until}");

    let locked = |_: usize, _: &Call| StatusCode::from_u16(460).unwrap().into_response();
    let server = Server::start(locked).await;
    assert_eq!(fault(shelves::titles(&stack(), &server.url).await), Fault::AccountLocked);
    let server = Server::start(|_, _| StatusCode::NOT_FOUND).await;
    let missing = shelves::titles(&stack(), &server.url).await.unwrap_err();
    assert_eq!(hint(missing), "check the shelf");
    assert_eq!(hint(Fault::NotConfigured.at(shelves::SERVICE)), "set SHELVES_TOKEN");
    assert_eq!(hint(Fault::Redirected { status: 308 }.at(diary::SERVICE)), "set DIARY_URL");
}

#[tokio::test]
async fn a_service_that_counts_by_person_holds_up_one_for_nothing_of_another() {
    let (me, other) = (AccountId::default(), AccountId::new("other".to_owned()));
    let server = Server::start(both).await;
    let outbound = stack();
    let add = async |of: &AccountId| {
        diary::add(&outbound, &server.url, &credentials(of)).await.map_err(|error| error.fault)
    };
    for _ in 0..2 {
        assert_eq!(add(&me).await, Ok(1));
    }
    assert!(matches!(add(&me).await, Err(Fault::RateLimited { .. })));
    assert_eq!(add(&other).await, Ok(1), "the other has two a minute, too");

    // What a request of mine met says nothing of how the other's account stands.
    let signed_out = Credentials { token: "old".into(), person: other.clone() };
    let met = diary::add(&outbound, &server.url, &signed_out).await.unwrap_err();
    assert_eq!(met.fault, Fault::SignedOut);
    let last = |of| outbound.last_outcome(diary::SERVICE, of).and_then(|last| last.fault);
    assert_eq!((last(&me), last(&other)), (None, Some(Fault::SignedOut)));

    // A service whose edge asks to wait asks everybody.
    let asked = Server::start(|_, _| {
        let headers = [("retry-after", "300"), ("content-type", "text/html")];
        (StatusCode::TOO_MANY_REQUESTS, headers, "<html>").into_response()
    })
    .await;
    let outbound = stack();
    for of in [&me, &other] {
        let refused = diary::add(&outbound, &asked.url, &credentials(of)).await.unwrap_err();
        assert!(matches!(refused.fault, Fault::RateLimited { .. }), "{refused}");
    }
    assert_eq!(asked.calls().len(), 1);
    assert!(outbound.closed(diary::SERVICE, Some(&other)).is_some());
}

#[tokio::test]
async fn a_history_service_is_signed_in_to_and_counted() {
    let server = Server::start(both).await;
    let (outbound, folder) = (stack(), tempfile::tempdir().unwrap());
    let store = AccountStore::of_default(Arc::new(SqliteStore::open(folder.path()).unwrap()));
    let settings = SignInSettings {
        access_token: Some("old".into()),
        refresh_token: Some("refresh".into()),
        ..SignInSettings::default()
    };
    let oauth = OAuth::new(outbound.clone(), diary::provider(&server.url));
    let sign_in = Arc::new(SignIn::new(oauth, store.clone(), diary::RECORDS, settings));
    let (asked, url) = (&outbound, server.url.as_str());
    let add = |by| async move { diary::add(asked, url, &by).await };
    assert_eq!(sign_in.signed_in(add).await.unwrap(), 1);
    assert_eq!((server.count("/days"), server.count("/oauth/token")), (2, 1));

    let kept = store.config(&[diary::RECORDS.access, "trakt:token"]).await.unwrap();
    assert_eq!(kept, [Some("new".to_owned()), None]);

    let metrics = Metrics::new(outbound.tally());
    let at = LookedAt {
        store: &store,
        outbound: &outbound,
        now: outbound.now(),
        is_running: false,
        sign_ins: [(shelves::SERVICE, None), (diary::SERVICE, None)],
    };
    let text = metrics.text(at).await.unwrap();
    assert!(text.contains(r#"upstream_requests_total{service="diary",status="200"} 2"#), "{text}");
    assert!(text.contains(r#"upstream_left_alone{name="diary"} 0"#), "{text}");
    assert!(text.contains(r#"upstream_left_alone{name="shelves"} 0"#), "{text}");
}
