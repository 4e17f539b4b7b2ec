//! What sources of titles answered: a hash, and a sorted set of the questions by when they were
//! answered.

use async_trait::async_trait;

use super::command::{Command, Repeat};
use super::pack::{pack_json, unpack_json};
use super::{BODY, RedisStore, scripts};
use crate::{Answers, KEPT_ANSWERS, Result};
use anilist_trakt_sync_core::domain::StoredAnswer;

#[async_trait]
impl Answers for RedisStore {
    async fn answers(&self, keys: &[String]) -> Result<Vec<Option<StoredAnswer>>> {
        let hash = self.keys.answers();
        self.fields(&hash, keys, |_, value| unpack_json(&hash, value)).await
    }

    async fn put_answers(&self, answers: Vec<(String, StoredAnswer)>) -> Result<()> {
        let mut part = vec![KEPT_ANSWERS.to_string()];
        let mut room = BODY;
        for (key, answer) in answers {
            let value = pack_json(&answer)?;
            if value.len() + key.len() > room && part.len() > 1 {
                self.put_part(std::mem::replace(&mut part, vec![KEPT_ANSWERS.to_string()])).await?;
                room = BODY;
            }
            room = room.saturating_sub(value.len() + key.len());
            part.extend([answer.fetched_at.as_millisecond().to_string(), key, value]);
        }
        if part.len() > 1 { self.put_part(part).await } else { Ok(()) }
    }

    async fn answers_count(&self) -> Result<u64> {
        let count = Command::new(["HLEN", &self.keys.answers()]);
        Ok(self.one(count, Repeat::Safe).await?.number()?.cast_unsigned())
    }
}

impl RedisStore {
    async fn put_part(&self, arguments: Vec<String>) -> Result<()> {
        let keys = [self.keys.answers(), self.keys.answers_newest()];
        let put = Command::script(scripts::PUT_ANSWERS, keys, arguments);
        self.one(put, Repeat::Safe).await.map(drop)
    }
}
