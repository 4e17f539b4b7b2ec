//! As whom a person signed in to AniList, on this service's own page.

use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Settings;
use crate::hub::error::{Error, Result};
use crate::store::keys;
use crate::store::vault::{Vault, VaultError};

/// Its name in the document of the settings. It is no setting: only signing in changes it.
pub(super) const NAME: &str = "anilistSignIn";

/// A sign-in to AniList.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// AniList's number of the user.
    pub user: u64,
    /// The user's name there.
    pub name: String,
    /// When they signed in.
    pub since: Timestamp,
    /// When the token ends, where AniList said it.
    pub expires_at: Option<Timestamp>,
    /// What acts for the person. None once they took it back: who it was is still known, so that
    /// nobody else comes in their place unasked.
    pub token: Option<SecretString>,
}

/// The same as it is stored, with the token sealed.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    user: u64,
    name: String,
    since: Timestamp,
    expires_at: Option<Timestamp>,
    token: Option<String>,
}

/// What was read, and whether it is sealed as it would be today.
pub(super) struct Opened {
    pub(super) signed_in: SignedIn,
    pub(super) is_current: bool,
}

/// Reads what is stored. What is none counts as nothing.
pub(super) fn read(
    value: &Value,
    vault: &Vault,
) -> std::result::Result<Option<Opened>, VaultError> {
    let Ok(stored) = Stored::deserialize(value) else { return Ok(None) };
    let Stored { user, name, since, expires_at, token } = stored;
    let opened = token.map(|sealed| vault.open(&record(), &sealed)).transpose()?;
    let is_current = opened.as_ref().is_none_or(|opened| opened.is_current);
    let token = opened.map(|opened| opened.secret);
    Ok(Some(Opened { signed_in: SignedIn { user, name, since, expires_at, token }, is_current }))
}

/// As it is stored.
pub(super) fn written(signed_in: &SignedIn, vault: &Vault) -> Result<Value> {
    let SignedIn { user, name, since, expires_at, token } = signed_in.clone();
    let token = token.map(|token| vault.seal(&record(), &token)).transpose();
    let token = token.map_err(|cause| Error::Internal(cause.to_string()))?;
    let stored = Stored { user, name, since, expires_at, token };
    serde_json::to_value(stored).map_err(|cause| Error::Internal(cause.to_string()))
}

/// The name that the token is sealed under.
fn record() -> String {
    format!("{}:{NAME}", keys::SETTINGS)
}

impl Settings {
    /// By what right the list is read that goes to Trakt: the token that is set, else that of who signed
    /// in here, unless the list of somebody else is set.
    pub fn token_of_the_list(&self) -> Option<SecretString> {
        let is_theirs = |signed_in: &&SignedIn| {
            let set = self.anilist_username.as_deref();
            set.is_none_or(|set| set.eq_ignore_ascii_case(&signed_in.name))
        };
        let signed_in = self.anilist.as_ref().filter(is_theirs);
        let theirs = || signed_in.and_then(|signed_in| signed_in.token.clone());
        self.anilist_token.clone().or_else(theirs)
    }
}
