//! What a person has corrected by hand.

use std::collections::{HashMap, HashSet};

use crate::domain::{AnilistId, Override, Slot, TraktShowId};

/// Per-episode corrections, found by entry or by show.
#[derive(Debug)]
pub struct Corrections<'a> {
    of_entry: HashMap<(AnilistId, u32), &'a Override>,
    of_show: HashMap<(TraktShowId, u32), &'a Override>,
    entries: HashSet<AnilistId>,
}

impl<'a> Corrections<'a> {
    /// Corrections, ready to be looked up.
    pub fn new(overrides: &'a [Override]) -> Self {
        let mut corrections =
            Self { of_entry: HashMap::new(), of_show: HashMap::new(), entries: HashSet::new() };
        for correction in overrides {
            match correction.anilist_id {
                Some(id) => {
                    corrections.of_entry.insert((id, correction.abs), correction);
                    corrections.entries.insert(id);
                }
                None => {
                    corrections.of_show.insert((correction.trakt_id, correction.abs), correction);
                }
            }
        }
        corrections
    }

    /// The corrected slot: one for the entry itself wins over one for its show.
    pub fn of(
        &self,
        entry: AnilistId,
        show: Option<TraktShowId>,
        abs: u32,
    ) -> Option<(TraktShowId, Slot)> {
        let own = self.entries.contains(&entry).then(|| self.of_entry.get(&(entry, abs))).flatten();
        let found = own.or_else(|| self.of_show.get(&(show?, abs)))?;
        Some((found.trakt_id, found.slot()))
    }
}
