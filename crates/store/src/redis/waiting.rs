//! The titles that wait: a hash, and the set of those that nobody has to decide about, so that the
//! others are counted without being read.

use async_trait::async_trait;

use super::RedisStore;
use super::command::{Command, Repeat, Reply};
use super::keys::field;
use super::pack::pack_json;
use crate::{Result, WaitingTitles};
use anilist_trakt_sync_core::domain::{AccountId, AnilistId, Waiting};

/// In the set of the titles that nobody has to decide about when all of them are in it. No title has
/// this id.
const COMPLETE: &str = "all";

#[async_trait]
impl WaitingTitles for RedisStore {
    async fn waiting(&self, account: &AccountId) -> Result<Vec<Waiting>> {
        let mut rows: Vec<Waiting> = self.whole_hash(&self.keys.unmapped(account)).await?;
        rows.sort_by_key(|row| row.entry.media.id);
        Ok(rows)
    }

    async fn waiting_count(&self, account: &AccountId) -> Result<usize> {
        let commands = self.counting_waiting(account);
        let replies = self.transport.send(&commands, Repeat::Safe).await?;
        self.waiting_of(account, replies).await
    }
}

impl RedisStore {
    /// What to ask for how many titles wait.
    pub(super) fn counting_waiting(&self, account: &AccountId) -> [Command; 3] {
        let (hash, closed) = (self.keys.unmapped(account), self.keys.unmapped_closed(account));
        [
            Command::new(["HLEN", &hash]),
            Command::new(["SCARD", &closed]),
            Command::new(["SISMEMBER", &closed, COMPLETE]),
        ]
    }

    /// How many titles wait, by the answers to that.
    pub(super) async fn waiting_of(
        &self,
        account: &AccountId,
        replies: Vec<Reply>,
    ) -> Result<usize> {
        let mut numbers = Vec::new();
        for reply in replies {
            numbers.push(usize::try_from(reply.number()?).unwrap_or(0));
        }
        match numbers.as_slice() {
            [all, closed, 1] => Ok((all + 1).saturating_sub(*closed)),
            _ => self.gather_closed(account).await,
        }
    }

    /// Makes the set of the closed titles, which earlier versions did not keep.
    async fn gather_closed(&self, account: &AccountId) -> Result<usize> {
        let rows: Vec<Waiting> = self.whole_hash(&self.keys.unmapped(account)).await?;
        let closed = rows.iter().filter(|row| !row.is_open()).map(|row| row.entry.media.id);
        let ids: Vec<String> = closed.map(|id| id.to_string()).collect();
        let key = self.keys.unmapped_closed(account);
        let words = ["SADD".to_owned(), key, COMPLETE.to_owned()].into_iter();
        self.one(Command::new(words.chain(ids.iter().cloned())), Repeat::Safe).await?;
        Ok(rows.len() - ids.len())
    }

    pub(super) fn put_waiting(&self, account: &AccountId, row: &Waiting) -> Result<Vec<Command>> {
        let id = field(row.entry.media.id);
        let mark = if row.is_open() { "SREM" } else { "SADD" };
        Ok(vec![
            Command::new(["HSET", &self.keys.unmapped(account), &id, &pack_json(row)?]),
            Command::new([mark, &self.keys.unmapped_closed(account), &id]),
        ])
    }

    pub(super) fn remove_waiting(&self, account: &AccountId, id: AnilistId) -> Vec<Command> {
        let id = field(id);
        vec![
            Command::new(["HDEL", &self.keys.unmapped(account), &id]),
            Command::new(["SREM", &self.keys.unmapped_closed(account), &id]),
        ]
    }
}
