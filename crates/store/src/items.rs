//! What a person watches and reads.

use async_trait::async_trait;

use crate::Result;
use anilist_trakt_sync_core::domain::AccountId;
use anilist_trakt_sync_core::library::{Change, Item, ItemId, ReadDay};

/// The titles of a library, and what became of them. They are changed by
/// [`Records::write_if`](crate::Records::write_if) on [`keys::LIBRARY`](crate::keys::LIBRARY), so that
/// each change is made from the state that it replaces.
#[async_trait]
pub trait Items: Send + Sync {
    /// All titles, by number.
    async fn items(&self, account: &AccountId) -> Result<Vec<Item>>;

    /// The newest changes of a title first; of none, of all titles by number.
    async fn item_changes(
        &self,
        account: &AccountId,
        item: Option<ItemId>,
        limit: u32,
    ) -> Result<Vec<Change>>;

    /// How much was watched and read on which day, by day.
    async fn read_days(&self, account: &AccountId) -> Result<Vec<ReadDay>>;
}
