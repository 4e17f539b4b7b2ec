//! A person who is signed in to Trakt.

use std::sync::Arc;

use anilist_trakt_sync::hub::connections::{Records, SignIn, SignInSettings, TraktAccount};
use anilist_trakt_sync::oauth::OAuth;
use anilist_trakt_sync::outbound::Outbound;
use anilist_trakt_sync::store::vault::Vault;
use anilist_trakt_sync::store::{AccountStore, SqliteStore};
use anilist_trakt_sync::trakt::{TraktClient, provider};
use secrecy::SecretString;
use tempfile::TempDir;

use super::support::{Server, outbound};

/// A client with an empty store, which is gone with it.
pub(crate) struct Trakt {
    pub(crate) client: TraktAccount,
    _folder: TempDir,
}

/// An app at a sign-in host, and the tokens that are configured.
#[derive(Debug, Clone)]
pub(crate) struct SignInConfig {
    pub(crate) url: String,
    pub(crate) client_id: Option<String>,
    pub(crate) client_secret: Option<SecretString>,
    pub(crate) access_token: Option<SecretString>,
    pub(crate) refresh_token: Option<SecretString>,
    pub(crate) vault: Vault,
}

/// A sign-in with a configured access token and refresh token.
pub(crate) fn config(url: &str) -> SignInConfig {
    SignInConfig {
        url: url.to_owned(),
        client_id: Some("app".to_owned()),
        client_secret: Some("app-secret".into()),
        access_token: Some("access-0".into()),
        refresh_token: Some("refresh-0".into()),
        vault: Vault::default(),
    }
}

/// The sign-in of a person.
pub(crate) fn sign_in(outbound: Outbound, store: AccountStore, config: SignInConfig) -> SignIn {
    let SignInConfig { url, client_id, client_secret, access_token, refresh_token, vault } = config;
    let oauth = OAuth::new(outbound, provider(&url, client_id, client_secret));
    SignIn::new(oauth, store, Records::TRAKT, SignInSettings { access_token, refresh_token, vault })
}

/// Trakt at this address, with a sign-in.
pub(crate) fn account(outbound: Outbound, url: &str, sign_in: Arc<SignIn>) -> TraktAccount {
    let client = TraktClient::new(outbound, url.to_owned(), Some("app".to_owned()));
    TraktAccount::new(client, sign_in)
}

pub(crate) fn trakt(server: &Server) -> Trakt {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(folder.path()).unwrap());
    let (outbound, _) = outbound();
    let store = AccountStore::of_default(store);
    let sign_in = sign_in(outbound.clone(), store, config(&server.url));
    Trakt { client: account(outbound, &server.url, Arc::new(sign_in)), _folder: folder }
}
