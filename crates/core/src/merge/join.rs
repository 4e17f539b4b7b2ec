//! Which entries of several lists are the same work.
//!
//! By ids only, never by a title: an item and an entry are one when a service knows both by the same id and none by two.
//! An id that two works claim joins neither; a person has to say whose it is.

use std::collections::{BTreeMap, BTreeSet};

use crate::library::{Ids, ItemId, Kind, RemoteId};

use super::profile::ListService;

/// An item, or an entry of a list, with the ids that are known of its work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Which it is.
    pub what: What,
    /// Anime or manga; works of two kinds are never the same.
    pub kind: Kind,
    /// What the work is at the services, the data sets' word included.
    pub ids: Ids,
    /// The item that an entry was linked to before; that stands whatever the ids say.
    pub linked: Option<ItemId>,
}

/// An item of the library or an entry of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// An item.
    Item(ItemId),
    /// An entry, by the service's id of it.
    Entry(ListService, u64),
}

/// A work, with everything that is of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Joined {
    /// Its item and its entries.
    pub members: Vec<What>,
    /// What it is at the services. An id that is contested is none of it.
    pub ids: Ids,
}

/// All works of some lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Works {
    /// Each work once, in the order in which they were known.
    pub works: Vec<Joined>,
    /// Ids that several works claim, and who does.
    pub contested: BTreeMap<(Kind, RemoteId), Vec<What>>,
}

/// Finds out what is the same work.
pub fn join(all: &[Known]) -> Works {
    let contested = contested(all);
    let own =
        |known: &Known| known.ids.without(|id| contested.contains_key(&(known.kind, id.clone())));
    let ids: Vec<Ids> = all.iter().map(own).collect();
    let mut groups = Groups::new(all, &ids);
    for (one, other) in linked(all) {
        groups.unite(one, other);
    }
    let mut seen: BTreeMap<(Kind, RemoteId), usize> = BTreeMap::new();
    for (place, known) in all.iter().enumerate() {
        for id in ids[place].all() {
            let first = *seen.entry((known.kind, id)).or_insert(place);
            if groups.may_unite(first, place) {
                groups.unite(first, place);
            }
        }
    }
    let mut works = groups.works(all);
    let mut contested = contested;
    for (id, who) in shared(all, &ids, &works) {
        for work in
            works.iter_mut().filter(|work| work.members.iter().any(|what| who.contains(what)))
        {
            work.ids = work.ids.without(|known| *known == id.1);
        }
        contested.insert(id, who);
    }
    Works { works, contested }
}

/// The ids that several works have after all: of two items that the library has of one work.
fn shared(all: &[Known], ids: &[Ids], works: &[Joined]) -> BTreeMap<(Kind, RemoteId), Vec<What>> {
    let of: BTreeMap<What, usize> = works
        .iter()
        .enumerate()
        .flat_map(|(number, work)| work.members.iter().map(move |what| (*what, number)))
        .collect();
    let mut who: BTreeMap<(Kind, RemoteId), Vec<What>> = BTreeMap::new();
    for (known, ids) in all.iter().zip(ids) {
        for id in ids.all() {
            who.entry((known.kind, id)).or_default().push(known.what);
        }
    }
    who.retain(|_, who| who.iter().map(|what| of[what]).collect::<BTreeSet<_>>().len() > 1);
    who
}

/// The pairs that were linked before: an item and each of its entries.
fn linked(all: &[Known]) -> Vec<(usize, usize)> {
    let items: BTreeMap<ItemId, usize> = all
        .iter()
        .enumerate()
        .filter_map(|(place, known)| match known.what {
            What::Item(item) => Some((item, place)),
            What::Entry(..) => None,
        })
        .collect();
    let of = |(place, known): (usize, &Known)| Some((*items.get(&known.linked?)?, place));
    all.iter().enumerate().filter_map(of).collect()
}

/// The ids that are claimed by several who cannot be one work, as some service knows them by two ids.
fn contested(all: &[Known]) -> BTreeMap<(Kind, RemoteId), Vec<What>> {
    let mut claims: BTreeMap<(Kind, RemoteId), Vec<&Known>> = BTreeMap::new();
    for known in all {
        for id in known.ids.all() {
            claims.entry((known.kind, id)).or_default().push(known);
        }
    }
    let disputes = |claimants: &[&Known]| {
        let contradicts = |one: &&Known, other: &&Known| {
            one.ids.contradicts(&other.ids) && !one.is_linked_with(other)
        };
        claimants.iter().any(|one| claimants.iter().any(|other| contradicts(one, other)))
    };
    claims
        .into_iter()
        .filter(|(_, claimants)| claimants.len() > 1 && disputes(claimants))
        .map(|(id, claimants)| (id, claimants.iter().map(|known| known.what).collect()))
        .collect()
}

impl Known {
    /// Whether both belong to one item since before.
    fn is_linked_with(&self, other: &Self) -> bool {
        let item = |known: &Self| match known.what {
            What::Item(item) => Some(item),
            What::Entry(..) => known.linked,
        };
        item(self).is_some() && item(self) == item(other)
    }
}

/// Groups that grow together.
struct Groups {
    /// Whom each follows; the first of a group follows itself.
    follows: Vec<usize>,
    /// All ids of a group, at its first.
    ids: Vec<Ids>,
    /// Whether a group has an item, at its first. Two items are never one: the person may have them so.
    has_item: Vec<bool>,
}

impl Groups {
    fn new(all: &[Known], ids: &[Ids]) -> Self {
        let has_item = all.iter().map(|known| matches!(known.what, What::Item(_))).collect();
        Self { follows: (0..ids.len()).collect(), ids: ids.to_vec(), has_item }
    }

    fn first(&mut self, mut place: usize) -> usize {
        while self.follows[place] != place {
            self.follows[place] = self.follows[self.follows[place]];
            place = self.follows[place];
        }
        place
    }

    /// Whether nothing that is known of one group speaks against the other.
    fn may_unite(&mut self, one: usize, other: usize) -> bool {
        let (one, other) = (self.first(one), self.first(other));
        let items = self.has_item[one] && self.has_item[other];
        one == other || !(items || self.ids[one].contradicts(&self.ids[other]))
    }

    fn unite(&mut self, one: usize, other: usize) {
        let (one, other) = (self.first(one), self.first(other));
        let (first, second) = (one.min(other), one.max(other));
        if first != second {
            self.follows[second] = first;
            let more = std::mem::take(&mut self.ids[second]);
            self.ids[first].fill(&more);
            self.has_item[first] |= self.has_item[second];
        }
    }

    fn works(mut self, all: &[Known]) -> Vec<Joined> {
        let mut works: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for place in 0..all.len() {
            works.entry(self.first(place)).or_default().insert(place);
        }
        let work = |(first, places): (usize, BTreeSet<usize>)| Joined {
            members: places.into_iter().map(|place| all[place].what).collect(),
            ids: self.ids[first].clone(),
        };
        works.into_iter().map(work).collect()
    }
}
