//! How far a placement can be trusted, who proposed it, and how much speaks for it.

use serde::{Deserialize, Serialize};

/// How far a placement can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// There is positive evidence for it, and none against.
    Verified,
    /// There is nothing against it.
    Likely,
    /// Sources or facts contradict each other.
    Conflict,
    /// There is nothing to place it on.
    Unmapped,
}

/// Who proposed something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A person.
    Manual,
    /// The AniBridge mapping file.
    Anibridge,
    /// The Otaku mapping file.
    Otaku,
    /// The Fribbs mapping file.
    Fribbs,
    /// A mapping found earlier by searching.
    Saved,
    /// A search for the title and year.
    Search,
    /// The air dates of the show's episodes.
    AirDates,
    /// Counting on from the last episode of the works it continues.
    Prequels,
    /// Counting through the show from its first episode.
    Breakpoints,
}

impl Source {
    /// The name used in the API and in records.
    pub fn name(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Anibridge => "anibridge",
            Self::Otaku => "otaku",
            Self::Fribbs => "fribbs",
            Self::Saved => "saved",
            Self::Search => "search",
            Self::AirDates => "air_dates",
            Self::Prequels => "prequels",
            Self::Breakpoints => "breakpoints",
        }
    }
}

/// How much speaks for a placement; only good for comparing two.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub struct Weight {
    /// A person said so.
    pub manual: bool,
    /// There is positive evidence.
    pub verified: bool,
    /// It fills a season to its end, which chance seldom does.
    pub fills: bool,
    /// How many sources propose it.
    pub support: u8,
}
