//! `system_config`: single values, by account and name.

use async_trait::async_trait;
use rusqlite::Connection;

use super::SqliteStore;
use super::changes;
use super::columns::{Word, change, records};
use super::connection::Database;
use super::fault::Fault;
use super::locks::Lock;
use super::packed::{pack, unpack};
use crate::{Fence, Records, Write, keys};
use anilist_trakt_sync_core::domain::AccountId;

/// The account of what belongs to everybody.
pub(super) const EVERYBODY: &str = "";

#[async_trait]
impl Records for SqliteStore {
    async fn config(
        &self,
        account: &AccountId,
        keys: &[&str],
    ) -> crate::Result<Vec<Option<String>>> {
        let account = account.clone();
        let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        self.read(move |connection| {
            keys.iter().map(|key| value(connection, &account, key)).collect()
        })
        .await
    }

    async fn write(&self, account: &AccountId, writes: Vec<Write>) -> crate::Result<()> {
        let account = account.clone();
        self.change(move |connection| changes::apply(connection, &account, &writes)).await
    }

    async fn write_if(
        &self,
        account: &AccountId,
        key: &'static str,
        expected: Option<&str>,
        writes: Vec<Write>,
    ) -> crate::Result<bool> {
        let account = account.clone();
        let expected = expected.map(str::to_owned);
        self.change(move |connection| {
            if value(connection, &account, key)? != expected {
                return Ok(false);
            }
            changes::apply(connection, &account, &writes)?;
            Ok(true)
        })
        .await
    }

    async fn write_fenced(
        &self,
        account: &AccountId,
        fence: Fence<'_>,
        key: &'static str,
        expected: Option<&str>,
        writes: Vec<Write>,
    ) -> crate::Result<bool> {
        let lock = Lock { account: account.clone(), name: fence.lock.to_owned() };
        let (owner, expected) = (fence.owner.to_owned(), expected.map(str::to_owned));
        self.on_a_blocking_thread(move |database| {
            lock.write_as(database, &owner, |connection| {
                if value(connection, &lock.account, key)? != expected {
                    return Ok(false);
                }
                changes::apply(connection, &lock.account, &writes)?;
                Ok(true)
            })
        })
        .await
    }

    async fn scrub(&self) -> crate::Result<()> {
        self.on_a_blocking_thread(Database::scrub).await
    }

    async fn accounts(&self) -> crate::Result<Vec<AccountId>> {
        self.read(|connection| accounts(connection)).await
    }
}

/// A value that cannot be unpacked is given as a text that is nothing: whoever asks for it knows
/// what to do about one that cannot be read.
pub(super) fn value(
    connection: &Connection,
    account: &AccountId,
    key: &str,
) -> Result<Option<String>, Fault> {
    let query = "SELECT key, value, packed FROM system_config WHERE account_id = ?1 AND key = ?2";
    let read = |row: &rusqlite::Row<'_>| {
        Ok(unpack(row, "value").unwrap_or_else(|_| char::REPLACEMENT_CHARACTER.to_string()))
    };
    Ok(records(connection, "system_config", query, (scope(account, key), key), read)?.pop())
}

pub(super) fn set(
    connection: &Connection,
    account: &AccountId,
    key: &str,
    value: Option<&str>,
) -> Result<(), Fault> {
    match value {
        Some(value) => put(connection, scope(account, key), key, value),
        None => remove(connection, scope(account, key), key),
    }
}

fn scope<'a>(account: &'a AccountId, key: &str) -> &'a str {
    if keys::is_shared(key) { EVERYBODY } else { account.as_str() }
}

pub(super) fn put(
    connection: &Connection,
    scope: &str,
    key: &str,
    value: &str,
) -> Result<(), Fault> {
    let statement = "INSERT INTO system_config (account_id, key, value, packed)
         VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET value = excluded.value, packed = excluded.packed";
    let (value, packed) = pack(value)?;
    change(connection, statement, (scope, key, value, packed)).map(drop)
}

pub(super) fn remove(connection: &Connection, scope: &str, key: &str) -> Result<(), Fault> {
    let statement = "DELETE FROM system_config WHERE account_id = ?1 AND key = ?2";
    change(connection, statement, (scope, key)).map(drop)
}

/// Whoever has a record of any kind. What belongs to everybody has no account.
fn accounts(connection: &Connection) -> Result<Vec<AccountId>, Fault> {
    let query = "SELECT account_id FROM system_config WHERE account_id <> ''
         UNION SELECT account_id FROM mappings UNION SELECT account_id FROM sync_progress
         UNION SELECT account_id FROM episode_override UNION SELECT account_id FROM unmapped
         UNION SELECT account_id FROM placements
         UNION SELECT account_id FROM runs UNION SELECT account_id FROM run_numbers
         ORDER BY account_id";
    records(connection, "accounts", query, [], |row| Ok(row.get::<_, Word<_>>("account_id")?.0))
}
