//! The datasets' indexes and what is known of them.

use async_trait::async_trait;
use rusqlite::{Connection, Row, params};

use super::SqliteStore;
use super::columns::{Time, change, records};
use super::fault::Fault;
use super::records::{self, EVERYBODY};
use crate::{Datasets, keys};
use anilist_trakt_sync_core::domain::{DatasetInfo, StoredDataset};

#[async_trait]
impl Datasets for SqliteStore {
    async fn dataset_info(&self, name: &str) -> crate::Result<Option<DatasetInfo>> {
        let name = name.to_owned();
        self.read(move |connection| info(connection, &name)).await
    }

    async fn dataset(&self, name: &str) -> crate::Result<Option<StoredDataset>> {
        let name = name.to_owned();
        self.read(move |connection| whole(connection, &name)).await
    }

    async fn put_dataset(&self, name: &str, dataset: StoredDataset) -> crate::Result<()> {
        let name = name.to_owned();
        self.change(move |connection| put(connection, &name, &dataset)).await
    }

    async fn put_dataset_info(&self, name: &str, info: DatasetInfo) -> crate::Result<()> {
        let name = name.to_owned();
        self.change(move |connection| put_info(connection, &name, &info)).await
    }
}

pub(super) fn info(connection: &Connection, name: &str) -> Result<Option<DatasetInfo>, Fault> {
    let query = "SELECT name, count, last_sync, changed_at, last_activity, etag, url, format
         FROM datasets WHERE name = ?1";
    Ok(records(connection, "datasets", query, [keys::dataset(name)], read_info)?.pop())
}

fn whole(connection: &Connection, name: &str) -> Result<Option<StoredDataset>, Fault> {
    let query =
        "SELECT name, count, last_sync, changed_at, last_activity, etag, url, format, contents
         FROM datasets WHERE name = ?1";
    let read =
        |row: &Row<'_>| Ok(StoredDataset { info: read_info(row)?, index: row.get("contents")? });
    Ok(records(connection, "datasets", query, [keys::dataset(name)], read)?.pop())
}

fn read_info(row: &Row<'_>) -> rusqlite::Result<DatasetInfo> {
    Ok(DatasetInfo {
        count: row.get::<_, i64>("count")?.cast_unsigned(),
        last_sync: row.get::<_, Time>("last_sync")?.0,
        changed_at: row.get::<_, Time>("changed_at")?.0,
        last_activity: row.get::<_, Option<Time>>("last_activity")?.map(|Time(moment)| moment),
        etag: row.get("etag")?,
        url: row.get("url")?,
        format: row.get("format")?,
    })
}

/// The placeholders of a new row are filled before anybody can see them.
fn put(connection: &Connection, name: &str, dataset: &StoredDataset) -> Result<(), Fault> {
    let statement =
        "INSERT INTO datasets (name, count, last_sync, changed_at, url, format, contents)
         VALUES (?1, 0, '', '', '', 0, ?2) ON CONFLICT DO UPDATE SET contents = excluded.contents";
    change(connection, statement, (keys::dataset(name), &dataset.index))?;
    put_info(connection, name, &dataset.info)
}

fn put_info(connection: &Connection, name: &str, info: &DatasetInfo) -> Result<(), Fault> {
    let statement = "UPDATE datasets SET count = ?2, last_sync = ?3, last_activity = ?4,
             etag = ?5, url = ?6, format = ?7, changed_at = ?8
         WHERE name = ?1";
    let values = params![
        keys::dataset(name),
        info.count.cast_signed(),
        Time(info.last_sync),
        info.last_activity.map(Time),
        info.etag,
        info.url,
        info.format,
        Time(info.changed_at),
    ];
    match change(connection, statement, values)? {
        0 => Ok(()),
        _ => show_operators(connection, name, info),
    }
}

/// The same times again, under the names that operators know.
fn show_operators(connection: &Connection, name: &str, info: &DatasetInfo) -> Result<(), Fault> {
    let last_sync = info.last_sync.to_string();
    records::put(connection, EVERYBODY, &keys::dataset_last_sync(name), &last_sync)?;
    let key = keys::dataset_last_activity(name);
    match info.last_activity {
        Some(moment) => records::put(connection, EVERYBODY, &key, &moment.to_string()),
        None => records::remove(connection, EVERYBODY, &key),
    }
}
