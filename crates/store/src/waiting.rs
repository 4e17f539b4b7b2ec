//! Titles that wait for a decision.

use async_trait::async_trait;

use crate::Result;
use anilist_trakt_sync_core::domain::{AccountId, Waiting};

/// The titles that a person has to decide about.
#[async_trait]
pub trait WaitingTitles: Send + Sync {
    /// All titles that wait for a decision, ignored ones included, by AniList id.
    async fn waiting(&self, account: &AccountId) -> Result<Vec<Waiting>>;

    /// How many titles wait for a decision, without the ignored ones and those that have one. None of
    /// them is read.
    async fn waiting_count(&self, account: &AccountId) -> Result<usize>;
}
