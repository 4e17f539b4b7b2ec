//! What is remembered of a person's lists: a hash for each topic.

use async_trait::async_trait;

use super::RedisStore;
use super::command::Command;
use super::pack::{pack, unpack};
use crate::{Notes, Result, Topic};
use anilist_trakt_sync_core::domain::AccountId;

#[async_trait]
impl Notes for RedisStore {
    async fn notes(&self, account: &AccountId, topic: Topic) -> Result<Vec<(String, String)>> {
        let hash = self.keys.notes(account, topic);
        let mut keys = self.names(Command::new(["HKEYS", &hash])).await?;
        keys.sort_unstable();
        let notes = self.fields(&hash, &keys, unpack).await?;
        Ok(keys.into_iter().zip(notes).filter_map(|(key, note)| Some((key, note?))).collect())
    }

    async fn some_notes(
        &self,
        account: &AccountId,
        topic: Topic,
        keys: &[&str],
    ) -> Result<Vec<Option<String>>> {
        let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        self.fields(&self.keys.notes(account, topic), &keys, unpack).await
    }
}

impl RedisStore {
    pub(super) fn put_note(
        &self,
        account: &AccountId,
        (topic, key): (Topic, &str),
        note: Option<&str>,
    ) -> Result<Command> {
        let hash = self.keys.notes(account, topic);
        Ok(match note {
            Some(note) => Command::new(["HSET", &hash, key, &pack(note)?]),
            None => Command::new(["HDEL", &hash, key]),
        })
    }
}
