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
    match play["kind"].as_str() {
        Some("movie") => format!("film {}", play["movie"]),
        _ => format!("show {} S{}E{}", play["show"], play["season"], play["number"]),
    }
}
