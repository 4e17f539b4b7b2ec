//! What a file changes of an item that is there: it moves it forward and fills what is empty.
//!
//! An empty value of a file says nothing: planning, nothing watched, no score, no date, no note. What
//! is known of the work itself is filled, and otherwise stays as the library has it. What then still
//! differs is for a person.

mod standing;

use serde_json::{Value, json};

use self::standing::Standing;
use super::Told;
use super::scale::Scale;
use crate::domain::FuzzyDate;
use crate::library::{Entry, Ids, Item, Names};

/// A field of which the library and the file say different things, each written as an item has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Differs {
    /// The field's name, as an item has it.
    pub field: &'static str,
    /// What the library has.
    pub library: Value,
    /// What the file has.
    pub file: Value,
}

/// What comes of an item and a row.
#[derive(Debug, Clone)]
pub(super) struct Merged {
    /// The item, with all that the row may change of it.
    pub(super) item: Item,
    /// What is left for a person.
    pub(super) differs: Vec<Differs>,
}

/// Joins a row with the item that it is about.
pub(super) fn merge(item: &Item, told: &Told) -> Merged {
    let mut merged = Merged { item: item.clone(), differs: Vec::new() };
    merged.ids(&told.new.work.ids);
    merged.work(told);
    merged.standing(item, &told.new.entry);
    merged.count(&told.new.entry);
    merged.score(told.new.entry.score, told.scale);
    merged.dates(&told.new.entry);
    merged.notes(told.new.entry.notes.as_deref());
    // What somebody keeps to themselves stays so, whoever says it.
    merged.item.entry.private |= told.new.entry.private;
    merged.item.entry.favourite |= told.new.entry.favourite;
    merged
}

impl Merged {
    fn differ(&mut self, field: &'static str, library: Value, file: Value) {
        self.differs.push(Differs { field, library, file });
    }

    /// Another id at the same service is another work.
    fn ids(&mut self, file: &Ids) {
        let ids = &mut self.item.work.ids;
        let differ = [
            ("anilist_id", one_of(&mut ids.anilist, file.anilist)),
            ("mal_id", one_of(&mut ids.mal, file.mal)),
            ("kitsu_id", one_of(&mut ids.kitsu, file.kitsu)),
            ("mangadex_id", one_of(&mut ids.mangadex, file.mangadex.clone())),
        ];
        for (field, differs) in differ {
            if let Some((library, file)) = differs {
                self.differ(field, library, file);
            }
        }
    }

    /// What stands in the place of a title that is not told is no name of the work.
    fn work(&mut self, told: &Told) {
        let mut said = told.new.work.clone();
        if told.untitled {
            said.names = Names::default();
        }
        self.item.work.fill(&said);
    }

    fn standing(&mut self, item: &Item, file: &Entry) {
        let (library, said) = (Standing::of(&item.entry), Standing::of(file));
        match library.joined(said) {
            Some(joined) => joined.write(&mut self.item.entry),
            None => {
                for (field, library, file) in library.differing(said, item.kind) {
                    self.differ(field, library, file);
                }
            }
        }
    }

    fn count(&mut self, file: &Entry) {
        let read = &mut self.item.entry.progress_volumes;
        match file.progress_volumes {
            0 => {}
            said if said >= *read => *read = said,
            said => {
                let library = json!(*read);
                self.differ("progress_volumes", library, json!(said));
            }
        }
    }

    fn score(&mut self, file: Option<u8>, scale: Scale) {
        let score = &mut self.item.entry.score;
        match (*score, file) {
            (_, None) => {}
            (None, said) => *score = said,
            (Some(has), Some(said)) if scale.alike(has, said) => {}
            (has, said) => self.differ("score", json!(has), json!(said)),
        }
    }

    fn dates(&mut self, file: &Entry) {
        let entry = &mut self.item.entry;
        let started = finer(&mut entry.started, file.started);
        let finished = finer(&mut entry.finished, file.finished);
        for (field, differs) in [("started", started), ("finished", finished)] {
            if let Some((library, file)) = differs {
                self.differ(field, library, file);
            }
        }
    }

    fn notes(&mut self, file: Option<&str>) {
        let notes = &mut self.item.entry.notes;
        match (notes.as_deref(), file) {
            (_, None) => {}
            (None, Some(said)) => *notes = Some(said.to_owned()),
            (Some(has), Some(said)) if has.trim() == said.trim() => {}
            (has, said) => {
                let (library, file) = (json!(has), json!(said));
                self.differ("notes", library, file);
            }
        }
    }
}

/// What a library and a file have of one field, where they differ.
type Both = Option<(Value, Value)>;

/// Fills what is empty.
fn one_of<T: Clone + PartialEq + serde::Serialize>(has: &mut Option<T>, said: Option<T>) -> Both {
    match (&*has, said) {
        (None, said) => *has = said,
        (Some(has), Some(said)) if *has != said => return Some((json!(has), json!(said))),
        _ => {}
    }
    None
}

/// Fills what is empty of a date, whole or part by part.
fn finer(has: &mut FuzzyDate, said: FuzzyDate) -> Both {
    if said.refines(*has) {
        *has = said;
    } else if !has.refines(said) {
        return Some((has.to_string().into(), said.to_string().into()));
    }
    None
}
