//! What asking `MyAnimeList` takes.

use reqwest::Url;

/// Where `MyAnimeList` is, and how fast it is asked.
#[derive(Debug, Clone)]
pub struct MalSettings {
    /// What comes before `/users/@me/…`.
    pub url: Url,
    /// The site on which people sign in, which has `/v1/oauth2/…`.
    pub auth_url: Url,
    /// Requests a minute. No number is published; clients keep to 30 to 60.
    pub rate_per_minute: u32,
    /// How this program names itself, where that is to be another name than for other services: in 2024 names of apps were
    /// blocked there for a while (mihon#298).
    pub user_agent: Option<String>,
}
