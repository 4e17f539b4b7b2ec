//! Watching a title again.

use serde::{Deserialize, Serialize};

use super::entry::{Entry, ListStatus};

/// Rewatches beyond this many are taken for a mistake on the list.
const MOST: u32 = 100;

/// How far a title was watched again: all rewatches before this one, and of it the episodes up to
/// `abs`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Rewatched {
    /// The number of the rewatch, from 1; 0 when there was none.
    pub rewatch: u32,
    /// The entry's own number of the last episode.
    pub abs: u32,
}

impl Rewatched {
    /// Whether there was none.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

impl Entry {
    /// The episodes of rewatches beyond what is settled, oldest first, as `(rewatch, abs)`.
    ///
    /// AniList counts finished rewatches, and while one goes on, its progress is that of the entry.
    pub fn rewatches(&self, settled: Rewatched) -> impl Iterator<Item = (u32, u32)> + use<> {
        let whole = if self.media.is_film() { Some(1) } else { self.media.episodes };
        let whole = whole.unwrap_or_else(|| self.watched());
        let finished = self.repeat.min(MOST);
        let going_on = match self.status {
            ListStatus::Repeating => self.progress.min(whole),
            _ => 0,
        };
        let all = (settled.rewatch.max(1)..=finished).map(move |rewatch| (rewatch, whole));
        let parts = all.chain([(finished + 1, going_on)]);
        let episodes = parts.flat_map(|(rewatch, last)| (1..=last).map(move |abs| (rewatch, abs)));
        episodes.filter(move |&(rewatch, abs)| Rewatched { rewatch, abs } > settled)
    }

    /// The number of the last rewatch in which the list has the episode.
    pub fn latest_rewatch(&self, abs: u32) -> u32 {
        let goes_on = self.status == ListStatus::Repeating && abs <= self.progress;
        self.repeat.min(MOST) + u32::from(goes_on)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Airing, AnilistId, Format, FuzzyDate, Media, Titles};

    fn entry(status: ListStatus, progress: u32, repeat: u32) -> Entry {
        let media = Media {
            id: AnilistId(1),
            mal_id: None,
            titles: Titles::default(),
            format: Some(Format::Tv),
            episodes: Some(3),
            start_date: FuzzyDate::default(),
            airing: Airing::default(),
            parent: None,
            cover: None,
        };
        let completed_at = FuzzyDate::default();
        Entry { media, status, progress, repeat, completed_at, updated_at: 0, private: false }
    }

    fn list(entry: &Entry, settled: (u32, u32)) -> Vec<(u32, u32)> {
        let (rewatch, abs) = settled;
        entry.rewatches(Rewatched { rewatch, abs }).collect()
    }

    #[test]
    fn finished_rewatches_are_whole_and_the_one_that_goes_on_is_as_far_as_its_progress() {
        let finished = entry(ListStatus::Completed, 3, 2);
        let all = [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)];
        assert_eq!(list(&finished, (0, 0)), all);
        let going_on = entry(ListStatus::Repeating, 2, 1);
        assert_eq!(list(&going_on, (0, 0)), all[..5]);
        assert_eq!(list(&entry(ListStatus::Current, 3, 0), (0, 0)), []);
    }

    #[test]
    fn what_is_settled_is_not_wanted_again() {
        let finished = entry(ListStatus::Completed, 3, 2);
        assert_eq!(list(&finished, (1, 2)), [(1, 3), (2, 1), (2, 2), (2, 3)]);
        assert_eq!(list(&finished, (2, 3)), []);
        assert_eq!(list(&finished, (9, 1)), []);
        let going_on = entry(ListStatus::Repeating, 3, 1);
        assert_eq!(list(&going_on, (2, 1)), [(2, 2), (2, 3)]);
    }

    #[test]
    fn four_billion_rewatches_are_a_mistake() {
        assert_eq!(list(&entry(ListStatus::Completed, 3, u32::MAX), (0, 0)).len(), 300);
        assert_eq!(list(&entry(ListStatus::Repeating, u32::MAX, u32::MAX), (0, 0)).len(), 303);
    }
}
