//! What a Trakt history holds.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::ids::{TraktMovieId, TraktShowId};
use super::placement::Item;
use super::play::Viewing;
use super::show::Slot;

/// How often everything was watched that was watched at all, whoever logged it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Compact", into = "Compact")]
pub struct History {
    /// The plays of each show's watched episodes; never 0.
    pub shows: HashMap<TraktShowId, BTreeMap<Slot, u32>>,
    /// The plays of the watched films; never 0.
    pub movies: HashMap<TraktMovieId, u32>,
}

impl History {
    /// How often this was watched.
    pub fn plays(&self, item: &Item) -> u32 {
        let plays = match item {
            Item::Movie { movie } => self.movies.get(movie),
            Item::Episode { show, slot } => self.shows.get(show).and_then(|slots| slots.get(slot)),
        };
        plays.copied().unwrap_or(0)
    }

    /// Whether this was watched.
    pub fn contains(&self, item: &Item) -> bool {
        self.plays(item) > 0
    }

    /// Whether this was watched, and as often again as the viewing says.
    pub fn has(&self, viewing: Viewing) -> bool {
        self.plays(&viewing.item) > viewing.rewatch
    }

    /// Whether nothing was ever watched.
    pub fn is_empty(&self) -> bool {
        self.shows.is_empty() && self.movies.is_empty()
    }

    /// How many plays there are in all.
    pub fn total(&self) -> u64 {
        let episodes = self.shows.values().flat_map(BTreeMap::values);
        episodes.chain(self.movies.values()).map(|plays| u64::from(*plays)).sum()
    }

    /// Adds a play.
    pub fn add(&mut self, item: Item) {
        let plays = match item {
            Item::Movie { movie } => self.movies.entry(movie).or_default(),
            Item::Episode { show, slot } => {
                self.shows.entry(show).or_default().entry(slot).or_default()
            }
        };
        *plays = plays.saturating_add(1);
    }
}

/// The stored form: runs of episodes as `[season, first, last, plays]`, since most seasons are
/// watched without a gap. Sorted, so that the same history is always the same text.
#[derive(Serialize, Deserialize)]
struct Compact {
    shows: BTreeMap<TraktShowId, Vec<(u16, u32, u32, u32)>>,
    movies: BTreeMap<TraktMovieId, u32>,
}

impl From<History> for Compact {
    fn from(watched: History) -> Self {
        let shows = watched.shows.into_iter().map(|(show, slots)| (show, runs(&slots))).collect();
        Self { shows, movies: watched.movies.into_iter().collect() }
    }
}

impl From<Compact> for History {
    fn from(compact: Compact) -> Self {
        let slots = |(season, first, last, plays)| {
            (first..=last).map(move |number| (Slot { season, number }, plays))
        };
        let shows = compact.shows.into_iter();
        Self {
            shows: shows
                .map(|(show, runs)| (show, runs.into_iter().flat_map(slots).collect()))
                .collect(),
            movies: compact.movies.into_iter().collect(),
        }
    }
}

fn runs(slots: &BTreeMap<Slot, u32>) -> Vec<(u16, u32, u32, u32)> {
    let mut runs: Vec<(u16, u32, u32, u32)> = Vec::new();
    for (slot, plays) in slots {
        match runs.last_mut() {
            Some((season, _, last, same))
                if *season == slot.season
                    && last.checked_add(1) == Some(slot.number)
                    && same == plays =>
            {
                *last = slot.number;
            }
            _ => runs.push((slot.season, slot.number, slot.number, *plays)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn episode(show: u64, season: u16, number: u32) -> Item {
        Item::Episode { show: TraktShowId(show), slot: Slot { season, number } }
    }

    #[test]
    fn runs_of_episodes_are_stored_by_their_ends() {
        let mut watched = History::default();
        for number in [3, 1, 2, 5, 5, 6] {
            watched.add(episode(7, 1, number));
        }
        watched.add(Item::Movie { movie: TraktMovieId(7) });
        let text = serde_json::to_string(&watched).unwrap();
        let expected = r#"{"shows":{"7":[[1,1,3,1],[1,5,5,2],[1,6,6,1]]},"movies":{"7":1}}"#;
        assert_eq!(text, expected);
    }

    #[test]
    fn a_film_and_a_show_of_the_same_number_are_two_things() {
        let mut watched = History::default();
        watched.add(Item::Movie { movie: TraktMovieId(7) });
        assert!(!watched.contains(&episode(7, 1, 1)));
        assert!(watched.contains(&Item::Movie { movie: TraktMovieId(7) }));
    }

    #[test]
    fn a_viewing_is_there_when_there_are_more_plays_than_rewatches_before_it() {
        let mut watched = History::default();
        watched.add(episode(7, 1, 1));
        watched.add(episode(7, 1, 1));
        let there = |rewatch| watched.has(Viewing { item: episode(7, 1, 1), rewatch });
        assert_eq!([0, 1, 2].map(there), [true, true, false]);
    }

    proptest! {
        #[test]
        fn storing_loses_and_adds_nothing(
            items in proptest::collection::vec((0_u64..4, 0_u16..3, 0_u32..40), 0..120),
        ) {
            let mut watched = History::default();
            for (show, season, number) in items {
                watched.add(episode(show, season, number));
            }
            let text = serde_json::to_string(&watched).unwrap();
            prop_assert_eq!(serde_json::from_str::<History>(&text).unwrap(), watched);
        }
    }
}
