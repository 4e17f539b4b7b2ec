//! Where entries were placed, and why.

use std::collections::HashMap;

use async_trait::async_trait;

use crate::Result;
use anilist_trakt_sync_core::domain::{AccountId, AnilistId, PlacementRow, Verdict};

/// Placements of entries, each with its evidence.
#[async_trait]
pub trait Placements: Send + Sync {
    /// The placements of some entries, of those that have one.
    async fn placements(
        &self,
        account: &AccountId,
        ids: &[AnilistId],
    ) -> Result<HashMap<AnilistId, PlacementRow>>;

    /// How far each placement can be trusted.
    async fn verdicts(&self, account: &AccountId) -> Result<HashMap<AnilistId, Verdict>>;

    /// The evidence of an entry's placement, as JSON.
    async fn evidence(&self, account: &AccountId, id: AnilistId) -> Result<Option<String>>;

    /// All placements with their evidence, by AniList id, for who moves its state elsewhere.
    async fn all_placements(&self, account: &AccountId) -> Result<Vec<(PlacementRow, String)>>;
}
