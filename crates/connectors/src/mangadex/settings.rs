//! What asking MangaDex takes.

use reqwest::Url;

/// Where MangaDex is, and how fast it is asked.
#[derive(Debug, Clone)]
pub struct MangaDexSettings {
    /// `MANGADEX_API_URL`: what comes before `/manga`.
    pub url: Url,
    /// `MANGADEX_UPLOADS_URL`: what comes before `/covers/…`.
    pub uploads_url: Url,
    /// `MANGADEX_RATE_PER_SEC`: requests a second, default 3. MangaDex allows about 5 to an address.
    pub rate_per_second: u32,
}
