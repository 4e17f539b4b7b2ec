//! What asking AniList takes.

use reqwest::Url;

/// Where AniList is, and how fast it is asked.
#[derive(Debug, Clone)]
pub struct AniListSettings {
    /// `ANILIST_API_URL`: the GraphQL endpoint.
    pub url: Url,
    /// `ANILIST_RATE_PER_MIN`: requests a minute, default 25.
    pub rate_per_minute: u32,
}
