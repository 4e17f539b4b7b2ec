//! Why an entry is placed where it is.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use super::params::{Query, anilist_id};
use crate::app::App;
use crate::error::Result;
use crate::sync::explanation::{self, Explanation};

pub(super) async fn explain(
    State(app): State<Arc<App>>,
    query: Query,
) -> Result<Json<Explanation>> {
    let id = anilist_id(&query)?;
    Ok(Json(explanation::explain(&app, id).await?))
}
