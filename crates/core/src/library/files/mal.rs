//! `MyAnimeList`'s XML. Its words come in many forms: by the site's own export, by older programming
//! interfaces, and by the many programs that write it.

mod cells;

use serde_json::{Map, Value, json};

use self::cells::Cells;
use super::anilist::{dashed, one_line};
use super::limits::Meter;
use super::scale::Scale;
use super::{File, Format, Row, Unreadable};
use crate::library::Kind;

/// How often something was watched, for a person who does not know.
const UNKNOWN_TIMES: &str = "255";

pub(super) fn read(text: &[u8], meter: &mut Meter) -> Result<File, Unreadable> {
    let rows = cells::read(text, meter, row)?;
    Ok(File { format: Format::MalXml, rows })
}

fn row(number: usize, cells: &Cells) -> Row {
    let repeating = is_yes(cells.first(["my_rewatching", "my_rereading", "my_rereadingg"]));
    let volumes = ["manga_volumes", "series_volumes"];
    let fields = [
        ("type", text(cells.kind.word())),
        ("source", text("myanimelist")),
        ("title", text(&one_line(cells.first(["series_title", "manga_title"])))),
        ("mal_id", id(cells.first(["series_animedb_id", "manga_mangadb_id", "series_mangadb_id"]))),
        (
            "max_progress",
            number_of(cells.first(["series_episodes", "manga_chapters", "series_chapters"])),
        ),
        (
            "max_volumes",
            number_of(if cells.kind == Kind::Manga { cells.first(volumes) } else { "" }),
        ),
        ("format", format(cells.first(["series_type"]))),
        ("status", status(cells.first(["my_status"]), repeating)),
        ("repeating", json!(repeating)),
        ("progress", progress(cells, repeating)),
        ("progress_volumes", number_of(cells.first(["my_read_volumes"]))),
        ("score", score(cells.first(["my_score"]))),
        ("started", date(cells.first(["my_start_date"]))),
        ("finished", date(cells.first(["my_finish_date"]))),
        ("repeats", times(cells.first(["my_times_watched", "my_times_read"]))),
        ("notes", notes(cells.first(["my_comments"]), cells.first(["my_tags"]))),
    ];
    let known = fields.into_iter().filter(|(_, value)| !value.is_null());
    let fields: Map<String, Value> = known.map(|(name, value)| (name.to_owned(), value)).collect();
    Row::told(number, fields, Scale::Ten)
}

fn text(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { text.into() }
}

/// A whole number; what is none stays as it is, and is refused as one.
fn number_of(cell: &str) -> Value {
    cell.parse::<u64>().map_or_else(|_| text(cell), Value::from)
}

fn id(cell: &str) -> Value {
    if cell == "0" { Value::Null } else { number_of(cell) }
}

/// A word; older interfaces have numbers for it, which are passed over.
fn format(cell: &str) -> Value {
    let is_word = !cell.bytes().all(|byte| byte.is_ascii_digit());
    let known = is_word && !cell.eq_ignore_ascii_case("unknown");
    if known { text(&cell.to_lowercase()) } else { Value::Null }
}

/// What is watched again stands among what is completed, or among what is watched.
fn status(cell: &str, repeating: bool) -> Value {
    let word = match cell {
        "1" => "current",
        "2" => "completed",
        "3" => "on-hold",
        "4" => "dropped",
        "6" => "planning",
        word => word,
    };
    if repeating && word.eq_ignore_ascii_case("completed") { text("current") } else { text(word) }
}

/// While something is watched again, some files have how far it was watched at first, and how far it is
/// now beside it.
fn progress(cells: &Cells, repeating: bool) -> Value {
    let now = cells.first(["my_rewatching_ep", "my_rereading_chap"]);
    let now = if repeating && now != "0" { now } else { "" };
    let seen = cells.first(["my_watched_episodes", "my_read_chapters"]);
    number_of(if now.is_empty() { seen } else { now })
}

fn score(cell: &str) -> Value {
    let lifted = cell.parse().ok().and_then(|score| Scale::Ten.lift(score));
    lifted.map_or_else(|| text(cell), Value::from)
}

/// A date of which any part may be 0.
fn date(cell: &str) -> Value {
    let parts: Vec<Option<u64>> = cell.split('-').map(|part| part.parse().ok()).collect();
    match parts.as_slice() {
        [Some(year), Some(month), Some(day)] => dashed(*year, *month, *day),
        _ => text(cell),
    }
}

fn times(cell: &str) -> Value {
    if cell == UNKNOWN_TIMES { Value::Null } else { number_of(cell) }
}

fn is_yes(cell: &str) -> bool {
    matches!(cell.to_ascii_lowercase().as_str(), "1" | "yes" | "true")
}

/// Tags have no place in an item, and so stand under the note.
fn notes(comments: &str, tags: &str) -> Value {
    match (comments, tags) {
        (comments, "") => text(comments),
        ("", tags) => text(&format!("Tags: {tags}")),
        (comments, tags) => text(&format!("{comments}\nTags: {tags}")),
    }
}
