//! The other services: whose lists and histories are kept equal, and what helps with that.

use std::fmt;

use serde::Serialize;
use utoipa::ToSchema;

/// A service that is asked over HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// AniList's GraphQL API.
    AniList,
    /// Trakt's API and its sign-in host.
    Trakt,
    /// The Movie Database.
    Tmdb,
    /// The host of the Otaku mapping file.
    Otaku,
    /// The host of the Fribbs mapping file.
    Fribbs,
    /// The host of the AniBridge mapping file.
    AniBridge,
    /// Where a person is told what happened.
    Webhook,
}

impl Service {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::AniList,
        Self::Trakt,
        Self::Tmdb,
        Self::Otaku,
        Self::Fribbs,
        Self::AniBridge,
        Self::Webhook,
    ];

    /// The name in the API and in counts.
    pub fn id(self) -> &'static str {
        match self {
            Self::AniList => "anilist",
            Self::Trakt => "trakt",
            Self::Tmdb => "tmdb",
            Self::Otaku => "otaku",
            Self::Fribbs => "fribbs",
            Self::AniBridge => "anibridge",
            Self::Webhook => "webhook",
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AniList => "AniList",
            Self::Trakt => "Trakt",
            Self::Tmdb => "TMDB",
            Self::Otaku => "Otaku",
            Self::Fribbs => "Fribbs",
            Self::AniBridge => "AniBridge",
            Self::Webhook => "the webhook",
        })
    }
}
