//! `MyAnimeList`'s XML, such that its importer takes it: every entry says `update_on_import`, and the
//! head says what kind the entries are, as one file holds one.

use quick_xml::Writer;
use quick_xml::events::{BytesCData, BytesDecl, BytesText, Event};

use crate::domain::{FuzzyDate, MalId};
use crate::library::{Item, Kind, Status};

/// The most repeats that can be written: one more means unknown.
const MOST_TIMES: u32 = 254;

/// A file for `MyAnimeList`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MalXml {
    /// The file.
    pub file: Vec<u8>,
    /// How many items of the kind are not in it, as no id at `MyAnimeList` is known of them.
    pub left_out: usize,
}

/// All items of a kind.
pub fn mal_xml<'a>(items: impl IntoIterator<Item = &'a Item>, kind: Kind) -> MalXml {
    let mut left_out = 0;
    let mut entries = Vec::new();
    for item in items.into_iter().filter(|item| item.kind == kind) {
        match item.work.ids.mal {
            Some(id) => entries.push((id, item)),
            None => left_out += 1,
        }
    }
    let mut xml = Xml(Writer::new_with_indent(Vec::new(), b' ', 2));
    xml.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
    xml.inside("myanimelist", |xml| {
        xml.inside("myinfo", |xml| {
            xml.text("user_export_type", if kind == Kind::Anime { "1" } else { "2" });
        });
        for (id, item) in entries {
            xml.inside(kind.word(), |xml| entry(xml, id, item));
        }
    });
    MalXml { file: xml.0.into_inner(), left_out }
}

fn entry(xml: &mut Xml, id: MalId, item: &Item) {
    match item.kind {
        Kind::Anime => anime(xml, id, item),
        Kind::Manga => manga(xml, id, item),
    }
    let entry = &item.entry;
    xml.text("my_start_date", &date(entry.started));
    xml.text("my_finish_date", &date(entry.finished));
    xml.text("my_score", &score(entry.score));
    xml.text("my_status", status(item));
    xml.cdata("my_comments", entry.notes.as_deref().unwrap_or_default());
    xml.text("update_on_import", "1");
}

fn anime(xml: &mut Xml, id: MalId, item: &Item) {
    let entry = &item.entry;
    xml.text("series_animedb_id", &id.to_string());
    xml.cdata("series_title", &item.work.title);
    xml.text("series_type", format(item.work.format.as_deref()));
    xml.text("series_episodes", &item.work.max_progress.unwrap_or_default().to_string());
    xml.text("my_watched_episodes", &entry.progress.to_string());
    xml.text("my_times_watched", &entry.repeats.min(MOST_TIMES).to_string());
    xml.text("my_rewatching", if entry.repeating { "1" } else { "0" });
    xml.text("my_rewatching_ep", &if entry.repeating { entry.progress } else { 0 }.to_string());
}

fn manga(xml: &mut Xml, id: MalId, item: &Item) {
    let entry = &item.entry;
    xml.text("manga_mangadb_id", &id.to_string());
    xml.cdata("manga_title", &item.work.title);
    xml.text("manga_volumes", &item.work.max_volumes.unwrap_or_default().to_string());
    xml.text("manga_chapters", &item.work.max_progress.unwrap_or_default().to_string());
    xml.text("my_read_volumes", &entry.progress_volumes.to_string());
    xml.text("my_read_chapters", &entry.progress.to_string());
    xml.text("my_times_read", &entry.repeats.min(MOST_TIMES).to_string());
    xml.text("my_rereading", if entry.repeating { "YES" } else { "NO" });
}

/// A date of which the unknown parts are 0.
fn date(date: FuzzyDate) -> String {
    let FuzzyDate { year, month, day } = date;
    let (year, month, day) =
        (year.unwrap_or_default(), month.unwrap_or_default(), day.unwrap_or_default());
    format!("{year:04}-{month:02}-{day:02}")
}

/// Of ten points; 0 is none, and what is scored has one at least.
fn score(score: Option<u8>) -> String {
    score.map_or(0, |score| ((score + 5) / 10).max(1)).to_string()
}

/// What is watched again stands among what is completed.
fn status(item: &Item) -> &'static str {
    let entry = &item.entry;
    match (entry.status, item.kind) {
        (Status::Completed, _) => "Completed",
        (Status::Current, _) if entry.repeating => "Completed",
        (Status::Current, Kind::Anime) => "Watching",
        (Status::Current, Kind::Manga) => "Reading",
        (Status::OnHold, _) => "On-Hold",
        (Status::Dropped, _) => "Dropped",
        (Status::Planning, Kind::Anime) => "Plan to Watch",
        (Status::Planning, Kind::Manga) => "Plan to Read",
    }
}

fn format(format: Option<&str>) -> &'static str {
    match format {
        Some("tv" | "tv_short") => "TV",
        Some("movie") => "Movie",
        Some("special") => "Special",
        Some("ova") => "OVA",
        Some("ona") => "ONA",
        Some("music") => "Music",
        _ => "Unknown",
    }
}

/// Writes XML to memory, which cannot fail.
struct Xml(Writer<Vec<u8>>);

impl Xml {
    fn event(&mut self, event: Event<'_>) {
        let _ = self.0.write_event(event);
    }

    fn inside(&mut self, name: &str, write: impl FnOnce(&mut Self)) {
        let start = quick_xml::events::BytesStart::new(name);
        self.event(Event::Start(start.borrow()));
        write(self);
        self.event(Event::End(start.to_end()));
    }

    fn text(&mut self, name: &str, text: &str) {
        let _ = self.0.create_element(name).write_text_content(BytesText::new(text));
    }

    fn cdata(&mut self, name: &str, text: &str) {
        let text: String = text.chars().filter(|c| is_allowed(*c)).collect();
        let start = quick_xml::events::BytesStart::new(name);
        self.event(Event::Start(start.borrow()));
        for part in BytesCData::escaped(&text) {
            self.event(Event::CData(part));
        }
        self.event(Event::End(start.to_end()));
    }
}

/// The characters that XML 1.0 has (section 2.2).
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}
