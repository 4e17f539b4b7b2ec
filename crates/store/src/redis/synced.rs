//! How far every entry is synced: a hash, and the entries by the time of their last change.

use std::collections::HashMap;

use async_trait::async_trait;

use super::RedisStore;
use super::command::Command;
use super::keys::field;
use super::pack::{json, unpack_json};
use crate::{Result, Synced};
use anilist_trakt_sync_core::domain::{AccountId, AnilistId, Progress};

#[async_trait]
impl Synced for RedisStore {
    async fn progress(&self, account: &AccountId) -> Result<HashMap<AnilistId, Progress>> {
        let rows: Vec<Progress> = self.whole_hash(&self.keys.progress(account)).await?;
        Ok(rows.into_iter().map(|row| (row.anilist_id, row)).collect())
    }

    async fn latest_progress(&self, account: &AccountId, limit: u32) -> Result<Vec<Progress>> {
        let ids = self.newest(&self.keys.progress_newest(account), limit).await?;
        let hash = self.keys.progress(account);
        let mut rows: Vec<Progress> =
            self.fields(&hash, &ids, unpack_json).await?.into_iter().flatten().collect();
        rows.sort_by_key(|row| (std::cmp::Reverse(row.updated_at), row.anilist_id));
        Ok(rows)
    }
}

impl RedisStore {
    pub(super) fn put_progress(
        &self,
        account: &AccountId,
        progress: &Progress,
    ) -> Result<Vec<Command>> {
        let id = field(progress.anilist_id);
        let when = progress.updated_at.as_millisecond().to_string();
        Ok(vec![
            Command::new(["HSET", &self.keys.progress(account), &id, &json(progress)?]),
            Command::new(["ZADD", &self.keys.progress_newest(account), &when, &id]),
        ])
    }

    pub(super) fn remove_progress(&self, account: &AccountId, id: AnilistId) -> Vec<Command> {
        let id = field(id);
        vec![
            Command::new(["HDEL", &self.keys.progress(account), &id]),
            Command::new(["ZREM", &self.keys.progress_newest(account), &id]),
        ]
    }
}
