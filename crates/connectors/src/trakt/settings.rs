//! What asking Trakt takes.

use std::time::Duration;

use reqwest::Url;
use secrecy::SecretString;

/// Where Trakt is, and as which app it is asked.
#[derive(Debug, Clone)]
pub struct TraktSettings {
    /// `TRAKT_API_URL`: what comes before `/sync/history`.
    pub url: Url,
    /// `TRAKT_AUTH_URL`: what comes before `/oauth/token`.
    pub auth_url: Url,
    /// `TRAKT_CLIENT_ID`.
    pub client_id: Option<String>,
    /// `TRAKT_CLIENT_SECRET`.
    pub client_secret: Option<SecretString>,
    /// `TRAKT_GETS_PER_5MIN`: reads in five minutes, default 500.
    pub gets_per_5_minutes: u32,
    /// `TRAKT_WRITE_INTERVAL_MS`: time between two writes, default 1000.
    pub write_interval: Duration,
}
