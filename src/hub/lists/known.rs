//! What a work is at several services, as far as data sets and the services themselves say: by ids alone.

use std::collections::HashMap;

use crate::library::{Ids, Kind, RemoteId};
use crate::placing::datasets::Table;
use crate::placing::datasets::fribbs::Fribbs;

/// Works and their ids.
#[derive(Debug, Default)]
pub struct KnownIds {
    works: Vec<Ids>,
    by_id: HashMap<(Kind, RemoteId), usize>,
}

impl KnownIds {
    /// What the Fribbs list says. It has anime only.
    pub fn of(fribbs: &Table<Fribbs>) -> Self {
        let mut known = Self::default();
        for row in fribbs.rows() {
            let ids =
                Ids { anilist: Some(row.entry), mal: row.mal, kitsu: row.kitsu, mangadex: None };
            known.add(Kind::Anime, ids);
        }
        known
    }

    /// Takes note that these ids are one work's. An id that another work has stays that one's.
    pub fn add(&mut self, kind: Kind, ids: Ids) {
        let place = self.works.len();
        for id in ids.all() {
            self.by_id.entry((kind, id)).or_insert(place);
        }
        self.works.push(ids);
    }

    /// A work's ids with what else is known of it. What contradicts them is left out.
    pub fn fill(&self, kind: Kind, ids: &Ids) -> Ids {
        let mut filled = ids.clone();
        for id in ids.all() {
            let Some(place) = self.by_id.get(&(kind, id)) else { continue };
            let work = &self.works[*place];
            if !work.contradicts(&filled) {
                filled.fill(work);
            }
        }
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AnilistId, MalId};

    fn ids(anilist: u32, mal: u32, kitsu: u32) -> Ids {
        let some = |id: u32| (id > 0).then_some(id);
        Ids {
            anilist: some(anilist).map(AnilistId),
            mal: some(mal).map(MalId),
            kitsu: some(kitsu),
            mangadex: None,
        }
    }

    #[test]
    fn an_id_brings_the_others_and_none_that_contradict() {
        let mut known = KnownIds::default();
        known.add(Kind::Anime, ids(1, 2, 3));
        known.add(Kind::Manga, ids(4, 2, 6));
        assert_eq!(known.fill(Kind::Anime, &ids(0, 2, 0)), ids(1, 2, 3));
        assert_eq!(known.fill(Kind::Manga, &ids(0, 2, 0)), ids(4, 2, 6));
        assert_eq!(known.fill(Kind::Anime, &ids(9, 2, 0)), ids(9, 2, 0));
        assert_eq!(known.fill(Kind::Anime, &ids(7, 8, 0)), ids(7, 8, 0));
    }
}
