//! Signing in at an identity provider, as far as no provider is needed. `tests/oidc` has the rest.

use std::sync::Arc;
use std::time::Duration;

use anilist_trakt_sync::clock::{Clock, ManualClock};
use anilist_trakt_sync::domain::AccountId;
use anilist_trakt_sync::hub::accounts::{Accounts, Beginning, Purpose};
use anilist_trakt_sync::store::vault::{Key, Vault};
use anilist_trakt_sync::store::{SqliteStore, Store};
use secrecy::ExposeSecret as _;

use crate::service::{Service, now};

const BACK: &str = "https://sync.example.org/api/auth/oidc/callback";

/// Two copies of the service on one store, with one clock.
struct Copies {
    clock: ManualClock,
    store: Arc<dyn Store>,
    one: Accounts,
    other: Accounts,
    _folder: tempfile::TempDir,
}

fn copies(vault: &Vault) -> Copies {
    let folder = tempfile::tempdir().unwrap();
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.path()).unwrap());
    let clock = ManualClock::new(now());
    let accounts = || {
        let clock = Clock::Manual(clock.clone());
        Accounts::new(Arc::clone(&store), clock, vault.clone(), None)
    };
    let (one, other) = (accounts(), accounts());
    Copies { clock, store, one, other, _folder: folder }
}

async fn begin(accounts: &Accounts) -> Beginning {
    let account = AccountId::new("u7".to_owned());
    accounts.begin(Purpose::Door, BACK.to_owned(), Some(account)).await.unwrap()
}

async fn comes_back(accounts: &Accounts, beginning: &Beginning) -> bool {
    let browser = beginning.browser.expose_secret();
    accounts.came_back(&beginning.state, browser).await.unwrap().is_some()
}

#[tokio::test]
async fn what_one_copy_began_another_ends_once() {
    let copies = copies(&Vault::default());
    let beginning = begin(&copies.one).await;
    let browser = beginning.browser.expose_secret();
    let wrong = copies.other.came_back(&beginning.state, "another").await.unwrap();
    assert!(wrong.is_none(), "another browser");
    assert!(copies.other.came_back("another", browser).await.unwrap().is_none());
    let began = copies.other.came_back(&beginning.state, browser).await.unwrap().unwrap();
    assert_eq!(
        (began.nonce, began.verifier),
        (beginning.began.nonce.clone(), beginning.began.verifier.clone())
    );
    assert_eq!((began.back.as_str(), began.account), (BACK, Some(AccountId::new("u7".to_owned()))));
    assert!(!comes_back(&copies.one, &beginning).await);
}

#[tokio::test]
async fn what_began_is_over_after_ten_minutes_and_goes_with_the_next() {
    let copies = copies(&Vault::default());
    let (first, second) = (begin(&copies.one).await, begin(&copies.one).await);
    copies.clock.advance(Duration::from_secs(599));
    assert!(comes_back(&copies.one, &first).await);
    copies.clock.advance(Duration::from_secs(1));
    assert!(!comes_back(&copies.one, &second).await);
    begin(&copies.one).await;
    assert_eq!(copies.store.collection("sign-ins:began").await.unwrap().len(), 1);
}

#[tokio::test]
async fn of_very_many_that_began_the_oldest_are_given_up() {
    let copies = copies(&Vault::default());
    let first = begin(&copies.one).await;
    copies.clock.advance(Duration::from_secs(1));
    let second = begin(&copies.one).await;
    for _ in 0..499 {
        copies.clock.advance(Duration::from_millis(1));
        begin(&copies.one).await;
    }
    assert!(!comes_back(&copies.one, &first).await);
    assert!(comes_back(&copies.one, &second).await);
}

#[tokio::test]
async fn what_is_kept_is_sealed_where_there_is_a_key() {
    let vault = Vault::new(vec![Key::parse(&"0f".repeat(32)).unwrap()]);
    let copies = copies(&vault);
    let beginning = begin(&copies.one).await;
    let kept = format!("{:?}", copies.store.collection("sign-ins:began").await.unwrap());
    let Beginning { state, browser, began } = &beginning;
    for secret in [state, browser.expose_secret(), &began.nonce, &began.verifier] {
        assert!(!kept.contains(secret), "{kept}");
    }
    assert!(comes_back(&copies.other, &beginning).await);
}

#[tokio::test]
async fn where_no_provider_is_set_up_there_is_none() {
    let service = Service::small().await;
    for path in ["/api/auth/oidc", "/api/auth/oidc/callback?state=a&code=b"] {
        let message = service.get(path).await.refused(404, "not_found");
        assert_eq!(message, "no identity provider is set up");
    }
}
