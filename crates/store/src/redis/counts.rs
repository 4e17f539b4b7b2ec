//! What is counted without being read.

use super::RedisStore;
use super::command::{Command, Repeat, Reply};
use super::pack::{unpack_json, unpack_text};
use crate::Result;
use anilist_trakt_sync_core::domain::{AccountId, RunId, RunPlays, Unmapped};

/// In the set of the titles that nobody has to decide about when all of them are in it. No title has
/// this id.
const COMPLETE: &str = "all";

impl RedisStore {
    /// How many titles wait for a decision.
    pub(super) async fn count_waiting(&self, account: &AccountId) -> Result<usize> {
        let commands = self.counting_waiting(account);
        let replies = self.transport.send(&commands, Repeat::Safe).await?;
        self.waiting_of(account, replies).await
    }

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
        let rows: Vec<Unmapped> = self.whole_hash(&self.keys.unmapped(account)).await?;
        let closed = rows.iter().filter(|row| !row.is_open()).map(|row| row.entry.media.id);
        let ids: Vec<String> = closed.map(|id| id.to_string()).collect();
        let key = self.keys.unmapped_closed(account);
        let words = ["SADD".to_owned(), key, COMPLETE.to_owned()].into_iter();
        self.one(Command::new(words.chain(ids.iter().cloned())), Repeat::Safe).await?;
        Ok(rows.len() - ids.len())
    }

    /// The fields of a run's batches, in order.
    pub(super) async fn batches(&self, account: &AccountId, run: RunId) -> Result<Vec<String>> {
        let names = self.names(Command::new(["HKEYS", &self.keys.run_plays(account)])).await?;
        let of_run = names.into_iter().filter_map(|name| {
            let (of, batch) = name.split_once(':')?;
            let batch = (of == run.to_string()).then(|| batch.parse::<u32>().ok())??;
            Some((batch, name))
        });
        let mut batches: Vec<_> = of_run.collect();
        batches.sort_unstable();
        Ok(batches.into_iter().map(|(_, name)| name).collect())
    }

    /// The plays of these batches.
    pub(super) async fn plays_of(
        &self,
        account: &AccountId,
        batches: &[String],
    ) -> Result<Vec<RunPlays>> {
        let hash = self.keys.run_plays(account);
        Ok(self.fields(&hash, batches, unpack_json).await?.into_iter().flatten().collect())
    }

    /// How many plays each of these batches has. One that an earlier version stored is read.
    pub(super) async fn sizes(
        &self,
        account: &AccountId,
        batches: &[String],
    ) -> Result<Vec<usize>> {
        let hash = self.keys.run_plays_counts(account);
        let known = self.fields(&hash, batches, unpack_text::<usize>).await?;
        let mut sizes = Vec::with_capacity(batches.len());
        for (batch, size) in batches.iter().zip(known) {
            let size = if let Some(size) = size {
                size
            } else {
                let read = self.plays_of(account, std::slice::from_ref(batch)).await?;
                read.iter().map(|group| group.plays.len()).sum()
            };
            sizes.push(size);
        }
        Ok(sizes)
    }
}
