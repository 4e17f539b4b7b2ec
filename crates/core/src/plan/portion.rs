//! How much of the list one run deals with.
//!
//! A run posts so many plays at most. It need not know where the rest of a long list belongs before
//! it begins to post, so it takes as many titles, in the order of the list, as make up these plays.

use super::Title;

/// So many titles are taken at least: then the numbers of a short list are those of all of it.
pub const LEAST: usize = 100;

/// So many titles are placed before the next are: what is known of all their candidates weighs more
/// than what becomes of them.
pub const MOST: usize = 1_500;

/// The part of the list that a run deals with; it only grows. A title goes by its number in the list,
/// from 0.
#[derive(Debug)]
pub struct Portion {
    /// How many titles are taken, from the first on.
    end: usize,
    /// Their plays, if all of them have a place and none is on Trakt.
    plays: usize,
    /// Title by title, whether it is dealt with: these are, and what is on one show with them.
    is_chosen: Vec<bool>,
}

/// What a run does not deal with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Later {
    /// Titles.
    pub titles: usize,
    /// Their plays, if all of them have a place and none is on Trakt.
    pub plays: usize,
}

impl Portion {
    /// Nothing of a list of so many titles yet.
    pub fn of(titles: usize) -> Self {
        Self { end: 0, plays: 0, is_chosen: vec![false; titles] }
    }

    /// Whether nothing is left to take.
    pub fn is_all(&self) -> bool {
        self.end == self.is_chosen.len()
    }

    /// Whether the titles make up so many plays.
    pub fn has(&self, plays: usize) -> bool {
        self.plays >= plays
    }

    /// How many plays the titles make up.
    pub fn plays(&self) -> usize {
        self.plays
    }

    /// Takes titles, [`MOST`] or until all make up so many plays, and gives those that are new. What
    /// is `beside` the first so many comes with them: titles that their sources put on one show are
    /// dealt with together, so that each meets what others claim of it.
    pub fn grow(
        &mut self,
        plays: usize,
        list: &[Title],
        beside: impl FnOnce(usize) -> Vec<usize>,
    ) -> Vec<usize> {
        let (least, most) = (self.end + LEAST, self.end + MOST);
        while self.end < most
            && (self.end < least || !self.has(plays))
            && let Some(title) = list.get(self.end)
        {
            self.plays += title.open();
            self.end += 1;
        }
        let beside = if self.is_all() { Vec::new() } else { beside(self.end) };
        let taken = (0..self.end).chain(beside);
        taken.filter(|&index| !std::mem::replace(&mut self.is_chosen[index], true)).collect()
    }

    /// The titles of the list that are dealt with, in order.
    pub fn of_list<'t>(&self, list: &'t [Title]) -> impl Iterator<Item = &'t Title> {
        self.part(list, true)
    }

    /// The others, in order.
    pub fn rest<'t>(&self, list: &'t [Title]) -> impl Iterator<Item = &'t Title> {
        self.part(list, false)
    }

    /// The others in numbers.
    pub fn later(&self, list: &[Title]) -> Later {
        let mut later = Later::default();
        for title in self.rest(list) {
            later.titles += 1;
            later.plays += title.open();
        }
        later
    }

    fn part<'t>(&self, list: &'t [Title], wanted: bool) -> impl Iterator<Item = &'t Title> {
        let chosen = self.is_chosen.iter();
        list.iter()
            .zip(chosen)
            .filter(move |(_, chosen)| **chosen == wanted)
            .map(|(title, _)| title)
    }
}
