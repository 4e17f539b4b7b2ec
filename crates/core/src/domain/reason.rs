//! Why an entry or an episode was not posted.

use serde::{Deserialize, Serialize};

/// Why something waits for a decision instead of being posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// No dataset and no search names a Trakt show or film for the entry.
    NoCandidate,
    /// The show or film that was named is not on Trakt.
    NotOnTrakt,
    /// Trakt lists fewer episodes than the entry needs at the place it was given.
    EpisodesMissing,
    /// What was proposed contradicts the show's air dates, or the sources each other.
    Conflict,
    /// Too little speaks for the place that was proposed.
    Unconfirmed,
    /// It is private on AniList, and Trakt shows what was watched.
    Private,
    /// Trakt answered `not_found` when it was posted.
    RefusedByTrakt,
    /// It was posted somewhere else before the show or the sources changed.
    Moved,
    /// It was watched again, and the Trakt account keeps one play of each.
    WatchOnlyOnce,
    /// A person has said where it belongs, and no run has looked at it since.
    Decided,
}

impl Reason {
    /// One sentence for a person.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NoCandidate => "no source names a Trakt show or film for this entry",
            Self::NotOnTrakt => "the show or film that the sources name is not on Trakt",
            Self::EpisodesMissing => "Trakt lists fewer episodes there than the entry has",
            Self::Conflict => "the sources disagree with each other or with the show's air dates",
            Self::Unconfirmed => "too little speaks for the place that the sources name",
            Self::Private => "it is private on AniList, and a Trakt profile may be public",
            Self::RefusedByTrakt => "Trakt answered that it does not know this episode or film",
            Self::WatchOnlyOnce => {
                "it was watched again, and the Trakt account keeps one play of each"
            }
            Self::Moved => "it belongs elsewhere on Trakt than where it was posted before",
            Self::Decided => "it was placed by hand, and the next sync posts it",
        }
    }

    /// What a person can do about it.
    pub fn hint(self) -> &'static str {
        match self {
            Self::NoCandidate | Self::NotOnTrakt => "map it by hand, or ignore it",
            Self::EpisodesMissing => "wait until Trakt lists them, or correct it by hand",
            Self::Conflict | Self::Unconfirmed => "look at the explanation and map it by hand",
            Self::WatchOnlyOnce => {
                "turn \"watch only once\" off in Trakt's settings and run a completed sync, or unset SYNC_REWATCHES"
            }
            Self::Moved => {
                "keep the earlier plays as they are, or start the title afresh to post them again"
            }
            Self::Private => {
                "set SYNC_PRIVATE=1 and run a completed sync to post private entries too"
            }
            Self::Decided => "start a sync, or wait for the next one",
            Self::RefusedByTrakt => "it is tried again by the next run; map it by hand if it stays",
        }
    }
}
