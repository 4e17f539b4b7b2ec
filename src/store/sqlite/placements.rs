//! Where entries were placed. Each row has its evidence in a table of its own.

use rusqlite::{Connection, Row, params};

use super::columns::{Json, Text, Time, Word, change, records};
use super::fault::Fault;
use crate::domain::{AccountId, AnilistId};
use crate::store::PlacementRow;

pub(super) fn some(
    connection: &Connection,
    account: &AccountId,
    ids: &[AnilistId],
) -> Result<Vec<PlacementRow>, Fault> {
    let query = "SELECT anilist_id, basis, verdict, source, reason, detail, placed_at, shows,
             placement, episode_ids, weight, work, earlier
         FROM placements
         WHERE account_id = ?1 AND anilist_id IN (SELECT value FROM json_each(?2))";
    records(connection, "placements", query, (account.as_str(), Json(ids)), placement)
}

/// An evidence that somebody removed by hand is the JSON `null` here.
pub(super) fn all(
    connection: &Connection,
    account: &AccountId,
) -> Result<Vec<(PlacementRow, String)>, Fault> {
    let query = "SELECT anilist_id, basis, verdict, source, reason, detail, placed_at, shows,
             placement, episode_ids, weight, work, earlier, ifnull(evidence, 'null') AS evidence
         FROM placements LEFT JOIN placement_evidence USING (account_id, anilist_id)
         WHERE account_id = ?1 ORDER BY anilist_id";
    let read = |row: &Row<'_>| Ok((placement(row)?, row.get("evidence")?));
    records(connection, "placements", query, [account.as_str()], read)
}

pub(super) fn evidence(
    connection: &Connection,
    account: &AccountId,
    id: AnilistId,
) -> Result<Option<String>, Fault> {
    let query = "SELECT anilist_id, evidence FROM placement_evidence
         WHERE account_id = ?1 AND anilist_id = ?2";
    let read = |row: &Row<'_>| row.get("evidence");
    Ok(records(connection, "placement_evidence", query, (account.as_str(), id.0), read)?.pop())
}

fn placement(row: &Row<'_>) -> rusqlite::Result<PlacementRow> {
    Ok(PlacementRow {
        anilist_id: AnilistId(row.get("anilist_id")?),
        basis: row.get::<_, Text<_>>("basis")?.0,
        shows: row.get::<_, Json<_>>("shows")?.0,
        verdict: row.get::<_, Word<_>>("verdict")?.0,
        source: row.get::<_, Option<Word<_>>>("source")?.map(|Word(source)| source),
        placement: row.get::<_, Option<Json<_>>>("placement")?.map(|Json(placement)| placement),
        reason: row.get::<_, Option<Word<_>>>("reason")?.map(|Word(reason)| reason),
        detail: row.get("detail")?,
        episode_ids: row.get::<_, Json<_>>("episode_ids")?.0,
        placed_at: row.get::<_, Time>("placed_at")?.0,
        weight: row.get::<_, Json<_>>("weight")?.0,
        work: row.get::<_, Option<Json<_>>>("work")?.map(|Json(work)| work),
        earlier: row.get::<_, Json<_>>("earlier")?.0,
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
    let statement = "INSERT OR REPLACE INTO placement_evidence (account_id, anilist_id, evidence)
         VALUES (?1, ?2, ?3)";
    change(connection, statement, (account.as_str(), row.anilist_id.0, evidence)).map(drop)
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
