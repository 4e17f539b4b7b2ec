//! A few places for one title, for a person to choose from.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::params::{Query, anilist_id};
use crate::app::App;
use crate::error::Result;
use crate::sync::suggestions::{Suggested, suggest};

pub(super) async fn suggestions(State(app): State<Arc<App>>, query: Query) -> Result<Json<Value>> {
    let id = anilist_id(&query)?;
    Ok(Json(describe(&suggest(&app, id).await?)))
}

fn describe(suggested: &Suggested) -> Value {
    let media = &suggested.entry.media;
    let mut body = json!({
        "anilistId": media.id,
        "title": media.titles.display(),
        "format": media.format,
        "year": media.start_date.year,
        "episodeCount": media.episodes,
        "verdict": suggested.verdict,
        "suggestions": suggested.suggestions,
    });
    if let Some(error) = &suggested.search_error {
        body["searchError"] = json!(error);
    }
    body
}
