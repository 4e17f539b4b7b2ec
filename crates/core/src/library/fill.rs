//! Filling what is not known of a work with what somebody else says of it.

use super::{Ids, Names, Work};

impl Work {
    /// Fills what is not known. The title stays, as it may be the person's own.
    pub(super) fn fill(&mut self, said: &Self) {
        self.names.fill(&said.names);
        self.ids.fill(&said.ids);
        fill(&mut self.cover_url, said.cover_url.as_ref());
        if self.max_progress.is_none() && said.max_progress.is_some() {
            self.max_progress_by_hand = said.max_progress_by_hand;
        }
        fill(&mut self.max_progress, said.max_progress.as_ref());
        fill(&mut self.max_volumes, said.max_volumes.as_ref());
        fill(&mut self.format, said.format.as_ref());
        fill(&mut self.site_url, said.site_url.as_ref());
        fill(&mut self.release_status, said.release_status.as_ref());
        fill(&mut self.year, said.year.as_ref());
        fill(&mut self.episode_minutes, said.episode_minutes.as_ref());
    }
}

impl Names {
    fn fill(&mut self, said: &Self) {
        fill(&mut self.romaji, said.romaji.as_ref());
        fill(&mut self.english, said.english.as_ref());
        fill(&mut self.native, said.native.as_ref());
    }
}

impl Ids {
    fn fill(&mut self, said: &Self) {
        fill(&mut self.anilist, said.anilist.as_ref());
        fill(&mut self.mal, said.mal.as_ref());
        fill(&mut self.kitsu, said.kitsu.as_ref());
        fill(&mut self.mangadex, said.mangadex.as_ref());
    }
}

/// Fills one value.
pub(super) fn fill<T: Clone>(has: &mut Option<T>, said: Option<&T>) {
    if has.is_none() {
        *has = said.cloned();
    }
}
