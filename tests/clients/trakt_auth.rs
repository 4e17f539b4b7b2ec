//! Trakt's sign-in, as a small server whose refresh tokens are good for one use.

mod renewal;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use anilist_trakt_sync::clock::ManualClock;
use anilist_trakt_sync::domain::{AccountId, HistoryId};
use anilist_trakt_sync::hub::connections::{SignIn, SignInState, TraktAccount, Written};
use anilist_trakt_sync::outbound::{Fault, Outbound, ProviderError};
use anilist_trakt_sync::store::{AccountStore, RUN, SqliteStore, Store, Taken, keys};
use anilist_trakt_sync::trakt::Removed;
use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::person::{SignInConfig, Trakt, account, config, sign_in, trakt};
use super::support::{Call, Server, fault, json, outbound, page};

const HOUR: u64 = 3600;

/// The tokens that Trakt accepts: `access-N` and `refresh-N`.
#[derive(Debug)]
pub(crate) struct Tokens {
    now: u32,
    /// A lifetime in seconds.
    life: u64,
}

/// A Trakt with a sign-in host and one route that needs a token.
pub(crate) struct Fake {
    pub(crate) server: Server,
    tokens: Arc<Mutex<Tokens>>,
    store: Arc<dyn Store>,
    outbound: Outbound,
    pub(crate) clock: ManualClock,
    folder: TempDir,
}

impl Fake {
    /// `accepted` is the number of the pair that Trakt accepts at first.
    pub(crate) async fn start(accepted: u32) -> Self {
        let tokens = Arc::new(Mutex::new(Tokens { now: accepted, life: 24 * HOUR }));
        let shared = Arc::clone(&tokens);
        let server = Server::start(move |_, call| shared.lock().unwrap().answer(call)).await;
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(SqliteStore::open(folder.path()).unwrap());
        let (outbound, clock) = outbound();
        Self { server, tokens, store, outbound, clock, folder }
    }

    pub(crate) fn auth(&self) -> Arc<SignIn> {
        self.auth_with(config(&self.server.url))
    }

    fn auth_with(&self, config: SignInConfig) -> Arc<SignIn> {
        let store = Arc::clone(&self.store);
        Arc::new(sign_in(self.outbound.clone(), AccountStore::of_default(store), config))
    }

    /// A client as a process has that was just started.
    fn client(&self) -> TraktAccount {
        account(self.outbound.clone(), &self.server.url, self.auth())
    }

    fn refreshes(&self) -> usize {
        self.server.count("/oauth/token")
    }

    fn expire(&self) {
        self.tokens.lock().unwrap().now += 1000;
    }

    /// The saved access token and refresh token.
    pub(crate) async fn saved(&self) -> (Option<String>, Option<String>) {
        saved(&*self.store).await
    }
}

async fn saved(store: &dyn Store) -> (Option<String>, Option<String>) {
    let names = [keys::TRAKT_TOKEN, keys::TRAKT_REFRESH_TOKEN];
    let mut values = store.config(&AccountId::default(), &names).await.unwrap();
    let refresh = values.pop().unwrap();
    (values.pop().unwrap(), refresh)
}

impl Tokens {
    fn answer(&mut self, call: &Call) -> Response {
        match call.path.as_str() {
            "/oauth/token" => self.grant(call),
            "/oauth/device/token" => self.issue(),
            "/sync/last_activities" => {
                let good = format!("Bearer access-{}", self.now);
                if call.header("authorization") != Some(&good) {
                    return json(401, json!({}));
                }
                json(200, json!({ "episodes": {}, "movies": {} }))
            }
            _ => json(404, json!({})),
        }
    }

    fn grant(&mut self, call: &Call) -> Response {
        let body = &call.body;
        let said = |error: &str| {
            json(400, json!({ "error": error, "error_description": format!("It is an {error}.") }))
        };
        if body["client_id"] != "app" || body["client_secret"] != "app-secret" {
            return said("invalid_client");
        }
        if body["redirect_uri"] != "urn:ietf:wg:oauth:2.0:oob" {
            return said("invalid_request");
        }
        let good = match body["grant_type"].as_str().unwrap() {
            "refresh_token" => body["refresh_token"] == format!("refresh-{}", self.now),
            _ => body["code"] == "good",
        };
        if good { self.issue() } else { said("invalid_grant") }
    }

    fn issue(&mut self) -> Response {
        self.now += 1;
        let (access, refresh) = (format!("access-{}", self.now), format!("refresh-{}", self.now));
        json(
            200,
            json!({ "access_token": access, "refresh_token": refresh, "expires_in": self.life,
                    "token_type": "bearer", "created_at": 4_000_000_000_i64 }),
        )
    }
}

fn pair(access: &str, refresh: &str) -> (Option<String>, Option<String>) {
    (Some(access.to_owned()), Some(refresh.to_owned()))
}

/// A sign-in whose access token Trakt does not know, and whose refresh token is good.
fn stale(url: &str) -> SignInConfig {
    SignInConfig { access_token: Some("stale".into()), ..config(url) }
}

#[tokio::test]
async fn saved_tokens_win_over_configured_ones() {
    let fake = Fake::start(0).await;
    assert_eq!(fake.auth().exchange("good").await.unwrap(), 86_400);
    assert_eq!(fake.saved().await, pair("access-1", "refresh-1"));
    fake.client().last_activities().await.unwrap();
    assert_eq!(fake.refreshes(), 1, "the code's own exchange");
}

#[tokio::test]
async fn a_token_is_renewed_before_it_ends() {
    let fake = Fake::start(0).await;
    let client = fake.client();
    client.sign_in().exchange("good").await.unwrap();
    // The last twentieth of a day is 72 minutes.
    fake.clock.advance(Duration::from_secs(22 * HOUR));
    client.last_activities().await.unwrap();
    assert_eq!(fake.saved().await, pair("access-1", "refresh-1"));
    fake.clock.advance(Duration::from_secs(HOUR));
    client.last_activities().await.unwrap();
    assert_eq!(fake.saved().await, pair("access-2", "refresh-2"));
    let end = fake.clock.now() + Duration::from_secs(24 * HOUR);
    let state = client.sign_in().state().await.unwrap();
    assert_eq!(state, SignInState::SignedIn { expires_at: Some(end), renews: true });
    // Another process sees from the store when it ends.
    assert_eq!(fake.auth().state().await.unwrap(), state);
}

#[tokio::test]
async fn a_token_that_lives_is_used_while_it_cannot_be_renewed() {
    let fake = Fake::start(0).await;
    let client = fake.client();
    client.sign_in().exchange("good").await.unwrap();
    fake.clock.advance(Duration::from_secs(23 * HOUR));
    let broken = Server::start(|_, _| page(503)).await;
    let down = SignInConfig { url: broken.url.clone(), ..config("") };
    let client = account(fake.outbound.clone(), &fake.server.url, fake.auth_with(down));
    // Read from the store, a token is renewed in its last ten minutes.
    fake.clock.advance(Duration::from_mins(55));
    client.last_activities().await.unwrap();
    client.last_activities().await.unwrap();
    assert_eq!(broken.calls().len(), 1, "and the next try comes a minute later");
}

#[tokio::test]
async fn a_dead_refresh_token_is_a_sign_out_and_never_sent_again() {
    let fake = Fake::start(0).await;
    fake.expire();
    let client = fake.client();
    for _ in 0..3 {
        assert_eq!(fault(client.last_activities().await), Fault::SignedOut);
    }
    assert_eq!(client.sign_in().state().await.unwrap(), SignInState::SignedOut);
    // Nor by a process that is started later.
    assert_eq!(fault(fake.client().last_activities().await), Fault::SignedOut);
    assert_eq!(fake.refreshes(), 1);
    assert_eq!(fake.server.count("/sync/last_activities"), 1);
}

#[tokio::test]
async fn a_new_sign_in_or_other_configured_tokens_end_a_sign_out() {
    let fake = Fake::start(0).await;
    fake.expire();
    let client = fake.client();
    assert_eq!(fault(client.last_activities().await), Fault::SignedOut);
    let other = SignInConfig {
        access_token: None,
        refresh_token: Some("refresh-1000".into()),
        ..config(&fake.server.url)
    };
    let restarted = account(fake.outbound.clone(), &fake.server.url, fake.auth_with(other));
    restarted.last_activities().await.unwrap();
    assert_eq!(fake.saved().await, pair("access-1001", "refresh-1001"));
    // The process that was signed out finds the new pair.
    client.last_activities().await.unwrap();
    client.sign_in().exchange("good").await.unwrap();
    client.last_activities().await.unwrap();
}

#[tokio::test]
async fn a_token_that_stays_rejected_is_not_hammered() {
    let server = Server::start(|_, call| match call.path.as_str() {
        "/oauth/token" => Tokens { now: 7, life: HOUR }.issue(),
        _ => json(401, json!({})),
    })
    .await;
    let trakt = trakt(&server);
    for _ in 0..3 {
        assert_eq!(fault(trakt.client.last_activities().await), Fault::SignedOut);
    }
    assert_eq!((server.count("/oauth/token"), server.count("/sync/last_activities")), (1, 2));
}

/// The run lock of an account, on a store that has nothing else.
async fn lock_of(account: AccountId) -> Taken {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(folder.path()).unwrap());
    let store = AccountStore::new(store, account);
    store
        .lock(RUN, "a test", Timestamp::UNIX_EPOCH, Duration::from_secs(12))
        .await
        .unwrap()
        .unwrap()
}

#[tokio::test]
async fn another_persons_lock_opens_no_history() {
    let server = Server::start(|_, _| json(500, json!({}))).await;
    let trakt = trakt(&server);
    let turn = trakt.client.write_turn().await.unwrap();
    let lock = lock_of(AccountId::new("other".to_owned())).await;
    let refused = fault(trakt.client.remove_history(&lock, turn, &[HistoryId(1)]).await);
    assert!(matches!(refused, Fault::Local { .. }), "{refused:?}");
    assert_eq!(server.calls().len(), 0);
}

/// Removes plays, when it is their turn.
async fn remove(trakt: &Trakt, ids: &[HistoryId]) -> Result<Removed, ProviderError> {
    loop {
        let (turn, lock) = (trakt.client.write_turn().await?, lock_of(AccountId::default()).await);
        if let Written::Answered(removed) = trakt.client.remove_history(&lock, turn, ids).await? {
            return Ok(removed);
        }
    }
}

#[tokio::test]
async fn a_write_is_sent_once_more_after_a_401_and_no_more() {
    let server =
        Server::start(|_, call| match (call.path.as_str(), call.header("authorization")) {
            ("/oauth/token", _) => Tokens { now: 0, life: HOUR }.issue(),
            (_, Some("Bearer access-1")) => page(502),
            _ => json(401, json!({})),
        })
        .await;
    let trakt = trakt(&server);
    let ids = [HistoryId(1)];
    let lost = fault(remove(&trakt, &ids).await);
    assert_eq!(lost, Fault::Outage { status: 502 });
    assert_eq!(server.count("/sync/history/remove"), 2);
}

#[tokio::test]
async fn the_app_is_told_from_the_sign_in() {
    let fake = Fake::start(0).await;
    let wrong = SignInConfig {
        client_secret: Some("other".into()),
        access_token: None,
        ..config(&fake.server.url)
    };
    let client = account(fake.outbound.clone(), &fake.server.url, fake.auth_with(wrong.clone()));
    assert_eq!(fault(client.last_activities().await), Fault::AppGone);
    assert_eq!(fake.saved().await, (None, None), "the refresh token is as good as before");
    let none = SignInConfig { client_id: None, ..wrong };
    let auth = fake.auth_with(none);
    assert_eq!(auth.state().await.unwrap(), SignInState::NotConfigured);
    assert_eq!(fault(auth.exchange("good").await), Fault::NotConfigured);
}

#[tokio::test]
async fn nobody_signed_in_is_not_set_up() {
    let fake = Fake::start(0).await;
    let nobody =
        SignInConfig { access_token: None, refresh_token: None, ..config(&fake.server.url) };
    let client = account(fake.outbound.clone(), &fake.server.url, fake.auth_with(nobody));
    assert_eq!(fault(client.last_activities().await), Fault::NotConfigured);
    assert_eq!(client.sign_in().state().await.unwrap(), SignInState::NotConfigured);
    assert_eq!(fake.server.calls().len(), 0);
}

#[tokio::test]
async fn a_refused_code_carries_trakts_reason() {
    let fake = Fake::start(0).await;
    let refused = fault(fake.auth().exchange("bad").await);
    let message = "It is an invalid_grant.".to_owned();
    assert_eq!(refused, Fault::Refused { status: 400, message });
    assert_eq!(fake.saved().await, (None, None));
}

#[tokio::test]
async fn the_page_to_sign_in_on_names_the_app_and_the_way_back() {
    let fake = Fake::start(0).await;
    let query = "response_type=code&client_id=app&redirect_uri=urn%3Aietf%3Awg%3Aoauth%3A2.0%3Aoob";
    for (host, page) in [
        ("https://auth.trakt.tv", "https://trakt.tv/oauth/authorize"),
        ("https://api.trakt.tv", "https://trakt.tv/oauth/authorize"),
        ("http://127.0.0.1:9", "http://127.0.0.1:9/oauth/authorize"),
    ] {
        let address = fake.auth_with(config(host)).oauth().authorize_url().unwrap();
        assert_eq!(address, format!("{page}?{query}"));
    }
}

#[tokio::test]
async fn no_secret_is_printed() {
    let server = Server::start(|_, _| {
        json(
            200,
            json!({ "access_token": "hush-1", "refresh_token": "hush-2", "expires_in": "hush-3" }),
        )
    })
    .await;
    let fake = Fake::start(0).await;
    let auth = fake.auth_with(config(&server.url));
    let error = auth.exchange("good").await.unwrap_err();
    let text = format!("{error} {error:?} {auth:?} {:?}", config(&server.url));
    for secret in ["hush", "access-0", "refresh-0", "app-secret"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    assert!(text.contains("expires_in cannot be read"), "{text}");
}

/// A Trakt whose answers to a grant say this besides the tokens.
async fn granting(said: Value) -> Server {
    Server::start(move |_, call| match call.path.as_str() {
        "/oauth/token" => {
            let mut body = json!({ "access_token": "access-1", "refresh_token": "refresh-1" });
            body.as_object_mut().unwrap().extend(said.as_object().unwrap().clone());
            json(200, body)
        }
        _ if call.header("authorization") == Some("Bearer access-1") => {
            json(200, json!({ "episodes": {}, "movies": {} }))
        }
        _ => json(401, json!({})),
    })
    .await
}

#[tokio::test]
async fn a_lifetime_that_makes_no_sense_does_not_renew_before_every_request() {
    let (now, year) = (1_793_534_400_i64, 366 * 24 * HOUR);
    for said in [
        json!({ "expires_in": 0, "created_at": now }),
        json!({ "expires_in": -1, "created_at": now }),
        json!({ "expires_in": -86_400 }),
        json!({ "expires_in": 1 }),
        json!({ "expires_in": 0.5 }),
        json!({ "expires_in": year * 1000 }),
        json!({ "expires_in": u64::MAX }),
        json!({ "expires_in": i64::MIN }),
        json!({ "expires_in": 1e300 }),
        json!({ "expires_in": null }),
        json!({}),
        json!({ "expires_in": 86_400.5, "created_at": 0 }),
        json!({ "expires_in": 86_400, "created_at": 0 }),
        json!({ "expires_in": 86_400, "created_at": -1 }),
        json!({ "expires_in": 86_400, "created_at": now - 86_400 }),
        json!({ "expires_in": 86_400, "created_at": 4_000_000_000_i64 }),
        json!({ "expires_in": 86_400, "created_at": i64::MAX }),
        json!({ "expires_in": 86_400, "created_at": 1e300 }),
        json!({ "expires_in": 86_400, "created_at": null }),
    ] {
        let (fake, server) = (Fake::start(0).await, granting(said.clone()).await);
        let auth = fake.auth_with(stale(&server.url));
        let client = account(fake.outbound.clone(), &server.url, auth);
        for _ in 0..3 {
            client.last_activities().await.unwrap();
            fake.clock.advance(Duration::from_mins(1));
        }
        // Nor does a process that is started later.
        let later = account(fake.outbound.clone(), &server.url, fake.auth_with(stale(&server.url)));
        later.last_activities().await.unwrap();
        assert_eq!(server.count("/oauth/token"), 1, "{said}");
        assert_eq!(fake.saved().await, pair("access-1", "refresh-1"), "{said}");
    }
}

#[tokio::test]
async fn a_token_that_was_made_long_ago_is_still_renewed_in_time() {
    for created_at in [0_i64, 4_000_000_000] {
        let said = json!({ "expires_in": HOUR, "created_at": created_at });
        let (fake, server) = (Fake::start(0).await, granting(said).await);
        let client =
            account(fake.outbound.clone(), &server.url, fake.auth_with(stale(&server.url)));
        client.last_activities().await.unwrap();
        fake.clock.advance(Duration::from_mins(49));
        client.last_activities().await.unwrap();
        assert_eq!(server.count("/oauth/token"), 1, "{created_at}");
        fake.clock.advance(Duration::from_mins(2));
        client.last_activities().await.unwrap();
        assert_eq!(server.count("/oauth/token"), 2, "{created_at}");
    }
}
