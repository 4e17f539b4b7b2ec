//! How the store stands, and an account in it.

use async_trait::async_trait;

use crate::{Datasets, LockHolder, Result, StoreError, Traffic, WaitingTitles};
use anilist_trakt_sync_core::domain::{AccountId, DatasetInfo};

/// How an account stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glance {
    /// The entries that were asked for, in their order.
    pub config: Vec<Option<String>>,
    /// How many titles wait for a decision.
    pub waiting: usize,
    /// Who has the lock.
    pub holder: Option<LockHolder>,
}

/// What is measured of the store's records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Levels {
    /// How many titles wait for a decision.
    pub waiting: usize,
    /// What is known of the datasets that were asked for, in their order; of one whose record
    /// cannot be read, nothing.
    pub datasets: Vec<Option<DatasetInfo>>,
}

/// What is looked at again and again, each in one read.
#[async_trait]
pub trait Standing: WaitingTitles + Datasets {
    /// Whether the store answers and can be written to.
    async fn ping(&self) -> Result<()>;

    /// What this process sent to a store on a network so far; none where the store is a file.
    fn cost(&self) -> Option<Traffic>;

    /// How an account stands, in one read: [`Records::config`](crate::Records::config),
    /// [`WaitingTitles::waiting_count`] and [`Locks::lock_holder`](crate::Locks::lock_holder) together.
    async fn glance(&self, account: &AccountId, keys: &[&str], lock: &str) -> Result<Glance>;

    /// What is measured: [`WaitingTitles::waiting_count`] and [`Datasets::dataset_info`] together.
    async fn levels(&self, account: &AccountId, datasets: &[&str]) -> Result<Levels> {
        let waiting = self.waiting_count(account).await?;
        let mut known = Vec::with_capacity(datasets.len());
        for name in datasets {
            known.push(match self.dataset_info(name).await {
                Err(StoreError::Corrupt { .. }) => None,
                info => info?,
            });
        }
        Ok(Levels { waiting, datasets: known })
    }
}
