//! Shows: a key each for the episodes, the version and the breakpoints, and an index of them.

use std::collections::HashMap;

use async_trait::async_trait;

use super::RedisStore;
use super::command::Command;
use super::pack::{json, pack_json, unpack_json, unpack_text};
use crate::{Result, Shows};
use anilist_trakt_sync_core::domain::{ShowVersion, StoredShow, TraktShowId};

#[async_trait]
impl Shows for RedisStore {
    async fn shows(&self, ids: &[TraktShowId]) -> Result<HashMap<TraktShowId, StoredShow>> {
        let keys: Vec<String> = ids.iter().map(|id| self.keys.show(*id)).collect();
        let found: Vec<Option<StoredShow>> = self.values(&keys, unpack_json).await?;
        Ok(found.into_iter().flatten().map(|stored| (stored.show.id, stored)).collect())
    }

    async fn show_versions(
        &self,
        ids: &[TraktShowId],
    ) -> Result<HashMap<TraktShowId, ShowVersion>> {
        let keys: Vec<String> = ids.iter().map(|id| self.keys.show_version(*id)).collect();
        let found = self.values(&keys, unpack_text).await?;
        Ok(ids.iter().zip(found).filter_map(|(id, version)| Some((*id, version?))).collect())
    }

    async fn show_ids(&self) -> Result<Vec<TraktShowId>> {
        let ids = self.names(Command::new(["SMEMBERS", &self.keys.show_index()])).await?;
        let mut ids: Vec<TraktShowId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
        ids.sort_unstable();
        Ok(ids)
    }
}

impl RedisStore {
    pub(super) fn put_show(&self, stored: &StoredShow) -> Result<Vec<Command>> {
        let id = stored.show.id;
        let breakpoints = json(&stored.breakpoints)?;
        Ok(vec![
            Command::new(["SET", &self.keys.show(id), &pack_json(stored)?]),
            Command::new(["SET", &self.keys.show_version(id), &stored.version().to_string()]),
            Command::new(["SET", &self.keys.breakpoints(id), &breakpoints]),
            Command::new(["SADD", &self.keys.show_index(), &id.to_string()]),
        ])
    }
}
