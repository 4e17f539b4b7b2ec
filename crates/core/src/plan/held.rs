//! What must not be sent, because it may still appear in the history.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::domain::{AnilistId, Item, Play};

/// What may still appear in the history.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    /// From when on all of it is known; none when nothing is held.
    pub until: Option<Timestamp>,
    everything: bool,
    items: HashSet<Item>,
    episodes: HashSet<(AnilistId, u32)>,
}

impl Held {
    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.until.is_none()
    }

    /// Whether a play of this episode or film, or of this episode of the entry wherever that is
    /// placed now, may still appear.
    pub fn has(&self, id: AnilistId, abs: u32, item: &Item) -> bool {
        self.everything || self.items.contains(item) || self.episodes.contains(&(id, abs))
    }

    /// Holds these plays until then.
    pub fn plays<'a>(&mut self, until: Timestamp, plays: impl Iterator<Item = &'a Play>) {
        for play in plays {
            self.items.insert(play.item);
            self.episodes.insert((play.anilist_id, play.abs));
            self.until = self.until.max(Some(until));
        }
    }

    /// Holds whatever there is until then.
    pub fn everything(&mut self, until: Timestamp) {
        self.everything = true;
        self.until = self.until.max(Some(until));
    }

    /// Why something waits, for a person.
    pub fn sentence(&self) -> String {
        let what = self.what();
        format!("Trakt did not confirm {what}, and may still add or remove what it was sent")
    }

    /// Why an undo waits for what Trakt took, for a person.
    pub fn unseen_sentence(&self) -> String {
        format!("Trakt's history does not show yet {}", self.what())
    }

    fn what(&self) -> String {
        match self.episodes.len() {
            0 => "what was sent before".to_owned(),
            1 => "one play that was sent".to_owned(),
            plays => format!("{plays} plays that were sent"),
        }
    }
}
