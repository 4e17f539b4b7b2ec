//! Reading the Otaku mappings: an SQLite file with Trakt ids, seasons and episode ranges.
//!
//! Column types are loose: numbers come as text and text as numbers, so every value is read by
//! what it is. The file comes from outside and is opened so that it can do nothing but be read.

use std::path::Path;

use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use anilist_trakt_sync_core::domain::{AnilistId, MediaType};
use anilist_trakt_sync_core::placing::datasets::limits::{Budget, Deadline, OTAKU};
use anilist_trakt_sync_core::placing::datasets::otaku::{Row, Season};
use anilist_trakt_sync_core::placing::datasets::{ParseError, Parsed};

use crate::foreign;

const TABLE: &str = "anime";

const COLUMNS: [&str; 9] = [
    "anilist_id",
    "trakt_id",
    "themoviedb_id",
    "imdb_id",
    "thetvdb_id",
    "thetvdb_season",
    "anime_media_episodes",
    "global_media_episodes",
    "global_media_type",
];

const LAST_UPDATED: &str = "SELECT last_updated FROM activities WHERE sync_id = 1";

/// Reads the published file, and gives up at the deadline.
pub fn read(file: &Path, until: Deadline) -> Result<Parsed<Row>, ParseError> {
    let connection = foreign::open(file, until).map_err(|cause| broken(&cause))?;
    foreign::check_table(&connection, TABLE, &COLUMNS)?;
    let last_activity = last_activity(&connection);
    Ok(Parsed { rows: rows(&connection)?, last_activity })
}

fn broken(cause: &rusqlite::Error) -> ParseError {
    ParseError(format!("the file is not a whole Otaku database: {cause}"))
}

fn rows(connection: &Connection) -> Result<Vec<Row>, ParseError> {
    let mut budget = Budget::new(&OTAKU);
    let mut found = Vec::new();
    let statement = foreign::select(TABLE, &COLUMNS, OTAKU.row);
    let mut statement = connection.prepare(&statement).map_err(|cause| broken(&cause))?;
    let mut rows = statement.query([]).map_err(|cause| broken(&cause))?;
    while let Some(row) = rows.next().map_err(|cause| broken(&cause))? {
        if let Some(row) = read_row(row).map_err(|cause| broken(&cause))? {
            budget.take(1)?;
            found.push(row);
        }
    }
    Ok(found)
}

fn read_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Option<Row>> {
    let Some(entry) = number(row.get_ref(0)?) else { return Ok(None) };
    let kind = match text(row.get_ref(8)?) {
        Some(kind) if kind.eq_ignore_ascii_case("movie") => MediaType::Movie,
        _ => MediaType::Show,
    };
    let entry_first = range_start(row.get_ref(6)?).unwrap_or(1);
    let season_first = range_start(row.get_ref(7)?).unwrap_or(1);
    Ok(Some(Row {
        entry: AnilistId(entry),
        kind,
        trakt: number(row.get_ref(1)?),
        tmdb: number(row.get_ref(2)?),
        imdb: text(row.get_ref(3)?).and_then(|id| id.parse().ok()),
        tvdb: number(row.get_ref(4)?),
        season: season(row.get_ref(5)?),
        offset: season_first.saturating_sub(entry_first),
    }))
}

/// When the makers last changed the file; the table may be missing.
fn last_activity(connection: &Connection) -> Option<Timestamp> {
    foreign::check_table(connection, "activities", &["sync_id", "last_updated"]).ok()?;
    let seconds: i64 = connection.query_row(LAST_UPDATED, [], |row| row.get(0)).ok()?;
    Timestamp::from_second(seconds).ok()
}

fn text(value: ValueRef<'_>) -> Option<&str> {
    value.as_str().ok().map(str::trim).filter(|text| !text.is_empty())
}

/// A positive number, however it is kept.
fn number(value: ValueRef<'_>) -> Option<u32> {
    let number = match value {
        ValueRef::Integer(number) => u32::try_from(number).ok()?,
        ValueRef::Real(number) if number.fract() == 0.0 => format!("{number:.0}").parse().ok()?,
        other => text(other)?.parse().ok()?,
    };
    (number > 0).then_some(number)
}

fn season(value: ValueRef<'_>) -> Option<Season> {
    if text(value).is_some_and(|text| text.eq_ignore_ascii_case("a")) {
        return Some(Season::Absolute);
    }
    let number = match value {
        ValueRef::Integer(number) => u16::try_from(number).ok()?,
        other => text(other)?.parse().ok()?,
    };
    Some(Season::Number(number))
}

/// The first number of a range such as `13-24`.
fn range_start(value: ValueRef<'_>) -> Option<u32> {
    if let ValueRef::Integer(number) = value {
        return u32::try_from(number).ok();
    }
    text(value)?.split('-').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use anilist_trakt_sync_core::placing::datasets::limits::READING;

    fn database(rows: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        let connection = Connection::open(file.path()).unwrap();
        connection
            .execute_batch(&format!(
                "CREATE TABLE anime (anilist_id, trakt_id, themoviedb_id, imdb_id, thetvdb_id,
                     thetvdb_season, anime_media_episodes, global_media_episodes, global_media_type);
                 CREATE TABLE activities (sync_id, last_updated);
                 INSERT INTO activities VALUES (1, 1780196401);
                 {rows}"
            ))
            .unwrap();
        file
    }

    fn parse(file: &tempfile::NamedTempFile) -> Result<Parsed<Row>, ParseError> {
        read(file.path(), Deadline::after(READING))
    }

    #[test]
    fn loose_column_types_are_read() {
        let loose = database(
            "INSERT INTO anime VALUES
               (104578, 1420, '1429', 'tt2560140', 267440.0, '3', '1-10', '13-22', 'tv'),
               ('32', 11325, NULL, '', NULL, 0, '1-1', '2-2', 'MOVIE'),
               (21, 37696, 37854, 'tt0388629', 81797, 'a', NULL, NULL, 'tv'),
               (NULL, 1, 1, NULL, 1, 1, NULL, NULL, 'tv'), ('x', 1, 1, NULL, 1, 1, NULL, NULL, 'tv')",
        );
        let parsed = parse(&loose).unwrap();
        assert_eq!(parsed.last_activity.map(Timestamp::as_second), Some(1_780_196_401));
        let [titan, film, pirates] = parsed.rows.as_slice() else { panic!("{:?}", parsed.rows) };
        assert_eq!((titan.season, titan.offset), (Some(Season::Number(3)), 12));
        assert_eq!((titan.tmdb, titan.tvdb), (Some(1429), Some(267_440)));
        assert_eq!((film.kind, film.imdb.as_ref()), (MediaType::Movie, None));
        assert_eq!(pirates.season, Some(Season::Absolute));
    }

    #[test]
    fn a_truncated_file_is_refused() {
        let file = database(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
             INSERT INTO anime SELECT i, i, i, 'tt0000000', 1, 1, NULL, NULL, 'tv' FROM n",
        );
        let length = file.as_file().metadata().unwrap().len();
        file.as_file().set_len(length / 2).unwrap();
        assert!(parse(&file).is_err());
    }

    #[test]
    fn what_is_not_a_database_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "<!DOCTYPE html><html></html>").unwrap();
        assert!(parse(&file).is_err());
    }
}
