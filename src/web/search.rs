//! Looking for a show or film on Trakt by its title.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::params::{Query, shown};
use crate::app::App;
use crate::error::{Error, Result};
use crate::store::MediaType;
use crate::trakt::SearchHit;

/// The longest title that is looked for.
const LONGEST: usize = 200;

pub(super) async fn search(State(app): State<Arc<App>>, query: Query) -> Result<Json<Value>> {
    let text = query.get("q").map(|text| text.trim()).unwrap_or_default();
    if text.is_empty() || text.len() > LONGEST {
        let message = format!("q is not a title of 1 to {LONGEST} characters: {}", shown(text));
        return Err(Error::bad_request(message, "add ?q= with the title, or a part of it"));
    }
    let mut items: Vec<Value> = Vec::new();
    for kind in kinds(&query)? {
        let hits = app.trakt.search_text(text, *kind, None).await?;
        items.extend(hits.iter().map(describe));
    }
    Ok(Json(json!({ "count": items.len(), "items": items })))
}

fn kinds(query: &Query) -> Result<&'static [MediaType]> {
    match query.get("type").map(String::as_str) {
        None | Some("") => Ok(&[MediaType::Show, MediaType::Movie]),
        Some("show") => Ok(&[MediaType::Show]),
        Some("movie") => Ok(&[MediaType::Movie]),
        Some(other) => {
            let message = format!("type is neither show nor movie: {}", shown(other));
            Err(Error::bad_request(message, "write show or movie, or leave it out for both"))
        }
    }
}

fn describe(hit: &SearchHit) -> Value {
    json!({ "kind": hit.kind, "traktId": hit.trakt_id, "title": hit.title, "year": hit.year })
}
