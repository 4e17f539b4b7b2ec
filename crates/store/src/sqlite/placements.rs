//! Where entries were placed. Each row has its evidence in a table of its own.

use std::collections::HashMap;

use async_trait::async_trait;
use rusqlite::{Connection, Row, params};

use super::SqliteStore;
use super::columns::{Columns, Json, Text, Time, Word, change, records};
use super::fault::Fault;
use super::packed::{pack, unpack};
use crate::Placements;
use anilist_trakt_sync_core::domain::{AccountId, AnilistId, PlacementRow, Verdict};

#[async_trait]
impl Placements for SqliteStore {
    async fn placements(
        &self,
        account: &AccountId,
        ids: &[AnilistId],
    ) -> crate::Result<HashMap<AnilistId, PlacementRow>> {
        let (account, ids) = (account.clone(), ids.to_vec());
        let rows = self.read(move |connection| some(connection, &account, &ids)).await?;
        Ok(rows.into_iter().map(|row| (row.anilist_id, row)).collect())
    }

    async fn verdicts(&self, account: &AccountId) -> crate::Result<HashMap<AnilistId, Verdict>> {
        let account = account.clone();
        let rows = self.read(move |connection| verdicts(connection, &account)).await?;
        Ok(rows.into_iter().collect())
    }

    async fn evidence(&self, account: &AccountId, id: AnilistId) -> crate::Result<Option<String>> {
        let account = account.clone();
        self.read(move |connection| evidence(connection, &account, id)).await
    }

    async fn all_placements(
        &self,
        account: &AccountId,
    ) -> crate::Result<Vec<(PlacementRow, String)>> {
        let account = account.clone();
        self.read(move |connection| all(connection, &account)).await
    }
}

fn some(
    connection: &Connection,
    account: &AccountId,
    ids: &[AnilistId],
) -> Result<Vec<PlacementRow>, Fault> {
    let query = format!(
        "SELECT {PLACEMENT} FROM placements
         WHERE account_id = ?1 AND anilist_id IN (SELECT value FROM json_each(?2))"
    );
    records(connection, "placements", &query, (account.as_str(), Json(ids)), placement)
}

fn verdicts(
    connection: &Connection,
    account: &AccountId,
) -> Result<Vec<(AnilistId, Verdict)>, Fault> {
    let query = "SELECT anilist_id, verdict FROM placements WHERE account_id = ?1";
    let read = |row: &Row<'_>| {
        let mut columns = Columns::of(row);
        Ok((AnilistId(columns.take()?), columns.take::<Word<_>>()?.0))
    };
    records(connection, "placements", query, [account.as_str()], read)
}

/// An evidence that somebody removed by hand is the JSON `null` here.
fn all(connection: &Connection, account: &AccountId) -> Result<Vec<(PlacementRow, String)>, Fault> {
    let query = format!(
        "SELECT {PLACEMENT}, ifnull(evidence, 'null') AS evidence, packed
         FROM placements LEFT JOIN placement_evidence USING (account_id, anilist_id)
         WHERE account_id = ?1 ORDER BY anilist_id"
    );
    let read = |row: &Row<'_>| Ok((placement(row)?, unpack(row, "evidence")?));
    records(connection, "placements", &query, [account.as_str()], read)
}

fn evidence(
    connection: &Connection,
    account: &AccountId,
    id: AnilistId,
) -> Result<Option<String>, Fault> {
    let query = "SELECT anilist_id, evidence, packed FROM placement_evidence
         WHERE account_id = ?1 AND anilist_id = ?2";
    let read = |row: &Row<'_>| unpack(row, "evidence");
    Ok(records(connection, "placement_evidence", query, (account.as_str(), id.0), read)?.pop())
}

/// The columns that [`placement`] takes, in its order.
const PLACEMENT: &str = "anilist_id, basis, shows, verdict, source, placement, reason, detail,
     episode_ids, placed_at, weight, work, earlier";

fn placement(row: &Row<'_>) -> rusqlite::Result<PlacementRow> {
    let mut columns = Columns::of(row);
    Ok(PlacementRow {
        anilist_id: AnilistId(columns.take()?),
        basis: columns.take::<Text<_>>()?.0,
        shows: columns.take::<Json<_>>()?.0,
        verdict: columns.take::<Word<_>>()?.0,
        source: columns.take::<Option<Word<_>>>()?.map(|Word(source)| source),
        placement: columns.take::<Option<Json<_>>>()?.map(|Json(placement)| placement),
        reason: columns.take::<Option<Word<_>>>()?.map(|Word(reason)| reason),
        detail: columns.take()?,
        episode_ids: columns.take::<Json<_>>()?.0,
        placed_at: columns.take::<Time>()?.0,
        weight: columns.take::<Json<_>>()?.0,
        work: columns.take::<Option<Json<_>>>()?.map(|Json(work)| work),
        earlier: columns.take::<Json<_>>()?.0,
    })
}

pub(super) fn put(
    connection: &Connection,
    account: &AccountId,
    row: &PlacementRow,
    evidence: &str,
) -> Result<(), Fault> {
    let statement = "INSERT OR REPLACE INTO placements
         (account_id, anilist_id, basis, verdict, source, reason, detail, placed_at, shows,
          placement, episode_ids, weight, work, earlier)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
    let values = params![
        account.as_str(),
        row.anilist_id.0,
        Text(row.basis),
        Word(row.verdict),
        row.source.map(Word),
        row.reason.map(Word),
        row.detail,
        Time(row.placed_at),
        Json(&row.shows),
        row.placement.as_ref().map(Json),
        Json(&row.episode_ids),
        Json(&row.weight),
        row.work.as_ref().map(Json),
        Json(&row.earlier),
    ];
    change(connection, statement, values)?;
    let statement = "INSERT OR REPLACE INTO placement_evidence
         (account_id, anilist_id, evidence, packed)
         VALUES (?1, ?2, ?3, ?4)";
    let (evidence, packed) = pack(evidence)?;
    let values = (account.as_str(), row.anilist_id.0, evidence, packed);
    change(connection, statement, values).map(drop)
}

pub(super) fn remove(
    connection: &Connection,
    account: &AccountId,
    id: AnilistId,
) -> Result<(), Fault> {
    let statement = "DELETE FROM placements WHERE account_id = ?1 AND anilist_id = ?2";
    change(connection, statement, (account.as_str(), id.0))?;
    let statement = "DELETE FROM placement_evidence WHERE account_id = ?1 AND anilist_id = ?2";
    change(connection, statement, (account.as_str(), id.0)).map(drop)
}
