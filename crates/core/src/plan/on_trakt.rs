//! What is known of Trakt when a plan is made.

use std::collections::HashMap;

use super::Held;
use crate::domain::{History, Item, Play, TraktEpisodeId};

/// What Trakt has, may yet have, and did not take.
#[derive(Debug, Clone, Copy)]
pub struct OnTrakt<'a> {
    /// What its history holds, whoever put it there; none before it was read.
    pub history: Option<&'a History>,
    /// What is there whatever the history says.
    pub there: &'a There,
    /// What was sent and may still appear there.
    pub held: &'a Held,
    /// What it passed over when it was posted.
    pub untaken: &'a [Play],
}

impl OnTrakt<'_> {
    /// How often it has an episode or film, as far as is known.
    pub fn plays(&self, item: &Item, episode: Option<TraktEpisodeId>) -> u32 {
        let shown = self.history.map_or(0, |history| history.plays(item));
        shown.max(self.there.plays(item, episode))
    }

    /// Whether this was passed over: the same time of the same episode in the same place.
    pub fn passed_over(&self, play: &Play) -> bool {
        let key = |play: &Play| (play.anilist_id, play.abs, play.viewing());
        self.untaken.iter().any(|own| key(own) == key(play))
    }
}

/// How often things are on Trakt at least, whatever its history says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct There {
    items: HashMap<Item, u32>,
    /// An episode's id stays when its season is renumbered.
    episodes: HashMap<TraktEpisodeId, u32>,
}

impl There {
    /// Adds a play that Trakt has, on top of those that it is a rewatch after.
    pub fn add(&mut self, play: &Play) {
        let plays = play.rewatch.saturating_add(1);
        let mut items = vec![self.items.entry(play.item).or_default()];
        items.extend(play.episode_id.map(|id| self.episodes.entry(id).or_default()));
        for known in items {
            *known = plays.max(*known);
        }
    }

    /// How often an episode or film is there at least.
    pub fn plays(&self, item: &Item, episode: Option<TraktEpisodeId>) -> u32 {
        let by_id = episode.and_then(|id| self.episodes.get(&id)).copied().unwrap_or(0);
        self.items.get(item).copied().unwrap_or(0).max(by_id)
    }
}
