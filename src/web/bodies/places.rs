//! Shows, seasons and episodes on Trakt, and where an entry's episodes are among them.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::each;
use super::ids::{TraktMovieId, TraktShowId};
use crate::domain;

words! {
    /// Whether a Trakt id names a show or a film.
    MediaType of domain::MediaType, "lowercase" { Show, Movie }
}

/// An episode's place in its show. Season 0 holds the specials.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct Slot {
    /// Trakt's season number.
    season: u16,
    /// The number within the season. Some long shows keep counting across seasons.
    number: u32,
}

impl From<domain::Slot> for Slot {
    fn from(domain::Slot { season, number }: domain::Slot) -> Self {
        Self { season, number }
    }
}

/// What a show or film is called on Trakt.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::web) struct TraktTitle {
    /// As Trakt writes it.
    title: String,
    /// The year of its first release.
    year: Option<i16>,
}

impl From<&domain::TraktTitle> for TraktTitle {
    fn from(domain::TraktTitle { title, year }: &domain::TraktTitle) -> Self {
        Self { title: title.clone(), year: *year }
    }
}

/// A season as Trakt lists it. Some do not begin with 1.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct Season {
    /// Its number; 0 holds the specials.
    #[serde(rename = "season")]
    number: u16,
    /// The number of its first episode.
    first: u32,
    /// The number of its last.
    last: u32,
    /// How many there are.
    episodes: u32,
}

impl From<domain::Season> for Season {
    fn from(season: domain::Season) -> Self {
        let domain::Season { season: number, first, last, episodes } = season;
        Self { number, first, last, episodes }
    }
}

/// Consecutive episodes of an entry that are consecutive numbers of one Trakt season.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct Span {
    /// The entry's own number of the first episode, from 1.
    first: u32,
    /// The entry's own number of the last episode.
    last: u32,
    /// The slot of `first`.
    start: Slot,
}

impl From<domain::Span> for Span {
    fn from(domain::Span { first, last, start }: domain::Span) -> Self {
        Self { first, last, start: start.into() }
    }
}

/// Where an entry's episodes live on Trakt.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(in crate::web) enum Placement {
    /// The entry is a film.
    Movie {
        /// Trakt's film.
        movie: TraktMovieId,
        /// In how many parts the entry counts it. It is seen with the last of them.
        #[serde(skip_serializing_if = "is_one")]
        #[schema(minimum = 1)]
        parts: u32,
    },
    /// The entry's episodes are these episodes of one show.
    Episodes {
        /// Trakt's show.
        show: TraktShowId,
        /// In order of the entry's numbers, without overlap.
        spans: Vec<Span>,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_one(parts: &u32) -> bool {
    *parts == 1
}

impl From<domain::Placement> for Placement {
    fn from(placement: domain::Placement) -> Self {
        match placement {
            domain::Placement::Movie { movie, parts } => Self::Movie { movie: movie.into(), parts },
            domain::Placement::Episodes { show, spans } => {
                Self::Episodes { show: show.into(), spans: each(spans) }
            }
        }
    }
}

/// What a play is of.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(in crate::web) enum Item {
    /// A film.
    Movie {
        /// Trakt's film.
        movie: TraktMovieId,
    },
    /// An episode.
    Episode {
        /// Trakt's show.
        show: TraktShowId,
        /// The episode's place in it.
        #[serde(flatten)]
        slot: Slot,
    },
}

impl From<domain::Item> for Item {
    fn from(item: domain::Item) -> Self {
        match item {
            domain::Item::Movie { movie } => Self::Movie { movie: movie.into() },
            domain::Item::Episode { show, slot } => {
                Self::Episode { show: show.into(), slot: slot.into() }
            }
        }
    }
}

/// Where an entry was before it was given another place.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct EarlierPlace {
    /// Until when.
    until: Timestamp,
    /// The place.
    placement: Placement,
    /// The entry's own numbers of what was settled there and is something else in the next place.
    left: Vec<u32>,
    /// A person chose to leave what was posted there as it is.
    kept: bool,
}

impl From<domain::EarlierPlace> for EarlierPlace {
    fn from(earlier: domain::EarlierPlace) -> Self {
        let domain::EarlierPlace { until, placement, left, kept } = earlier;
        Self { until, placement: placement.into(), left, kept }
    }
}
