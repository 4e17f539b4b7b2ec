//! What a person watches and reads.

use async_trait::async_trait;
use rusqlite::Connection;

use super::SqliteStore;
use super::columns::{Json, Text, change, records};
use super::fault::Fault;
use crate::{Items, KEPT_CHANGES};
use anilist_trakt_sync_core::domain::AccountId;
use anilist_trakt_sync_core::library::{Change, Item, ItemId, ReadDay};

#[async_trait]
impl Items for SqliteStore {
    async fn items(&self, account: &AccountId) -> crate::Result<Vec<Item>> {
        let account = account.clone();
        self.read(move |connection| {
            let query = "SELECT id, item FROM library_items WHERE account_id = ?1 ORDER BY id";
            let read = |row: &rusqlite::Row<'_>| Ok(row.get::<_, Json<Item>>(1)?.0);
            records(connection, "library_items", query, [account.as_str()], read)
        })
        .await
    }

    async fn item_changes(
        &self,
        account: &AccountId,
        item: Option<ItemId>,
        limit: u32,
    ) -> crate::Result<Vec<Change>> {
        let account = account.clone();
        self.read(move |connection| {
            let query = "SELECT item, change FROM library_changes
                 WHERE account_id = ?1 AND (?2 IS NULL OR item = ?2)
                 ORDER BY item, version DESC LIMIT ?3";
            let of = (account.as_str(), item.map(number), limit);
            let read = |row: &rusqlite::Row<'_>| Ok(row.get::<_, Json<Change>>(1)?.0);
            records(connection, "library_changes", query, of, read)
        })
        .await
    }

    async fn read_days(&self, account: &AccountId) -> crate::Result<Vec<ReadDay>> {
        let account = account.clone();
        self.read(move |connection| {
            let query = "SELECT day, episodes, chapters FROM library_days
                 WHERE account_id = ?1 ORDER BY day";
            records(connection, "library_days", query, [account.as_str()], |row| {
                let day = row.get::<_, Text<_>>(0)?.0;
                Ok(ReadDay { day, episodes: row.get(1)?, chapters: row.get(2)? })
            })
        })
        .await
    }
}

/// SQLite's whole numbers have a sign; none of these comes near it.
fn number(id: ItemId) -> i64 {
    id.0.cast_signed()
}

pub(super) fn put(connection: &Connection, account: &AccountId, item: &Item) -> Result<(), Fault> {
    let statement =
        "INSERT OR REPLACE INTO library_items (account_id, id, item) VALUES (?1, ?2, ?3)";
    change(connection, statement, (account.as_str(), number(item.id), Json(item))).map(drop)
}

pub(super) fn remove(
    connection: &Connection,
    account: &AccountId,
    id: ItemId,
) -> Result<(), Fault> {
    let of = (account.as_str(), number(id));
    change(connection, "DELETE FROM library_items WHERE account_id = ?1 AND id = ?2", of)?;
    change(connection, "DELETE FROM library_changes WHERE account_id = ?1 AND item = ?2", of)
        .map(drop)
}

pub(super) fn put_change(
    connection: &Connection,
    account: &AccountId,
    made: &Change,
) -> Result<(), Fault> {
    let statement = "INSERT OR REPLACE INTO library_changes (account_id, item, version, change)
         VALUES (?1, ?2, ?3, ?4)";
    let (account, item) = (account.as_str(), number(made.item));
    change(connection, statement, (account, item, made.version.cast_signed(), Json(made)))?;
    let statement = "DELETE FROM library_changes WHERE account_id = ?1 AND item = ?2 AND version <=
         (SELECT version FROM library_changes WHERE account_id = ?1 AND item = ?2
          ORDER BY version DESC LIMIT 1 OFFSET ?3)";
    change(connection, statement, (account, item, KEPT_CHANGES)).map(drop)
}

pub(super) fn add_to_day(
    connection: &Connection,
    account: &AccountId,
    read: &ReadDay,
) -> Result<(), Fault> {
    let statement = "INSERT INTO library_days (account_id, day, episodes, chapters)
         VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET episodes = episodes + excluded.episodes,
             chapters = chapters + excluded.chapters";
    let day = (account.as_str(), Text(read.day), read.episodes, read.chapters);
    change(connection, statement, day).map(drop)
}
