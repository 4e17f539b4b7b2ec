//! Trakt's export: a ZIP of JSON files. It names titles by ids that no list has, so its titles are
//! shown and wait; what it says of episodes is not read here.
//!
//! The ZIP holds much that is private. Only plays and ratings are read of it, and nothing is kept.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use serde::Deserialize;
use zip::ZipArchive;

use super::limits::Meter;
use super::{File, Format, Reason, Row, Unreadable, json, unpack};

/// How a ZIP begins: with a file, or, where there is none, with its end.
pub(super) const ZIP: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];

/// How the entry of a file in a ZIP's directory begins.
const ENTRY: &[u8] = b"PK\x01\x02";

/// More files than any export has: Trakt's has some fifty, with up to some hundred pages of plays.
const FILES: usize = 2000;

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

pub(super) fn read(bytes: &[u8], meter: &mut Meter) -> Result<File, Unreadable> {
    // What the directory says of its length is not believed, and reading it costs memory by its files.
    if bytes.windows(ENTRY.len()).filter(|at| *at == ENTRY).count() > FILES {
        return Err(Unreadable::Parts(FILES));
    }
    let broken = |error: zip::result::ZipError| Unreadable::Broken(error.to_string());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let parts = parts(&archive);
    let mut left = meter.limits().unpacked;
    check_errors(&mut archive, &mut left, meter)?;
    if !parts.iter().any(|part| part.name == HISTORY) {
        return Err(Unreadable::Unknown);
    }
    let mut titles = Titles::default();
    for part in &parts {
        let text = open(&mut archive, part.index, &mut left, meter)?;
        json::each_of(&text, |row| {
            meter.row()?;
            titles.take(row);
            Ok(())
        })?;
    }
    Ok(File { format: Format::TraktZip, rows: titles.rows() })
}

const HISTORY: &str = "watched-history";

/// The files that are read, without their page and ending.
const NAMES: [&str; 5] =
    [HISTORY, "ratings-movies", "ratings-shows", "ratings-seasons", "ratings-episodes"];

/// One page of a file that is read.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    name: &'static str,
    page: u32,
    index: usize,
}

/// The files that are read, page by page.
fn parts(archive: &Archive<'_>) -> Vec<Part> {
    let part = |index: usize| {
        let (name, page) = named(&path(archive, index)?)?;
        Some(Part { name, page, index })
    };
    let mut parts: Vec<Part> = (0..archive.len()).filter_map(part).collect();
    parts.sort();
    parts
}

/// The path of a file; none of one that is not text.
fn path<'a>(archive: &'a Archive<'_>, index: usize) -> Option<std::borrow::Cow<'a, str>> {
    archive.name_for_index(index)?.ok()
}

/// Which file a path is: `watched-history-2.json`, or `person/watched/history-2.json` as it was once.
/// The first page may have no number.
fn named(path: &str) -> Option<(&'static str, u32)> {
    let path = path.strip_suffix(".json")?.replace('/', "-");
    let (name, page) = match path.rsplit_once('-') {
        Some((name, page)) if page.bytes().all(|byte| byte.is_ascii_digit()) => {
            (name.to_owned(), page.parse().ok()?)
        }
        _ => (path, 0),
    };
    let is_it = |known: &&&str| name == **known || name.ends_with(&format!("-{known}"));
    NAMES.iter().find(is_it).map(|known| (*known, page))
}

/// An export names the parts of it that failed.
fn check_errors(
    archive: &mut Archive<'_>,
    left: &mut u64,
    meter: &Meter,
) -> Result<(), Unreadable> {
    let is_errors = |index: &usize| {
        path(archive, *index).is_some_and(|path| path.rsplit('/').next() == Some("_errors.json"))
    };
    let index = (0..archive.len()).find(is_errors);
    let Some(index) = index else { return Ok(()) };
    let text = open(archive, index, left, meter)?;
    json::each_of(&text, |row| {
        let failed = serde_json::from_str::<Failed>(row).map(|failed| failed.endpoint);
        let of_history = failed.is_ok_and(|endpoint| endpoint.contains("history"));
        if of_history {
            Err(Unreadable::Incomplete("plays are missing".to_owned()))
        } else {
            Ok(())
        }
    })
}

#[derive(Deserialize)]
struct Failed {
    endpoint: String,
}

/// A file's text. All of them together are no more than a file may unpack to.
fn open(
    archive: &mut Archive<'_>,
    index: usize,
    left: &mut u64,
    meter: &Meter,
) -> Result<String, Unreadable> {
    let file = archive.by_index(index).map_err(|error| Unreadable::Broken(error.to_string()))?;
    let bytes = unpack::all(file.take(left.saturating_add(1)), *left, meter)?;
    *left -= bytes.len() as u64;
    String::from_utf8(bytes).map_err(|_| Unreadable::Encoding)
}

/// One play, or one rating.
#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    show: Option<Title>,
    #[serde(default)]
    movie: Option<Title>,
    #[serde(default)]
    rating: Option<u32>,
}

#[derive(Deserialize)]
struct Title {
    title: Option<String>,
    year: Option<i32>,
}

/// What is said of each title.
#[derive(Default)]
struct Titles(BTreeMap<String, Counts>);

#[derive(Default)]
struct Counts {
    plays: usize,
    ratings: usize,
}

impl Titles {
    /// Takes a row; one that is of no title says nothing.
    fn take(&mut self, row: &str) {
        let Ok(said) = serde_json::from_str::<Said>(row) else { return };
        let Some(title) = said.show.or(said.movie) else { return };
        let year = title.year.map(|year| format!(" ({year})")).unwrap_or_default();
        let name = format!("{}{year}", title.title.unwrap_or_default());
        let counts = self.0.entry(name).or_default();
        if said.rating.is_some() {
            counts.ratings += 1;
        } else {
            counts.plays += 1;
        }
    }

    fn rows(self) -> Vec<Row> {
        let row = |(number, (title, counts)): (usize, (String, Counts))| {
            let Counts { plays, ratings } = counts;
            let message = format!(
                "Trakt's ids do not say which entry of a list this is: {plays} plays, {ratings} ratings"
            );
            let hint = "a sync with Trakt finds it by the lists that are connected";
            Row::unclear(number + 1, &title, Reason::with_hint(message, hint))
        };
        self.0.into_iter().enumerate().map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_in_both_layouts_and_by_its_page() {
        assert_eq!(named("watched-history.json"), Some((HISTORY, 0)));
        assert_eq!(named("watched-history-12.json"), Some((HISTORY, 12)));
        assert_eq!(named("somebody/watched/history-2.json"), Some((HISTORY, 2)));
        assert_eq!(named("trakt-export/ratings-seasons.json"), Some(("ratings-seasons", 0)));
        for other in ["watched-history.txt", "watched-shows.json", "history.json", "notes-all.json"]
        {
            assert_eq!(named(other), None, "{other}");
        }
    }
}
