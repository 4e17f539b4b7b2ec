//! What asking AniList takes.

use reqwest::Url;
use secrecy::SecretString;

/// Where AniList is, and as whom it is asked.
#[derive(Debug, Clone)]
pub struct AniListSettings {
    /// `ANILIST_API_URL`: the GraphQL endpoint.
    pub url: Url,
    /// `ANILIST_ACCESS_TOKEN`.
    pub token: Option<SecretString>,
    /// `ANILIST_USERNAME`: enough for a public list.
    pub username: Option<String>,
    /// `ANILIST_RATE_PER_MIN`: requests a minute, default 25.
    pub rate_per_minute: u32,
}
