//! What reading a file into a library would do, row by row.

mod matching;

use self::matching::{Found, Matching};
use super::merge::{Differs, Merged, merge};
use super::{File, Reason, Row, Told};
use crate::library::change::difference;
use crate::library::{Draft, FieldChange, Item, ItemId, Kind, Library, Refused};

/// What comes of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    /// It is added.
    New(Box<Told>),
    /// It is there, and the row moves it forward or fills something.
    Changed {
        /// What is there.
        item: ItemId,
        /// What changes of it.
        changes: Vec<FieldChange>,
        /// What the row says.
        told: Box<Told>,
    },
    /// It is there, and the row says nothing new.
    Same(ItemId),
    /// An earlier row of the file is about the same work: this one. The later one is passed over.
    Twice(usize),
    /// A person has to look at it. Nothing of it is written.
    Unclear {
        /// Why.
        reason: Reason,
        /// What is there that it may be.
        item: Option<ItemId>,
        /// Where the library and the row say different things.
        differs: Vec<Differs>,
    },
}

/// One row, and what comes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Which row of the file, from 1.
    pub row: usize,
    /// What the row calls the work; what the library calls it, where the row does not say. It may be
    /// empty.
    pub title: String,
    /// What the work is, where that is known.
    pub kind: Option<Kind>,
    /// What comes of it.
    pub fate: Fate,
}

/// What reading a file into a library would do. Reading it again does nothing: what was new is the
/// same then.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Preview {
    /// All rows, in the file's order.
    pub lines: Vec<Line>,
}

/// How many rows there are of each class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Those that are added.
    pub new: usize,
    /// Those that change an item.
    pub changed: usize,
    /// Those that say nothing new.
    pub same: usize,
    /// Those that an earlier row is about.
    pub twice: usize,
    /// Those that wait for a person.
    pub unclear: usize,
}

impl Preview {
    /// How many rows there are of each class.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for line in &self.lines {
            let class = match &line.fate {
                Fate::New(_) => &mut counts.new,
                Fate::Changed { .. } => &mut counts.changed,
                Fate::Same(_) => &mut counts.same,
                Fate::Twice(_) => &mut counts.twice,
                Fate::Unclear { .. } => &mut counts.unclear,
            };
            *class += 1;
        }
        counts
    }

    /// Compares a file with a library.
    pub fn of(library: &Library, file: &File) -> Self {
        let mut matching = Matching::new(library, file);
        Self { lines: file.rows.iter().map(|row| line(&mut matching, library, row)).collect() }
    }

    /// What is to be written, in the file's order.
    pub fn coming(&self) -> impl Iterator<Item = &Told> {
        self.lines.iter().filter_map(|line| match &line.fate {
            Fate::New(told) | Fate::Changed { told, .. } => Some(&**told),
            _ => None,
        })
    }
}

fn line<'a>(matching: &mut Matching<'a>, library: &Library, row: &'a Row) -> Line {
    let fate = match &row.said {
        Ok(told) => fate(matching, library, row.number, told),
        Err(reason) => unclear(reason.clone(), None),
    };
    let there = match &fate {
        Fate::Changed { item, .. } | Fate::Same(item) => library.get(*item),
        Fate::Unclear { item, .. } => item.and_then(|item| library.get(item)),
        Fate::New(_) | Fate::Twice(_) => None,
    };
    let title = match there.filter(|_| row.title.is_empty()) {
        Some(item) => item.work.title.clone(),
        None => row.title.clone(),
    };
    Line { row: row.number, title, kind: row.kind, fate }
}

fn fate<'a>(matching: &mut Matching<'a>, library: &Library, row: usize, told: &'a Told) -> Fate {
    match matching.find(row, told) {
        Found::Nothing if told.untitled => {
            let hint = "add it by hand, or import a file that has titles";
            unclear(Reason::with_hint("the file has no title for it", hint), None)
        }
        Found::Nothing => Fate::New(Box::new(told.clone())),
        Found::Row(earlier) => Fate::Twice(earlier),
        Found::Same(item) => Fate::Same(item),
        Found::Item(id) => match library.get(id) {
            Some(item) => compared(item, told),
            None => Fate::New(Box::new(told.clone())),
        },
        Found::Several(items) => {
            let items: Vec<String> = items.iter().map(ItemId::to_string).collect();
            let message = format!("its ids are those of several items: {}", items.join(", "));
            unclear(Reason::new(message), None)
        }
        Found::Alike(item) => {
            let message = "a title like this is there, and no id says whether it is the same";
            unclear(Reason::new(message), item)
        }
    }
}

fn unclear(reason: Reason, item: Option<ItemId>) -> Fate {
    Fate::Unclear { reason, item, differs: Vec::new() }
}

fn compared(item: &Item, told: &Told) -> Fate {
    let Merged { item: after, differs } = merge(item, told);
    if let Some(first) = differs.first() {
        let fields: Vec<&str> = differs.iter().map(|differs| differs.field).collect();
        let reason = if first.field.ends_with("_id") {
            Reason::new(format!("it has another id in the library: {}", fields.join(", ")))
        } else {
            let message = format!("the library and the file differ in: {}", fields.join(", "));
            Reason::with_hint(message, "change the item by hand if the file is right")
        };
        return Fate::Unclear { reason, item: Some(item.id), differs };
    }
    let changes = difference(Some(item), &after);
    if changes.is_empty() {
        return Fate::Same(item.id);
    }
    Fate::Changed { item: item.id, changes, told: Box::new(told.clone()) }
}

/// What a row did to a library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It was added.
    Added,
    /// An item was changed.
    Changed,
    /// There was nothing to do, or somebody changed the item meanwhile so that a person has to look.
    Nothing,
}

impl Draft<'_> {
    /// Takes what a row of a preview says. It is compared once more, as the library may be another one
    /// since.
    ///
    /// # Errors
    /// [`Refused::Full`].
    pub fn take(&mut self, told: &Told) -> Result<Taken, Refused> {
        let mut ids = told.new.work.ids.all();
        let there = ids.find_map(|id| self.find(told.new.kind, &id));
        let Some(id) = there else { return self.take_new(told) };
        let Some(item) = self.get(id) else { return Ok(Taken::Nothing) };
        let Merged { item: after, differs } = merge(item, told);
        if !differs.is_empty() || after == *item {
            return Ok(Taken::Nothing);
        }
        let changed = self.change(id, |item| {
            *item = after;
            Ok(())
        });
        unless_elsewhere(changed.map(|()| Taken::Changed))
    }

    fn take_new(&mut self, told: &Told) -> Result<Taken, Refused> {
        if told.untitled {
            return Ok(Taken::Nothing);
        }
        unless_elsewhere(self.add(told.new.clone()).map(|_| Taken::Added))
    }
}

/// An id that another item has by now is for a person.
fn unless_elsewhere(taken: Result<Taken, Refused>) -> Result<Taken, Refused> {
    match taken {
        Err(Refused::There(_)) => Ok(Taken::Nothing),
        taken => taken,
    }
}
