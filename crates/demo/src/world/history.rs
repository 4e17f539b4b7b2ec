//! What Trakt has as watched.

use std::collections::{BTreeMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use anilist_trakt_sync_core::domain::{HistoryId, Item, WatchedAt};

/// One play.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryPlay {
    /// Beyond 32 bits, as the real ones are.
    pub id: HistoryId,
    /// What was watched.
    pub item: Item,
    /// When, to the minute; Trakt's `unknown` is 1970-01-01.
    pub watched_at: Timestamp,
    /// When Trakt was told.
    pub added_at: Timestamp,
}

/// Every play by item. Trakt keeps any number of plays of one item, even at the same time.
#[derive(Debug, Clone)]
pub struct History {
    plays: BTreeMap<Item, Vec<HistoryPlay>>,
    next_id: u64,
    /// How long after Trakt was told a play can be read.
    lag: SignedDuration,
    episodes_changed: Option<Timestamp>,
    movies_changed: Option<Timestamp>,
}

impl Default for History {
    fn default() -> Self {
        Self {
            plays: BTreeMap::new(),
            next_id: 9_100_000_000,
            lag: SignedDuration::ZERO,
            episodes_changed: None,
            movies_changed: None,
        }
    }
}

impl History {
    /// Adds a play, whatever is there already.
    pub fn add(&mut self, item: Item, at: WatchedAt, now: Timestamp) -> HistoryId {
        let id = HistoryId(self.next_id);
        self.next_id += 1;
        let watched_at = match at {
            WatchedAt::Unknown => Timestamp::UNIX_EPOCH,
            WatchedAt::At(moment) => moment,
        };
        let play = HistoryPlay { id, item, watched_at, added_at: now };
        self.plays.entry(item).or_default().push(play);
        self.touch(item, now);
        id
    }

    /// The plays of one item, oldest first.
    pub fn of(&self, item: Item) -> &[HistoryPlay] {
        self.plays.get(&item).map_or(&[], Vec::as_slice)
    }

    /// Every play.
    pub fn all(&self) -> impl Iterator<Item = &HistoryPlay> {
        self.plays.values().flatten()
    }

    /// Lets what is read lag behind what there is.
    pub fn lags_by(&mut self, lag: SignedDuration) {
        self.lag = lag;
    }

    /// The plays of each item that can be read, films first, then shows by id, season and number.
    pub fn shown(&self, now: Timestamp) -> impl Iterator<Item = (Item, &[HistoryPlay])> {
        let is_shown = move |play: &HistoryPlay| now.duration_since(play.added_at) >= self.lag;
        let shown = move |plays: &'_ [HistoryPlay]| plays.partition_point(is_shown);
        let items = self.plays.iter().map(move |(item, plays)| (*item, &plays[..shown(plays)]));
        items.filter(|(_, plays)| !plays.is_empty())
    }

    /// Removes every play of an item and says how many there were.
    pub fn remove_item(&mut self, item: Item, now: Timestamp) -> usize {
        let gone = self.plays.remove(&item).map_or(0, |plays| plays.len());
        if gone > 0 {
            self.touch(item, now);
        }
        gone
    }

    /// Removes exactly these plays and returns them.
    pub fn remove_ids(&mut self, ids: &HashSet<HistoryId>, now: Timestamp) -> Vec<HistoryPlay> {
        let mut gone: Vec<HistoryPlay> = Vec::new();
        for plays in self.plays.values_mut() {
            gone.extend(plays.extract_if(.., |play| ids.contains(&play.id)));
        }
        self.plays.retain(|_, plays| !plays.is_empty());
        for play in &gone {
            self.touch(play.item, now);
        }
        gone
    }

    /// Lets plays be of other items, where `new` names one.
    pub(super) fn moved(&mut self, new: impl Fn(Item) -> Option<Item>) {
        for mut play in std::mem::take(&mut self.plays).into_values().flatten() {
            play.item = new(play.item).unwrap_or(play.item);
            self.plays.entry(play.item).or_default().push(play);
        }
    }

    /// When an episode's plays last changed, if ever.
    pub fn episodes_changed(&self) -> Option<Timestamp> {
        self.episodes_changed
    }

    /// When a film's plays last changed, if ever.
    pub fn movies_changed(&self) -> Option<Timestamp> {
        self.movies_changed
    }

    fn touch(&mut self, item: Item, now: Timestamp) {
        match item {
            Item::Movie { .. } => self.movies_changed = Some(now),
            Item::Episode { .. } => self.episodes_changed = Some(now),
        }
    }
}
