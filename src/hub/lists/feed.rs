//! AniList's feed kept quiet while a first sync writes, and told again as before when it is done.
//!
//! What was told before is remembered before it is switched off, so that it is put back also after the process died.

use secrecy::SecretString;

use crate::anilist::{AniListClient, Feed};
use crate::hub::anilist;
use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::store::{StoreError, Write, keys};

/// Switches the feed off. What was told before is remembered.
pub async fn silence(person: &Person) -> Result<()> {
    let Some((client, token)) = account(person) else { return Ok(()) };
    if remembered(person).await?.is_none() {
        let before = client.feed(&token).await?;
        let text = serde_json::to_string(&before);
        let value = Some(text.map_err(|cause| Error::Internal(cause.to_string()))?);
        person.store.write(vec![Write::Config { key: keys::LIST_FEED, value }]).await?;
    }
    Ok(client.set_feed(&token, &Feed::silent()).await?)
}

/// Lets be told what was before, where it was switched off.
pub async fn restore(person: &Person) -> Result<()> {
    let Some(before) = remembered(person).await? else { return Ok(()) };
    let Some((client, token)) = account(person) else { return Ok(()) };
    client.set_feed(&token, &before).await?;
    let forget = Write::Config { key: keys::LIST_FEED, value: None };
    Ok(person.store.write(vec![forget]).await?)
}

/// Whether the feed is off, or was when a process died.
pub async fn is_off(person: &Person) -> Result<bool> {
    Ok(remembered(person).await?.is_some())
}

fn account(person: &Person) -> Option<(&AniListClient, SecretString)> {
    Some((&person.services.anilist, anilist::token(person)?))
}

async fn remembered(person: &Person) -> Result<Option<Feed>> {
    let stored = person.store.config(&[keys::LIST_FEED]).await?.into_iter().flatten().next();
    let read = |text: String| {
        serde_json::from_str(&text).map_err(|cause| {
            let (key, cause) = (keys::LIST_FEED.to_owned(), cause.to_string());
            Error::from(StoreError::Corrupt { key, cause })
        })
    };
    stored.map(read).transpose()
}
