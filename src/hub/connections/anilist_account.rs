//! A person's AniList: its API, asked for the person's list.

use std::collections::HashMap;

use crate::anilist::{AniListClient, LibraryEntry, ListOwner, Listed, Viewer};
use crate::domain::{Activity, AnilistId, Entry, ListStatus, Media, Relations, ScheduledEpisode};
use crate::library::Kind;
use crate::outbound::ProviderError;

/// The AniList of one person.
#[derive(Debug, Clone)]
pub struct AniListAccount {
    client: AniListClient,
    owner: ListOwner,
}

impl AniListAccount {
    /// The API, asked for this list.
    pub fn new(client: AniListClient, owner: ListOwner) -> Self {
        Self { client, owner }
    }

    /// The API itself.
    pub fn client(&self) -> &AniListClient {
        &self.client
    }

    /// Whose list it is.
    pub fn owner(&self) -> &ListOwner {
        &self.owner
    }

    /// See [`AniListClient::viewer`].
    pub async fn viewer(&self) -> Result<Viewer, ProviderError> {
        self.client.viewer(&self.owner).await
    }

    /// See [`AniListClient::list`].
    pub async fn list(
        &self,
        user: u64,
        statuses: Option<&[ListStatus]>,
    ) -> Result<Listed, ProviderError> {
        self.client.list(&self.owner, user, statuses).await
    }

    /// See [`AniListClient::library`].
    pub async fn library(
        &self,
        user: u64,
        kind: Kind,
    ) -> Result<Listed<LibraryEntry>, ProviderError> {
        self.client.library(&self.owner, user, kind).await
    }

    /// See [`AniListClient::changed_since`].
    pub async fn changed_since(&self, user: u64, since: i64) -> Result<Listed, ProviderError> {
        self.client.changed_since(&self.owner, user, since).await
    }

    /// See [`AniListClient::activities`].
    pub async fn activities(
        &self,
        user: u64,
        since: Option<i64>,
        max_pages: u32,
    ) -> Result<Vec<Activity>, ProviderError> {
        self.client.activities(&self.owner, user, since, max_pages).await
    }

    /// See [`AniListClient::entry`].
    pub async fn entry(&self, user: u64, id: AnilistId) -> Result<Option<Entry>, ProviderError> {
        self.client.entry(&self.owner, user, id).await
    }

    /// See [`AniListClient::media`].
    pub async fn media(&self, id: AnilistId) -> Result<Option<Media>, ProviderError> {
        self.client.media(&self.owner, id).await
    }

    /// See [`AniListClient::relations`].
    pub async fn relations(
        &self,
        ids: &[AnilistId],
    ) -> Result<HashMap<AnilistId, Relations>, ProviderError> {
        self.client.relations(&self.owner, ids).await
    }

    /// See [`AniListClient::schedules`].
    pub async fn schedules(
        &self,
        ids: &[AnilistId],
    ) -> Result<HashMap<AnilistId, Vec<ScheduledEpisode>>, ProviderError> {
        self.client.schedules(&self.owner, ids).await
    }
}
