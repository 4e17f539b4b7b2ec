//! What a Trakt history holds.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::ids::{TraktMovieId, TraktShowId};
use super::placement::Item;
use super::show::Slot;

/// Everything that was watched at least once, whoever logged it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Compact", into = "Compact")]
pub struct Watched {
    /// The watched episodes of each show.
    pub shows: HashMap<TraktShowId, BTreeSet<Slot>>,
    /// The watched films.
    pub movies: HashSet<TraktMovieId>,
}

impl Watched {
    /// Whether this was watched.
    pub fn contains(&self, item: &Item) -> bool {
        match item {
            Item::Movie { movie } => self.movies.contains(movie),
            Item::Episode { show, slot } => {
                self.shows.get(show).is_some_and(|slots| slots.contains(slot))
            }
        }
    }

    /// Whether nothing was ever watched.
    pub fn is_empty(&self) -> bool {
        self.shows.is_empty() && self.movies.is_empty()
    }

    /// Adds what was watched; says whether it is new.
    pub fn insert(&mut self, item: Item) -> bool {
        match item {
            Item::Movie { movie } => self.movies.insert(movie),
            Item::Episode { show, slot } => self.shows.entry(show).or_default().insert(slot),
        }
    }
}

/// The stored form: runs of episodes as `[season, first, last]`, since most seasons are watched
/// without a gap. Sorted, so that the same history is always the same text.
#[derive(Serialize, Deserialize)]
struct Compact {
    shows: BTreeMap<TraktShowId, Vec<(u16, u32, u32)>>,
    movies: BTreeSet<TraktMovieId>,
}

impl From<Watched> for Compact {
    fn from(watched: Watched) -> Self {
        let shows = watched.shows.into_iter().map(|(show, slots)| (show, runs(&slots))).collect();
        Self { shows, movies: watched.movies.into_iter().collect() }
    }
}

impl From<Compact> for Watched {
    fn from(compact: Compact) -> Self {
        let slots =
            |(season, first, last)| (first..=last).map(move |number| Slot { season, number });
        let shows = compact.shows.into_iter();
        Self {
            shows: shows
                .map(|(show, runs)| (show, runs.into_iter().flat_map(slots).collect()))
                .collect(),
            movies: compact.movies.into_iter().collect(),
        }
    }
}

fn runs(slots: &BTreeSet<Slot>) -> Vec<(u16, u32, u32)> {
    let mut runs: Vec<(u16, u32, u32)> = Vec::new();
    for slot in slots {
        match runs.last_mut() {
            Some((season, _, last))
                if *season == slot.season && last.checked_add(1) == Some(slot.number) =>
            {
                *last = slot.number;
            }
            _ => runs.push((slot.season, slot.number, slot.number)),
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
        let mut watched = Watched::default();
        for number in [3, 1, 2, 5] {
            assert!(watched.insert(episode(7, 1, number)));
        }
        assert!(watched.insert(Item::Movie { movie: TraktMovieId(7) }));
        assert!(!watched.insert(episode(7, 1, 5)));
        let text = serde_json::to_string(&watched).unwrap();
        assert_eq!(text, r#"{"shows":{"7":[[1,1,3],[1,5,5]]},"movies":[7]}"#);
    }

    #[test]
    fn a_film_and_a_show_of_the_same_number_are_two_things() {
        let mut watched = Watched::default();
        watched.insert(Item::Movie { movie: TraktMovieId(7) });
        assert!(!watched.contains(&episode(7, 1, 1)));
        assert!(watched.contains(&Item::Movie { movie: TraktMovieId(7) }));
    }

    proptest! {
        #[test]
        fn storing_loses_and_adds_nothing(
            items in proptest::collection::vec((0_u64..4, 0_u16..3, 0_u32..40), 0..120),
        ) {
            let mut watched = Watched::default();
            for (show, season, number) in items {
                watched.insert(episode(show, season, number));
            }
            let text = serde_json::to_string(&watched).unwrap();
            prop_assert_eq!(serde_json::from_str::<Watched>(&text).unwrap(), watched);
        }
    }
}
