//! Filling what is not known with what somebody else says of it, and going on to what is further.

use super::{Ids, Names, Status, Work};

impl Work {
    /// Fills what is not known. The title stays, as it may be the person's own.
    pub(crate) fn fill(&mut self, said: &Self) {
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
    /// Fills what is not known.
    pub fn fill(&mut self, said: &Self) {
        fill(&mut self.anilist, said.anilist.as_ref());
        fill(&mut self.mal, said.mal.as_ref());
        fill(&mut self.kitsu, said.kitsu.as_ref());
        fill(&mut self.mangadex, said.mangadex.as_ref());
    }
}

impl Status {
    /// The further of two, if one is: what is planned may become anything, and what goes on or rests may be
    /// finished. Anything else is a person's choice.
    pub(super) fn further(self, said: Self) -> Option<Self> {
        match (self, said) {
            (has, said) if has == said => Some(has),
            (has, Self::Planning) => Some(has),
            (Self::Planning, said) | (Self::Current | Self::OnHold, said @ Self::Completed) => {
                Some(said)
            }
            _ => None,
        }
    }
}

/// Fills one value.
pub(super) fn fill<T: Clone>(has: &mut Option<T>, said: Option<&T>) {
    if has.is_none() {
        *has = said.cloned();
    }
}
