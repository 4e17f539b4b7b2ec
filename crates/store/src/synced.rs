//! How far every entry is synced.

use std::collections::HashMap;

use async_trait::async_trait;

use crate::Result;
use anilist_trakt_sync_core::domain::{AccountId, AnilistId, Settled};

/// How far entries are settled.
#[async_trait]
pub trait Synced: Send + Sync {
    /// How far every entry is synced.
    async fn settled(&self, account: &AccountId) -> Result<HashMap<AnilistId, Settled>>;

    /// How far entries are settled, the most recently changed first.
    async fn latest_settled(&self, account: &AccountId, limit: u32) -> Result<Vec<Settled>>;
}
