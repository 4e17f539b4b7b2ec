//! Locks: a value that runs out by itself, `<since> <owner>`.

use std::time::Duration;

use jiff::Timestamp;

use super::command::{Command, Repeat, Reply};
use super::pack::corrupt;
use super::{RedisStore, scripts};
use crate::{LockAnswer, LockHolder, Result};

impl RedisStore {
    pub(super) async fn take_lock(
        &self,
        key: &str,
        owner: &str,
        now: Timestamp,
        lease: Duration,
    ) -> Result<LockAnswer> {
        let lease = lease.as_millis().max(1).to_string();
        let arguments = [owner.to_owned(), now.to_string(), lease];
        let take = Command::script(scripts::LOCK, [key.to_owned()], arguments);
        // The same owner asking twice has it once.
        match self.one(take, Repeat::Safe).await?.text()? {
            None => Ok(LockAnswer::Taken),
            Some(held) => Ok(LockAnswer::Held(holder(key, &held)?)),
        }
    }

    pub(super) async fn keep_lock(&self, key: &str, owner: &str, lease: Duration) -> Result<bool> {
        let arguments = [owner.to_owned(), lease.as_millis().max(1).to_string()];
        let keep = Command::script(scripts::RENEW, [key.to_owned()], arguments);
        Ok(self.one(keep, Repeat::Safe).await?.number()? == 1)
    }

    pub(super) async fn release_lock(&self, key: &str, owner: &str) -> Result<()> {
        let release = Command::script(scripts::UNLOCK, [key.to_owned()], [owner.to_owned()]);
        self.one(release, Repeat::Safe).await.map(drop)
    }

    pub(super) async fn read_lock(&self, key: &str) -> Result<Option<LockHolder>> {
        read_holder(key, self.one(Command::new(["GET", key]), Repeat::Safe).await?)
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
