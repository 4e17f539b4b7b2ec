//! How far every entry is synced: a hash, and the entries by the time of their last change.

use std::collections::HashMap;

use async_trait::async_trait;

use super::RedisStore;
use super::command::Command;
use super::keys::field;
use super::pack::{json, unpack_json};
use crate::{Result, Synced};
use anilist_trakt_sync_core::domain::{AccountId, AnilistId, Settled};

#[async_trait]
impl Synced for RedisStore {
    async fn settled(&self, account: &AccountId) -> Result<HashMap<AnilistId, Settled>> {
        let rows: Vec<Settled> = self.whole_hash(&self.keys.progress(account)).await?;
        Ok(rows.into_iter().map(|row| (row.anilist_id, row)).collect())
    }

    async fn latest_settled(&self, account: &AccountId, limit: u32) -> Result<Vec<Settled>> {
        let ids = self.newest(&self.keys.progress_newest(account), limit).await?;
        let hash = self.keys.progress(account);
        let mut rows: Vec<Settled> =
            self.fields(&hash, &ids, unpack_json).await?.into_iter().flatten().collect();
        rows.sort_by_key(|row| (std::cmp::Reverse(row.updated_at), row.anilist_id));
        Ok(rows)
    }
}

impl RedisStore {
    pub(super) fn put_settled(
        &self,
        account: &AccountId,
        settled: &Settled,
    ) -> Result<Vec<Command>> {
        let id = field(settled.anilist_id);
        let when = settled.updated_at.as_millisecond().to_string();
        Ok(vec![
            Command::new(["HSET", &self.keys.progress(account), &id, &json(settled)?]),
            Command::new(["ZADD", &self.keys.progress_newest(account), &when, &id]),
        ])
    }

    pub(super) fn remove_settled(&self, account: &AccountId, id: AnilistId) -> Vec<Command> {
        let id = field(id);
        vec![
            Command::new(["HDEL", &self.keys.progress(account), &id]),
            Command::new(["ZREM", &self.keys.progress_newest(account), &id]),
        ]
    }
}
