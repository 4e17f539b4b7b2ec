//! The XML itself: entries, and the texts in them. Nothing that a file declares is followed.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::{BytesDecl, BytesRef, Event};

use crate::library::Kind;
use crate::library::files::limits::Meter;
use crate::library::files::{Reason, Row, Unreadable};

/// The names of all elements of an entry that are read.
#[rustfmt::skip]
const NAMES: [&str; 27] = [
    "series_animedb_id", "series_mangadb_id", "manga_mangadb_id", "series_title", "manga_title",
    "series_type", "series_episodes", "series_chapters", "manga_chapters", "series_volumes",
    "manga_volumes", "my_watched_episodes", "my_read_chapters", "my_read_volumes", "my_start_date",
    "my_finish_date", "my_score", "my_status", "my_comments", "my_tags", "my_times_watched",
    "my_times_read", "my_rewatching", "my_rewatching_ep", "my_rereading", "my_rereadingg",
    "my_rereading_chap",
];

/// The texts of an entry, by the names of their elements.
#[derive(Debug)]
pub(super) struct Cells {
    pub(super) kind: Kind,
    texts: BTreeMap<&'static str, String>,
}

impl Cells {
    /// The first of these that says something, or nothing.
    pub(super) fn first<const N: usize>(&self, names: [&'static str; N]) -> &str {
        let texts = names.into_iter().filter_map(|name| self.texts.get(name));
        texts.map(|text| text.trim()).find(|text| !text.is_empty()).unwrap_or_default()
    }
}

/// All rows of a file, each made of its entry.
pub(super) fn read(
    text: &[u8],
    meter: &mut Meter,
    row: fn(usize, &Cells) -> Row,
) -> Result<Vec<Row>, Unreadable> {
    let mut reader = Reader::from_reader(text);
    let mut document = Document { meter, row, depth: 0, entry: None, cell: None, rows: Vec::new() };
    loop {
        let at = reader.buffer_position();
        let event = reader
            .read_event()
            .map_err(|error| Unreadable::Broken(format!("at byte {at}: {error}")))?;
        if let Event::Eof = event {
            return document.end();
        }
        document.take(&event)?;
    }
}

/// A document on its way.
struct Document<'m> {
    meter: &'m mut Meter,
    row: fn(usize, &Cells) -> Row,
    depth: usize,
    entry: Option<Entry>,
    cell: Option<&'static str>,
    rows: Vec<Row>,
}

/// An entry on its way.
struct Entry {
    number: usize,
    cells: Cells,
    bytes: usize,
    odd: Option<Reason>,
}

impl Document<'_> {
    fn take(&mut self, event: &Event<'_>) -> Result<(), Unreadable> {
        match event {
            Event::Start(start) => self.open(start.name().as_ref())?,
            Event::Empty(start) => {
                self.open(start.name().as_ref())?;
                self.close();
            }
            Event::End(_) => self.close(),
            Event::Text(text) => self.add(text.decode().ok().as_deref()),
            Event::CData(text) => self.add(text.decode().ok().as_deref()),
            Event::GeneralRef(name) => self.add(resolved(name).as_deref()),
            Event::Decl(decl) if !is_utf8(decl) => return Err(Unreadable::Encoding),
            Event::DocType(_) => return Err(Unreadable::Doctype),
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) | Event::Eof => {}
        }
        Ok(())
    }

    fn open(&mut self, name: &[u8]) -> Result<(), Unreadable> {
        self.depth += 1;
        match self.depth {
            1 if name.eq_ignore_ascii_case(b"myanimelist") => {}
            1 => return Err(Unreadable::Unknown),
            2 => self.entry = self.begin(name)?,
            3 => {
                self.cell = NAMES.into_iter().find(|known| known.as_bytes() == name);
                if let Some((entry, cell)) = self.entry.as_mut().zip(self.cell) {
                    entry.cells.texts.insert(cell, String::new());
                }
            }
            depth if depth > self.meter.limits().depth => {
                return Err(Unreadable::Depth(self.meter.limits().depth));
            }
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, name: &[u8]) -> Result<Option<Entry>, Unreadable> {
        let kind = match name {
            b"anime" => Kind::Anime,
            b"manga" => Kind::Manga,
            _ => return Ok(None),
        };
        let cells = Cells { kind, texts: BTreeMap::new() };
        Ok(Some(Entry { number: self.meter.row()?, cells, bytes: 0, odd: None }))
    }

    fn close(&mut self) {
        match self.depth {
            3 => self.cell = None,
            2 => {
                if let Some(entry) = self.entry.take() {
                    self.rows.push(entry.read(self.row, self.meter.limits().row));
                }
            }
            _ => {}
        }
        self.depth = self.depth.saturating_sub(1);
    }

    /// Text of the element that is open; none where it is not UTF-8.
    fn add(&mut self, text: Option<&str>) {
        let Some((entry, cell)) = self.entry.as_mut().zip(self.cell) else { return };
        let Some(text) = text else {
            entry.odd = Some(Reason::new(format!("{cell} is not written in UTF-8")));
            return;
        };
        entry.bytes += text.len();
        if entry.bytes <= self.meter.limits().row {
            entry.cells.texts.entry(cell).or_default().push_str(text);
        }
    }

    fn end(self) -> Result<Vec<Row>, Unreadable> {
        if self.depth > 0 {
            return Err(Unreadable::Broken("it breaks off".to_owned()));
        }
        Ok(self.rows)
    }
}

impl Entry {
    fn read(self, row: fn(usize, &Cells) -> Row, most: usize) -> Row {
        if self.bytes > most {
            return Row::too_long(self.number, most);
        }
        match self.odd {
            Some(reason) => {
                let title = self.cells.first(["series_title", "manga_title"]);
                Row::unclear(self.number, title, reason)
            }
            None => row(self.number, &self.cells),
        }
    }
}

fn is_utf8(decl: &BytesDecl<'_>) -> bool {
    match decl.encoding() {
        None => true,
        Some(encoding) => encoding.is_ok_and(|name| {
            name.eq_ignore_ascii_case(b"utf-8") || name.eq_ignore_ascii_case(b"us-ascii")
        }),
    }
}

/// The character that a reference stands for: a number, or one of the five names that every document
/// has. Any other stays as it is written.
fn resolved(reference: &BytesRef<'_>) -> Option<String> {
    if reference.is_char_ref() {
        return reference.resolve_char_ref().ok().flatten().map(String::from);
    }
    let name = reference.decode().ok()?;
    let known = quick_xml::escape::resolve_predefined_entity(&name);
    Some(known.map_or_else(|| format!("&{name};"), str::to_owned))
}
