//! The newest runs and the numbers given to them.

use std::ops::Range;

use async_trait::async_trait;
use rusqlite::{Connection, Row, params};
use serde::de::DeserializeOwned;

use super::SqliteStore;
use super::columns::{Json, Time, Word, change, json, records};
use super::fault::Fault;
use super::packed::{pack, unpack_json};
use crate::Runs;
use crate::part::Part;
use anilist_trakt_sync_core::domain::records::by_title::{Count, Plays};
use anilist_trakt_sync_core::domain::{AccountId, KEPT_RUNS, RunId, RunPlay, RunPlays, RunRow};

#[async_trait]
impl Runs for SqliteStore {
    async fn next_run_id(&self, account: &AccountId) -> crate::Result<RunId> {
        let account = account.clone();
        self.change(move |connection| next_id(connection, &account)).await
    }

    async fn last_run_id(&self, account: &AccountId) -> crate::Result<Option<RunId>> {
        let account = account.clone();
        self.read(move |connection| last_id(connection, &account)).await
    }

    async fn runs(&self, account: &AccountId, limit: u32) -> crate::Result<Vec<RunRow>> {
        let account = account.clone();
        self.read(move |connection| newest(connection, &account, limit)).await
    }

    async fn run(&self, account: &AccountId, id: RunId) -> crate::Result<Option<RunRow>> {
        let account = account.clone();
        self.read(move |connection| one(connection, &account, id)).await
    }

    async fn run_plays(&self, account: &AccountId, id: RunId) -> crate::Result<Vec<RunPlays>> {
        let account = account.clone();
        self.read(move |connection| plays(connection, &account, id)).await
    }

    async fn some_run_plays(
        &self,
        account: &AccountId,
        id: RunId,
        wanted: Range<usize>,
    ) -> crate::Result<(Vec<RunPlay>, usize)> {
        let account = account.clone();
        self.read(move |connection| some_plays(connection, &account, id, &wanted)).await
    }
}

/// The number is kept apart from the runs, because those are trimmed; but runs that came with an
/// import count too.
fn next_id(connection: &Connection, account: &AccountId) -> Result<RunId, Fault> {
    let statement = "INSERT INTO run_numbers (account_id, last)
         VALUES (?1, 1 + ifnull((SELECT max(id) FROM runs WHERE account_id = ?1), 0))
         ON CONFLICT DO UPDATE SET last = 1 + max(last, excluded.last - 1)
         RETURNING last";
    let read = |row: &Row<'_>| row.get::<_, i64>(0);
    let last = connection.prepare_cached(statement)?.query_row([account.as_str()], read)?;
    Ok(RunId(last.cast_unsigned()))
}

/// The last number given, or that of the newest run when none was.
fn last_id(connection: &Connection, account: &AccountId) -> Result<Option<RunId>, Fault> {
    let query = "SELECT max(last) FROM (
             SELECT last FROM run_numbers WHERE account_id = ?1
             UNION ALL SELECT max(id) FROM runs WHERE account_id = ?1)";
    let read = |row: &Row<'_>| row.get::<_, Option<i64>>(0);
    let last = connection.prepare_cached(query)?.query_row([account.as_str()], read)?;
    Ok(last.map(|last| RunId(last.cast_unsigned())))
}

/// Lets new numbers begin above this one.
pub(super) fn raise(connection: &Connection, account: &AccountId, to: RunId) -> Result<(), Fault> {
    let statement = "INSERT INTO run_numbers (account_id, last) VALUES (?1, ?2)
         ON CONFLICT DO UPDATE SET last = max(last, excluded.last)";
    change(connection, statement, (account.as_str(), to.0.cast_signed())).map(drop)
}

fn newest(connection: &Connection, account: &AccountId, limit: u32) -> Result<Vec<RunRow>, Fault> {
    let query = "SELECT id, mode, \"trigger\", started_at, finished_at, state, report, undone_by
         FROM runs WHERE account_id = ?1 ORDER BY id DESC LIMIT ?2";
    records(connection, "runs", query, (account.as_str(), limit), run)
}

fn one(connection: &Connection, account: &AccountId, id: RunId) -> Result<Option<RunRow>, Fault> {
    let query = "SELECT id, mode, \"trigger\", started_at, finished_at, state, report, undone_by
         FROM runs WHERE account_id = ?1 AND id = ?2";
    Ok(records(connection, "runs", query, (account.as_str(), id.0.cast_signed()), run)?.pop())
}

fn run(row: &Row<'_>) -> rusqlite::Result<RunRow> {
    Ok(RunRow {
        id: RunId(row.get::<_, i64>("id")?.cast_unsigned()),
        mode: row.get::<_, Word<_>>("mode")?.0,
        trigger: row.get::<_, Word<_>>("trigger")?.0,
        started_at: row.get::<_, Time>("started_at")?.0,
        finished_at: row.get::<_, Option<Time>>("finished_at")?.map(|Time(moment)| moment),
        state: row.get::<_, Word<_>>("state")?.0,
        report: row.get::<_, Json<_>>("report")?.0,
        undone_by: row.get::<_, Option<i64>>("undone_by")?.map(|id| RunId(id.cast_unsigned())),
    })
}

pub(super) fn put(connection: &Connection, account: &AccountId, run: &RunRow) -> Result<(), Fault> {
    let statement = "INSERT OR REPLACE INTO runs
         (account_id, id, mode, \"trigger\", started_at, finished_at, state, report, undone_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let values = params![
        account.as_str(),
        run.id.0.cast_signed(),
        Word(run.mode),
        Word(run.trigger),
        Time(run.started_at),
        run.finished_at.map(Time),
        Word(run.state),
        Json(&run.report),
        run.undone_by.map(|id| id.0.cast_signed()),
    ];
    change(connection, statement, values)?;
    trim(connection, account)
}

fn trim(connection: &Connection, account: &AccountId) -> Result<(), Fault> {
    let statement = "DELETE FROM runs WHERE account_id = ?1 AND id <=
         (SELECT id FROM runs WHERE account_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)";
    change(connection, statement, (account.as_str(), KEPT_RUNS))?;
    let statement = "DELETE FROM run_plays WHERE account_id = ?1 AND run_id <
         (SELECT min(id) FROM runs WHERE account_id = ?1)";
    change(connection, statement, [account.as_str()]).map(drop)
}

fn plays(connection: &Connection, account: &AccountId, run: RunId) -> Result<Vec<RunPlays>, Fault> {
    batches(connection, account, run, |row| {
        let Plays(plays) = unpack_json(row, "plays")?;
        Ok(RunPlays { run, group: row.get("batch")?, plays })
    })
}

/// What is read of each batch of a run, in order.
fn batches<T>(
    connection: &Connection,
    account: &AccountId,
    run: RunId,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, Fault> {
    let query = "SELECT run_id, batch, plays, packed FROM run_plays
         WHERE account_id = ?1 AND run_id = ?2 ORDER BY batch";
    records(connection, "run_plays", query, (account.as_str(), run.0.cast_signed()), read)
}

/// Some of the plays, and how many there are. No other batches are read.
fn some_plays(
    connection: &Connection,
    account: &AccountId,
    run: RunId,
    wanted: &Range<usize>,
) -> Result<(Vec<RunPlay>, usize), Fault> {
    let part = Part::find(counts(connection, account, run)?, wanted);
    let mut held = Vec::new();
    for batch in &part.groups {
        let Some(Plays(plays)) = of_batch(connection, account, run, *batch)? else {
            continue;
        };
        let plays: Vec<RunPlay> = plays;
        held.extend(plays);
    }
    Ok((part.of(held, wanted), part.total))
}

/// The batches of a run with how many plays each has, in order.
fn counts(
    connection: &Connection,
    account: &AccountId,
    run: RunId,
) -> Result<Vec<(u32, usize)>, Fault> {
    let query = "SELECT run_id, batch, count FROM run_plays
         WHERE account_id = ?1 AND run_id = ?2 ORDER BY batch";
    let read = |row: &Row<'_>| Ok((row.get("batch")?, row.get::<_, Option<u32>>("count")?));
    let of = (account.as_str(), run.0.cast_signed());
    let kept: Vec<(u32, Option<u32>)> = records(connection, "run_plays", query, of, read)?;
    let counted = kept.into_iter().map(|(batch, count)| {
        if let Some(count) = count {
            return Ok((batch, usize::try_from(count).unwrap_or(usize::MAX)));
        }
        let read = of_batch(connection, account, run, batch)?;
        Ok((batch, read.map_or(0, |Count(count)| count)))
    });
    counted.collect()
}

/// The plays of a batch, in one of their forms.
fn of_batch<T: DeserializeOwned>(
    connection: &Connection,
    account: &AccountId,
    run: RunId,
    batch: u32,
) -> Result<Option<T>, Fault> {
    let query = "SELECT run_id, plays, packed FROM run_plays
         WHERE account_id = ?1 AND run_id = ?2 AND batch = ?3";
    let read = |row: &Row<'_>| unpack_json(row, "plays");
    let of = (account.as_str(), run.0.cast_signed(), batch);
    Ok(records(connection, "run_plays", query, of, read)?.pop())
}

pub(super) fn put_plays(
    connection: &Connection,
    account: &AccountId,
    RunPlays { run, group, plays }: &RunPlays,
) -> Result<(), Fault> {
    let statement = "INSERT OR REPLACE INTO run_plays
         (account_id, run_id, batch, plays, packed, count)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let (run, count) = (run.0.cast_signed(), u32::try_from(plays.len()).ok());
    let text = json(&Plays(plays.as_slice()))?;
    let (plays, packed) = pack(&text)?;
    let values = params![account.as_str(), run, group, plays, packed, count];
    change(connection, statement, values).map(drop)
}
