//! How far every entry is synced.

use std::collections::HashMap;

use async_trait::async_trait;
use rusqlite::{Connection, Row, Transaction};

use super::SqliteStore;
use super::columns::{Columns, Json, Time, change, records};
use super::fault::Fault;
use crate::Synced;
use anilist_trakt_sync_core::domain::{AccountId, AnilistId, Rewatched, Settled};

#[async_trait]
impl Synced for SqliteStore {
    async fn settled(&self, account: &AccountId) -> crate::Result<HashMap<AnilistId, Settled>> {
        let account = account.clone();
        let all = self.read(move |connection| settled(connection, &account)).await?;
        Ok(all.into_iter().map(|settled| (settled.anilist_id, settled)).collect())
    }

    async fn latest_settled(&self, account: &AccountId, limit: u32) -> crate::Result<Vec<Settled>> {
        let asked = (account.clone(), limit);
        let read = |connection: &Transaction<'_>, (account, limit): &(AccountId, u32)| {
            latest_settled(connection, account, *limit)
        };
        self.answer(&self.latest, asked, read).await
    }
}

fn settled(connection: &Connection, account: &AccountId) -> Result<Vec<Settled>, Fault> {
    let query = format!("SELECT {SETTLED} FROM sync_progress WHERE account_id = ?1");
    records(connection, "sync_progress", &query, [account.as_str()], settled_row)
}

fn latest_settled(
    connection: &Connection,
    account: &AccountId,
    limit: u32,
) -> Result<Vec<Settled>, Fault> {
    let query = format!(
        "SELECT {SETTLED} FROM sync_progress
         WHERE account_id = ?1 ORDER BY updated_at DESC, anilist_id LIMIT ?2"
    );
    records(connection, "sync_progress", &query, (account.as_str(), limit), settled_row)
}

/// The columns that [`settled_row`] takes, in its order.
const SETTLED: &str = "anilist_id, last_abs, rewatch, rewatch_abs, beyond, updated_at";

fn settled_row(row: &Row<'_>) -> rusqlite::Result<Settled> {
    let mut columns = Columns::of(row);
    Ok(Settled {
        anilist_id: AnilistId(columns.take()?),
        last_abs: columns.take()?,
        rewatched: Rewatched { rewatch: columns.take()?, abs: columns.take()? },
        beyond: columns.take::<Option<Json<_>>>()?.map(|Json(beyond)| beyond).unwrap_or_default(),
        updated_at: columns.take::<Time>()?.0,
    })
}

pub(super) fn put_settled(
    connection: &Connection,
    account: &AccountId,
    settled: &Settled,
) -> Result<(), Fault> {
    let statement = "INSERT OR REPLACE INTO sync_progress
         (account_id, anilist_id, last_abs, rewatch, rewatch_abs, beyond, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let Settled { anilist_id, last_abs, rewatched, beyond, updated_at } = settled;
    let Rewatched { rewatch, abs } = rewatched;
    let beyond = (!beyond.is_empty()).then_some(Json(beyond));
    let id = anilist_id.0;
    let values = (account.as_str(), id, last_abs, rewatch, abs, beyond, Time(*updated_at));
    change(connection, statement, values).map(drop)
}

pub(super) fn remove_settled(
    connection: &Connection,
    account: &AccountId,
    id: AnilistId,
) -> Result<(), Fault> {
    let statement = "DELETE FROM sync_progress WHERE account_id = ?1 AND anilist_id = ?2";
    change(connection, statement, (account.as_str(), id.0)).map(drop)
}
