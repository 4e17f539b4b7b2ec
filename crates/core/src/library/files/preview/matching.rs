//! Which item of a library, or which earlier row of a file, a row is about.
//!
//! Ids decide, and never a title alone. A title only makes a row unclear where no service tells the
//! works apart, and makes it the same where nothing else differs either.

use std::collections::{HashMap, HashSet, VecDeque};

use super::super::merge::merge;
use super::super::{File, Told};
use crate::library::{Ids, ItemId, Kind, Library, New, RemoteId, Work};

/// With how many items of one title a row without an id is compared.
const COMPARED: usize = 10;

/// What a row is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing that is there.
    Nothing,
    /// What an earlier row is about.
    Row(usize),
    /// This item, by its ids.
    Item(ItemId),
    /// This item, which is called so, has no id and says all that the row does.
    Same(ItemId),
    /// Ids of several items.
    Several(Vec<ItemId>),
    /// Something that is called so, in the library or in the file.
    Alike(Option<ItemId>),
}

/// A work by its title.
type Named = (Kind, String);

/// What the rows so far were about.
pub(super) struct Matching<'a> {
    library: &'a Library,
    /// Whether every row has a number of ours.
    numbered: bool,
    numbers: HashMap<u64, usize>,
    ids: HashMap<(Kind, RemoteId), usize>,
    items: HashMap<ItemId, usize>,
    names: HashMap<Named, VecDeque<ItemId>>,
    rows: HashMap<Named, (usize, &'a Told)>,
}

impl<'a> Matching<'a> {
    pub(super) fn new(library: &'a Library, file: &'a File) -> Self {
        let mut names: HashMap<Named, VecDeque<ItemId>> = HashMap::new();
        for item in library.items() {
            for name in all_names(item.kind, &item.work) {
                names.entry(name).or_default().push_back(item.id);
            }
        }
        let mut told = file.rows.iter().filter_map(|row| row.said.as_ref().ok());
        let numbered = told.all(|told| told.own.is_some());
        let (numbers, ids, items, rows) = Default::default();
        Self { library, numbered, numbers, ids, items, names, rows }
    }

    /// What a row is about. The rows are asked for in their order.
    pub(super) fn find(&mut self, row: usize, told: &'a Told) -> Found {
        let New { kind, work, .. } = &told.new;
        if let Some(earlier) = self.earlier(*kind, told) {
            return Found::Row(earlier);
        }
        let mut items: Vec<ItemId> =
            work.ids.all().filter_map(|id| self.library.find(*kind, &id)).collect();
        items.sort_unstable();
        items.dedup();
        let found = match items.as_slice() {
            // It adds nothing, so that a later row that has a title may.
            [] if told.untitled => return Found::Nothing,
            [] => self.by_title(told),
            [item] => self.items.get(item).map_or(Found::Item(*item), |row| Found::Row(*row)),
            _ => Found::Several(items),
        };
        self.note(row, told, &found);
        found
    }

    /// The row that has one of its ids, or its number.
    fn earlier(&self, kind: Kind, told: &Told) -> Option<usize> {
        let by_number = told.own.filter(|_| self.numbered).and_then(|own| self.numbers.get(&own));
        let mut ids = told.new.work.ids.all();
        let by_id = || ids.find_map(|id| self.ids.get(&(kind, id)));
        by_number.or_else(by_id).copied()
    }

    fn by_title(&mut self, told: &'a Told) -> Found {
        let New { kind, work, .. } = &told.new;
        let name = (*kind, plain(&work.title));
        if let Some(found) = self.called(&name, told) {
            return found;
        }
        match self.rows.get(&name) {
            Some((row, earlier)) if !self.numbered => {
                if *earlier == told {
                    Found::Row(*row)
                } else if may_be(&earlier.new.work.ids, &work.ids) {
                    Found::Alike(None)
                } else {
                    Found::Nothing
                }
            }
            _ => Found::Nothing,
        }
    }

    /// What is called so in the library.
    fn called(&mut self, name: &Named, told: &Told) -> Option<Found> {
        let items = self.names.get_mut(name)?;
        let ids = &told.new.work.ids;
        let candidates = items.iter().take(COMPARED).enumerate();
        let candidates: Vec<(usize, ItemId)> = candidates.map(|(at, id)| (at, *id)).collect();
        let mut alike = None;
        for (at, id) in candidates {
            let Some(item) = self.library.get(id) else { continue };
            if ids.is_empty() && item.work.ids.is_empty() {
                let merged = merge(item, told);
                if merged.differs.is_empty() && merged.item == **item {
                    items.remove(at);
                    return Some(Found::Same(id));
                }
            }
            if alike.is_none() && may_be(&item.work.ids, ids) {
                alike = Some(id);
            }
        }
        alike.map(|id| Found::Alike(Some(id)))
    }

    fn note(&mut self, row: usize, told: &'a Told, found: &Found) {
        let New { kind, work, .. } = &told.new;
        if let Found::Alike(_) | Found::Several(_) | Found::Row(_) = found {
            return;
        }
        self.ids.extend(work.ids.all().map(|id| ((*kind, id), row)));
        if let Some(own) = told.own {
            self.numbers.entry(own).or_insert(row);
        }
        if let Found::Item(item) = found {
            self.items.insert(*item, row);
        }
        self.rows.entry((*kind, plain(&work.title))).or_insert((row, told));
    }
}

fn all_names(kind: Kind, work: &Work) -> HashSet<Named> {
    let names = [work.title.as_str()].into_iter().chain(work.names.all());
    names.map(|name| (kind, plain(name))).collect()
}

/// Whether two works may be one, as far as their ids tell: no service has both.
fn may_be(one: &Ids, two: &Ids) -> bool {
    let both = [
        one.anilist.is_some() && two.anilist.is_some(),
        one.mal.is_some() && two.mal.is_some(),
        one.kitsu.is_some() && two.kitsu.is_some(),
        one.mangadex.is_some() && two.mangadex.is_some(),
    ];
    !both.contains(&true)
}

/// A title without what is written in many ways: case, blanks, marks. What is all marks stays.
fn plain(title: &str) -> String {
    let kept = title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
    let plain: String = kept.collect();
    if plain.is_empty() { title.trim().to_lowercase() } else { plain }
}
