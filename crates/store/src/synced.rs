//! How far every entry is synced.

use std::collections::HashMap;

use async_trait::async_trait;

use crate::Result;
use anilist_trakt_sync_core::domain::{AccountId, AnilistId, Progress};

/// The progress of entries.
#[async_trait]
pub trait Synced: Send + Sync {
    /// How far every entry is synced.
    async fn progress(&self, account: &AccountId) -> Result<HashMap<AnilistId, Progress>>;

    /// The most recently changed progress rows, newest first.
    async fn latest_progress(&self, account: &AccountId, limit: u32) -> Result<Vec<Progress>>;
}
