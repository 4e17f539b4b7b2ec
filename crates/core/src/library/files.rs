//! A list as a file: read, compared with a library, and written.
//!
//! A file is read as what a person asks for, never as a copy of their list: what it does not hold is
//! not gone. It may move an item forward and fill what is empty, and takes nothing back. What a file
//! is, its content tells, and neither its name nor its media type.
//!
//! Reading costs no more than [`Limits`] say, whatever the bytes are.

mod anilist;
mod csv;
mod export;
mod json;
mod limits;
mod mal;
mod merge;
mod preview;
mod row;
mod scale;
mod trakt;
mod unpack;
mod unreadable;

pub use export::{MalXml, csv, mal_xml};
pub use limits::{LIMITS, Limits};
pub use merge::Differs;
pub use preview::{Counts, Fate, Line, Preview, Taken};
pub use row::{Reason, Row, Told};
pub use unreadable::Unreadable;

use limits::Meter;
use serde_json::{Map, Value};

/// Whose form a file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Ours: `{"version": 1, "items": […]}`, or the array alone.
    Json,
    /// Ours: a table with a header.
    Csv,
    /// What `MyAnimeList` exports, and what others write in its form.
    MalXml,
    /// What AniList's API answers, its export of a person's data, or an array of its entries.
    Anilist,
    /// Trakt's export.
    TraktZip,
}

/// A file that was read.
#[derive(Debug, Clone)]
pub struct File {
    /// Whose form it has.
    pub format: Format,
    /// Its rows, in their order.
    pub rows: Vec<Row>,
}

impl File {
    /// A list of items, each by the fields that an item has.
    pub fn of(items: impl IntoIterator<Item = Map<String, Value>>) -> Self {
        let rows = (1..).zip(items).map(|(number, fields)| Row::hundred(number, fields));
        Self { format: Format::Json, rows: rows.collect() }
    }
}

/// Reads a file, packed with gzip or not.
///
/// # Errors
/// [`Unreadable`] when no row of it can be read, or when it costs more than the limits allow. A row
/// that cannot be read is no error: it stands among the others with the reason.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<File, Unreadable> {
    if bytes.len() as u64 > limits.file {
        return Err(Unreadable::Large(limits.file));
    }
    let mut meter = Meter::new(limits);
    if bytes.starts_with(&unpack::GZIP) {
        return plain(&unpack::gzip(bytes, &meter)?, &mut meter);
    }
    if trakt::ZIP.iter().any(|start| bytes.starts_with(start)) {
        return trakt::read(bytes, &mut meter);
    }
    plain(bytes, &mut meter)
}

/// Reads what is not packed.
fn plain(bytes: &[u8], meter: &mut Meter) -> Result<File, Unreadable> {
    if bytes.starts_with(b"SQLite format 3\0") {
        return Err(Unreadable::Database);
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Unreadable::Encoding);
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    match text.first() {
        None => Err(Unreadable::Empty),
        Some(b'<') => mal::read(text, meter),
        Some(b'{' | b'[') => json::read(text, meter),
        Some(_) => csv::read(text, meter),
    }
}
