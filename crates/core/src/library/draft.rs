//! A library, and a change of it on its way to the store.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::change::difference;
use super::{Author, Change, Edit, Ids, Item, ItemId, Kind, New, Refused, RemoteId, Step};

/// More titles than anybody's list has: AniList itself gives 11,000 at most.
const MOST: usize = 100_000;

/// Which state of a library this is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Mark {
    /// Grows with every change.
    pub version: u64,
    /// The last number that was given to an item.
    pub last: u64,
}

/// All that a person watches and reads.
#[derive(Debug, Clone, Default)]
pub struct Library {
    mark: Mark,
    items: BTreeMap<ItemId, Arc<Item>>,
    remote: HashMap<(Kind, RemoteId), ItemId>,
}

/// What a draft touched: all that a store has to write, together or not at all.
#[derive(Debug, Clone)]
pub struct Touched {
    /// The state that it was made from. It holds only for that one.
    pub from: Mark,
    /// The state that it leads to.
    pub to: Mark,
    /// Items that are new or changed.
    pub put: Vec<Arc<Item>>,
    /// Items that are gone.
    pub removed: Vec<ItemId>,
    /// What changed of those that are there, for a person to read.
    pub changes: Vec<Change>,
}

impl Library {
    /// A library as it is stored.
    pub fn new(mark: Mark, items: impl IntoIterator<Item = Item>) -> Self {
        let mut library = Self { mark, ..Self::default() };
        items.into_iter().for_each(|item| library.put(Arc::new(item)));
        library
    }

    /// Which state it is.
    pub fn mark(&self) -> Mark {
        self.mark
    }

    /// One item.
    pub fn get(&self, id: ItemId) -> Option<&Arc<Item>> {
        self.items.get(&id)
    }

    /// All items, by number.
    pub fn items(&self) -> impl Iterator<Item = &Arc<Item>> {
        self.items.values()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The item that is this work at a service.
    pub fn find(&self, kind: Kind, id: &RemoteId) -> Option<ItemId> {
        self.remote.get(&(kind, id.clone())).copied()
    }

    /// Begins a change.
    pub fn draft(&self, by: Author, now: Timestamp) -> Draft<'_> {
        let (items, remote, reasons) = (BTreeMap::new(), HashMap::new(), HashMap::new());
        Draft { base: self, by, now, last: self.mark.last, items, remote, reasons }
    }

    /// Takes over what was stored.
    pub fn adopt(&mut self, touched: &Touched) {
        self.mark = touched.to;
        for id in &touched.removed {
            self.take_out(*id);
        }
        for item in &touched.put {
            self.take_out(item.id);
            self.put(Arc::clone(item));
        }
    }

    fn put(&mut self, item: Arc<Item>) {
        self.remote.extend(item.work.ids.all().map(|id| ((item.kind, id), item.id)));
        self.items.insert(item.id, item);
    }

    fn take_out(&mut self, id: ItemId) {
        let Some(item) = self.items.remove(&id) else { return };
        for remote in item.work.ids.all() {
            self.remote.remove(&(item.kind, remote));
        }
    }
}

/// A change of a library. Nothing of it counts before it is stored.
#[derive(Debug)]
pub struct Draft<'a> {
    base: &'a Library,
    by: Author,
    now: Timestamp,
    last: u64,
    items: BTreeMap<ItemId, Option<Item>>,
    remote: HashMap<(Kind, RemoteId), Option<ItemId>>,
    reasons: HashMap<ItemId, (Author, String)>,
}

impl Draft<'_> {
    /// One item, as the draft has it.
    pub fn get(&self, id: ItemId) -> Option<&Item> {
        match self.items.get(&id) {
            Some(item) => item.as_ref(),
            None => self.base.get(id).map(Arc::as_ref),
        }
    }

    /// The item that is this work at a service.
    pub fn find(&self, kind: Kind, id: &RemoteId) -> Option<ItemId> {
        let key = (kind, id.clone());
        self.remote.get(&key).copied().unwrap_or_else(|| self.base.remote.get(&key).copied())
    }

    /// Those of the ids that no item has but this one; of none, that no item has.
    pub fn free_ids(&self, kind: Kind, ids: &Ids, of: Option<ItemId>) -> Ids {
        ids.without(|id| self.find(kind, id).is_some_and(|owner| Some(owner) != of))
    }

    /// Adds an item.
    ///
    /// # Errors
    /// [`Refused::There`] when one of its ids is another's, [`Refused::Full`].
    pub fn add(&mut self, new: New) -> Result<ItemId, Refused> {
        let New { kind, origin, work, entry } = new;
        if self.base.len() + self.items.len() >= MOST {
            return Err(Refused::Full(MOST));
        }
        let id = ItemId(self.last + 1);
        let (created_at, updated_at) = (self.now, self.now);
        let item = Item { id, kind, origin, work, entry, created_at, updated_at };
        self.free(&item)?;
        self.last += 1;
        self.hold(item);
        Ok(id)
    }

    /// Changes an item as the person asks.
    ///
    /// # Errors
    /// [`Refused::Absent`], [`Refused::There`] when it is to have an id of another's, and
    /// [`Refused::Invalid`] for a count above the known maximum.
    pub fn edit(&mut self, id: ItemId, edit: &Edit) -> Result<(), Refused> {
        self.change(id, |item| edit.apply(item, true))
    }

    /// Counts one more or one less. The first step of what is planned begins it.
    ///
    /// # Errors
    /// As [`Self::edit`].
    pub fn step(&mut self, id: ItemId, step: Step) -> Result<(), Refused> {
        self.change(id, |item| Edit::step(item, step)?.apply(item, false))
    }

    /// Changes an item by a rule of the caller's.
    ///
    /// # Errors
    /// [`Refused::Absent`], [`Refused::There`] when it then has an id of another's, and what the rule
    /// says.
    pub fn change(
        &mut self,
        id: ItemId,
        rule: impl FnOnce(&mut Item) -> Result<(), Refused>,
    ) -> Result<(), Refused> {
        let mut item = self.get(id).cloned().ok_or(Refused::Absent(id))?;
        rule(&mut item)?;
        self.free(&item)?;
        self.hold(item);
        Ok(())
    }

    /// Says who changes an item, where that is not who makes the draft, and why.
    pub fn explain(&mut self, id: ItemId, by: Author, why: String) {
        self.reasons.insert(id, (by, why));
    }

    /// Removes an item. Says whether it was there.
    pub fn remove(&mut self, id: ItemId) -> bool {
        let Some(item) = self.get(id).cloned() else { return false };
        self.release(&item);
        self.items.insert(id, None);
        true
    }

    /// What is to be stored; none where nothing is another than before.
    pub fn finish(self) -> Option<Touched> {
        let to = Mark { version: self.base.mark.version + 1, last: self.last };
        let (put, removed, changes) = (Vec::new(), Vec::new(), Vec::new());
        let mut touched = Touched { from: self.base.mark, to, put, removed, changes };
        for (id, item) in self.items {
            let before = self.base.get(id).map(Arc::as_ref);
            match item {
                None if before.is_some() => touched.removed.push(id),
                None => {}
                Some(item) => {
                    let (by, why) = self.reasons.get(&id).cloned().unzip();
                    touched.take(before, item, (by.unwrap_or(self.by), self.now), why);
                }
            }
        }
        let nothing = touched.put.is_empty() && touched.removed.is_empty();
        (!nothing).then_some(touched)
    }

    /// Whether no other item has an id of this one.
    fn free(&self, item: &Item) -> Result<(), Refused> {
        let owners = item.work.ids.all().filter_map(|id| self.find(item.kind, &id));
        let mut others = owners.filter(|owner| *owner != item.id);
        others.next().map_or(Ok(()), |owner| Err(Refused::There(owner)))
    }

    fn hold(&mut self, item: Item) {
        if let Some(before) = self.get(item.id).cloned() {
            self.release(&before);
        }
        let ids = item.work.ids.all().map(|id| ((item.kind, id), Some(item.id)));
        self.remote.extend(ids);
        self.items.insert(item.id, Some(item));
    }

    fn release(&mut self, item: &Item) {
        self.remote.extend(item.work.ids.all().map(|id| ((item.kind, id), None)));
    }
}

impl Touched {
    fn take(
        &mut self,
        before: Option<&Item>,
        mut item: Item,
        (by, now): (Author, Timestamp),
        why: Option<String>,
    ) {
        let fields = difference(before, &item);
        if fields.is_empty() && before.is_some() {
            return;
        }
        // Later than before, whatever the clock says.
        item.updated_at = before.map_or(now, |before| now.max(before.updated_at));
        let added = before.is_none();
        let version = self.to.version;
        self.changes.push(Change { item: item.id, version, at: now, by, added, fields, why });
        self.put.push(Arc::new(item));
    }
}
