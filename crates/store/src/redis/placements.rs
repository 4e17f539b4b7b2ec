//! Where entries were placed: a hash of the rows, and another of what they rest on, so that the
//! rows are read without it.

use std::collections::HashMap;

use serde::Deserialize;

use super::RedisStore;
use super::command::Command;
use super::keys::field;
use super::pack::{pack, pack_json, unpack, unpack_json};
use crate::Result;
use anilist_trakt_sync_core::domain::{AccountId, AnilistId, PlacementRow, Verdict};

/// What of a [`PlacementRow`] tells how far it can be trusted.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Trusted {
    anilist_id: AnilistId,
    verdict: Verdict,
}

impl RedisStore {
    pub(super) fn put_placement(
        &self,
        account: &AccountId,
        row: &PlacementRow,
        evidence: &str,
    ) -> Result<Vec<Command>> {
        let id = field(row.anilist_id);
        Ok(vec![
            Command::new(["HSET", &self.keys.placements(account), &id, &pack_json(row)?]),
            Command::new(["HSET", &self.keys.evidence(account), &id, &pack(evidence)?]),
        ])
    }

    pub(super) fn remove_placement(&self, account: &AccountId, id: AnilistId) -> Vec<Command> {
        let id = field(id);
        let hashes = [self.keys.placements(account), self.keys.evidence(account)];
        hashes.map(|hash| Command::new(["HDEL", &hash, &id])).into()
    }

    pub(super) async fn read_placements(
        &self,
        account: &AccountId,
        ids: &[AnilistId],
    ) -> Result<Vec<PlacementRow>> {
        let fields: Vec<String> = ids.iter().map(|id| field(*id)).collect();
        let rows = self.fields(&self.keys.placements(account), &fields, unpack_json).await?;
        Ok(rows.into_iter().flatten().collect())
    }

    /// Of each row no more is read than is asked for.
    pub(super) async fn read_verdicts(
        &self,
        account: &AccountId,
    ) -> Result<HashMap<AnilistId, Verdict>> {
        let rows: Vec<Trusted> = self.whole_hash(&self.keys.placements(account)).await?;
        Ok(rows.into_iter().map(|row| (row.anilist_id, row.verdict)).collect())
    }

    pub(super) async fn read_evidence(
        &self,
        account: &AccountId,
        id: AnilistId,
    ) -> Result<Option<String>> {
        let found = self.fields(&self.keys.evidence(account), &[field(id)], unpack).await?;
        Ok(found.into_iter().flatten().next())
    }

    /// An evidence that somebody removed by hand is the JSON `null` here.
    pub(super) async fn read_all_placements(
        &self,
        account: &AccountId,
    ) -> Result<Vec<(PlacementRow, String)>> {
        let mut rows: Vec<PlacementRow> = self.whole_hash(&self.keys.placements(account)).await?;
        rows.sort_by_key(|row| row.anilist_id);
        let fields: Vec<String> = rows.iter().map(|row| field(row.anilist_id)).collect();
        let evidence = self.fields(&self.keys.evidence(account), &fields, unpack).await?;
        let evidence = evidence.into_iter().map(|text| text.unwrap_or_else(|| "null".to_owned()));
        Ok(rows.into_iter().zip(evidence).collect())
    }
}
