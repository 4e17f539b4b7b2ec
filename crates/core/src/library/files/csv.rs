//! Tables: one row an item, a header that names the columns.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use csv::{ByteRecord, ReaderBuilder};
use serde_json::{Map, Value};

use super::limits::Meter;
use super::{File, Format, Reason, Row, Unreadable};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    /// Text, guarded where a spreadsheet would take it for a formula.
    Text,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Flag,
    /// One of the names in `titles`.
    Name(&'static str),
}

/// The columns, as they are written. They are read in any order, and others are passed over.
pub(super) const COLUMNS: [(&str, Column); 31] = [
    ("id", Column::Number),
    ("title", Column::Text),
    ("type", Column::Text),
    ("source", Column::Text),
    ("cover_url", Column::Text),
    ("status", Column::Text),
    ("progress", Column::Number),
    ("max_progress", Column::Number),
    ("max_progress_by_hand", Column::Flag),
    ("progress_volumes", Column::Number),
    ("max_volumes", Column::Number),
    ("score", Column::Number),
    ("started", Column::Text),
    ("finished", Column::Text),
    ("repeats", Column::Number),
    ("repeating", Column::Flag),
    ("notes", Column::Text),
    ("private", Column::Flag),
    ("favourite", Column::Flag),
    ("anilist_id", Column::Number),
    ("mal_id", Column::Number),
    ("kitsu_id", Column::Number),
    ("mangadex_id", Column::Text),
    ("format", Column::Text),
    ("site_url", Column::Text),
    ("release_status", Column::Text),
    ("year", Column::Number),
    ("episode_minutes", Column::Number),
    ("title_romaji", Column::Name("romaji")),
    ("title_english", Column::Name("english")),
    ("title_native", Column::Name("native")),
];

/// No row, however odd, is near this; what goes on for so long is no table.
const ENDLESS: usize = 1 << 20;

pub(super) fn read(text: &[u8], meter: &mut Meter) -> Result<File, Unreadable> {
    let since = Rc::default();
    let bounded = Bounded { text, since: Rc::clone(&since) };
    let mut builder = ReaderBuilder::new();
    let mut reader =
        builder.has_headers(false).flexible(true).delimiter(delimiter(text)).from_reader(bounded);
    let mut record = ByteRecord::new();
    let mut next = |record: &mut ByteRecord| {
        since.set(0);
        reader.read_byte_record(record).map_err(|error| Unreadable::Broken(error.to_string()))
    };
    next(&mut record)?;
    let header = header(&record).ok_or(Unreadable::Unknown)?;
    let mut rows = Vec::new();
    while next(&mut record)? {
        rows.push(row(meter.row()?, &header, &record, meter.limits().row));
    }
    Ok(File { format: Format::Csv, rows })
}

/// Spreadsheets write semicolons where the comma is in numbers.
fn delimiter(text: &[u8]) -> u8 {
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: u8| line.split(|byte| *byte == delimiter).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

type Header = Vec<Option<(&'static str, Column)>>;

/// What each column is; none if it is no header of a list.
fn header(record: &ByteRecord) -> Option<Header> {
    let column = |cell: &[u8]| {
        let name = cell.trim_ascii().to_ascii_lowercase();
        COLUMNS.into_iter().find(|(column, _)| column.as_bytes() == name)
    };
    let header: Header = record.iter().map(column).collect();
    let titled = header.iter().flatten().any(|(name, _)| *name == "title");
    titled.then_some(header)
}

fn row(number: usize, header: &Header, record: &ByteRecord, most: usize) -> Row {
    if record.as_slice().len() > most {
        return Row::too_long(number, most);
    }
    let mut fields = Map::new();
    let mut names = Map::new();
    for (column, cell) in header.iter().zip(record) {
        let Some((name, column)) = column else { continue };
        let Ok(cell) = std::str::from_utf8(cell) else {
            return Row::unclear(
                number,
                "",
                Reason::new(format!("{name} is not written in UTF-8")),
            );
        };
        match (column, cell) {
            (_, "") => {}
            (Column::Name(name), cell) => {
                names.insert((*name).to_owned(), unguarded(cell).into());
            }
            (column, cell) => drop(fields.insert((*name).to_owned(), column.value(cell))),
        }
    }
    if !names.is_empty() {
        fields.insert("titles".to_owned(), names.into());
    }
    Row::hundred(number, fields)
}

impl Column {
    /// What a cell says. What is no such value stays a text, and is refused as one.
    fn value(self, cell: &str) -> Value {
        let word = cell.trim();
        match self {
            Self::Text | Self::Name(_) => unguarded(cell).into(),
            Self::Number => word.parse::<u64>().map_or_else(|_| word.into(), Value::from),
            Self::Flag => match word.to_ascii_lowercase().as_str() {
                "true" | "yes" | "1" => true.into(),
                "false" | "no" | "0" => false.into(),
                _ => word.into(),
            },
        }
    }
}

/// Whether a spreadsheet may take a text for a formula, also after apostrophes of ours (OWASP, CSV
/// injection; the wide forms are those that some spreadsheets take alike).
fn is_formula(text: &str) -> bool {
    let start = text.trim_start_matches('\'').chars().next();
    start.is_some_and(|c| {
        matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
    })
}

/// A text with an apostrophe before it where it would be taken for a formula.
pub(super) fn guarded(text: &str) -> String {
    if is_formula(text) { format!("'{text}") } else { text.to_owned() }
}

/// The text that was guarded.
fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|_| is_formula(cell)).unwrap_or(cell)
}

/// Text that ends in an error when a row in it never does.
struct Bounded<'a> {
    text: &'a [u8],
    since: Rc<Cell<usize>>,
}

impl Read for Bounded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.text.read(buffer)?;
        self.since.set(self.since.get() + count);
        if self.since.get() > ENDLESS {
            return Err(io::Error::other(format!("a row has more bytes than {ENDLESS}")));
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_guarded_text_is_no_formula_and_is_read_as_it_was(text in "['=+\\-@\t＝a-z ]{0,6}") {
            let cell = guarded(&text);
            prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝']));
            prop_assert_eq!(unguarded(&cell), text);
        }
    }

    #[test]
    fn the_delimiter_is_the_one_of_the_header() {
        assert_eq!(delimiter(b"title;type\na,b,c;d"), b';');
        assert_eq!(delimiter(b"title,type\na;b;c,d"), b',');
        assert_eq!(delimiter(b"title"), b',');
    }
}
