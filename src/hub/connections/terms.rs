//! What renewing a pair of tokens needs besides its refresh token, where a service ties that to an app.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::oauth::App;

/// A pair that nobody uses is renewed after this all the same: `MyAnimeList`'s refresh tokens live for a month.
const REST: Duration = Duration::from_hours(7 * 24);
/// How long a refresh token of `MyAnimeList` lives at least (<https://myanimelist.net/apiconfig/references/authorization>
/// says a month).
const LIFE: Duration = Duration::from_hours(28 * 24);

/// As which app a pair was given, and when.
#[derive(Debug, Clone)]
pub(super) struct Terms {
    /// Only this app can renew it.
    pub(super) app: App,
    /// When it was given.
    pub(super) since: Timestamp,
}

/// The same as it is stored, sealed.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    client_id: String,
    client_secret: Option<String>,
    since: Timestamp,
}

impl Terms {
    /// What is stored. What is none counts as nothing.
    pub(super) fn read(text: &SecretString) -> Option<Self> {
        let Stored { client_id: id, client_secret, since } =
            serde_json::from_str(text.expose_secret()).ok()?;
        Some(Self { app: App { id, secret: client_secret.map(SecretString::from) }, since })
    }

    /// As it is stored.
    pub(super) fn text(&self) -> SecretString {
        let secret = self.app.secret.as_ref().map(ExposeSecret::expose_secret);
        let stored = serde_json::json!({
            "clientId": self.app.id, "clientSecret": secret, "since": self.since,
        });
        stored.to_string().into()
    }

    /// How long it may be left as it is.
    pub(super) fn rest_until(&self) -> Timestamp {
        self.since + REST
    }

    /// When it can be renewed no more.
    pub(super) fn ends_at(&self) -> Timestamp {
        self.since + LIFE
    }
}
