//! What shows and films are called on Trakt, so that people read names and not numbers. Trakt tells them
//! in passing, in answers that are asked for other reasons. Only where somebody looks at a title is it asked
//! what that is called, once for everybody; a run asks for no name.

mod asking;

use std::collections::HashMap;

pub use self::asking::{Told, ask};
use crate::domain::{MediaType, OnTrakt, TraktTitle};
use crate::hub::error::{Error, Result};
use crate::hub::services::Services;
use crate::store::{At, Step};

/// The documents that hold them, for everybody.
const COLLECTION: &str = "trakt:titles";

/// Titles that are written in one go.
const TOGETHER: usize = 500;

/// Keeps what Trakt told since this was last done.
pub async fn keep(services: &Services) {
    put(services, &services.trakt.heard()).await;
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

/// A title that cannot be kept is not worth an error.
async fn put(services: &Services, titles: &[(OnTrakt, TraktTitle)]) {
    for part in titles.chunks(TOGETHER) {
        let puts = part.iter().filter_map(|(what, title)| {
            Some(Step::Put(At::new(COLLECTION, key(*what)), serde_json::to_string(title).ok()?))
        });
        if let Err(error) = services.store.commit(puts.collect()).await {
            tracing::warn!("What titles are called on Trakt could not be kept: {error}");
        }
    }
}

fn key(OnTrakt { kind, id }: OnTrakt) -> String {
    match kind {
        MediaType::Show => format!("show:{id}"),
        MediaType::Movie => format!("movie:{id}"),
    }
}
