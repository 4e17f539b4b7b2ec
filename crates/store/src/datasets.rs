//! The mapping files as compact indexes. They belong to all accounts.

use async_trait::async_trait;

use crate::Result;
use anilist_trakt_sync_core::domain::{DatasetInfo, StoredDataset};

/// The indexes of the datasets, and what is known of them.
#[async_trait]
pub trait Datasets: Send + Sync {
    /// What is known of a dataset without reading it. `name` is `otaku`, `fribbs` or `anibridge`.
    async fn dataset_info(&self, name: &str) -> Result<Option<DatasetInfo>>;

    /// A dataset's index, whole.
    async fn dataset(&self, name: &str) -> Result<Option<StoredDataset>>;

    /// Replaces a dataset's index as a whole: a reader sees the old one or the new one.
    async fn put_dataset(&self, name: &str, dataset: StoredDataset) -> Result<()>;

    /// Replaces what is known of a dataset and keeps its index. Without an index nothing is known
    /// and nothing is changed.
    async fn put_dataset_info(&self, name: &str, info: DatasetInfo) -> Result<()>;
}
