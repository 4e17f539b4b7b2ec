//! Mappings, a key each and an index of them; and a hash of the corrections of single episodes.

use std::collections::HashMap;

use async_trait::async_trait;

use super::RedisStore;
use super::command::Command;
use super::keys::field;
use super::pack::{json, pack_json, unpack_json};
use crate::{Corrections, Result};
use anilist_trakt_sync_core::domain::{AccountId, AnilistId, Mapping, Override};

#[async_trait]
impl Corrections for RedisStore {
    async fn mappings(&self, account: &AccountId) -> Result<Vec<Mapping>> {
        let index = Command::new(["SMEMBERS", &self.keys.mapping_index(account)]);
        let ids = self.names(index).await?;
        let keys: Vec<String> = ids.iter().map(|id| self.keys.mapping(account, id)).collect();
        let found = self.values(&keys, unpack_json).await?;
        let mut mappings: Vec<Mapping> = found.into_iter().flatten().collect();
        mappings.sort_by_key(|mapping| mapping.anilist_id);
        Ok(mappings)
    }

    async fn some_mappings(
        &self,
        account: &AccountId,
        ids: &[AnilistId],
    ) -> Result<HashMap<AnilistId, Mapping>> {
        let keys: Vec<String> =
            ids.iter().map(|id| self.keys.mapping(account, &field(*id))).collect();
        let found: Vec<Option<Mapping>> = self.values(&keys, unpack_json).await?;
        Ok(found.into_iter().flatten().map(|row| (row.anilist_id, row)).collect())
    }

    async fn overrides(&self, account: &AccountId) -> Result<Vec<Override>> {
        let mut rows: Vec<Override> = self.whole_hash(&self.keys.overrides(account)).await?;
        rows.sort_by_key(|row| (row.trakt_id, row.abs, row.anilist_id));
        Ok(rows)
    }
}

impl RedisStore {
    pub(super) fn put_mapping(
        &self,
        account: &AccountId,
        mapping: &Mapping,
    ) -> Result<Vec<Command>> {
        let id = field(mapping.anilist_id);
        let key = self.keys.mapping(account, &id);
        Ok(vec![
            Command::new(["SET", &key, &pack_json(mapping)?]),
            Command::new(["SADD", &self.keys.mapping_index(account), &id]),
        ])
    }

    pub(super) fn remove_mapping(&self, account: &AccountId, id: AnilistId) -> Vec<Command> {
        let id = field(id);
        vec![
            Command::new(["DEL", &self.keys.mapping(account, &id)]),
            Command::new(["SREM", &self.keys.mapping_index(account), &id]),
        ]
    }

    pub(super) fn put_override(&self, account: &AccountId, row: &Override) -> Result<Vec<Command>> {
        let (hash, field) = (self.keys.overrides(account), override_field(row));
        Ok(vec![Command::new(["HSET".to_owned(), hash, field, json(row)?])])
    }

    pub(super) fn remove_override(&self, account: &AccountId, row: &Override) -> Vec<Command> {
        let hash = self.keys.overrides(account);
        vec![Command::new(["HDEL", &hash, &override_field(row)])]
    }
}

fn override_field(row: &Override) -> String {
    match row.anilist_id {
        Some(entry) => format!("{}:{}:{entry}", row.trakt_id, row.abs),
        None => format!("{}:{}:*", row.trakt_id, row.abs),
    }
}
