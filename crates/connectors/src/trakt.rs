//! Trakt: how it signs people in, look-ups, and the history.
//!
//! Header rules, paging and limits follow Trakt's published contract; where the live service
//! departs from it, the place that copes says so.

mod client;
mod heard;
mod history;
mod pages;
mod refused;
mod service;
mod settings;
mod wire;

pub use client::{Found, LastActivities, TraktClient};
pub use history::{Added, HistoryItem, HistoryOf, LANDING, Removed};
pub use refused::Refused;
use secrecy::SecretString;
pub use service::{READ, SIGN_IN, WRITE, paces};
pub use settings::TraktSettings;

use crate::oauth::Provider;
use crate::outbound::{Fault, ProviderError};
use anilist_trakt_sync_core::domain::Service;

/// Where a person allows the app to act for them.
const AUTHORIZE_PAGE: &str = "https://trakt.tv/oauth/authorize";

/// Makes Trakt show the code on its own page, to be pasted. Renewing asks for the same address.
pub const REDIRECT_URI: &str = "urn:ietf:wg:oauth:2.0:oob";

/// What every request carries.
const HEADERS: &[(&str, &str)] =
    &[("content-type", "application/json"), ("trakt-api-version", "2")];

/// What carries the app's id.
const ID_HEADER: &str = "trakt-api-key";

/// How Trakt signs people in, at the host `url`, as an app.
pub fn provider(
    url: &str,
    client_id: Option<String>,
    client_secret: Option<SecretString>,
) -> Provider {
    // The real sign-in hosts share one page for people; any other deployment has its own.
    let real = ["https://auth.trakt.tv", "https://api.trakt.tv"];
    let authorize_page = if real.contains(&url) {
        AUTHORIZE_PAGE.to_owned()
    } else {
        format!("{url}/oauth/authorize")
    };
    Provider {
        service: Service::TRAKT,
        lane: SIGN_IN,
        url: url.to_owned(),
        authorize_page,
        redirect_uri: REDIRECT_URI,
        client_id,
        client_secret,
        headers: HEADERS,
        id_header: Some(ID_HEADER),
    }
}

fn trakt(fault: Fault) -> ProviderError {
    fault.at(Service::TRAKT)
}
