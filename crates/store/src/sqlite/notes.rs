//! What is remembered of a person's lists.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension as _};

use super::SqliteStore;
use super::columns::{change, records};
use super::fault::Fault;
use crate::{Notes, Topic};
use anilist_trakt_sync_core::domain::AccountId;

#[async_trait]
impl Notes for SqliteStore {
    async fn notes(
        &self,
        account: &AccountId,
        topic: Topic,
    ) -> crate::Result<Vec<(String, String)>> {
        let account = account.clone();
        self.read(move |connection| {
            let query =
                "SELECT key, note FROM notes WHERE account_id = ?1 AND topic = ?2 ORDER BY key";
            let of = (account.as_str(), topic.name());
            records(connection, "notes", query, of, |row| Ok((row.get(0)?, row.get(1)?)))
        })
        .await
    }

    async fn some_notes(
        &self,
        account: &AccountId,
        topic: Topic,
        keys: &[&str],
    ) -> crate::Result<Vec<Option<String>>> {
        let account = account.clone();
        let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        self.read(move |connection| {
            let query = "SELECT note FROM notes WHERE account_id = ?1 AND topic = ?2 AND key = ?3";
            let mut statement = connection.prepare_cached(query)?;
            let one = |key: &String| {
                let of = (account.as_str(), topic.name(), key);
                Ok(statement.query_row(of, |row| row.get(0)).optional()?)
            };
            keys.iter().map(one).collect()
        })
        .await
    }
}

pub(super) fn put(
    connection: &Connection,
    account: &AccountId,
    (topic, key): (Topic, &str),
    note: Option<&str>,
) -> Result<(), Fault> {
    let of = (account.as_str(), topic.name(), key);
    let Some(note) = note else {
        let statement = "DELETE FROM notes WHERE account_id = ?1 AND topic = ?2 AND key = ?3";
        return change(connection, statement, of).map(drop);
    };
    let statement =
        "INSERT OR REPLACE INTO notes (account_id, topic, key, note) VALUES (?1, ?2, ?3, ?4)";
    change(connection, statement, (of.0, of.1, of.2, note)).map(drop)
}
