//! State in Redis, for several machines or for platforms without a disk.
//!
//! There is one store over two transports: the Redis protocol over TCP or TLS, and Upstash's REST.
//! Both send the same commands about the same keys, so a store written over one is read over the
//! other. `docs/DATA.md` lists the keys.
//!
//! What belongs together is one script. Large collections are read in as many answers as their
//! size needs, each below a megabyte, and never by walking the key space.

mod changes;
mod command;
mod counts;
mod datasets;
mod fault;
mod keys;
mod locks;
mod logs;
mod pack;
mod placements;
mod reads;
mod rest;
mod scripts;
mod tcp;
mod together;
mod transport;

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::ops::Range;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::Url;
use secrecy::SecretString;

use self::changes::{Condition, KEPT_RUNS};
use self::command::{Command, Repeat, Reply};
use self::keys::{Keys, field};
use self::locks::read_holder;
use self::pack::{pack, unpack, unpack_json, unpack_text};
use self::rest::Rest;
use self::tcp::Tcp;
pub use self::transport::Traffic;
use self::transport::{Transport, Way};
use crate::part::Part;
use crate::{Fence, Glance, LockAnswer, LockHolder, Result, Store, Write};
use anilist_trakt_sync_core::domain::{
    AccountId, AnilistId, DatasetInfo, LogLine, Mapping, NewLogLine, Override, PlacementRow,
    Progress, RunId, RunPlay, RunPlays, RunRow, ShowVersion, StoredDataset, StoredShow,
    TraktShowId, Unmapped, Verdict,
};

/// How long an answer may take, and a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// The bytes of a request or answer. Services take a megabyte; quoting and base64 add a third.
const BODY: usize = 640 * 1024;

/// State in a Redis. Clones are not needed: it is shared behind an `Arc`.
#[derive(Debug)]
pub struct RedisStore {
    transport: Transport,
    keys: Keys,
}

impl RedisStore {
    /// A store over the Redis protocol: `redis://` or `rediss://` with user and password in the
    /// address. Nobody is asked yet: a Redis that is down is noticed by the first operation, and
    /// again by each later one until it is back.
    ///
    /// Must be called inside a Tokio runtime.
    pub fn over_tcp(url: &SecretString, prefix: &str) -> Result<Self> {
        Ok(Self::over(Way::Tcp(Tcp::new(url, None)?), prefix))
    }

    /// Like [`Self::over_tcp`], trusting only the certificates of an authority (PEM) in place of
    /// the system's.
    pub fn over_tls(url: &SecretString, prefix: &str, authority: Vec<u8>) -> Result<Self> {
        Ok(Self::over(Way::Tcp(Tcp::new(url, Some(authority))?), prefix))
    }

    /// A store over Upstash's REST protocol. The client follows no redirects and repeats nothing by
    /// itself.
    pub fn over_rest(
        client: reqwest::Client,
        url: &Url,
        token: SecretString,
        prefix: &str,
    ) -> Result<Self> {
        Ok(Self::over(Way::Rest(Rest::new(client, url, token)?), prefix))
    }

    fn over(way: Way, prefix: &str) -> Self {
        Self { transport: Transport::new(way), keys: Keys::new(prefix) }
    }

    /// How many requests were sent, each with its answer.
    pub fn round_trips(&self) -> u64 {
        self.traffic().round_trips
    }

    /// What went over the transport so far.
    pub fn traffic(&self) -> Traffic {
        self.transport.traffic()
    }

    /// Sends one command.
    async fn one(&self, command: Command, repeat: Repeat) -> Result<Reply> {
        Ok(self.transport.send(&[command], repeat).await?.pop().unwrap_or(Reply::Nil))
    }

    /// A name that nobody else makes.
    #[expect(clippy::unused_self, reason = "it is a part of the names this store makes")]
    fn new_mark(&self) -> String {
        // Every state is seeded by the system's own randomness.
        let random = || RandomState::new().hash_one(());
        format!("{:016x}{:016x}", random(), random())
    }
}

#[async_trait]
impl Store for RedisStore {
    async fn ping(&self) -> Result<()> {
        let beat = Command::new(["SET", &self.keys.beat(), "1"]);
        self.one(beat, Repeat::Safe).await.map(drop)
    }

    fn cost(&self) -> Option<Traffic> {
        Some(self.traffic())
    }

    async fn scrub(&self) -> Result<()> {
        Ok(())
    }

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

    async fn progress(&self, account: &AccountId) -> Result<HashMap<AnilistId, Progress>> {
        let rows: Vec<Progress> = self.whole_hash(&self.keys.progress(account)).await?;
        Ok(rows.into_iter().map(|row| (row.anilist_id, row)).collect())
    }

    async fn latest_progress(&self, account: &AccountId, limit: u32) -> Result<Vec<Progress>> {
        let ids = self.newest(&self.keys.progress_newest(account), limit).await?;
        let hash = self.keys.progress(account);
        let mut rows: Vec<Progress> =
            self.fields(&hash, &ids, unpack_json).await?.into_iter().flatten().collect();
        rows.sort_by_key(|row| (std::cmp::Reverse(row.updated_at), row.anilist_id));
        Ok(rows)
    }

    async fn overrides(&self, account: &AccountId) -> Result<Vec<Override>> {
        let mut rows: Vec<Override> = self.whole_hash(&self.keys.overrides(account)).await?;
        rows.sort_by_key(|row| (row.trakt_id, row.abs, row.anilist_id));
        Ok(rows)
    }

    async fn unmapped(&self, account: &AccountId) -> Result<Vec<Unmapped>> {
        let mut rows: Vec<Unmapped> = self.whole_hash(&self.keys.unmapped(account)).await?;
        rows.sort_by_key(|row| row.entry.media.id);
        Ok(rows)
    }

    async fn waiting(&self, account: &AccountId) -> Result<usize> {
        self.count_waiting(account).await
    }

    async fn placements(
        &self,
        account: &AccountId,
        ids: &[AnilistId],
    ) -> Result<HashMap<AnilistId, PlacementRow>> {
        let rows = self.read_placements(account, ids).await?;
        Ok(rows.into_iter().map(|row| (row.anilist_id, row)).collect())
    }

    async fn verdicts(&self, account: &AccountId) -> Result<HashMap<AnilistId, Verdict>> {
        self.read_verdicts(account).await
    }

    async fn evidence(&self, account: &AccountId, id: AnilistId) -> Result<Option<String>> {
        self.read_evidence(account, id).await
    }

    async fn all_placements(&self, account: &AccountId) -> Result<Vec<(PlacementRow, String)>> {
        self.read_all_placements(account).await
    }

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

    async fn accounts(&self) -> Result<Vec<AccountId>> {
        let names = self.names(Command::new(["SMEMBERS", &self.keys.accounts()])).await?;
        let mut accounts: Vec<AccountId> = names.into_iter().map(AccountId::new).collect();
        accounts.push(AccountId::default());
        accounts.sort_by(|one, other| one.as_str().cmp(other.as_str()));
        Ok(accounts)
    }

    async fn show_ids(&self) -> Result<Vec<TraktShowId>> {
        let ids = self.names(Command::new(["SMEMBERS", &self.keys.show_index()])).await?;
        let mut ids: Vec<TraktShowId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
        ids.sort_unstable();
        Ok(ids)
    }

    async fn restore_logs(&self, lines: Vec<LogLine>) -> Result<()> {
        self.put_log_lines(lines).await
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

    async fn shows(&self, ids: &[TraktShowId]) -> Result<HashMap<TraktShowId, StoredShow>> {
        let keys: Vec<String> = ids.iter().map(|id| self.keys.show(*id)).collect();
        let found: Vec<Option<StoredShow>> = self.values(&keys, unpack_json).await?;
        Ok(found.into_iter().flatten().map(|stored| (stored.show.id, stored)).collect())
    }

    async fn show_versions(
        &self,
        ids: &[TraktShowId],
    ) -> Result<HashMap<TraktShowId, ShowVersion>> {
        let keys: Vec<String> = ids.iter().map(|id| self.keys.show_version(*id)).collect();
        let found = self.values(&keys, unpack_text).await?;
        Ok(ids.iter().zip(found).filter_map(|(id, version)| Some((*id, version?))).collect())
    }

    async fn append_logs(&self, lines: Vec<NewLogLine>) -> Result<()> {
        self.add_log_lines(&lines).await
    }

    async fn logs(&self, limit: u32) -> Result<Vec<LogLine>> {
        self.newest_log_lines(limit).await
    }

    async fn dataset_info(&self, name: &str) -> Result<Option<DatasetInfo>> {
        self.read_dataset_info(name).await
    }

    async fn dataset(&self, name: &str) -> Result<Option<StoredDataset>> {
        self.read_dataset(name).await
    }

    async fn put_dataset(&self, name: &str, dataset: StoredDataset) -> Result<()> {
        self.write_dataset(name, &dataset).await
    }

    async fn put_dataset_info(&self, name: &str, info: DatasetInfo) -> Result<()> {
        self.write_dataset_info(name, &info).await
    }

    async fn lock(
        &self,
        account: &AccountId,
        name: &str,
        owner: &str,
        now: Timestamp,
        lease: Duration,
    ) -> Result<LockAnswer> {
        self.take_lock(&self.keys.lock(account, name), owner, now, lease).await
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
        self.keep_lock(&self.keys.lock(account, name), owner, lease).await
    }

    async fn unlock(&self, account: &AccountId, name: &str, owner: &str) -> Result<()> {
        self.release_lock(&self.keys.lock(account, name), owner).await
    }

    /// The server measures the lease, so `now` is not needed.
    async fn lock_holder(&self, account: &AccountId, name: &str) -> Result<Option<LockHolder>> {
        self.read_lock(&self.keys.lock(account, name)).await
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

/// The values of entries of the configuration, in the order of their names.
fn values_of(names: &[&str], reply: Reply) -> Result<Vec<Option<String>>> {
    let unpack =
        |(name, value): (&&str, Option<String>)| value.map(|value| unpack(name, value)).transpose();
    names.iter().zip(reply.texts()?).map(unpack).collect()
}

impl RedisStore {
    /// The members of a sorted set with the highest scores, the highest first.
    async fn newest(&self, sorted: &str, limit: u32) -> Result<Vec<String>> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let last = (limit - 1).to_string();
        self.names(Command::new(["ZREVRANGE", sorted, "0", &last])).await
    }
}
