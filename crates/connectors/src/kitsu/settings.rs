//! What asking Kitsu takes.

use reqwest::Url;

/// Where Kitsu is, and how fast it is asked.
#[derive(Debug, Clone)]
pub struct KitsuSettings {
    /// `KITSU_URL`: what comes before `/api/edge` and `/api/oauth`, such as `https://kitsu.app`. It moved there in August 2024.
    pub url: Url,
    /// `KITSU_RATE_PER_MIN`: requests a minute; 60 is what clients keep to. Kitsu itself names no limit for lists.
    pub rate_per_minute: u32,
}
