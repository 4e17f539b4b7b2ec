//! Titles by name and by id.

use secrecy::SecretString;

use super::client::{MalClient, title_fields};
use super::title::{WireTitle, path};
use super::wire::{Page, WireHit};
use crate::outbound::{Fault, ProviderError};
use anilist_trakt_sync_core::domain::MalId;
use anilist_trakt_sync_core::library::{Found, Kind, Origin};

/// A shorter text is refused.
const SHORTEST: usize = 3;

/// A longer one is too.
const LONGEST: usize = 64;

impl MalClient {
    /// The titles that a text finds, those that are most like it first, at most `most` of 100. Nothing that is drawn for
    /// adults alone, and nothing for a text of fewer than three characters, which the service does not look for.
    pub async fn search(
        &self,
        token: &SecretString,
        kind: Kind,
        text: &str,
        most: u8,
    ) -> Result<Vec<Found>, ProviderError> {
        let text: String = text.trim().chars().take(LONGEST).collect();
        if text.chars().count() < SHORTEST {
            return Ok(Vec::new());
        }
        let request = self.get(&format!("/{}", path(kind)))?;
        let request = request
            .query("q", &text)
            .query("limit", &most.clamp(1, 100).to_string())
            .query("fields", title_fields(kind))
            .query("nsfw", "true");
        let page: Page = self.send(token, request).await?.json()?;
        let hits = page.data.iter().filter_map(|raw| serde_json::from_str(raw.get()).ok());
        let titles = hits.map(|hit: WireHit| hit.node).filter(|title| !title.is_for_adults());
        Ok(titles.filter_map(|title| found(title, kind)).collect())
    }

    /// What is known of a title by its id; none where there is none.
    pub async fn work(
        &self,
        token: &SecretString,
        kind: Kind,
        id: MalId,
    ) -> Result<Option<Found>, ProviderError> {
        let request = self.get(&format!("/{}/{id}", path(kind)))?;
        match self.send(token, request.query("fields", title_fields(kind))).await {
            Ok(answer) => Ok(found(answer.json()?, kind)),
            Err(ProviderError { fault: Fault::NotFound, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn found(title: WireTitle, kind: Kind) -> Option<Found> {
    Some(Found { kind, origin: Origin::Myanimelist, work: title.into_work(kind)? })
}
