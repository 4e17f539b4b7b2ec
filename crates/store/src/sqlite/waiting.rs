//! Titles that wait for a decision.

use async_trait::async_trait;
use rusqlite::{Connection, Row, params};

use super::SqliteStore;
use super::columns::{Json, Time, Word, change, records};
use super::fault::Fault;
use crate::{WaitingChange, WaitingTitles};
use anilist_trakt_sync_core::domain::{AccountId, AnilistId, Waiting};

#[async_trait]
impl WaitingTitles for SqliteStore {
    async fn waiting(&self, account: &AccountId) -> crate::Result<Vec<Waiting>> {
        let account = account.clone();
        self.read(move |connection| waiting(connection, &account)).await
    }

    async fn waiting_count(&self, account: &AccountId) -> crate::Result<usize> {
        let account = account.clone();
        self.read(move |connection| waiting_count(connection, &account)).await
    }
}

fn waiting(connection: &Connection, account: &AccountId) -> Result<Vec<Waiting>, Fault> {
    let query = format!("SELECT {WAITING} FROM unmapped WHERE account_id = ?1 ORDER BY anilist_id");
    records(connection, "unmapped", &query, [account.as_str()], waiting_row)
}

const WAITING: &str =
    "anilist_id, reason, detail, episodes, ignored, since, tried_at, tried_with, entry";

fn waiting_row(row: &Row<'_>) -> rusqlite::Result<Waiting> {
    Ok(Waiting {
        entry: row.get::<_, Json<_>>("entry")?.0,
        reason: row.get::<_, Word<_>>("reason")?.0,
        detail: row.get("detail")?,
        episodes: row.get::<_, Json<_>>("episodes")?.0,
        ignored: row.get("ignored")?,
        since: row.get::<_, Time>("since")?.0,
        tried_at: row.get::<_, Time>("tried_at")?.0,
        tried_with: row.get("tried_with")?,
    })
}

/// In the transaction of the caller, so that nobody changes the row in between.
pub(super) fn change_waiting(
    connection: &Connection,
    account: &AccountId,
    change: &WaitingChange,
) -> Result<(), Fault> {
    let query = format!("SELECT {WAITING} FROM unmapped WHERE account_id = ?1 AND anilist_id = ?2");
    let id = (account.as_str(), change.id.0);
    let now = records(connection, "unmapped", &query, id, waiting_row)?.pop();
    match change.onto(now.as_ref()) {
        Some(row) => put_waiting(connection, account, &row),
        None => remove_waiting(connection, account, change.id),
    }
}

pub(super) fn waiting_count(connection: &Connection, account: &AccountId) -> Result<usize, Fault> {
    let query = "SELECT count(*) FROM unmapped WHERE account_id = ?1 AND ignored = 0
         AND reason <> 'decided'";
    let read = |row: &Row<'_>| row.get::<_, u32>(0);
    let count = connection.prepare_cached(query)?.query_row([account.as_str()], read)?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

pub(super) fn put_waiting(
    connection: &Connection,
    account: &AccountId,
    waiting: &Waiting,
) -> Result<(), Fault> {
    let statement = "INSERT OR REPLACE INTO unmapped
         (account_id, anilist_id, reason, detail, episodes, ignored, since, tried_at,
          tried_with, entry)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    let values = params![
        account.as_str(),
        waiting.entry.media.id.0,
        Word(waiting.reason),
        waiting.detail,
        Json(&waiting.episodes),
        waiting.ignored,
        Time(waiting.since),
        Time(waiting.tried_at),
        waiting.tried_with,
        Json(&waiting.entry),
    ];
    change(connection, statement, values).map(drop)
}

pub(super) fn remove_waiting(
    connection: &Connection,
    account: &AccountId,
    id: AnilistId,
) -> Result<(), Fault> {
    let statement = "DELETE FROM unmapped WHERE account_id = ?1 AND anilist_id = ?2";
    change(connection, statement, (account.as_str(), id.0)).map(drop)
}
