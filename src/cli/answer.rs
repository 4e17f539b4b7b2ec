//! Reading what a route answered.

use serde_json::Value;

/// The items of a list.
pub(super) fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A text, empty where there is none.
pub(super) fn word<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

/// Where a play is on Trakt.
pub(super) fn place(play: &Value) -> String {
    if word(play, "kind") == "movie" {
        return named(play, "film", &play["movie"]);
    }
    let show = named(play, "show", &play["show"]);
    format!("{show} S{}E{}", play["season"], play["number"])
}

/// What a row is of, such as `show Mushishi (7)`; by its number alone where Trakt has not told its name.
pub(super) fn named(row: &Value, kind: &str, id: &Value) -> String {
    match row["traktTitle"]["title"].as_str() {
        Some(title) => format!("{kind} {title} ({id})"),
        None => format!("{kind} {id}"),
    }
}
