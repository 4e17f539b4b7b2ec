//! What is known of the person's entries: mappings, progress, corrections, the unmapped queue.

use rusqlite::{Connection, Row, params};

use super::columns::{Columns, Json, Time, Word, change, records};
use super::fault::Fault;
use crate::Requeue;
use anilist_trakt_sync_core::domain::{
    AccountId, AnilistId, Mapping, Override, Progress, Rewatched, TraktShowId, TvdbId, Unmapped,
};

pub(super) fn mappings(
    connection: &Connection,
    account: &AccountId,
) -> Result<Vec<Mapping>, Fault> {
    let query = format!("SELECT {MAPPING} FROM mappings WHERE account_id = ?1 ORDER BY anilist_id");
    records(connection, "mappings", &query, [account.as_str()], mapping)
}

pub(super) fn some_mappings(
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

pub(super) fn progress(
    connection: &Connection,
    account: &AccountId,
) -> Result<Vec<Progress>, Fault> {
    let query = format!("SELECT {PROGRESS} FROM sync_progress WHERE account_id = ?1");
    records(connection, "sync_progress", &query, [account.as_str()], progress_row)
}

pub(super) fn latest_progress(
    connection: &Connection,
    account: &AccountId,
    limit: u32,
) -> Result<Vec<Progress>, Fault> {
    let query = format!(
        "SELECT {PROGRESS} FROM sync_progress
         WHERE account_id = ?1 ORDER BY updated_at DESC, anilist_id LIMIT ?2"
    );
    records(connection, "sync_progress", &query, (account.as_str(), limit), progress_row)
}

/// The columns that [`progress_row`] takes, in its order.
const PROGRESS: &str = "anilist_id, last_abs, rewatch, rewatch_abs, beyond, updated_at";

fn progress_row(row: &Row<'_>) -> rusqlite::Result<Progress> {
    let mut columns = Columns::of(row);
    Ok(Progress {
        anilist_id: AnilistId(columns.take()?),
        last_abs: columns.take()?,
        rewatched: Rewatched { rewatch: columns.take()?, abs: columns.take()? },
        beyond: columns.take::<Option<Json<_>>>()?.map(|Json(beyond)| beyond).unwrap_or_default(),
        updated_at: columns.take::<Time>()?.0,
    })
}

pub(super) fn put_progress(
    connection: &Connection,
    account: &AccountId,
    progress: &Progress,
) -> Result<(), Fault> {
    let statement = "INSERT OR REPLACE INTO sync_progress
         (account_id, anilist_id, last_abs, rewatch, rewatch_abs, beyond, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let Progress { anilist_id, last_abs, rewatched, beyond, updated_at } = progress;
    let Rewatched { rewatch, abs } = rewatched;
    let beyond = (!beyond.is_empty()).then_some(Json(beyond));
    let id = anilist_id.0;
    let values = (account.as_str(), id, last_abs, rewatch, abs, beyond, Time(*updated_at));
    change(connection, statement, values).map(drop)
}

pub(super) fn remove_progress(
    connection: &Connection,
    account: &AccountId,
    id: AnilistId,
) -> Result<(), Fault> {
    let statement = "DELETE FROM sync_progress WHERE account_id = ?1 AND anilist_id = ?2";
    change(connection, statement, (account.as_str(), id.0)).map(drop)
}

pub(super) fn overrides(
    connection: &Connection,
    account: &AccountId,
) -> Result<Vec<Override>, Fault> {
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

pub(super) fn unmapped(
    connection: &Connection,
    account: &AccountId,
) -> Result<Vec<Unmapped>, Fault> {
    let query =
        format!("SELECT {UNMAPPED} FROM unmapped WHERE account_id = ?1 ORDER BY anilist_id");
    records(connection, "unmapped", &query, [account.as_str()], unmapped_row)
}

const UNMAPPED: &str =
    "anilist_id, reason, detail, episodes, ignored, since, tried_at, tried_with, entry";

fn unmapped_row(row: &Row<'_>) -> rusqlite::Result<Unmapped> {
    Ok(Unmapped {
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
pub(super) fn requeue(
    connection: &Connection,
    account: &AccountId,
    change: &Requeue,
) -> Result<(), Fault> {
    let query =
        format!("SELECT {UNMAPPED} FROM unmapped WHERE account_id = ?1 AND anilist_id = ?2");
    let id = (account.as_str(), change.id.0);
    let now = records(connection, "unmapped", &query, id, unmapped_row)?.pop();
    match change.onto(now.as_ref()) {
        Some(row) => put_unmapped(connection, account, &row),
        None => remove_unmapped(connection, account, change.id),
    }
}

pub(super) fn waiting(connection: &Connection, account: &AccountId) -> Result<usize, Fault> {
    let query = "SELECT count(*) FROM unmapped WHERE account_id = ?1 AND ignored = 0
         AND reason <> 'decided'";
    let read = |row: &Row<'_>| row.get::<_, u32>(0);
    let count = connection.prepare_cached(query)?.query_row([account.as_str()], read)?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

pub(super) fn put_unmapped(
    connection: &Connection,
    account: &AccountId,
    waiting: &Unmapped,
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

pub(super) fn remove_unmapped(
    connection: &Connection,
    account: &AccountId,
    id: AnilistId,
) -> Result<(), Fault> {
    let statement = "DELETE FROM unmapped WHERE account_id = ?1 AND anilist_id = ?2";
    change(connection, statement, (account.as_str(), id.0)).map(drop)
}

/// Whoever has a record of any kind. What belongs to everybody has no account.
pub(super) fn accounts(connection: &Connection) -> Result<Vec<AccountId>, Fault> {
    let query = "SELECT account_id FROM system_config WHERE account_id <> ''
         UNION SELECT account_id FROM mappings UNION SELECT account_id FROM sync_progress
         UNION SELECT account_id FROM episode_override UNION SELECT account_id FROM unmapped
         UNION SELECT account_id FROM placements
         UNION SELECT account_id FROM runs UNION SELECT account_id FROM run_numbers
         ORDER BY account_id";
    records(connection, "accounts", query, [], |row| Ok(row.get::<_, Word<_>>("account_id")?.0))
}
