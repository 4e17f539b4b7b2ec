//! The entries of `system_config`, a key each.

use async_trait::async_trait;

use super::RedisStore;
use super::changes::Condition;
use super::command::{Command, Repeat, Reply};
use super::pack::{pack, unpack};
use crate::{Fence, Records, Result, Write};
use anilist_trakt_sync_core::domain::AccountId;

#[async_trait]
impl Records for RedisStore {
    async fn config(&self, account: &AccountId, names: &[&str]) -> Result<Vec<Option<String>>> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let keys = names.iter().map(|name| self.keys.config(account, name));
        let read = Command::new(std::iter::once("MGET".to_owned()).chain(keys));
        values_of(names, self.one(read, Repeat::Safe).await?)
    }

    async fn write(&self, account: &AccountId, writes: Vec<Write>) -> Result<()> {
        self.apply_writes(Condition::default(), account, &writes).await.map(drop)
    }

    async fn write_if(
        &self,
        account: &AccountId,
        key: &'static str,
        expected: Option<&str>,
        writes: Vec<Write>,
    ) -> Result<bool> {
        let key = self.keys.config(account, key);
        let expected = expected.map(pack).transpose()?;
        let condition = Condition { holds: Some((&key, expected.as_deref())), fence: None };
        self.apply_writes(condition, account, &writes).await
    }

    async fn write_fenced(
        &self,
        account: &AccountId,
        fence: Fence<'_>,
        key: &'static str,
        expected: Option<&str>,
        writes: Vec<Write>,
    ) -> Result<bool> {
        let (key, lock) = (self.keys.config(account, key), self.keys.lock(account, fence.lock));
        let expected = expected.map(pack).transpose()?;
        let condition = Condition {
            holds: Some((&key, expected.as_deref())),
            fence: Some((&lock, fence.owner)),
        };
        self.apply_writes(condition, account, &writes).await
    }

    async fn scrub(&self) -> Result<()> {
        Ok(())
    }

    async fn accounts(&self) -> Result<Vec<AccountId>> {
        let names = self.names(Command::new(["SMEMBERS", &self.keys.accounts()])).await?;
        let mut accounts: Vec<AccountId> = names.into_iter().map(AccountId::new).collect();
        accounts.push(AccountId::default());
        accounts.sort_by(|one, other| one.as_str().cmp(other.as_str()));
        Ok(accounts)
    }
}

impl RedisStore {
    pub(super) fn set_config(
        &self,
        account: &AccountId,
        key: &str,
        value: Option<&str>,
    ) -> Result<Command> {
        let key = self.keys.config(account, key);
        Ok(match value {
            Some(value) => Command::new(["SET", &key, &pack(value)?]),
            None => Command::new(["DEL", &key]),
        })
    }
}

/// The values of entries of the configuration, in the order of their names.
pub(super) fn values_of(names: &[&str], reply: Reply) -> Result<Vec<Option<String>>> {
    let unpack =
        |(name, value): (&&str, Option<String>)| value.map(|value| unpack(name, value)).transpose();
    names.iter().zip(reply.texts()?).map(unpack).collect()
}
