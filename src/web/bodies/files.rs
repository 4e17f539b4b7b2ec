//! What reading a file into a library does, and a library as a file.

use serde::Serialize;
use utoipa::ToSchema;

use super::LibraryItem;
use super::library::{FieldChange, Kind};
use crate::hub::library::files::Imported;
use crate::library::files::{self, Fate, Line, Told};

words! {
    /// Whose form a file has.
    FileFormat of files::Format, "kebab-case" { Json, Csv, MalXml, Anilist, TraktZip }
}

/// What reading a file does to a library, row by row. Rows stand in the file's order.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct ImportReport {
    /// Whose form the file has, as its content tells.
    format: FileFormat,
    /// How many rows there are of each class.
    counts: ImportCounts,
    /// What is not in the library and is added; and, with `changes`, what is there and is moved forward
    /// or filled.
    new: Vec<ImportRow>,
    /// What is there already, and would not change.
    same: Vec<ImportRow>,
    /// What an earlier row is about, which counts.
    twice: Vec<ImportRow>,
    /// What a person has to look at. Nothing of it is written.
    unclear: Vec<ImportRow>,
    /// Items that were added; none with `dry=1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    imported: Option<usize>,
    /// Items that were changed; none with `dry=1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    updated: Option<usize>,
}

/// How many rows there are of each class.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(in crate::web) struct ImportCounts {
    /// In the file.
    rows: usize,
    /// New ones, those that change an item among them.
    new: usize,
    /// Those of the new ones that change an item.
    changed: usize,
    /// Those that say nothing new.
    same: usize,
    /// Those that an earlier row is about.
    twice: usize,
    /// Those that wait for a person.
    unclear: usize,
}

/// A row of a file.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(in crate::web) struct ImportRow {
    /// Which row of the file, from 1.
    row: usize,
    /// What it calls the work; empty where nobody knows.
    title: String,
    /// What it is, where that is known.
    #[serde(rename = "type")]
    kind: Option<Kind>,
    /// The item that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    item_id: Option<u64>,
    /// Of what is added: its status.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    /// Of what is added: episodes watched or chapters read.
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<u32>,
    /// Of what is added: its score, 1 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<u8>,
    /// What changes of the item.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changes: Vec<FieldChange>,
    /// The earlier row that is about the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    earlier: Option<usize>,
    /// Why it is unclear.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'static str>,
    /// Where the library and the file say different things.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    differs: Vec<FieldDiffers>,
}

/// A field of which a library and a file say different things, written as an item's are.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct FieldDiffers {
    /// The field's name.
    field: &'static str,
    /// What the library has.
    library: serde_json::Value,
    /// What the file has.
    file: serde_json::Value,
}

impl ImportReport {
    /// What a file would do.
    pub(in crate::web) fn dry(format: files::Format, preview: files::Preview) -> Self {
        let mut report = Self {
            format: format.into(),
            counts: ImportCounts { rows: preview.lines.len(), ..ImportCounts::default() },
            new: Vec::new(),
            same: Vec::new(),
            twice: Vec::new(),
            unclear: Vec::new(),
            imported: None,
            updated: None,
        };
        preview.lines.into_iter().for_each(|line| report.take(line));
        report.counts.new = report.new.len();
        report.counts.same = report.same.len();
        report.counts.twice = report.twice.len();
        report.counts.unclear = report.unclear.len();
        report
    }

    /// What a file did.
    pub(in crate::web) fn done(format: files::Format, imported: Imported) -> Self {
        let Imported { preview, added, changed } = imported;
        Self { imported: Some(added), updated: Some(changed), ..Self::dry(format, preview) }
    }

    fn take(&mut self, Line { row, title, kind, fate }: Line) {
        let row = ImportRow { row, title, kind: kind.map(Into::into), ..ImportRow::default() };
        match fate {
            Fate::New(told) => self.new.push(row.added(&told)),
            Fate::Changed { item, changes, .. } => {
                self.counts.changed += 1;
                let changes = changes.into_iter().map(Into::into).collect();
                self.new.push(ImportRow { item_id: Some(item.0), changes, ..row });
            }
            Fate::Same(item) => self.same.push(ImportRow { item_id: Some(item.0), ..row }),
            Fate::Twice(earlier) => self.twice.push(ImportRow { earlier: Some(earlier), ..row }),
            Fate::Unclear { reason, item, differs } => self.unclear.push(ImportRow {
                item_id: item.map(|item| item.0),
                reason: Some(reason.message),
                hint: reason.hint,
                differs: differs.into_iter().map(Into::into).collect(),
                ..row
            }),
        }
    }
}

impl ImportRow {
    fn added(self, told: &Told) -> Self {
        let entry = &told.new.entry;
        let status = Some(entry.status.word(told.new.kind));
        Self { status, progress: Some(entry.progress), score: entry.score, ..self }
    }
}

impl From<files::Differs> for FieldDiffers {
    fn from(files::Differs { field, library, file }: files::Differs) -> Self {
        Self { field, library, file }
    }
}

/// A library as a file.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct LibraryFile {
    /// Of the form: 1.
    version: u32,
    /// All items, by number.
    items: Vec<LibraryItem>,
}

impl LibraryFile {
    pub(in crate::web) fn of(items: Vec<LibraryItem>) -> Self {
        Self { version: 1, items }
    }
}
