//! Which show or film an entry belongs to, and single episodes that belong elsewhere.

use std::collections::HashMap;

use async_trait::async_trait;

use crate::Result;
use anilist_trakt_sync_core::domain::{AccountId, AnilistId, Mapping, Override};

/// Mappings of entries, and corrections of single episodes.
#[async_trait]
pub trait Corrections: Send + Sync {
    /// All mappings, by AniList id.
    async fn mappings(&self, account: &AccountId) -> Result<Vec<Mapping>>;

    /// The mappings of some entries, of those that have one.
    async fn some_mappings(
        &self,
        account: &AccountId,
        ids: &[AnilistId],
    ) -> Result<HashMap<AnilistId, Mapping>>;

    /// All per-episode corrections.
    async fn overrides(&self, account: &AccountId) -> Result<Vec<Override>>;
}
