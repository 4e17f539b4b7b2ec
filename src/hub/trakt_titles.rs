//! What shows and films are called on Trakt, so that people read names and not numbers. Trakt tells them
//! in passing, in answers that are asked for other reasons. Only where one title is looked at by itself
//! is it asked what the shows in question are called; a run asks for no title.

use std::collections::HashMap;

use crate::domain::{MediaType, OnTrakt, TraktShowId, TraktTitle};
use crate::hub::error::{Error, Result};
use crate::hub::services::Services;
use crate::store::{At, Step};

/// The documents that hold them, for everybody.
const COLLECTION: &str = "trakt:titles";

/// Shows whose names are asked for at once.
const AT_MOST: usize = 4;

/// Titles that are written in one go.
const TOGETHER: usize = 500;

/// Keeps what Trakt told since this was last done. A title that cannot be kept is not worth an error.
pub async fn keep(services: &Services) {
    let heard = services.trakt.heard();
    for part in heard.chunks(TOGETHER) {
        let puts = part.iter().filter_map(|(what, title)| {
            Some(Step::Put(At::new(COLLECTION, key(*what)), serde_json::to_string(title).ok()?))
        });
        if let Err(error) = services.store.commit(puts.collect()).await {
            tracing::warn!("What titles are called on Trakt could not be kept: {error}");
        }
    }
}

/// Asks Trakt for the names of these shows, of a few at most. What it does not tell stays a number.
pub async fn ask(services: &Services, shows: impl IntoIterator<Item = TraktShowId>) {
    for show in shows.into_iter().take(AT_MOST) {
        if let Err(error) = services.trakt.ask_name(show).await {
            tracing::debug!("What show {show} is called is not known: {error}");
        }
    }
    keep(services).await;
}

/// What some are called, of those that are known.
pub async fn of(
    services: &Services,
    wanted: impl IntoIterator<Item = OnTrakt>,
) -> Result<HashMap<OnTrakt, TraktTitle>> {
    let mut wanted: Vec<OnTrakt> = wanted.into_iter().collect();
    wanted.sort_unstable();
    wanted.dedup();
    let keys: Vec<String> = wanted.iter().copied().map(key).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let found = services.store.documents(COLLECTION, &keys).await.map_err(Error::from)?;
    let read = |text: Option<String>| serde_json::from_str(&text?).ok();
    let titles = wanted.into_iter().zip(found.into_iter().map(read));
    Ok(titles.filter_map(|(what, title)| Some((what, title?))).collect())
}

fn key(OnTrakt { kind, id }: OnTrakt) -> String {
    match kind {
        MediaType::Show => format!("show:{id}"),
        MediaType::Movie => format!("movie:{id}"),
    }
}
