//! What asking TMDB takes.

use reqwest::Url;
use secrecy::SecretString;

/// Where TMDB is, and with which key it is asked.
#[derive(Debug, Clone)]
pub struct TmdbSettings {
    /// `TMDB_API_URL`: what comes before `/tv/…`.
    pub url: Url,
    /// `TMDB_API_KEY`: optional; a v3 key or a v4 token.
    pub key: Option<SecretString>,
}
