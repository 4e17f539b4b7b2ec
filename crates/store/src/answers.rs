//! What sources of titles answered, and where there is no disk, their covers. It belongs to nobody and holds nothing of an account. It is left
//! out of what is moved to another store, as it can be asked for again.

use async_trait::async_trait;

use crate::Result;
use anilist_trakt_sync_core::domain::StoredAnswer;

/// How many answers are kept: a search has some 10 KB, so that this is 20 MB. Of covers, which have up to
/// 64 KB, there are half as many at most.
pub const KEPT_ANSWERS: u32 = 2000;

/// Answers by the question.
#[async_trait]
pub trait Answers: Send + Sync {
    /// What was answered to some questions, in their order, however old.
    async fn answers(&self, keys: &[String]) -> Result<Vec<Option<StoredAnswer>>>;

    /// Keeps answers, each in the place of the one before it. Of more than [`KEPT_ANSWERS`], those that
    /// were fetched first are dropped.
    async fn put_answers(&self, answers: Vec<(String, StoredAnswer)>) -> Result<()>;

    /// How many answers are kept.
    async fn answers_count(&self) -> Result<u64>;
}
