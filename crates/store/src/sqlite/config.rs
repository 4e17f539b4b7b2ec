//! `system_config`: single values, and the shows that stand among them.

use std::collections::HashMap;

use rusqlite::Connection;

use super::columns::{Text, change, json, records};
use super::fault::Fault;
use super::packed::{pack, unpack, unpack_json};
use crate::keys;
use anilist_trakt_sync_core::domain::{AccountId, ShowVersion, StoredShow, TraktShowId};

/// The account of what belongs to everybody.
pub(super) const EVERYBODY: &str = "";

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

pub(super) fn put_show(connection: &Connection, stored: &StoredShow) -> Result<(), Fault> {
    let id = stored.show.id;
    put(connection, EVERYBODY, &keys::show_episodes(id), &json(stored)?)?;
    put(connection, EVERYBODY, &keys::show_version(id), &stored.version().to_string())?;
    put(connection, EVERYBODY, &keys::show_breakpoints(id), &json(&stored.breakpoints)?)
}

pub(super) fn shows(
    connection: &Connection,
    ids: &[TraktShowId],
) -> Result<HashMap<TraktShowId, StoredShow>, Fault> {
    let query = "SELECT key, value, packed FROM system_config WHERE account_id = ?1 AND key = ?2";
    let mut shows = HashMap::with_capacity(ids.len());
    for id in ids {
        let key = keys::show_episodes(*id);
        let read = |row: &rusqlite::Row<'_>| unpack_json::<StoredShow>(row, "value");
        let found = records(connection, "system_config", query, (EVERYBODY, key), read)?.pop();
        shows.extend(found.map(|show| (*id, show)));
    }
    Ok(shows)
}

pub(super) fn show_versions(
    connection: &Connection,
    ids: &[TraktShowId],
) -> Result<HashMap<TraktShowId, ShowVersion>, Fault> {
    let query = "SELECT key, value FROM system_config WHERE account_id = ?1 AND key = ?2";
    let mut versions = HashMap::with_capacity(ids.len());
    for id in ids {
        let key = keys::show_version(*id);
        let read = |row: &rusqlite::Row<'_>| row.get::<_, Text<ShowVersion>>("value");
        let found = records(connection, "system_config", query, (EVERYBODY, key), read)?.pop();
        versions.extend(found.map(|Text(version)| (*id, version)));
    }
    Ok(versions)
}

pub(super) fn show_ids(connection: &Connection) -> Result<Vec<TraktShowId>, Fault> {
    let query = "SELECT key FROM system_config
         WHERE account_id = ?1 AND key GLOB 'trakt:show:*:episodes'";
    let keys = records(connection, "system_config", query, [EVERYBODY], |row| {
        row.get::<_, String>("key")
    })?;
    let id = |key: &String| key.split(':').nth(2)?.parse().ok();
    let mut ids: Vec<TraktShowId> = keys.iter().filter_map(id).collect();
    ids.sort_unstable();
    Ok(ids)
}

/// Commits a change that has no meaning, to find out whether changes can be made.
pub(super) fn beat(connection: &Connection) -> Result<(), Fault> {
    let statement = "INSERT INTO system_config (account_id, key, value) VALUES ('', ?1, '1')
         ON CONFLICT DO UPDATE SET value = (value + 1) % 1000";
    change(connection, statement, ["status:store:beat"]).map(drop)
}
