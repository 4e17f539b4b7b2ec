//! Starting titles afresh, also while a run goes on that knows nothing of it.
//!
//! A run writes how far titles are synced as it goes, and at its end up to where the list is. What
//! a person asked for in between is therefore kept by itself, and done again when the run has ended.

use std::collections::BTreeSet;

use crate::domain::AnilistId;
use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::store::{Write, keys};

/// How often a change is tried that others change at the same time.
const TRIES: u32 = 20;

/// Forgets how far a title is synced and where it was placed. The next full sync reads the whole
/// list again, as an old entry is not among the changes. What Trakt has is still not posted again.
pub async fn start_afresh(person: &Person, id: AnilistId) -> Result<()> {
    change(person, |before| {
        let mut ids = before.clone();
        ids.insert(id);
        Some(ids)
    })
    .await
}

/// Does again what was asked for while a run was writing. Only for the owner of the run lock.
pub(super) async fn honour(person: &Person) -> Result<()> {
    change(person, |before| (!before.is_empty()).then(BTreeSet::new)).await
}

/// Moves the mark up to which the list is settled, unless somebody has moved it meanwhile.
///
/// Says whether it did.
pub(super) async fn move_mark(person: &Person, from: Option<&str>, to: i64) -> Result<bool> {
    let key = keys::LAST_SYNC_TIMESTAMP;
    let mark = Write::Config { key, value: Some(to.to_string()) };
    let is_moved = person.store.write_if(key, from, vec![mark]).await?;
    if !is_moved {
        tracing::info!("[Sync] The mark of the list was moved during the run, so it stays there");
    }
    Ok(is_moved)
}

/// Forgets the titles that stand in the store or are to, with what stands there afterwards.
async fn change(
    person: &Person,
    next: impl Fn(&BTreeSet<AnilistId>) -> Option<BTreeSet<AnilistId>>,
) -> Result<()> {
    let store = &person.store;
    for _ in 0..TRIES {
        let stored = store.config(&[keys::AFRESH]).await?.into_iter().flatten().next();
        let before = stored.as_deref().map(read).unwrap_or_default();
        let Some(after) = next(&before) else { return Ok(()) };
        let mut writes = vec![Write::Config { key: keys::LAST_SYNC_TIMESTAMP, value: None }];
        // Whoever starts afresh may have taken plays off Trakt.
        writes.push(Write::Config { key: keys::TRAKT_WATCHED, value: None });
        for id in before.union(&after) {
            writes.extend([Write::RemoveSettled(*id), Write::RemovePlacement(*id)]);
        }
        writes.push(Write::Config { key: keys::AFRESH, value: text(&after)? });
        if store.write_if(keys::AFRESH, stored.as_deref(), writes).await? {
            return Ok(());
        }
    }
    Err(Error::Internal("others keep starting titles afresh".to_owned()))
}

fn read(text: &str) -> BTreeSet<AnilistId> {
    serde_json::from_str(text).unwrap_or_default()
}

fn text(ids: &BTreeSet<AnilistId>) -> Result<Option<String>> {
    if ids.is_empty() {
        return Ok(None);
    }
    serde_json::to_string(ids).map(Some).map_err(|error| Error::Internal(error.to_string()))
}
