//! What a show or film on Trakt is called.

use serde::{Deserialize, Serialize};

use super::{Item, MediaType};

/// A show or film on Trakt, by Trakt's id among things of that kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OnTrakt {
    /// Which of the two.
    pub kind: MediaType,
    /// Trakt's id of it.
    pub id: u64,
}

impl From<Item> for OnTrakt {
    /// The film, or the show of the episode.
    fn from(item: Item) -> Self {
        match item {
            Item::Movie { movie } => Self { kind: MediaType::Movie, id: movie.0 },
            Item::Episode { show, .. } => Self { kind: MediaType::Show, id: show.0 },
        }
    }
}

/// What it is called there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraktTitle {
    /// As Trakt writes it.
    pub title: String,
    /// The year of its first release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i16>,
}
