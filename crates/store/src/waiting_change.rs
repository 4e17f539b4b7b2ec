//! A change of what waits, made from a row that was read a while ago.
//!
//! A run reads what waits at its beginning and writes it minutes later; meanwhile a person ignores a
//! title, or says where it belongs. So a change is what it makes different from the row it was made
//! from, and what others changed since stays.

use anilist_trakt_sync_core::domain::{AnilistId, Reason, Waiting};

/// A change of what waits of one title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingChange {
    /// The title.
    pub id: AnilistId,
    /// The row that the change was made from.
    pub read: Option<Box<Waiting>>,
    /// What it is to be; none when it waits no longer.
    pub row: Option<Box<Waiting>>,
}

impl WaitingChange {
    /// Replaces a row that was read, or adds the first.
    pub fn to(read: Option<&Waiting>, row: Waiting) -> Self {
        let read = read.cloned().map(Box::new);
        Self { id: row.entry.media.id, read, row: Some(Box::new(row)) }
    }

    /// A title waits no longer.
    pub fn off(read: &Waiting) -> Self {
        Self { id: read.entry.media.id, read: Some(Box::new(read.clone())), row: None }
    }

    /// The row that is to stand, where `now` stands.
    pub fn onto(&self, now: Option<&Waiting>) -> Option<Waiting> {
        match (self.row.as_deref(), now) {
            (None, None) => None,
            (None, Some(now)) => self.rest_of(now),
            (Some(row), None) => self.news_of(row),
            (Some(row), Some(now)) => self.merged(row, now),
        }
    }

    fn read_episodes(&self) -> &[u32] {
        self.read.as_ref().map_or(&[], |read| &read.episodes)
    }

    /// Taken off, but for what was added since.
    fn rest_of(&self, now: &Waiting) -> Option<Waiting> {
        let read = self.read_episodes();
        if read.is_empty() {
            return None;
        }
        let was_all = now.episodes.is_empty();
        let mut rest = now.clone();
        rest.episodes.retain(|abs| !read.contains(abs));
        (was_all || !rest.episodes.is_empty()).then_some(rest)
    }

    /// It was taken off since: what this adds is all that waits.
    fn news_of(&self, row: &Waiting) -> Option<Waiting> {
        let was_all = row.episodes.is_empty();
        let mut news = row.clone();
        news.episodes.retain(|abs| !self.read_episodes().contains(abs));
        (was_all || !news.episodes.is_empty()).then_some(news)
    }

    fn merged(&self, row: &Waiting, now: &Waiting) -> Option<Waiting> {
        let Some(read) = self.read.as_deref() else {
            return Some(Waiting { ignored: now.ignored, ..row.clone() });
        };
        let mut merged = row.clone();
        if row.ignored == read.ignored {
            merged.ignored = now.ignored;
        }
        if row.entry == read.entry {
            merged.entry = now.entry.clone();
        }
        let is_decided = |row: &Waiting| row.reason == Reason::Decided;
        let was_decided_since = is_decided(now) && !is_decided(read);
        let is_as_read = (row.reason, &row.detail) == (read.reason, &read.detail);
        if is_as_read || was_decided_since {
            (merged.reason, merged.detail) = (now.reason, now.detail.clone());
        }
        merged.episodes = episodes(&row.episodes, &read.episodes, &now.episodes)?;
        Some(merged)
    }
}

/// The numbers that wait; none where nothing does. An empty list means all of an entry.
fn episodes(row: &[u32], read: &[u32], now: &[u32]) -> Option<Vec<u32>> {
    if row == read {
        return Some(now.to_vec());
    }
    if row.is_empty() || read.is_empty() || now.is_empty() {
        return Some(row.to_vec());
    }
    let taken = |abs: &u32| read.contains(abs) && !row.contains(abs);
    let added = row.iter().filter(|abs| !read.contains(abs));
    let mut all: Vec<u32> = now.iter().filter(|abs| !taken(abs)).chain(added).copied().collect();
    all.sort_unstable();
    all.dedup();
    (!all.is_empty()).then_some(all)
}

#[cfg(test)]
mod tests;
