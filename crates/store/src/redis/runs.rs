//! The newest runs, the plays they sent batch by batch, and the numbers given to runs.

use std::ops::Range;

use async_trait::async_trait;

use super::command::{Command, Repeat};
use super::pack::{pack_json, unpack_json, unpack_text};
use super::{RedisStore, scripts};
use crate::part::Part;
use crate::{Result, Runs};
use anilist_trakt_sync_core::domain::{AccountId, KEPT_RUNS, RunId, RunPlay, RunPlays, RunRow};

#[async_trait]
impl Runs for RedisStore {
    async fn next_run_id(&self, account: &AccountId) -> Result<RunId> {
        let keys = [self.keys.runs_last(account), self.keys.runs_newest(account)];
        // A number given twice would be worse than one that nobody uses.
        let next = self.one(Command::script(scripts::NEXT_RUN, keys, []), Repeat::Never).await?;
        Ok(RunId(next.number()?.cast_unsigned()))
    }

    async fn last_run_id(&self, account: &AccountId) -> Result<Option<RunId>> {
        let given = Command::new(["GET", &self.keys.runs_last(account)]);
        let given = self.one(given, Repeat::Safe).await?.text()?;
        let kept = self.newest(&self.keys.runs_newest(account), 1).await?;
        let numbers = given.into_iter().chain(kept).filter_map(|text| text.parse().ok());
        Ok(numbers.max().map(RunId))
    }

    async fn runs(&self, account: &AccountId, limit: u32) -> Result<Vec<RunRow>> {
        let sorted = self.keys.runs_newest(account);
        let ids = self.newest(&sorted, limit.min(KEPT_RUNS)).await?;
        let rows = self.fields(&self.keys.runs(account), &ids, unpack_json).await?;
        Ok(rows.into_iter().flatten().collect())
    }

    async fn run(&self, account: &AccountId, id: RunId) -> Result<Option<RunRow>> {
        let hash = self.keys.runs(account);
        Ok(self.fields(&hash, &[id.to_string()], unpack_json).await?.into_iter().flatten().next())
    }

    async fn run_plays(&self, account: &AccountId, id: RunId) -> Result<Vec<RunPlays>> {
        let groups = self.batches(account, id).await?;
        self.plays_of(account, &groups).await
    }

    async fn some_run_plays(
        &self,
        account: &AccountId,
        id: RunId,
        wanted: Range<usize>,
    ) -> Result<(Vec<RunPlay>, usize)> {
        let batches = self.batches(account, id).await?;
        let sizes = self.sizes(account, &batches).await?;
        let part = Part::find(batches.into_iter().zip(sizes), &wanted);
        let groups = self.plays_of(account, &part.groups).await?;
        let held = groups.into_iter().flat_map(|group| group.plays);
        Ok((part.of(held, &wanted), part.total))
    }
}

impl RedisStore {
    pub(super) fn put_run(&self, account: &AccountId, run: &RunRow) -> Result<Vec<Command>> {
        let (sorted, hash) = (self.keys.runs_newest(account), self.keys.runs(account));
        let id = run.id.to_string();
        Ok(vec![Command::new([
            "RUN",
            &sorted,
            &hash,
            &self.keys.run_plays(account),
            &self.keys.run_plays_counts(account),
            &KEPT_RUNS.to_string(),
            &id,
            &pack_json(run)?,
        ])])
    }

    pub(super) fn put_run_plays(
        &self,
        account: &AccountId,
        plays: &RunPlays,
    ) -> Result<Vec<Command>> {
        let field = format!("{}:{}", plays.run, plays.group);
        let count = plays.plays.len().to_string();
        Ok(vec![
            Command::new(["HSET", &self.keys.run_plays(account), &field, &pack_json(plays)?]),
            Command::new(["HSET", &self.keys.run_plays_counts(account), &field, &count]),
        ])
    }

    pub(super) fn raise_run_number(&self, account: &AccountId, to: RunId) -> Vec<Command> {
        vec![Command::new(["RAISE", &self.keys.runs_last(account), &to.to_string()])]
    }

    /// The fields of a run's batches, in order.
    async fn batches(&self, account: &AccountId, run: RunId) -> Result<Vec<String>> {
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
    async fn plays_of(&self, account: &AccountId, batches: &[String]) -> Result<Vec<RunPlays>> {
        let hash = self.keys.run_plays(account);
        Ok(self.fields(&hash, batches, unpack_json).await?.into_iter().flatten().collect())
    }

    /// How many plays each of these batches has. One that an earlier version stored is read.
    async fn sizes(&self, account: &AccountId, batches: &[String]) -> Result<Vec<usize>> {
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
