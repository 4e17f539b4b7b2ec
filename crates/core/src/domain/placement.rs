//! Where an entry's episodes live on Trakt.

use serde::{Deserialize, Serialize};

use super::ids::{TraktMovieId, TraktShowId};
use super::show::{Episode, Slot};

/// Whether a Trakt id names a show or a film.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MediaType {
    /// A show.
    Show,
    /// A film.
    Movie,
}

/// Consecutive episodes of an entry that are consecutive numbers of one Trakt season.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The entry's own number of the first episode, from 1.
    pub first: u32,
    /// The entry's own number of the last episode.
    pub last: u32,
    /// The slot of `first`.
    pub start: Slot,
}

impl Span {
    fn slot(&self, abs: u32) -> Option<Slot> {
        (self.first..=self.last).contains(&abs).then(|| Slot {
            season: self.start.season,
            number: self.start.number.saturating_add(abs - self.first),
        })
    }
}

/// Where an entry's episodes live on Trakt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Placement {
    /// The entry is a film.
    Movie {
        /// Trakt's film.
        movie: TraktMovieId,
        /// In how many parts the entry counts it. It is seen with the last of them.
        #[serde(default = "one", skip_serializing_if = "is_one")]
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

fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_one(parts: &u32) -> bool {
    *parts == 1
}

/// What a play is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Item {
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

impl std::fmt::Display for Item {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Movie { movie } => write!(f, "film {movie}"),
            Self::Episode { show, slot } => write!(f, "{slot} of show {show}"),
        }
    }
}

impl Placement {
    /// A film that the entry counts as one.
    pub fn film(movie: TraktMovieId) -> Self {
        Self::Movie { movie, parts: 1 }
    }

    /// A placement of consecutive entry episodes, numbered from `first`, on listed episodes.
    pub fn on_episodes<'a>(
        show: TraktShowId,
        first: u32,
        episodes: impl IntoIterator<Item = &'a Episode>,
    ) -> Self {
        Self::numbered(show, (first..).zip(episodes))
    }

    /// A placement of the entry's own numbers, in order, on listed episodes.
    pub fn numbered<'a>(
        show: TraktShowId,
        episodes: impl IntoIterator<Item = (u32, &'a Episode)>,
    ) -> Self {
        let mut spans: Vec<Span> = Vec::new();
        for (abs, episode) in episodes {
            match spans.last_mut() {
                Some(span)
                    if span.last + 1 == abs
                        && span.start.season == episode.slot.season
                        && span.start.number + (abs - span.first) == episode.slot.number =>
                {
                    span.last = abs;
                }
                _ => spans.push(Span { first: abs, last: abs, start: episode.slot }),
            }
        }
        Self::Episodes { show, spans }
    }

    /// The same up to one of the entry's own numbers.
    #[must_use]
    pub fn until(&self, abs: u32) -> Self {
        let Self::Episodes { show, spans } = self else { return self.clone() };
        let spans = spans.iter().filter(|span| span.first <= abs);
        let spans = spans.map(|span| Span { last: span.last.min(abs), ..*span }).collect();
        Self::Episodes { show: *show, spans }
    }

    /// The entry's own numbers that are placed.
    fn numbers(&self) -> Vec<u32> {
        match self {
            Self::Movie { parts, .. } => vec![*parts],
            Self::Episodes { spans, .. } => {
                spans.iter().flat_map(|span| span.first..=span.last).collect()
            }
        }
    }

    /// What the entry's episode `abs` is on Trakt, if it is placed.
    pub fn item(&self, abs: u32) -> Option<Item> {
        match self {
            Self::Movie { movie, parts } => {
                (abs == *parts).then_some(Item::Movie { movie: *movie })
            }
            Self::Episodes { show, spans } => {
                let after = spans.partition_point(|span| span.first <= abs);
                let slot = spans[..after].last()?.slot(abs)?;
                Some(Item::Episode { show: *show, slot })
            }
        }
    }

    /// Whether another placement goes on where this one ends, and is the same up to there.
    pub fn begins(&self, other: &Self) -> bool {
        !self.is_empty()
            && self.len() <= other.len()
            && self.numbers().into_iter().all(|abs| self.item(abs) == other.item(abs))
    }

    /// Whether the entry's episode `abs` is a part of a film, and not the last.
    pub fn is_part(&self, abs: u32) -> bool {
        matches!(self, Self::Movie { parts, .. } if abs < *parts)
    }

    /// The show whose episodes the entry's are, or none for a film.
    pub fn show(&self) -> Option<TraktShowId> {
        match self {
            Self::Movie { .. } => None,
            Self::Episodes { show, .. } => Some(*show),
        }
    }

    /// How many of the entry's episodes are placed.
    pub fn len(&self) -> u32 {
        match self {
            Self::Movie { parts, .. } => *parts,
            Self::Episodes { spans, .. } => spans
                .iter()
                .map(|span| span.last.saturating_sub(span.first).saturating_add(1))
                .fold(0, u32::saturating_add),
        }
    }

    /// Whether nothing is placed.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::super::ids::TraktEpisodeId;
    use super::*;

    fn episode(season: u16, number: u32) -> Episode {
        let id = TraktEpisodeId(u64::from(season) * 1000 + u64::from(number));
        Episode {
            slot: Slot { season, number },
            number_abs: None,
            first_aired: None,
            id,
            title: None,
        }
    }

    #[test]
    fn a_placement_gives_back_just_the_episodes_it_was_made_of() {
        let listed = [episode(1, 1), episode(1, 2), episode(1, 4), episode(2, 62), episode(2, 63)];
        let placement = Placement::on_episodes(TraktShowId(9), 1, &listed);
        let slots: Vec<_> = (0..=6).map(|abs| placement.item(abs)).collect();
        let expected: Vec<_> = std::iter::once(None)
            .chain(
                listed.iter().map(|e| Some(Item::Episode { show: TraktShowId(9), slot: e.slot })),
            )
            .chain([None])
            .collect();
        assert_eq!(slots, expected);
        assert_eq!(placement.len(), 5);
    }

    #[test]
    fn a_number_without_an_episode_leaves_a_hole() {
        let listed = [(1, episode(1, 1)), (2, episode(1, 2)), (4, episode(1, 4))];
        let numbered = listed.iter().map(|(abs, episode)| (*abs, episode));
        let placement = Placement::numbered(TraktShowId(9), numbered);
        let there: Vec<bool> = (1..=5).map(|abs| placement.item(abs).is_some()).collect();
        assert_eq!((there, placement.len()), (vec![true, true, false, true, false], 3));
        assert!(placement.until(2).begins(&placement) && placement.until(2).len() == 2);
        assert_eq!(placement.until(3), placement.until(2));
    }

    #[test]
    fn a_film_has_one_play() {
        let placement = Placement::film(TraktMovieId(7));
        assert_eq!(placement.item(1), Some(Item::Movie { movie: TraktMovieId(7) }));
        assert_eq!(placement.item(2), None);
    }

    #[test]
    fn a_film_in_parts_is_seen_with_the_last() {
        let placement = Placement::Movie { movie: TraktMovieId(7), parts: 4 };
        let seen: Vec<bool> = (1..=5).map(|abs| placement.item(abs).is_some()).collect();
        assert_eq!(seen, [false, false, false, true, false]);
        let parts: Vec<bool> = (1..=5).map(|abs| placement.is_part(abs)).collect();
        assert_eq!(parts, [true, true, true, false, false]);
        assert_eq!(placement.len(), 4);
        let text = serde_json::to_string(&Placement::film(TraktMovieId(7))).unwrap();
        assert_eq!(text, r#"{"kind":"movie","movie":7}"#);
        assert_eq!(
            serde_json::from_str::<Placement>(&text).unwrap(),
            Placement::film(TraktMovieId(7))
        );
    }
}
