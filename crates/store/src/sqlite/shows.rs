//! Shows, which stand among the values of `system_config`.

use std::collections::HashMap;

use async_trait::async_trait;
use rusqlite::Connection;

use super::SqliteStore;
use super::columns::{Text, json, records};
use super::fault::Fault;
use super::packed::unpack_json;
use super::records::{EVERYBODY, put};
use crate::{Shows, keys};
use anilist_trakt_sync_core::domain::{ShowVersion, StoredShow, TraktShowId};

#[async_trait]
impl Shows for SqliteStore {
    async fn shows(&self, ids: &[TraktShowId]) -> crate::Result<HashMap<TraktShowId, StoredShow>> {
        let ids = ids.to_vec();
        self.read(move |connection| shows(connection, &ids)).await
    }

    async fn show_versions(
        &self,
        ids: &[TraktShowId],
    ) -> crate::Result<HashMap<TraktShowId, ShowVersion>> {
        let ids = ids.to_vec();
        self.read(move |connection| show_versions(connection, &ids)).await
    }

    async fn show_ids(&self) -> crate::Result<Vec<TraktShowId>> {
        self.read(|connection| show_ids(connection)).await
    }
}

fn shows(
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

fn show_versions(
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

fn show_ids(connection: &Connection) -> Result<Vec<TraktShowId>, Fault> {
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

pub(super) fn put_show(connection: &Connection, stored: &StoredShow) -> Result<(), Fault> {
    let id = stored.show.id;
    put(connection, EVERYBODY, &keys::show_episodes(id), &json(stored)?)?;
    put(connection, EVERYBODY, &keys::show_version(id), &stored.version().to_string())?;
    put(connection, EVERYBODY, &keys::show_breakpoints(id), &json(&stored.breakpoints)?)
}
