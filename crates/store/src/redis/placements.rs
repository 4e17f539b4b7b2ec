//! Where entries were placed: a hash of the rows, and another of what they rest on, so that the
//! rows are read without it.

use std::collections::HashMap;

use async_trait::async_trait;
use serde::Deserialize;

use super::RedisStore;
use super::command::Command;
use super::keys::field;
use super::pack::{pack, pack_json, unpack, unpack_json};
use crate::{Placements, Result};
use anilist_trakt_sync_core::domain::{AccountId, AnilistId, PlacementRow, Verdict};

/// What of a [`PlacementRow`] tells how far it can be trusted.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Trusted {
    anilist_id: AnilistId,
    verdict: Verdict,
}

#[async_trait]
impl Placements for RedisStore {
    async fn placements(
        &self,
        account: &AccountId,
        ids: &[AnilistId],
    ) -> Result<HashMap<AnilistId, PlacementRow>> {
        let fields: Vec<String> = ids.iter().map(|id| field(*id)).collect();
        let rows: Vec<Option<PlacementRow>> =
            self.fields(&self.keys.placements(account), &fields, unpack_json).await?;
        Ok(rows.into_iter().flatten().map(|row| (row.anilist_id, row)).collect())
    }

    /// Of each row no more is read than is asked for.
    async fn verdicts(&self, account: &AccountId) -> Result<HashMap<AnilistId, Verdict>> {
        let rows: Vec<Trusted> = self.whole_hash(&self.keys.placements(account)).await?;
        Ok(rows.into_iter().map(|row| (row.anilist_id, row.verdict)).collect())
    }

    async fn evidence(&self, account: &AccountId, id: AnilistId) -> Result<Option<String>> {
        let found = self.fields(&self.keys.evidence(account), &[field(id)], unpack).await?;
        Ok(found.into_iter().flatten().next())
    }

    /// An evidence that somebody removed by hand is the JSON `null` here.
    async fn all_placements(&self, account: &AccountId) -> Result<Vec<(PlacementRow, String)>> {
        let mut rows: Vec<PlacementRow> = self.whole_hash(&self.keys.placements(account)).await?;
        rows.sort_by_key(|row| row.anilist_id);
        let fields: Vec<String> = rows.iter().map(|row| field(row.anilist_id)).collect();
        let evidence = self.fields(&self.keys.evidence(account), &fields, unpack).await?;
        let evidence = evidence.into_iter().map(|text| text.unwrap_or_else(|| "null".to_owned()));
        Ok(rows.into_iter().zip(evidence).collect())
    }
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
}
