//! Which plays of a batch Trakt did not know.

use std::collections::BTreeSet;

use super::wire::{Missing, NotFound};
use anilist_trakt_sync_core::domain::{
    Item, Play, Slot, TraktEpisodeId, TraktMovieId, TraktShowId,
};

/// What Trakt did not take.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refused {
    /// Plays Trakt says it does not know, in the order they were sent.
    pub plays: Vec<Play>,
    /// How many more were not taken, or are not accounted for, without saying which. When this is
    /// not 0, only reading the history back tells what was added.
    pub unattributed: u32,
}

/// Finds the plays behind what Trakt reports as not found.
pub(super) struct Attribution<'a> {
    plays: &'a [Play],
    refused: BTreeSet<usize>,
    unattributed: u32,
}

impl<'a> Attribution<'a> {
    pub(super) fn new(plays: &'a [Play]) -> Self {
        Self { plays, refused: BTreeSet::new(), unattributed: 0 }
    }

    /// The refused plays of a batch of which Trakt took `accepted`.
    pub(super) fn of(plays: &'a [Play], missing: &NotFound, accepted: u32) -> Refused {
        let mut found = Self::new(plays);
        for movie in &missing.movies {
            let id = movie.ids.as_ref().and_then(|ids| ids.trakt).map(TraktMovieId);
            let of = |movie| move |play: &Play| play.item == Item::Movie { movie };
            found.mark(id.map(|movie| found.matching(of(movie))).unwrap_or_default());
        }
        for missing in missing.episodes.iter().chain(&missing.shows).chain(&missing.seasons) {
            found.mark_missing(missing);
        }
        found.into_refused(accepted)
    }

    fn mark_missing(&mut self, missing: &Missing) {
        let id = missing.ids.as_ref().and_then(|ids| ids.trakt);
        let Some(seasons) = &missing.seasons else {
            let id = id.map(TraktEpisodeId);
            let plays = self.matching(|play| id.is_some() && play.episode_id == id);
            return self.mark(plays);
        };
        let show = id.map(TraktShowId);
        for season in seasons {
            for episode in &season.episodes {
                let slot = Slot { season: season.number, number: episode.number };
                self.mark(self.in_slot(show, slot));
            }
        }
    }

    /// The plays in a slot of a show. Where the show is not named, there must be just one show in
    /// the batch that has the slot.
    fn in_slot(&self, show: Option<TraktShowId>, slot: Slot) -> Vec<usize> {
        let of = |play: &Play| match play.item {
            Item::Episode { show, slot: own } if own == slot => Some(show),
            _ => None,
        };
        let shows: BTreeSet<_> = self.plays.iter().filter_map(of).collect();
        let show = show.or_else(|| shows.first().copied().filter(|_| shows.len() == 1));
        self.matching(|play| show.is_some() && of(play) == show)
    }

    fn matching(&self, is: impl Fn(&Play) -> bool) -> Vec<usize> {
        (0..self.plays.len()).filter(|index| is(&self.plays[*index])).collect()
    }

    fn mark(&mut self, found: Vec<usize>) {
        if found.is_empty() {
            self.unattributed += 1;
        }
        self.refused.extend(found);
    }

    /// What Trakt neither counts as taken nor reports as missing is not accounted for either.
    fn into_refused(self, accepted: u32) -> Refused {
        let sent = u32::try_from(self.plays.len()).unwrap_or(u32::MAX);
        let known = u32::try_from(self.refused.len()).unwrap_or(u32::MAX).saturating_add(accepted);
        Refused {
            plays: self.refused.iter().map(|index| self.plays[*index].clone()).collect(),
            unattributed: self.unattributed.max(sent.saturating_sub(known)),
        }
    }
}
