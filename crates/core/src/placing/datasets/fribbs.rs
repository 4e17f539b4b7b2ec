//! The Fribbs anime list: a JSON array that joins the ids of a dozen sites.
//!
//! Its form changed over the years; all of these are read: `themoviedb_id` as a number, a string,
//! or `{"tv": n}` / `{"movie": [n, …]}`; `imdb_id` as a string or an array; `thetvdb_id` or
//! `tvdb_id`. One odd row never loses the file.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::index::{Dataset, ParseError, Parsed};
use super::limits::{self, Bounded, Budget, Deadline, Limits};
use super::rows;
use crate::domain::{AnilistId, ImdbId, MalId, Service};

/// The dataset.
#[derive(Debug)]
pub enum Fribbs {}

/// What the list says of one entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The entry.
    #[serde(rename = "a")]
    pub entry: AnilistId,
    /// `MyAnimeList`'s id of it.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub mal: Option<MalId>,
    /// Kitsu's.
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    pub kitsu: Option<u32>,
    /// The list calls it a film.
    #[serde(rename = "f", default, skip_serializing_if = "is_false")]
    pub is_film: bool,
    /// TMDB's show.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub tmdb_show: Option<u32>,
    /// TMDB's films.
    #[serde(rename = "m", default, skip_serializing_if = "Vec::is_empty")]
    pub tmdb_movies: Vec<u32>,
    /// IMDb's ids.
    #[serde(rename = "i", default, skip_serializing_if = "Vec::is_empty")]
    pub imdb: Vec<ImdbId>,
    /// TheTVDB's series.
    #[serde(rename = "v", default, skip_serializing_if = "Option::is_none")]
    pub tvdb: Option<u32>,
    /// TMDB's season.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub season: Option<u16>,
    /// Episodes of that season before the entry's first.
    #[serde(rename = "o", default, skip_serializing_if = "is_zero")]
    pub offset: u32,
    /// TheTVDB has it among the specials.
    #[serde(rename = "z", default, skip_serializing_if = "is_false")]
    pub is_special: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(value: &u32) -> bool {
    *value == 0
}

impl Dataset for Fribbs {
    type Row = Row;

    const NAME: &'static str = "fribbs";
    const SERVICE: Service = Service::FRIBBS;
    const LIMITS: Limits = limits::FRIBBS;
    const FORMAT: u32 = 3;

    fn entry(row: &Row) -> AnilistId {
        row.entry
    }
}

/// Reads the published file, and gives up at the deadline.
pub fn read(file: &Path, until: Deadline) -> Result<Parsed<Row>, ParseError> {
    let file = File::open(file)
        .map_err(|cause| ParseError(format!("the file cannot be opened: {cause}")))?;
    Ok(Parsed { rows: read_rows(file, until)?, last_activity: None })
}

/// The rows of the list that are about an AniList entry.
pub fn parse_rows(text: &[u8]) -> Result<Vec<Row>, ParseError> {
    read_rows(text, Deadline::after(limits::READING))
}

fn read_rows(file: impl Read, until: Deadline) -> Result<Vec<Row>, ParseError> {
    let Limits { unpacked, row: longest, .. } = Fribbs::LIMITS;
    let mut budget = Budget::new(&Fribbs::LIMITS);
    let mut found = Vec::new();
    rows::of_array(Bounded::new(file, unpacked, until), |text| {
        if let Some(row) = (text.len() <= longest).then(|| read_row(text)).flatten() {
            budget.take(1 + row.tmdb_movies.len() + row.imdb.len())?;
            found.push(row);
        }
        Ok(())
    })?;
    Ok(found)
}

fn read_row(text: &str) -> Option<Row> {
    let wire: Wire = serde_json::from_str(text).ok()?;
    let entry = AnilistId(number(&wire.anilist_id)?);
    let is_film = matches!(&wire.kind, Value::String(kind) if kind.eq_ignore_ascii_case("movie"));
    let (tmdb_show, tmdb_movies) = tmdb(&wire.themoviedb_id, is_film);
    Some(Row {
        entry,
        mal: number(&wire.mal_id).map(MalId),
        kitsu: number(&wire.kitsu_id),
        is_film,
        tmdb_show,
        tmdb_movies,
        imdb: texts(&wire.imdb_id).filter_map(|id| id.parse().ok()).collect(),
        tvdb: number(&wire.tvdb_id).or_else(|| number(&wire.thetvdb_id)),
        season: number(&wire.season["tmdb"]).and_then(|n| u16::try_from(n).ok()),
        offset: number(&wire.episode_offset["tmdb"]).unwrap_or(0),
        is_special: number(&wire.season["tvdb"]) == Some(0),
    })
}

/// A row as published. Every field is read by hand, since each has had several forms.
#[derive(Deserialize)]
#[serde(default)]
struct Wire {
    anilist_id: Value,
    mal_id: Value,
    kitsu_id: Value,
    #[serde(rename = "type")]
    kind: Value,
    themoviedb_id: Value,
    imdb_id: Value,
    tvdb_id: Value,
    thetvdb_id: Value,
    season: Value,
    episode_offset: Value,
}

impl Default for Wire {
    fn default() -> Self {
        let none = || Value::Null;
        Self {
            anilist_id: none(),
            mal_id: none(),
            kitsu_id: none(),
            kind: none(),
            themoviedb_id: none(),
            imdb_id: none(),
            tvdb_id: none(),
            thetvdb_id: none(),
            season: none(),
            episode_offset: none(),
        }
    }
}

/// A number, or a string of digits.
fn number(value: &Value) -> Option<u32> {
    match value {
        Value::Number(number) => u32::try_from(number.as_u64()?).ok(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn numbers(value: &Value) -> Vec<u32> {
    match value {
        Value::Array(values) => values.iter().filter_map(number).collect(),
        Value::String(text) => {
            text.split(',').filter_map(|part| part.trim().parse().ok()).collect()
        }
        other => number(other).into_iter().collect(),
    }
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let texts = match value {
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect(),
        Value::String(text) => text.split(',').collect(),
        _ => Vec::new(),
    };
    texts.into_iter().map(str::trim)
}

/// TMDB's show and films. The older form does not say which of the two it means; the row's type
/// does.
fn tmdb(value: &Value, is_film: bool) -> (Option<u32>, Vec<u32>) {
    match value {
        Value::Object(ids) => {
            let show = ids.get("tv").map(numbers).unwrap_or_default().first().copied();
            (show, ids.get("movie").map(numbers).unwrap_or_default())
        }
        older if is_film => (None, numbers(older)),
        older => (numbers(older).first().copied(), Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(json: &str) -> Row {
        read_row(json).unwrap()
    }

    #[test]
    fn todays_form_is_read() {
        let show = row(
            r#"{"type":"TV","anilist_id":104578,"mal_id":38524,"kitsu_id":41982,"imdb_id":["tt2560140"],"themoviedb_id":{"tv":1429},
                "tvdb_id":267440,"season":{"tvdb":3,"tmdb":3},"episode_offset":{"tvdb":12,"tmdb":12}}"#,
        );
        assert_eq!((show.tmdb_show, show.season, show.offset), (Some(1429), Some(3), 12));
        assert_eq!((show.mal, show.kitsu), (Some(MalId(38524)), Some(41982)));
        assert_eq!(show.imdb[0].to_string(), "tt2560140");
        let film = row(r#"{"type":"MOVIE","anilist_id":1,"themoviedb_id":{"movie":[5,6]}}"#);
        assert_eq!((film.is_film, film.tmdb_movies), (true, vec![5, 6]));
    }

    #[test]
    fn the_forms_of_earlier_years_are_read() {
        let show = row(
            r#"{"type":"TV","anilist_id":1,"themoviedb_id":30991,"thetvdb_id":76885,"imdb_id":"tt0213338"}"#,
        );
        assert_eq!((show.tmdb_show, show.tvdb), (Some(30991), Some(76885)));
        let film = row(
            r#"{"type":"MOVIE","anilist_id":2,"themoviedb_id":"11299,12","imdb_id":"tt0275277"}"#,
        );
        assert_eq!((film.tmdb_show, film.tmdb_movies), (None, vec![11299, 12]));
    }

    #[test]
    fn an_odd_row_does_not_lose_the_file() {
        let rows = parse_rows(
            br#"[{"anilist_id":1}, 7, null, {"anilist_id":"x"}, {"anilist_id":2,"season":"?","imdb_id":5},
                {"anilist_id":-3}, {"anilist_id":99999999999}, [], {"anilist_id":4,"themoviedb_id":{"tv":"9"}}]"#,
        )
        .unwrap();
        assert_eq!(rows.iter().map(|r| r.entry.0).collect::<Vec<_>>(), [1, 2, 4]);
        assert_eq!(rows[2].tmdb_show, Some(9));
    }

    #[test]
    fn what_is_not_an_array_is_refused() {
        for bad in ["", "{}", "<html>", "[{\"anilist_id\":1}"] {
            assert!(parse_rows(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_index_row_survives_its_own_encoding() {
        let row =
            row(r#"{"type":"TV","anilist_id":7,"themoviedb_id":{"tv":3},"season":{"tmdb":0}}"#);
        let text = serde_json::to_string(&row).unwrap();
        assert_eq!(serde_json::from_str::<Row>(&text).unwrap(), row);
    }
}
