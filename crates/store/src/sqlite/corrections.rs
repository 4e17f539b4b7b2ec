//! Mappings of entries, and corrections of single episodes.

use std::collections::HashMap;

use async_trait::async_trait;
use rusqlite::{Connection, Row, params};

use super::SqliteStore;
use super::columns::{Columns, Json, Time, Word, change, records};
use super::fault::Fault;
use crate::Corrections;
use anilist_trakt_sync_core::domain::{
    AccountId, AnilistId, Mapping, Override, TraktShowId, TvdbId,
};

#[async_trait]
impl Corrections for SqliteStore {
    async fn mappings(&self, account: &AccountId) -> crate::Result<Vec<Mapping>> {
        let account = account.clone();
        self.read(move |connection| mappings(connection, &account)).await
    }

    async fn some_mappings(
        &self,
        account: &AccountId,
        ids: &[AnilistId],
    ) -> crate::Result<HashMap<AnilistId, Mapping>> {
        let (account, ids) = (account.clone(), ids.to_vec());
        let rows = self.read(move |connection| some_mappings(connection, &account, &ids)).await?;
        Ok(rows.into_iter().map(|row| (row.anilist_id, row)).collect())
    }

    async fn overrides(&self, account: &AccountId) -> crate::Result<Vec<Override>> {
        let account = account.clone();
        self.read(move |connection| overrides(connection, &account)).await
    }
}

fn mappings(connection: &Connection, account: &AccountId) -> Result<Vec<Mapping>, Fault> {
    let query = format!("SELECT {MAPPING} FROM mappings WHERE account_id = ?1 ORDER BY anilist_id");
    records(connection, "mappings", &query, [account.as_str()], mapping)
}

fn some_mappings(
    connection: &Connection,
    account: &AccountId,
    ids: &[AnilistId],
) -> Result<Vec<Mapping>, Fault> {
    let query = format!(
        "SELECT {MAPPING} FROM mappings
         WHERE account_id = ?1 AND anilist_id IN (SELECT value FROM json_each(?2))"
    );
    records(connection, "mappings", &query, (account.as_str(), Json(ids)), mapping)
}

/// The columns that [`mapping`] takes, in its order.
const MAPPING: &str = "anilist_id, trakt_id, tmdb_id, imdb_id, tvdb_id, type, media_type, season,
     \"offset\", source, title, cover, updated_at";

fn mapping(row: &Row<'_>) -> rusqlite::Result<Mapping> {
    let mut columns = Columns::of(row);
    Ok(Mapping {
        anilist_id: AnilistId(columns.take()?),
        trakt_id: columns.take::<i64>()?.cast_unsigned(),
        tmdb_id: columns.take()?,
        imdb_id: columns.take::<Option<Word<_>>>()?.map(|Word(id)| id),
        tvdb_id: columns.take::<Option<u32>>()?.map(TvdbId),
        kind: columns.take::<Word<_>>()?.0,
        media_type: columns.take::<Option<Word<_>>>()?.map(|Word(media_type)| media_type),
        season: columns.take()?,
        offset: columns.take()?,
        source: columns.take()?,
        title: columns.take()?,
        cover: columns.take()?,
        updated_at: columns.take::<Time>()?.0,
    })
}

pub(super) fn put_mapping(
    connection: &Connection,
    account: &AccountId,
    mapping: &Mapping,
) -> Result<(), Fault> {
    let statement = "INSERT OR REPLACE INTO mappings (account_id, anilist_id, trakt_id, tmdb_id,
             imdb_id, tvdb_id, type, media_type, season, \"offset\", source, title, cover, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
    let values = params![
        account.as_str(),
        mapping.anilist_id.0,
        mapping.trakt_id.cast_signed(),
        mapping.tmdb_id,
        mapping.imdb_id.as_ref().map(Word),
        mapping.tvdb_id.map(|id| id.0),
        Word(mapping.kind),
        mapping.media_type.map(Word),
        mapping.season,
        mapping.offset,
        mapping.source,
        mapping.title,
        mapping.cover,
        Time(mapping.updated_at),
    ];
    change(connection, statement, values).map(drop)
}

pub(super) fn remove_mapping(
    connection: &Connection,
    account: &AccountId,
    id: AnilistId,
) -> Result<(), Fault> {
    let statement = "DELETE FROM mappings WHERE account_id = ?1 AND anilist_id = ?2";
    change(connection, statement, (account.as_str(), id.0)).map(drop)
}

fn overrides(connection: &Connection, account: &AccountId) -> Result<Vec<Override>, Fault> {
    let query = "SELECT trakt_id, abs, season, episode, anilist_id FROM episode_override
         WHERE account_id = ?1 ORDER BY trakt_id, abs, anilist_id";
    records(connection, "episode_override", query, [account.as_str()], |row| {
        Ok(Override {
            trakt_id: TraktShowId(row.get::<_, i64>("trakt_id")?.cast_unsigned()),
            abs: row.get("abs")?,
            season: row.get("season")?,
            episode: row.get("episode")?,
            anilist_id: row.get::<_, Option<u32>>("anilist_id")?.map(AnilistId),
        })
    })
}

pub(super) fn put_override(
    connection: &Connection,
    account: &AccountId,
    correction: &Override,
) -> Result<(), Fault> {
    let statement = "INSERT OR REPLACE INTO episode_override
         (account_id, trakt_id, abs, season, episode, anilist_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let values = params![
        account.as_str(),
        correction.trakt_id.0.cast_signed(),
        correction.abs,
        correction.season,
        correction.episode,
        correction.anilist_id.map(|id| id.0),
    ];
    change(connection, statement, values).map(drop)
}

pub(super) fn remove_override(
    connection: &Connection,
    account: &AccountId,
    correction: &Override,
) -> Result<(), Fault> {
    let statement = "DELETE FROM episode_override
         WHERE account_id = ?1 AND trakt_id = ?2 AND abs = ?3 AND anilist_id IS ?4";
    let show = correction.trakt_id.0.cast_signed();
    let entry = correction.anilist_id.map(|id| id.0);
    change(connection, statement, (account.as_str(), show, correction.abs, entry)).map(drop)
}
