//! The embedded store: one SQLite file in the data folder.

mod apply;
mod columns;
mod config;
mod connection;
mod datasets;
mod fault;
mod file;
mod library;
mod lock;
mod logs;
mod memo;
mod packed;
mod placements;
mod runs;
mod upgrade;

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::Transaction;
use tokio::task::spawn_blocking;

use self::connection::Database;
use self::fault::Fault;
use self::lock::{Asked, Lock};
use self::memo::Memo;
use crate::{
    Fence, Glance, Levels, LockAnswer, LockHolder, Result, Store, StoreError, Traffic, Write,
};
use anilist_trakt_sync_core::domain::{
    AccountId, AnilistId, DatasetInfo, LogLine, Mapping, NewLogLine, Override, PlacementRow,
    Progress, RunId, RunPlay, RunPlays, RunRow, ShowVersion, StoredDataset, StoredShow,
    TraktShowId, Unmapped, Verdict,
};

/// How long a statement waits for another process to finish writing.
const PATIENCE: Duration = Duration::from_secs(5);

/// State in one SQLite file, `state.db` in the data folder, beside the files of the locks.
///
/// Clones share the connections. Any number of handles and processes may use one folder.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    database: Arc<Database>,
    looks: Arc<Memo<Look, Seen>>,
    latest: Arc<Memo<(AccountId, u32), Vec<Progress>>>,
}

/// What is looked at again and again, while it seldom changes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Look {
    account: AccountId,
    keys: Vec<String>,
    lock: Option<String>,
    datasets: Vec<String>,
}

/// What a look shows.
#[derive(Debug, Clone)]
struct Seen {
    config: Vec<Option<String>>,
    waiting: usize,
    /// Who has the lock by its record, which a process that died leaves behind.
    recorded: Option<LockHolder>,
    datasets: Vec<Option<DatasetInfo>>,
}

impl Look {
    fn read(&self, connection: &Transaction<'_>) -> std::result::Result<Seen, Fault> {
        let config = self.keys.iter().map(|key| config::value(connection, &self.account, key));
        let datasets = self.datasets.iter().map(|name| match datasets::info(connection, name) {
            Err(Fault::Record { .. }) => Ok(None),
            info => info,
        });
        let lock = self.lock.as_ref().map(|name| self.lock(name).recorded(connection));
        Ok(Seen {
            config: config.collect::<std::result::Result<_, _>>()?,
            waiting: library::waiting(connection, &self.account)?,
            recorded: lock.transpose()?.flatten(),
            datasets: datasets.collect::<std::result::Result<_, _>>()?,
        })
    }

    fn lock(&self, name: &str) -> Lock {
        Lock { account: self.account.clone(), name: name.to_owned() }
    }
}

impl SqliteStore {
    /// Opens the store of a folder, makes what is missing and applies new migrations. This blocks
    /// for some milliseconds, longer when another process does the same.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] with the path and the cause when the folder cannot be made or
    /// used, or the file is no database. [`StoreError::Unfit`] when a newer version of this program
    /// wrote it, or parts of it are missing.
    pub fn open(data_dir: &Path) -> Result<Self> {
        Self::open_with_patience(data_dir, PATIENCE)
    }

    /// Like [`Self::open`], with another time to wait for a process that writes.
    pub fn open_with_patience(data_dir: &Path, patience: Duration) -> Result<Self> {
        let database = Arc::new(Database::open(data_dir, patience)?);
        Ok(Self { database, looks: Arc::default(), latest: Arc::default() })
    }

    async fn read<T: Send + 'static>(
        &self,
        queries: impl FnOnce(&Transaction<'_>) -> std::result::Result<T, Fault> + Send + 'static,
    ) -> Result<T> {
        self.on_a_blocking_thread(|database| database.read(queries)).await
    }

    async fn change<T: Send + 'static>(
        &self,
        queries: impl FnOnce(&Transaction<'_>) -> std::result::Result<T, Fault> + Send + 'static,
    ) -> Result<T> {
        self.on_a_blocking_thread(|database| database.write(queries)).await
    }

    /// The answer to a question, as of now. As long as nobody has changed the database it is what
    /// was read last time, and then no other thread is needed.
    async fn answer<Q, A>(
        &self,
        memo: &Arc<Memo<Q, A>>,
        question: Q,
        read: impl FnOnce(&Transaction<'_>, &Q) -> std::result::Result<A, Fault> + Send + 'static,
    ) -> Result<A>
    where
        Q: Eq + Hash + Send + 'static,
        A: Clone + Send + 'static,
    {
        let at_once = self.database.state_at_once();
        if let Some(answer) = at_once.and_then(|state| memo.recall(state, &question)) {
            return Ok(answer);
        }
        let memo = Arc::clone(memo);
        self.on_a_blocking_thread(move |database| {
            // Before it is read, or a change in between would be missed from then on.
            let state = database.state();
            let answer = database.read(|connection| read(connection, &question))?;
            if let Some(state) = state {
                memo.keep(state, question, answer.clone());
            }
            Ok(answer)
        })
        .await
    }

    async fn on_a_blocking_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Database) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let database = Arc::clone(&self.database);
        spawn_blocking(move || work(&database)).await.unwrap_or_else(|error| {
            Err(StoreError::Unavailable(format!("its thread ended early ({error})")))
        })
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn ping(&self) -> Result<()> {
        self.change(|connection| config::beat(connection)).await
    }

    fn cost(&self) -> Option<Traffic> {
        None
    }

    async fn scrub(&self) -> Result<()> {
        self.on_a_blocking_thread(Database::scrub).await
    }

    async fn config(&self, account: &AccountId, keys: &[&str]) -> Result<Vec<Option<String>>> {
        let account = account.clone();
        let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        self.read(move |connection| {
            keys.iter().map(|key| config::value(connection, &account, key)).collect()
        })
        .await
    }

    async fn write(&self, account: &AccountId, writes: Vec<Write>) -> Result<()> {
        let account = account.clone();
        self.change(move |connection| apply::apply(connection, &account, &writes)).await
    }

    async fn write_if(
        &self,
        account: &AccountId,
        key: &'static str,
        expected: Option<&str>,
        writes: Vec<Write>,
    ) -> Result<bool> {
        let account = account.clone();
        let expected = expected.map(str::to_owned);
        self.change(move |connection| {
            if config::value(connection, &account, key)? != expected {
                return Ok(false);
            }
            apply::apply(connection, &account, &writes)?;
            Ok(true)
        })
        .await
    }

    async fn write_fenced(
        &self,
        account: &AccountId,
        fence: Fence<'_>,
        key: &'static str,
        expected: Option<&str>,
        writes: Vec<Write>,
    ) -> Result<bool> {
        let lock = Lock { account: account.clone(), name: fence.lock.to_owned() };
        let (owner, expected) = (fence.owner.to_owned(), expected.map(str::to_owned));
        self.on_a_blocking_thread(move |database| {
            lock.write_as(database, &owner, |connection| {
                if config::value(connection, &lock.account, key)? != expected {
                    return Ok(false);
                }
                apply::apply(connection, &lock.account, &writes)?;
                Ok(true)
            })
        })
        .await
    }

    async fn mappings(&self, account: &AccountId) -> Result<Vec<Mapping>> {
        let account = account.clone();
        self.read(move |connection| library::mappings(connection, &account)).await
    }

    async fn some_mappings(
        &self,
        account: &AccountId,
        ids: &[AnilistId],
    ) -> Result<HashMap<AnilistId, Mapping>> {
        let (account, ids) = (account.clone(), ids.to_vec());
        let rows =
            self.read(move |connection| library::some_mappings(connection, &account, &ids)).await?;
        Ok(rows.into_iter().map(|row| (row.anilist_id, row)).collect())
    }

    async fn progress(&self, account: &AccountId) -> Result<HashMap<AnilistId, Progress>> {
        let account = account.clone();
        let all = self.read(move |connection| library::progress(connection, &account)).await?;
        Ok(all.into_iter().map(|progress| (progress.anilist_id, progress)).collect())
    }

    async fn latest_progress(&self, account: &AccountId, limit: u32) -> Result<Vec<Progress>> {
        let asked = (account.clone(), limit);
        let read = |connection: &Transaction<'_>, (account, limit): &(AccountId, u32)| {
            library::latest_progress(connection, account, *limit)
        };
        self.answer(&self.latest, asked, read).await
    }

    async fn overrides(&self, account: &AccountId) -> Result<Vec<Override>> {
        let account = account.clone();
        self.read(move |connection| library::overrides(connection, &account)).await
    }

    async fn unmapped(&self, account: &AccountId) -> Result<Vec<Unmapped>> {
        let account = account.clone();
        self.read(move |connection| library::unmapped(connection, &account)).await
    }

    async fn waiting(&self, account: &AccountId) -> Result<usize> {
        let account = account.clone();
        self.read(move |connection| library::waiting(connection, &account)).await
    }

    async fn placements(
        &self,
        account: &AccountId,
        ids: &[AnilistId],
    ) -> Result<HashMap<AnilistId, PlacementRow>> {
        let (account, ids) = (account.clone(), ids.to_vec());
        let rows =
            self.read(move |connection| placements::some(connection, &account, &ids)).await?;
        Ok(rows.into_iter().map(|row| (row.anilist_id, row)).collect())
    }

    async fn verdicts(&self, account: &AccountId) -> Result<HashMap<AnilistId, Verdict>> {
        let account = account.clone();
        let rows = self.read(move |connection| placements::verdicts(connection, &account)).await?;
        Ok(rows.into_iter().collect())
    }

    async fn evidence(&self, account: &AccountId, id: AnilistId) -> Result<Option<String>> {
        let account = account.clone();
        self.read(move |connection| placements::evidence(connection, &account, id)).await
    }

    async fn all_placements(&self, account: &AccountId) -> Result<Vec<(PlacementRow, String)>> {
        let account = account.clone();
        self.read(move |connection| placements::all(connection, &account)).await
    }

    async fn next_run_id(&self, account: &AccountId) -> Result<RunId> {
        let account = account.clone();
        self.change(move |connection| runs::next_id(connection, &account)).await
    }

    async fn last_run_id(&self, account: &AccountId) -> Result<Option<RunId>> {
        let account = account.clone();
        self.read(move |connection| runs::last_id(connection, &account)).await
    }

    async fn accounts(&self) -> Result<Vec<AccountId>> {
        self.read(|connection| library::accounts(connection)).await
    }

    async fn show_ids(&self) -> Result<Vec<TraktShowId>> {
        self.read(|connection| config::show_ids(connection)).await
    }

    async fn restore_logs(&self, lines: Vec<LogLine>) -> Result<()> {
        self.change(move |connection| logs::restore(connection, &lines)).await
    }

    async fn runs(&self, account: &AccountId, limit: u32) -> Result<Vec<RunRow>> {
        let account = account.clone();
        self.read(move |connection| runs::newest(connection, &account, limit)).await
    }

    async fn run(&self, account: &AccountId, id: RunId) -> Result<Option<RunRow>> {
        let account = account.clone();
        self.read(move |connection| runs::one(connection, &account, id)).await
    }

    async fn run_plays(&self, account: &AccountId, id: RunId) -> Result<Vec<RunPlays>> {
        let account = account.clone();
        self.read(move |connection| runs::plays(connection, &account, id)).await
    }

    async fn some_run_plays(
        &self,
        account: &AccountId,
        id: RunId,
        wanted: Range<usize>,
    ) -> Result<(Vec<RunPlay>, usize)> {
        let account = account.clone();
        self.read(move |connection| runs::some_plays(connection, &account, id, &wanted)).await
    }

    async fn shows(&self, ids: &[TraktShowId]) -> Result<HashMap<TraktShowId, StoredShow>> {
        let ids = ids.to_vec();
        self.read(move |connection| config::shows(connection, &ids)).await
    }

    async fn show_versions(
        &self,
        ids: &[TraktShowId],
    ) -> Result<HashMap<TraktShowId, ShowVersion>> {
        let ids = ids.to_vec();
        self.read(move |connection| config::show_versions(connection, &ids)).await
    }

    async fn append_logs(&self, lines: Vec<NewLogLine>) -> Result<()> {
        self.change(move |connection| logs::append(connection, &lines)).await
    }

    async fn logs(&self, limit: u32) -> Result<Vec<LogLine>> {
        self.read(move |connection| logs::newest(connection, limit)).await
    }

    async fn dataset_info(&self, name: &str) -> Result<Option<DatasetInfo>> {
        let name = name.to_owned();
        self.read(move |connection| datasets::info(connection, &name)).await
    }

    async fn dataset(&self, name: &str) -> Result<Option<StoredDataset>> {
        let name = name.to_owned();
        self.read(move |connection| datasets::whole(connection, &name)).await
    }

    async fn put_dataset(&self, name: &str, dataset: StoredDataset) -> Result<()> {
        let name = name.to_owned();
        self.change(move |connection| datasets::put(connection, &name, &dataset)).await
    }

    async fn put_dataset_info(&self, name: &str, info: DatasetInfo) -> Result<()> {
        let name = name.to_owned();
        self.change(move |connection| datasets::put_info(connection, &name, &info)).await
    }

    async fn lock(
        &self,
        account: &AccountId,
        name: &str,
        owner: &str,
        now: Timestamp,
        lease: Duration,
    ) -> Result<LockAnswer> {
        let lock = Lock { account: account.clone(), name: name.to_owned() };
        let asked = Asked { owner: owner.to_owned(), now, lease };
        self.on_a_blocking_thread(move |database| lock.take(database, &asked)).await
    }

    async fn renew_lock(
        &self,
        account: &AccountId,
        name: &str,
        owner: &str,
        now: Timestamp,
        lease: Duration,
    ) -> Result<bool> {
        let lock = Lock { account: account.clone(), name: name.to_owned() };
        let asked = Asked { owner: owner.to_owned(), now, lease };
        self.on_a_blocking_thread(move |database| lock.renew(database, &asked)).await
    }

    async fn unlock(&self, account: &AccountId, name: &str, owner: &str) -> Result<()> {
        let lock = Lock { account: account.clone(), name: name.to_owned() };
        let owner = owner.to_owned();
        self.on_a_blocking_thread(move |database| lock.release(database, &owner)).await
    }

    async fn lock_holder(&self, account: &AccountId, name: &str) -> Result<Option<LockHolder>> {
        let lock = Lock { account: account.clone(), name: name.to_owned() };
        self.on_a_blocking_thread(move |database| lock.holder(database)).await
    }

    async fn glance(&self, account: &AccountId, keys: &[&str], lock: &str) -> Result<Glance> {
        let keys = keys.iter().map(|key| (*key).to_owned()).collect();
        let (account, name) = (account.clone(), Some(lock.to_owned()));
        let look = Look { account: account.clone(), keys, lock: name, datasets: Vec::new() };
        let Seen { config, waiting, recorded, .. } =
            self.answer(&self.looks, look, |connection, look| look.read(connection)).await?;
        // Only a lock that is recorded has to be looked at more closely.
        let holder =
            if recorded.is_some() { self.lock_holder(&account, lock).await? } else { None };
        Ok(Glance { config, waiting, holder })
    }

    async fn levels(&self, account: &AccountId, datasets: &[&str]) -> Result<Levels> {
        let datasets = datasets.iter().map(|name| (*name).to_owned()).collect();
        let (account, keys) = (account.clone(), Vec::new());
        let look = Look { account, keys, lock: None, datasets };
        let seen = self.answer(&self.looks, look, |connection, look| look.read(connection)).await?;
        Ok(Levels { waiting: seen.waiting, datasets: seen.datasets })
    }
}
