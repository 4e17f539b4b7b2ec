//! Locks: a value that runs out by itself, `<since> <owner>`.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use super::command::{Command, Repeat, Reply};
use super::pack::corrupt;
use super::{RedisStore, scripts};
use crate::{LockAnswer, LockHolder, Locks, Result};
use anilist_trakt_sync_core::domain::AccountId;

#[async_trait]
impl Locks for RedisStore {
    async fn lock(
        &self,
        account: &AccountId,
        name: &str,
        owner: &str,
        now: Timestamp,
        lease: Duration,
    ) -> Result<LockAnswer> {
        let key = self.keys.lock(account, name);
        let lease = lease.as_millis().max(1).to_string();
        let arguments = [owner.to_owned(), now.to_string(), lease];
        let take = Command::script(scripts::LOCK, [key.clone()], arguments);
        // The same owner asking twice has it once.
        match self.one(take, Repeat::Safe).await?.text()? {
            None => Ok(LockAnswer::Taken),
            Some(held) => Ok(LockAnswer::Held(holder(&key, &held)?)),
        }
    }

    /// The server measures the lease, so `now` is not needed.
    async fn renew_lock(
        &self,
        account: &AccountId,
        name: &str,
        owner: &str,
        _now: Timestamp,
        lease: Duration,
    ) -> Result<bool> {
        let arguments = [owner.to_owned(), lease.as_millis().max(1).to_string()];
        let keep = Command::script(scripts::RENEW, [self.keys.lock(account, name)], arguments);
        Ok(self.one(keep, Repeat::Safe).await?.number()? == 1)
    }

    async fn unlock(&self, account: &AccountId, name: &str, owner: &str) -> Result<()> {
        let key = self.keys.lock(account, name);
        let release = Command::script(scripts::UNLOCK, [key], [owner.to_owned()]);
        self.one(release, Repeat::Safe).await.map(drop)
    }

    async fn lock_holder(&self, account: &AccountId, name: &str) -> Result<Option<LockHolder>> {
        let key = self.keys.lock(account, name);
        read_holder(&key, self.one(Command::new(["GET", &key]), Repeat::Safe).await?)
    }
}

/// Who holds the lock, by what its key has.
pub(super) fn read_holder(key: &str, reply: Reply) -> Result<Option<LockHolder>> {
    reply.text()?.map(|held| holder(key, &held)).transpose()
}

fn holder(key: &str, value: &str) -> Result<LockHolder> {
    let (since, owner) =
        value.split_once(' ').ok_or_else(|| corrupt(key, &"it does not name an owner"))?;
    let since = since.parse().map_err(|error: jiff::Error| corrupt(key, &error))?;
    Ok(LockHolder { owner: owner.to_owned(), since })
}
