//! What sources of titles answered, a row each.

use async_trait::async_trait;
use rusqlite::{Connection, Row};

use super::SqliteStore;
use super::columns::{Time, change, records};
use super::fault::Fault;
use crate::{Answers, KEPT_ANSWERS};
use anilist_trakt_sync_core::domain::StoredAnswer;

#[async_trait]
impl Answers for SqliteStore {
    async fn answers(&self, keys: &[String]) -> crate::Result<Vec<Option<StoredAnswer>>> {
        let keys = keys.to_vec();
        self.read(move |connection| keys.iter().map(|key| answer(connection, key)).collect()).await
    }

    async fn put_answers(&self, answers: Vec<(String, StoredAnswer)>) -> crate::Result<()> {
        self.change(move |connection| put(connection, &answers)).await
    }

    async fn answers_count(&self) -> crate::Result<u64> {
        self.read(|connection| {
            let count = |row: &Row<'_>| row.get::<_, i64>("count");
            let query = "SELECT count(*) AS count FROM answers";
            let found = records(connection, "answers", query, [], count)?.pop();
            Ok(found.unwrap_or_default().cast_unsigned())
        })
        .await
    }
}

fn answer(connection: &Connection, key: &String) -> Result<Option<StoredAnswer>, Fault> {
    let query = "SELECT key, value, fetched_at, good_until FROM answers WHERE key = ?1";
    let read = |row: &Row<'_>| {
        Ok(StoredAnswer {
            value: row.get("value")?,
            fetched_at: row.get::<_, Time>("fetched_at")?.0,
            good_until: row.get::<_, Time>("good_until")?.0,
        })
    };
    Ok(records(connection, "answers", query, [key], read)?.pop())
}

fn put(connection: &Connection, answers: &[(String, StoredAnswer)]) -> Result<(), Fault> {
    let statement = "INSERT OR REPLACE INTO answers (key, value, fetched_at, good_until)
         VALUES (?1, ?2, ?3, ?4)";
    for (key, StoredAnswer { value, fetched_at, good_until }) in answers {
        change(connection, statement, (key, value, Time(*fetched_at), Time(*good_until)))?;
    }
    let trim = "DELETE FROM answers WHERE key IN
         (SELECT key FROM answers ORDER BY fetched_at DESC, key DESC LIMIT -1 OFFSET ?1)";
    change(connection, trim, [KEPT_ANSWERS]).map(drop)
}
