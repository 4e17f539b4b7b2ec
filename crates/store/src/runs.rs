//! The newest runs with the plays they sent, and the numbers given to runs.

use std::ops::Range;

use async_trait::async_trait;

use crate::Result;
use anilist_trakt_sync_core::domain::{AccountId, RunId, RunPlay, RunPlays, RunRow};

/// What runs did.
#[async_trait]
pub trait Runs: Send + Sync {
    /// A number for a new run, larger than all before.
    async fn next_run_id(&self, account: &AccountId) -> Result<RunId>;

    /// The last number given to a run, if there ever was one.
    async fn last_run_id(&self, account: &AccountId) -> Result<Option<RunId>>;

    /// The newest runs first.
    async fn runs(&self, account: &AccountId, limit: u32) -> Result<Vec<RunRow>>;

    /// One run.
    async fn run(&self, account: &AccountId, id: RunId) -> Result<Option<RunRow>>;

    /// The plays that a run sent, batch by batch in the order in which they left.
    async fn run_plays(&self, account: &AccountId, id: RunId) -> Result<Vec<RunPlays>>;

    /// Some of the plays that a run sent, counted from 0 in the order in which they left, and how
    /// many there are in all. No other plays are read.
    async fn some_run_plays(
        &self,
        account: &AccountId,
        id: RunId,
        wanted: Range<usize>,
    ) -> Result<(Vec<RunPlay>, usize)>;
}
