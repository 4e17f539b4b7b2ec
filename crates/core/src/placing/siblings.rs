//! Two entries of one person do not claim the same episode, unless they are the same work.
//!
//! Where two do, the one with more speaking for it keeps the episode, and for the other it is
//! contested: it waits instead of being taken for watched there.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use super::decision::Decision;
use crate::domain::{AnilistId, Entry, Item, Placement, Weight, Work};

/// Whether an entry's plays are there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// An earlier run placed it, and this one does not look at it.
    Earlier,
    /// This run places it.
    Now,
}

/// An entry with the episodes it claims.
#[derive(Debug, Clone, Copy)]
pub struct Holder<'a> {
    /// The entry.
    pub entry: AnilistId,
    /// Where it was placed.
    pub placement: &'a Placement,
    /// How many of its episodes, counted from 1, are watched.
    pub watched: u32,
    /// What speaks for the placement.
    pub weight: Weight,
    /// What work it is.
    pub work: Option<Work>,
    /// Since when it is placed there.
    pub standing: Standing,
}

impl<'a> Holder<'a> {
    /// An entry that was just decided about, if it has a place.
    pub fn of(entry: &Entry, decision: &'a Decision, standing: Standing) -> Option<Self> {
        Some(Self {
            entry: entry.media.id,
            placement: decision.placement.as_ref()?,
            watched: entry.watched(),
            weight: decision.weight,
            work: Work::of(&entry.media),
            standing,
        })
    }
}

/// An episode of an entry that another entry has the better claim to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contest {
    /// The entry's own number.
    pub abs: u32,
    /// The entry that keeps the episode.
    pub by: AnilistId,
}

impl Contest {
    /// Why an episode waits that is this on Trakt.
    pub fn sentence(self, item: Item) -> String {
        format!("{item} is claimed by AniList {}, with more speaking for it", self.by)
    }
}

/// How an entry stands to the others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standoff {
    /// The episodes that it must leave to another.
    pub contests: Vec<Contest>,
    /// Entries with which it rightly shares episodes.
    pub shares_with: BTreeSet<AnilistId>,
}

/// How entries that claim the same episodes stand to each other. The order of the holders plays
/// no part. What a person mapped is never contested.
pub fn standoffs(holders: &[Holder<'_>]) -> HashMap<AnilistId, Standoff> {
    let mut order: Vec<&Holder<'_>> = holders.iter().collect();
    order.sort_by_key(|holder| (Reverse(holder.weight), holder.standing, holder.entry));
    let mut kept: HashMap<Item, &Holder<'_>> = HashMap::new();
    let mut found: HashMap<AnilistId, Standoff> = HashMap::new();
    for holder in order {
        // Who begins at the very same episode has the place, and not only what was watched of it.
        let mut beginner = None;
        for (abs, item) in claimed(holder) {
            let keeper = match beginner {
                Some(beginner) => kept.get(&item).copied().unwrap_or(beginner),
                None => *kept.entry(item).or_insert(holder),
            };
            if keeper.entry == holder.entry {
                continue;
            }
            let standoff = found.entry(holder.entry).or_default();
            if holder.weight.manual || same(keeper, holder) {
                standoff.shares_with.insert(keeper.entry);
            } else {
                standoff.contests.push(Contest { abs, by: keeper.entry });
                let is_beginner = abs == 1 && keeper.placement.item(1) == Some(item);
                beginner = beginner.or(is_beginner.then_some(keeper));
            }
        }
    }
    found
}

fn claimed<'a>(holder: &'a Holder<'_>) -> impl Iterator<Item = (u32, Item)> + 'a {
    (1..=holder.watched).filter_map(|abs| Some((abs, holder.placement.item(abs)?)))
}

/// The same kind of work with as many episodes since the same day, in just the same place.
fn same(one: &Holder<'_>, other: &Holder<'_>) -> bool {
    one.work.is_some() && one.work == other.work && one.placement == other.placement
}
