//! What asking `MyAnimeList` takes.

use reqwest::Url;

use crate::oauth::App;

/// Where `MyAnimeList` is, and how fast it is asked.
#[derive(Debug, Clone)]
pub struct MalSettings {
    /// `MAL_API_URL`: what comes before `/users/@me/…`.
    pub url: Url,
    /// `MAL_AUTH_URL`: the site on which people sign in, which has `/v1/oauth2/…`.
    pub auth_url: Url,
    /// `MAL_CLIENT_ID` and `MAL_CLIENT_SECRET`: the app with which people sign in who have set none of their own. Apps of
    /// some types have no secret.
    pub app: Option<App>,
    /// `MAL_RATE_PER_MIN`: requests a minute, default 60. No number is published; clients keep to 30 to 60.
    pub rate_per_minute: u32,
    /// How this program names itself, where that is to be another name than for other services: in 2024 names of apps were
    /// blocked there for a while (mihon#298).
    pub user_agent: Option<String>,
}
