//! Trakt's shows as they were last read. They belong to all accounts.

use std::collections::HashMap;

use async_trait::async_trait;

use crate::Result;
use anilist_trakt_sync_core::domain::{ShowVersion, StoredShow, TraktShowId};

/// The stored shows.
#[async_trait]
pub trait Shows: Send + Sync {
    /// The shows among these that are stored.
    async fn shows(&self, ids: &[TraktShowId]) -> Result<HashMap<TraktShowId, StoredShow>>;

    /// As of when these shows are stored and how they look, without reading them. One that was
    /// stored before versions were kept has none.
    async fn show_versions(&self, ids: &[TraktShowId])
    -> Result<HashMap<TraktShowId, ShowVersion>>;

    /// The shows that are stored, by id.
    async fn show_ids(&self) -> Result<Vec<TraktShowId>>;
}
