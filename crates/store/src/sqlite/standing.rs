//! How the store stands, and an account in it.

use async_trait::async_trait;
use rusqlite::{Connection, Transaction};

use super::SqliteStore;
use super::columns::change;
use super::fault::Fault;
use super::locks::Lock;
use super::{datasets, records, waiting};
use crate::{Glance, Levels, LockHolder, Locks, Standing, Traffic};
use anilist_trakt_sync_core::domain::{AccountId, DatasetInfo};

/// What is looked at again and again, while it seldom changes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Look {
    account: AccountId,
    keys: Vec<String>,
    lock: Option<String>,
    datasets: Vec<String>,
}

/// What a look shows.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    config: Vec<Option<String>>,
    waiting: usize,
    /// Who has the lock by its record, which a process that died leaves behind.
    recorded: Option<LockHolder>,
    datasets: Vec<Option<DatasetInfo>>,
}

impl Look {
    fn read(&self, connection: &Transaction<'_>) -> Result<Seen, Fault> {
        let config = self.keys.iter().map(|key| records::value(connection, &self.account, key));
        let datasets = self.datasets.iter().map(|name| match datasets::info(connection, name) {
            Err(Fault::Record { .. }) => Ok(None),
            info => info,
        });
        let lock = self.lock.as_ref().map(|name| self.lock(name).recorded(connection));
        Ok(Seen {
            config: config.collect::<Result<_, _>>()?,
            waiting: waiting::waiting_count(connection, &self.account)?,
            recorded: lock.transpose()?.flatten(),
            datasets: datasets.collect::<Result<_, _>>()?,
        })
    }

    fn lock(&self, name: &str) -> Lock {
        Lock { account: self.account.clone(), name: name.to_owned() }
    }
}

#[async_trait]
impl Standing for SqliteStore {
    async fn ping(&self) -> crate::Result<()> {
        self.change(|connection| beat(connection)).await
    }

    fn cost(&self) -> Option<Traffic> {
        None
    }

    async fn glance(
        &self,
        account: &AccountId,
        keys: &[&str],
        lock: &str,
    ) -> crate::Result<Glance> {
        let keys = keys.iter().map(|key| (*key).to_owned()).collect();
        let (account, name) = (account.clone(), Some(lock.to_owned()));
        let look = Look { account: account.clone(), keys, lock: name, datasets: Vec::new() };
        let Seen { config, waiting, recorded, .. } =
            self.answer(&self.looks, look, |connection, look| look.read(connection)).await?;
        // Only a lock that is recorded has to be looked at more closely.
        let holder =
            if recorded.is_some() { self.lock_holder(&account, lock).await? } else { None };
        Ok(Glance { config, waiting, holder })
    }

    async fn levels(&self, account: &AccountId, datasets: &[&str]) -> crate::Result<Levels> {
        let datasets = datasets.iter().map(|name| (*name).to_owned()).collect();
        let (account, keys) = (account.clone(), Vec::new());
        let look = Look { account, keys, lock: None, datasets };
        let seen = self.answer(&self.looks, look, |connection, look| look.read(connection)).await?;
        Ok(Levels { waiting: seen.waiting, datasets: seen.datasets })
    }
}

/// Commits a change that has no meaning, to find out whether changes can be made.
fn beat(connection: &Connection) -> Result<(), Fault> {
    let statement = "INSERT INTO system_config (account_id, key, value) VALUES ('', ?1, '1')
         ON CONFLICT DO UPDATE SET value = (value + 1) % 1000";
    change(connection, statement, ["status:store:beat"]).map(drop)
}
