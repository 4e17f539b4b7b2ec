//! How the store stands, and an account in it.

use async_trait::async_trait;

use super::RedisStore;
use super::command::{Command, Repeat, Reply};
use super::locks::read_holder;
use super::records::values_of;
use crate::{Glance, Result, Standing, Traffic};
use anilist_trakt_sync_core::domain::AccountId;

#[async_trait]
impl Standing for RedisStore {
    async fn ping(&self) -> Result<()> {
        let beat = Command::new(["SET", &self.keys.beat(), "1"]);
        self.one(beat, Repeat::Safe).await.map(drop)
    }

    fn cost(&self) -> Option<Traffic> {
        Some(self.traffic())
    }

    async fn glance(&self, account: &AccountId, names: &[&str], lock: &str) -> Result<Glance> {
        let key = self.keys.lock(account, lock);
        let keys = names.iter().map(|name| self.keys.config(account, name));
        let mut commands = vec![
            Command::new(["GET", &key]),
            Command::new(std::iter::once("MGET".to_owned()).chain(keys)),
        ];
        commands.extend(self.counting_waiting(account));
        let mut replies = self.transport.send(&commands, Repeat::Safe).await?;
        let counts = replies.split_off(2);
        let mut replies = replies.into_iter();
        let mut next = || replies.next().unwrap_or(Reply::Nil);
        let holder = read_holder(&key, next())?;
        let config = values_of(names, next())?;
        let waiting = self.waiting_of(account, counts).await?;
        Ok(Glance { config, waiting, holder })
    }
}
