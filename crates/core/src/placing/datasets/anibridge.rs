//! The AniBridge mappings (v3): hand-edited episode ranges from one site's numbering to another's.
//!
//! A JSON object of `anilist:ID` to targets such as `tmdb_show:1429:s3`, each with ranges such as
//! `"1-10": "13-22"`. Published plain and as Zstandard; which of the two, the first bytes tell.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::index::{Dataset, ParseError, Parsed};
use super::limits::{self, Bounded, Budget, Deadline, Limits};
use super::rows;
use crate::domain::{AnilistId, ImdbId, Service, Slot};

/// The dataset.
#[derive(Debug)]
pub enum AniBridge {}

/// What the file says an entry is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// A TMDB show.
    #[serde(rename = "s")]
    TmdbShow(u32),
    /// A TheTVDB series, whose seasons are not Trakt's.
    #[serde(rename = "v")]
    TvdbShow(u32),
    /// A TMDB film.
    #[serde(rename = "m")]
    TmdbMovie(u32),
    /// A film by its IMDb id.
    #[serde(rename = "i")]
    ImdbMovie(ImdbId),
}

/// Consecutive episodes of an entry on consecutive numbers of a season.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "(u32, Option<u32>, u16, u32)", into = "(u32, Option<u32>, u16, u32)")]
pub struct Range {
    /// The entry's own number of the first.
    pub first: u32,
    /// The entry's own number of the last; none goes on for as long as there are episodes.
    pub last: Option<u32>,
    /// Where the first is.
    pub start: Slot,
}

impl Range {
    /// The slot of the entry's episode `abs`, if it is in this range.
    pub fn slot(&self, abs: u32) -> Option<Slot> {
        let inside = abs >= self.first && self.last.is_none_or(|last| abs <= last);
        inside.then(|| Slot {
            number: self.start.number.saturating_add(abs - self.first),
            ..self.start
        })
    }
}

impl From<(u32, Option<u32>, u16, u32)> for Range {
    fn from((first, last, season, number): (u32, Option<u32>, u16, u32)) -> Self {
        Self { first, last, start: Slot { season, number } }
    }
}

impl From<Range> for (u32, Option<u32>, u16, u32) {
    fn from(range: Range) -> Self {
        (range.first, range.last, range.start.season, range.start.number)
    }
}

/// What the file says of one entry and one show or film.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The entry.
    #[serde(rename = "a")]
    pub entry: AnilistId,
    /// The show or film.
    #[serde(rename = "t")]
    pub target: Target,
    /// The ranges in order of the entry's numbers; empty for a film.
    #[serde(rename = "r", default, skip_serializing_if = "Vec::is_empty")]
    pub ranges: Vec<Range>,
    /// Several episodes on one side stand for one on the other. Which of them was watched cannot
    /// be told from a count, so such a row places nothing.
    #[serde(rename = "u", default, skip_serializing_if = "std::ops::Not::not")]
    pub uneven: bool,
    /// All of the entry's episodes, so many, are this one film.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub parts: Option<u32>,
}

/// The first bytes of every Zstandard stream (RFC 8878).
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// The largest window that a stream may ask to have in memory, as a power of two: as much as a file
/// may unpack to.
const LARGEST_WINDOW: u32 = 26;

/// More ranges than this in one pair are of no series.
const MOST_RANGES: usize = 500;

impl Dataset for AniBridge {
    type Row = Row;

    const NAME: &'static str = "anibridge";
    const SERVICE: Service = Service::ANIBRIDGE;
    const LIMITS: Limits = limits::ANIBRIDGE;
    const FORMAT: u32 = 2;

    fn entry(row: &Row) -> AnilistId {
        row.entry
    }
}

/// Reads the published file, and gives up at the deadline.
pub fn read(file: &Path, until: Deadline) -> Result<Parsed<Row>, ParseError> {
    let text = unpacked(file)
        .map_err(|cause| ParseError(format!("the file cannot be unpacked: {cause}")))?;
    Ok(Parsed { rows: read_rows(text, until)?, last_activity: None })
}

/// The file's text, unpacked as it is read.
fn unpacked(file: &Path) -> std::io::Result<Box<dyn Read>> {
    let mut file = BufReader::new(File::open(file)?);
    if !file.fill_buf()?.starts_with(&ZSTD) {
        return Ok(Box::new(file));
    }
    let mut decoder = zstd::Decoder::with_buffer(file)?;
    decoder.window_log_max(LARGEST_WINDOW)?;
    Ok(Box::new(decoder))
}

/// The rows of a file. What is odd inside it is left out and never loses the rest.
pub fn parse_rows(text: &[u8]) -> Result<Vec<Row>, ParseError> {
    read_rows(text, Deadline::after(limits::READING))
}

fn read_rows(text: impl Read, until: Deadline) -> Result<Vec<Row>, ParseError> {
    let mut budget = Budget::new(&AniBridge::LIMITS);
    // An entry that is named twice is what is said of it last.
    let mut entries: HashMap<AnilistId, Vec<Row>> = HashMap::new();
    rows::of_object(Bounded::new(text, AniBridge::LIMITS.unpacked, until), |key, value| {
        if let Some((entry, rows)) = read_entry(key, value) {
            budget.take(rows.iter().map(|row| 1 + row.ranges.len()).sum())?;
            entries.insert(entry, rows);
        }
        Ok(())
    })?;
    let mut rows: Vec<Row> = entries.into_values().flatten().collect();
    rows.sort_by_key(|row| row.entry);
    Ok(rows)
}

fn read_entry(key: &str, value: &str) -> Option<(AnilistId, Vec<Row>)> {
    let entry = key.strip_prefix("anilist:")?.parse().ok().map(AnilistId)?;
    if value.len() > AniBridge::LIMITS.row {
        return None;
    }
    let targets = serde_json::from_str(value).ok()?;
    Some((entry, rows_of(entry, &targets)))
}

/// One row a show or film; the seasons of a show are put together.
fn rows_of(entry: AnilistId, targets: &HashMap<String, HashMap<String, String>>) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut names: Vec<_> = targets.keys().collect();
    names.sort_unstable();
    for name in names {
        let Some((target, season)) = target(name) else { continue };
        let known = rows.iter().position(|row| row.target == target);
        let index = known.unwrap_or_else(|| {
            rows.push(Row { entry, target, ranges: Vec::new(), uneven: false, parts: None });
            rows.len() - 1
        });
        for (from, to) in &targets[name] {
            match ranges(from, to, season.unwrap_or(0)) {
                Some(ranges) if season.is_some() => rows[index].ranges.extend(ranges),
                Some(ranges) => {
                    rows[index].uneven |= ranges.iter().any(|r| r.last != Some(r.first));
                }
                None => {
                    rows[index].uneven = true;
                    rows[index].parts = parts(from, to).filter(|_| season.is_none());
                }
            }
        }
    }
    for row in &mut rows {
        row.ranges.sort_by_key(|range| range.first);
    }
    rows
}

/// `tmdb_show:1429:s3` and its siblings; others name no show or film of Trakt's.
fn target(name: &str) -> Option<(Target, Option<u16>)> {
    let mut parts = name.split(':');
    let (kind, id) = (parts.next()?, parts.next()?);
    let season = || parts.clone().next()?.strip_prefix('s')?.parse().ok();
    match kind {
        "tmdb_show" => Some((Target::TmdbShow(id.parse().ok()?), Some(season()?))),
        "tvdb_show" => Some((Target::TvdbShow(id.parse().ok()?), Some(season()?))),
        "tmdb_movie" => Some((Target::TmdbMovie(id.parse().ok()?), None)),
        "imdb_movie" => Some((Target::ImdbMovie(id.parse().ok()?), None)),
        _ => None,
    }
}

/// The ranges of one pair such as `"1-3": "4,7-8"`, or none when the sides are uneven or cannot
/// be read.
fn ranges(from: &str, to: &str, season: u16) -> Option<Vec<Range>> {
    let (mut next, last) = span(from)?;
    let mut found = Vec::new();
    for part in to.split(',') {
        if found.len() == MOST_RANGES {
            return None;
        }
        let (number, end) = span(part)?;
        let start = Slot { season, number };
        let open_ended = end.is_none();
        let until = match end {
            None => last,
            Some(end) => Some(next.checked_add(end.checked_sub(number)?)?),
        };
        found.push(Range { first: next, last: until, start });
        next = if open_ended { u32::MAX } else { until?.checked_add(1)? };
    }
    let reached = found.last()?.last;
    (reached == last).then_some(found)
}

/// `"1-4": "1|-4"`: the four are one.
fn parts(from: &str, to: &str) -> Option<u32> {
    let (first, last) = span(from)?;
    let ratio = to.strip_prefix("1|-")?.parse().ok()?;
    (first == 1 && last == Some(ratio)).then_some(ratio)
}

/// `x`, `x-y` or `x-`. A ratio (`x-y|n`) is none of them.
fn span(text: &str) -> Option<(u32, Option<u32>)> {
    let number = |text: &str| text.trim().parse::<u32>().ok();
    match text.split_once('-') {
        None => number(text).map(|only| (only, Some(only))),
        Some((first, "")) => number(first).map(|first| (first, None)),
        Some((first, last)) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then_some((first, Some(last)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn soon() -> Deadline {
        Deadline::after(limits::READING)
    }

    fn slots(from: &str, to: &str) -> Option<Vec<String>> {
        let found = ranges(from, to, 2)?;
        let at = |abs| found.iter().find_map(|range| range.slot(abs));
        Some((1..=6).map(|abs| at(abs).map_or("-".into(), |slot: Slot| slot.to_string())).collect())
    }

    #[test]
    fn every_form_of_a_range_is_read() {
        for (from, to, expected) in [
            ("1", "7", "S2E7 - - - - -"),
            ("2-4", "7-9", "- S2E7 S2E8 S2E9 - -"),
            ("3-", "30-", "- - S2E30 S2E31 S2E32 S2E33"),
            ("1-2", "1,3", "S2E1 S2E3 - - - -"),
            ("1-4", "5-6,9-10", "S2E5 S2E6 S2E9 S2E10 - -"),
        ] {
            assert_eq!(slots(from, to).unwrap().join(" "), expected, "{from} → {to}");
        }
    }

    #[test]
    fn uneven_and_unreadable_ranges_place_nothing() {
        for (from, to) in [
            ("1-153", "1|-153"),
            ("1", "1-4|4"),
            ("1-9", "1-7,8|2"),
            ("1-3", "1-2"),
            ("1-2", "1-3"),
            ("", "1"),
            ("1", ""),
            ("3-1", "1-3"),
            ("1-4294967296", "1-2"),
            ("1-2", "4294967295-4294967296"),
            ("x", "y"),
        ] {
            assert_eq!(slots(from, to), None, "{from} → {to}");
        }
    }

    #[test]
    fn the_seasons_of_a_show_are_one_row() {
        let rows = parse_rows(
            br#"{"$meta": {"schema_version": "3.0.0"},
                 "anilist:146065": {"tmdb_show:94664:s0": {"1": "2"}, "tmdb_show:94664:s2": {"2-13": "1-12"}},
                 "anilist:223": {"tmdb_movie:1259215": {"1-153": "1|-153"}},
                 "anilist:x": {}, "anilist:7": 5, "mal:1": {}, "anilist:8": {"tmdb_show:1:s": {"1": "1"}}}"#,
        )
        .unwrap();
        let [film, show] = rows.as_slice() else { panic!("{rows:?}") };
        assert!(film.uneven);
        assert_eq!((film.parts, show.parts), (Some(153), None));
        assert_eq!((&show.target, show.uneven), (&Target::TmdbShow(94664), false));
        let at = |abs| show.ranges.iter().find_map(|range| range.slot(abs)).unwrap().to_string();
        assert_eq!((at(1), at(2), at(13)), ("S0E2".into(), "S2E1".into(), "S2E12".into()));
    }

    #[test]
    fn the_packed_and_the_plain_file_hold_the_same() {
        let text = br#"{"anilist:5": {"tmdb_movie:11299": {"1": "1"}}}"#;
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let plain = read(file.path(), soon()).unwrap().rows;
        let packed = zstd::bulk::compress(text, 3).unwrap();
        std::fs::write(file.path(), &packed).unwrap();
        assert_eq!(read(file.path(), soon()).unwrap().rows, plain);
        std::fs::write(file.path(), &packed[..packed.len() - 4]).unwrap();
        assert!(read(file.path(), soon()).is_err());
    }
}
