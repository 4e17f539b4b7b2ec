//! What asking AniList takes.

use reqwest::Url;

use crate::oauth::App;

/// Where AniList is, and how fast it is asked.
#[derive(Debug, Clone)]
pub struct AniListSettings {
    /// `ANILIST_API_URL`: the GraphQL endpoint.
    pub url: Url,
    /// `ANILIST_AUTH_URL`: the site on which people sign in, which has `/api/v2/oauth/…`.
    pub auth_url: Url,
    /// `ANILIST_CLIENT_ID` and `ANILIST_CLIENT_SECRET`: the app with which people sign in who have set
    /// none of their own.
    pub app: Option<App>,
    /// `ANILIST_RATE_PER_MIN`: requests a minute, default 25.
    pub rate_per_minute: u32,
}
