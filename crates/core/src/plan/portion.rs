//! How much of the list one run deals with.
//!
//! A run posts so many plays at most. It need not know where the rest of a long list belongs before
//! it begins to post, so it takes as many titles, in the order of the list, as make up these plays.

use std::collections::HashSet;

use crate::domain::{AnilistId, Entry};

/// So many titles are taken at least: then the numbers of a short list are those of all of it.
pub const LEAST: usize = 100;

/// So many titles are placed before the next are: what is known of all their candidates weighs more
/// than what becomes of them.
pub const MOST: usize = 1_500;

/// The part of the list that a run deals with; it only grows.
#[derive(Debug)]
pub struct Portion<'a> {
    entries: &'a [Entry],
    /// How many of them are taken, from the first on.
    end: usize,
    /// Their plays, if all of them have a place and none is on Trakt.
    plays: usize,
    /// All that are dealt with: these, and what is on one show with them.
    chosen: HashSet<AnilistId>,
}

/// What a run does not deal with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Later {
    /// Titles.
    pub titles: usize,
    /// Their plays, if all of them have a place and none is on Trakt.
    pub plays: usize,
}

impl<'a> Portion<'a> {
    /// Nothing of these entries yet.
    pub fn of(entries: &'a [Entry]) -> Self {
        Self { entries, end: 0, plays: 0, chosen: HashSet::new() }
    }

    /// Whether nothing is left to take.
    pub fn is_all(&self) -> bool {
        self.end == self.entries.len()
    }

    /// Whether the entries make up so many plays.
    pub fn has(&self, plays: usize) -> bool {
        self.plays >= plays
    }

    /// How many plays the entries make up.
    pub fn plays(&self) -> usize {
        self.plays
    }

    /// Takes entries, [`MOST`] or until all make up so many plays, and gives those that are new.
    /// Those of `together`, which are put on one show with the first so many, come with them, so that
    /// each meets what others claim of it.
    pub fn grow(
        &mut self,
        plays: usize,
        open: impl Fn(&Entry) -> usize,
        together: impl FnOnce(&'a [Entry], usize) -> Vec<&'a Entry>,
    ) -> Vec<&'a Entry> {
        let (least, most) = (self.end + LEAST, self.end + MOST);
        while self.end < most
            && (self.end < least || !self.has(plays))
            && let Some(entry) = self.entries.get(self.end)
        {
            self.plays += open(entry);
            self.end += 1;
        }
        let taken: Vec<&Entry> = if self.is_all() {
            self.entries.iter().collect()
        } else {
            together(self.entries, self.end)
        };
        taken.into_iter().filter(|entry| self.chosen.insert(entry.media.id)).collect()
    }

    /// The entries that are dealt with, in order.
    pub fn entries(&self) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().filter(|entry| self.chosen.contains(&entry.media.id))
    }

    /// The others, in order.
    pub fn rest(&self) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().filter(|entry| !self.chosen.contains(&entry.media.id))
    }

    /// What is not dealt with, in numbers.
    pub fn later(&self, open: impl Fn(&Entry) -> usize) -> Later {
        let mut later = Later::default();
        for entry in self.rest() {
            later.titles += 1;
            later.plays += open(entry);
        }
        later
    }
}
