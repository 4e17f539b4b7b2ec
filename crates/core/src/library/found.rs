//! What a source of titles tells of a work, and what an item takes over of it.

use serde::{Deserialize, Serialize};

use super::fill::fill;
use super::{Ids, Item, Kind, Names, Origin, RemoteId, Work};

/// A work as a source of titles tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// What it is.
    pub kind: Kind,
    /// Who tells of it.
    pub origin: Origin,
    /// What is told. The maximum is the number of its episodes or of its last chapter, and is none while
    /// it still comes out.
    pub work: Work,
}

impl Found {
    /// Its id at the source, as text.
    pub fn id(&self) -> Option<String> {
        let Ids { anilist, mal, kitsu, mangadex } = &self.work.ids;
        match self.origin {
            Origin::Anilist => anilist.map(|id| id.to_string()),
            Origin::Myanimelist => mal.map(|id| id.to_string()),
            Origin::Kitsu => kitsu.map(|id| id.to_string()),
            Origin::Mangadex => mangadex.clone(),
            Origin::Local => None,
        }
    }

    /// Adds what another source says of the same work, where this one says nothing.
    pub fn join(&mut self, other: &Self) {
        let (mine, theirs) = (&mut self.work, &other.work);
        mine.ids.fill(&theirs.ids);
        fill(&mut mine.max_progress, theirs.max_progress.as_ref());
        fill(&mut mine.max_volumes, theirs.max_volumes.as_ref());
        fill(&mut mine.cover_url, theirs.cover_url.as_ref());
        fill(&mut mine.year, theirs.year.as_ref());
    }

    /// Lets an item say what the source says now. What the source does not know stays, and so do a title
    /// and a maximum of the person's own: a title that no name of the work is, then or now.
    pub fn renew(&self, item: &mut Item) {
        let before = item.work.clone();
        let is_own = !before.names.has(&before.title) && !self.work.has(&before.title);
        item.work = self.work.clone();
        item.work.fill(&before);
        if is_own && !before.title.is_empty() {
            item.work.title = before.title;
        }
        if before.max_progress_by_hand {
            item.work.max_progress = before.max_progress;
            item.work.max_progress_by_hand = true;
        }
    }

    /// Lets an item have the maximum that the source knows, unless a person said another. Tells whether
    /// it has one then.
    pub fn fill_maximum(&self, item: &mut Item) -> bool {
        if !item.work.max_progress_by_hand {
            item.work.max_progress = self.work.max_progress.or(item.work.max_progress);
        }
        item.work.max_progress.is_some()
    }
}

impl Work {
    fn has(&self, name: &str) -> bool {
        self.title == name || self.names.has(name)
    }
}

impl Names {
    fn has(&self, name: &str) -> bool {
        self.all().any(|known| known == name)
    }
}

impl Ids {
    /// The same without those of which this says so.
    #[must_use]
    pub fn without(&self, is_out: impl Fn(&RemoteId) -> bool) -> Self {
        let mut kept = Self::default();
        for id in self.all().filter(|id| !is_out(id)) {
            match id {
                RemoteId::Anilist(id) => kept.anilist = Some(id),
                RemoteId::Mal(id) => kept.mal = Some(id),
                RemoteId::Kitsu(id) => kept.kitsu = Some(id),
                RemoteId::Mangadex(id) => kept.mangadex = Some(id),
            }
        }
        kept
    }
}
