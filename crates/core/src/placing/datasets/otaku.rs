//! The Otaku mappings: Trakt ids, seasons and where in them an entry begins.
//!
//! They are published as an SQLite file, which the store reads.

use serde::{Deserialize, Serialize};

use super::index::Dataset;
use super::limits::{self, Limits};
use crate::domain::{AnilistId, ImdbId, MediaType, Service};

/// The dataset.
#[derive(Debug)]
pub enum Otaku {}

/// Which season of TheTVDB an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Season {
    /// This one; 0 holds the specials.
    #[serde(rename = "n")]
    Number(u16),
    /// The show is numbered continuously.
    #[serde(rename = "a")]
    Absolute,
}

/// What the file says of one entry. An entry can have several rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The entry.
    #[serde(rename = "a")]
    pub entry: AnilistId,
    /// Whether the ids name a show or a film.
    #[serde(rename = "k")]
    pub kind: MediaType,
    /// Trakt's id.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub trakt: Option<u32>,
    /// TMDB's id.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub tmdb: Option<u32>,
    /// IMDb's id.
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    pub imdb: Option<ImdbId>,
    /// TheTVDB's id.
    #[serde(rename = "v", default, skip_serializing_if = "Option::is_none")]
    pub tvdb: Option<u32>,
    /// The season.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub season: Option<Season>,
    /// Episodes of that season before the entry's first.
    #[serde(rename = "o", default)]
    pub offset: u32,
}

impl Dataset for Otaku {
    type Row = Row;

    const NAME: &'static str = "otaku";
    const SERVICE: Service = Service::OTAKU;
    const LIMITS: Limits = limits::OTAKU;
    const FORMAT: u32 = 1;

    fn entry(row: &Row) -> AnilistId {
        row.entry
    }
}
