//! What Trakt's history holds, read once and kept until Trakt says that it changed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::clock::age;
use crate::domain::Watched;
use crate::error::{Error, Result};
use crate::store::{Write, keys};
use crate::trakt::{LANDING, LastActivities};

/// The stored copy, with the marks that tell whether it is still good.
#[derive(Debug, Serialize, Deserialize)]
struct Copy {
    as_of: LastActivities,
    watched: Watched,
}

/// Whether the stored copy may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// If Trakt's marks have not moved.
    WhenUnchanged,
    /// Never: something was sent whose outcome is not known.
    ReadAgain,
}

/// What was watched according to Trakt, whoever put it there.
pub async fn watched(app: &App, freshness: Freshness) -> Result<Watched> {
    let as_of = app.trakt.last_activities().await?;
    if freshness == Freshness::WhenUnchanged
        && let Some(copy) = stored_copy(app).await?
        && copy.as_of == as_of
    {
        return Ok(copy.watched);
    }
    // Before it is read, as it may change meanwhile.
    let is_settled = is_settled(&as_of, app.outbound.true_time());
    let watched = app.trakt.watched().await?;
    let copy = Copy { as_of, watched };
    let text = is_settled.then(|| serde_json::to_string(&copy)).transpose();
    let value = text.map_err(|e| Error::Internal(e.to_string()))?;
    app.store.write(&app.account, vec![Write::Config { key: keys::TRAKT_WATCHED, value }]).await?;
    Ok(copy.watched)
}

/// Whether the last change is so long ago that the history shows it. A copy that lacks it, under a
/// mark that tells of it, would lack it for good.
fn is_settled(as_of: &LastActivities, now: Timestamp) -> bool {
    let is_old = |mark: &String| {
        let at: Option<Timestamp> = mark.parse().ok();
        at.is_none_or(|at| age(at, now).is_some_and(|age| age >= LANDING))
    };
    [&as_of.episodes_watched, &as_of.movies_watched].into_iter().all(is_old)
}

/// A copy that cannot be read is read anew from Trakt.
async fn stored_copy(app: &App) -> Result<Option<Copy>> {
    let values = app.store.config(&app.account, &[keys::TRAKT_WATCHED]).await?;
    let text = values.into_iter().next().flatten();
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}
