//! Documents, a row each.

use async_trait::async_trait;
use rusqlite::Connection;

use super::SqliteStore;
use super::columns::{change, records};
use super::fault::Fault;
use crate::{At, Documents, Step};
use anilist_trakt_sync_core::domain::AccountId;

/// The tables that hold something of an account.
const OF_ACCOUNT: [&str; 14] = [
    "system_config",
    "mappings",
    "sync_progress",
    "episode_override",
    "unmapped",
    "placements",
    "runs",
    "run_plays",
    "run_numbers",
    "logs",
    "library_items",
    "library_changes",
    "library_days",
    "notes",
];

#[async_trait]
impl Documents for SqliteStore {
    async fn documents(
        &self,
        collection: &str,
        keys: &[&str],
    ) -> crate::Result<Vec<Option<String>>> {
        let places: Vec<At> = keys.iter().map(|key| At::new(collection, key)).collect();
        self.read(move |connection| places.iter().map(|at| value(connection, at)).collect()).await
    }

    async fn is_empty(&self, collection: &str) -> crate::Result<bool> {
        let collection = collection.to_owned();
        self.read(move |connection| {
            let query = "SELECT key FROM documents WHERE collection = ?1 LIMIT 1";
            let found = records(connection, "documents", query, [collection], |_| Ok(()))?;
            Ok(found.is_empty())
        })
        .await
    }

    async fn collection(&self, collection: &str) -> crate::Result<Vec<(String, String)>> {
        let collection = collection.to_owned();
        self.read(move |connection| {
            let query = "SELECT key, value FROM documents WHERE collection = ?1 ORDER BY key";
            let read = |row: &rusqlite::Row<'_>| Ok((row.get("key")?, row.get("value")?));
            records(connection, "documents", query, [collection], read)
        })
        .await
    }

    async fn collections(&self) -> crate::Result<Vec<String>> {
        self.read(|connection| {
            let query = "SELECT DISTINCT collection FROM documents ORDER BY collection";
            records(connection, "documents", query, [], |row| row.get("collection"))
        })
        .await
    }

    async fn commit(&self, steps: Vec<Step>) -> crate::Result<bool> {
        self.change(move |connection| {
            for step in &steps {
                if let Step::Is(at, expected) = step
                    && value(connection, at)? != *expected
                {
                    return Ok(false);
                }
            }
            steps.iter().try_for_each(|step| take(connection, step))?;
            Ok(true)
        })
        .await
    }

    async fn forget(&self, account: &AccountId) -> crate::Result<()> {
        let account = account.clone();
        self.change(move |connection| {
            for table in OF_ACCOUNT {
                let statement = format!("DELETE FROM {table} WHERE account_id = ?1");
                change(connection, &statement, [account.as_str()])?;
            }
            Ok(())
        })
        .await
    }
}

pub(super) fn value(connection: &Connection, at: &At) -> Result<Option<String>, Fault> {
    let query = "SELECT key, value FROM documents WHERE collection = ?1 AND key = ?2";
    let found =
        records(connection, "documents", query, (&at.collection, &at.key), |row| row.get("value"));
    Ok(found?.pop())
}

fn take(connection: &Connection, step: &Step) -> Result<(), Fault> {
    match step {
        Step::Is(..) => Ok(()),
        Step::Put(at, value) => {
            let statement = "INSERT INTO documents (collection, key, value) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET value = excluded.value";
            change(connection, statement, (&at.collection, &at.key, value)).map(drop)
        }
        Step::Remove(at) => {
            let statement = "DELETE FROM documents WHERE collection = ?1 AND key = ?2";
            change(connection, statement, (&at.collection, &at.key)).map(drop)
        }
    }
}
