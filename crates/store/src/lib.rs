//! Everything that is remembered between two requests, behind one interface.
//!
//! The interface is shaped so that the number of round trips does not grow with the number of
//! shows: reads give whole collections, writes are lists that are applied together or not at all.

mod account;
pub mod otaku;
mod part;
pub mod redis;
pub mod requeue;
mod settings;
mod settled;
pub mod sqlite;
pub mod transfer;
pub mod vault;

use std::collections::HashMap;
use std::fmt::Display;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

pub use account::AccountStore;
use anilist_trakt_sync_core::domain::{
    AccountId, AnilistId, DatasetInfo, LogLine, Mapping, NewLogLine, Override, PlacementRow,
    Progress, RunId, RunPlay, RunPlays, RunRow, ShowVersion, StoredDataset, StoredShow,
    TraktShowId, Unmapped, Verdict,
};
pub use redis::{RedisStore, Traffic};
pub use requeue::Requeue;
pub use settings::StoreSettings;
pub use sqlite::SqliteStore;

/// The names of `system_config` entries. They are a documented contract: operators read them.
pub mod keys {
    use anilist_trakt_sync_core::domain::TraktShowId;

    /// Trakt's access token. With an encryption key it is sealed.
    pub const TRAKT_TOKEN: &str = "trakt:token";
    /// Trakt's single-use refresh token. Without an access token beside it, it is a dead one.
    pub const TRAKT_REFRESH_TOKEN: &str = "trakt:refresh_token";
    /// When the access token ends, RFC 3339.
    pub const TRAKT_TOKEN_EXPIRES_AT: &str = "trakt:token_expires_at";
    /// Start of the last full run that a person asked for and that synced.
    pub const LAST_RUN: &str = "status:sync:last-run";
    /// Start of the last automated run, whatever became of it.
    pub const LAST_RUN_AUTO: &str = "status:sync:last-run-auto";
    /// When what the last full run left goes on, or what a run that died would have done.
    pub const NEXT_ATTEMPT: &str = "status:sync:next-attempt";
    /// Start of the last automated run that synced.
    pub const LAST_SYNC_AUTO: &str = "status:sync:last-sync-auto";
    /// Start of the last watching run that synced.
    pub const LAST_RUN_WATCHING: &str = "status:sync:watching:last-run";
    /// Start of the last completed run that synced.
    pub const LAST_RUN_COMPLETED: &str = "status:sync:completed:last-run";
    /// AniList's `updatedAt` (Unix seconds) up to which every change was accepted or queued.
    pub const LAST_SYNC_TIMESTAMP: &str = "lastSyncTimestamp";
    /// The batches that were sent to Trakt and are not yet settled, each with its time and the run
    /// that sent it.
    pub const IN_FLIGHT: &str = "sync:in-flight";
    /// The runs of which Trakt took something so short a time ago that its history may lack it.
    pub const JUST_ACCEPTED: &str = "sync:just-accepted";
    /// Titles that were started afresh, until no run is left that knows nothing of it.
    pub const AFRESH: &str = "sync:afresh";
    /// What a full run found that left nothing to do, or the number of the one that goes on. It goes
    /// with every change that a run goes by.
    pub const SETTLED: &str = "sync:settled";
    /// The waits that services asked for.
    pub const WAITS: &str = "sync:waits";
    /// What Trakt's history holds, and as of when.
    pub const TRAKT_WATCHED: &str = "trakt:watched";
    /// When and where Trakt's history was saved before the first write.
    pub const TRAKT_BACKUP: &str = "trakt:backup";
    /// The saved history itself, where there is no disk.
    pub const TRAKT_BACKUP_COPY: &str = "trakt:backup:copy";
    /// A sign-in to Trakt by a code, while it waits for the person.
    pub const TRAKT_DEVICE: &str = "trakt:device";
    /// What a person was told through the webhook, so that it is not told again and again.
    pub const NOTIFIED: &str = "status:notified";
    /// Which sign-ins to the service are good: those that name this, see `docs/DATA.md`.
    pub const SIGN_IN_EPOCH: &str = "sign-in:epoch";
    /// The AniList user the token belongs to.
    pub const ANILIST_VIEWER: &str = "anilist:viewer";

    /// The titles of AniList's entries that could not be read, as a list.
    pub const ANILIST_UNREAD: &str = "anilist:unread";

    /// Every entry of an account, for who moves its state elsewhere.
    pub(super) const OF_ACCOUNT: [&str; 23] = [
        TRAKT_TOKEN,
        TRAKT_REFRESH_TOKEN,
        TRAKT_TOKEN_EXPIRES_AT,
        LAST_RUN,
        LAST_RUN_AUTO,
        NEXT_ATTEMPT,
        LAST_SYNC_AUTO,
        LAST_RUN_WATCHING,
        LAST_RUN_COMPLETED,
        LAST_SYNC_TIMESTAMP,
        IN_FLIGHT,
        JUST_ACCEPTED,
        AFRESH,
        SETTLED,
        WAITS,
        TRAKT_WATCHED,
        TRAKT_BACKUP,
        TRAKT_BACKUP_COPY,
        TRAKT_DEVICE,
        NOTIFIED,
        SIGN_IN_EPOCH,
        ANILIST_VIEWER,
        ANILIST_UNREAD,
    ];

    /// The names of the datasets.
    pub const DATASETS: [&str; 3] = ["otaku", "fribbs", "anibridge"];

    /// What the names of entries begin with that belong to everybody and not to one account.
    const SHARED: [&str; 5] =
        ["status:otaku:", "status:fribbs:", "status:anibridge:", "map:", "trakt:show:"];

    /// Whether the entry belongs to everybody and not to one account.
    pub fn is_shared(key: &str) -> bool {
        SHARED.iter().any(|start| key.starts_with(start))
    }

    /// Where a show's [`super::StoredShow`] is, as JSON.
    pub fn show_episodes(id: TraktShowId) -> String {
        format!("trakt:show:{id}:episodes")
    }

    /// Where a show's [`super::ShowVersion`] is, as text.
    pub fn show_version(id: TraktShowId) -> String {
        format!("trakt:show:{id}:version")
    }

    /// Where a show's breakpoint map is: `[{"season":1,"starts_at":1},…]`.
    pub fn show_breakpoints(id: TraktShowId) -> String {
        format!("map:{id}")
    }

    /// When a dataset was last fetched or found unchanged (RFC 3339).
    pub fn dataset_last_sync(name: &str) -> String {
        format!("status:{name}:last-sync")
    }

    /// When a dataset's makers last changed it (RFC 3339), if it says so.
    pub fn dataset_last_activity(name: &str) -> String {
        format!("status:{name}:last-activity")
    }

    /// Under which name a dataset's index is stored.
    pub fn dataset(name: &str) -> String {
        format!("cache:{name}")
    }
}

/// A store that cannot do what was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// It is down, locked, full or read-only.
    #[error("the store does not answer: {0}")]
    Unavailable(String),
    /// It is there, and this version of the program must leave it as it is.
    #[error("the store cannot be used: {sentence}")]
    Unfit {
        /// What is wrong with it.
        sentence: String,
        /// The way out.
        hint: &'static str,
    },
    /// It holds something already, and would be overwritten.
    #[error("the store is not empty, so nothing was imported")]
    NotEmpty,
    /// A record cannot be read.
    #[error("the record {key} cannot be read: {cause}")]
    Corrupt {
        /// Which record.
        key: String,
        /// What is wrong with it.
        cause: String,
    },
}

/// The result of a store operation.
pub type Result<T> = std::result::Result<T, StoreError>;

/// What is only a copy counts as absent where it cannot be read: it can be had again. `then` says in
/// the log what is done about it.
pub fn or_absent<T: Default>(read: Result<T>, then: impl Display) -> Result<T> {
    match read {
        Err(cause @ StoreError::Corrupt { .. }) => {
            tracing::warn!("{then}: {cause}");
            Ok(T::default())
        }
        read => read,
    }
}

/// Opens the configured store. One in a file is made and brought up to date; one on a network is
/// asked for nothing yet, and may come later than this process. `client` makes the HTTP client that
/// a store over REST needs: one that follows no redirects and repeats nothing by itself.
pub fn open<E: Display>(
    config: &StoreSettings,
    client: impl FnOnce() -> std::result::Result<reqwest::Client, E>,
) -> Result<Arc<dyn Store>> {
    Ok(match config {
        StoreSettings::Sqlite { data_dir } => Arc::new(SqliteStore::open(data_dir)?),
        StoreSettings::Redis { url, prefix } => Arc::new(RedisStore::over_tcp(url, prefix)?),
        StoreSettings::Rest { url, token, prefix } => {
            let client = client().map_err(|cause| StoreError::Unavailable(cause.to_string()))?;
            Arc::new(RedisStore::over_rest(client, url, token.clone(), prefix)?)
        }
    })
}

/// One change. A list of them is applied as one transaction.
#[derive(Debug, Clone, PartialEq)]
pub enum Write {
    /// Sets a `system_config` entry, or removes it.
    Config {
        /// One of [`keys`].
        key: &'static str,
        /// The new value; none removes the entry.
        value: Option<String>,
    },
    /// Adds or replaces a mapping.
    Mapping(Mapping),
    /// Removes the mapping of an entry.
    RemoveMapping(AnilistId),
    /// Adds or replaces the progress of an entry.
    Progress(Progress),
    /// Forgets the progress of an entry.
    RemoveProgress(AnilistId),
    /// Adds or replaces a per-episode correction.
    Override(Override),
    /// Removes the correction with the same show, number and entry.
    RemoveOverride(Override),
    /// Adds or replaces a title that waits for a decision.
    Unmapped(Unmapped),
    /// Takes a title off the queue.
    RemoveUnmapped(AnilistId),
    /// Changes a title's place in the queue, and keeps what others changed of it since it was read.
    Requeue(Requeue),
    /// Adds or replaces the placement of an entry together with its evidence.
    Placement {
        /// The placement.
        row: PlacementRow,
        /// Its evidence, as JSON.
        evidence: String,
    },
    /// Forgets the placement of an entry and its evidence.
    RemovePlacement(AnilistId),
    /// Adds or replaces a run; only the newest 50 are kept, each with its plays.
    Run(RunRow),
    /// Adds or replaces the plays of one batch of a run.
    RunPlays(RunPlays),
    /// Adds or replaces a show's normalised episodes with their version, and its breakpoint map.
    /// Shared by all accounts.
    Show(StoredShow),
    /// Lets the numbers of new runs begin above this one.
    RunNumber(RunId),
    /// Changes nothing, and says that this run makes the other changes of the list: what it noted
    /// under [`keys::SETTLED`] when it began stays.
    ByRun(RunId),
}

/// Who holds a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockHolder {
    /// The owner's own name for itself.
    pub owner: String,
    /// When it took the lock.
    pub since: Timestamp,
}

/// How an account stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glance {
    /// The entries that were asked for, in their order.
    pub config: Vec<Option<String>>,
    /// How many titles wait for a decision.
    pub waiting: usize,
    /// Who has the lock.
    pub holder: Option<LockHolder>,
}

/// What is measured of the store's records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Levels {
    /// How many titles wait for a decision.
    pub waiting: usize,
    /// What is known of the datasets that were asked for, in their order; of one whose record
    /// cannot be read, nothing.
    pub datasets: Vec<Option<DatasetInfo>>,
}

/// A lock that its owner must still have.
#[derive(Debug, Clone, Copy)]
pub struct Fence<'a> {
    /// The lock's name.
    pub lock: &'a str,
    /// Who took it.
    pub owner: &'a str,
}

/// What asking for a lock gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LockAnswer {
    /// The lock is the caller's until it is released or its time is over.
    Taken,
    /// Somebody else has it.
    Held(LockHolder),
}

/// The state of the service. See the module for how it is shaped.
#[async_trait]
pub trait Store: Send + Sync + std::fmt::Debug {
    /// Whether the store answers and can be written to.
    async fn ping(&self) -> Result<()>;

    /// What this process sent to a store on a network so far; none where the store is a file.
    fn cost(&self) -> Option<Traffic>;

    /// Leaves nothing on the disk of values that were replaced or removed, where this program has
    /// a say in that.
    async fn scrub(&self) -> Result<()>;

    /// The values of some `system_config` entries, in the order asked for.
    async fn config(&self, account: &AccountId, keys: &[&str]) -> Result<Vec<Option<String>>>;

    /// Applies all changes or none.
    async fn write(&self, account: &AccountId, writes: Vec<Write>) -> Result<()>;

    /// Applies all changes if the `system_config` entry `key` still has the value `expected`
    /// (none: is absent), or none of them. Says whether it did.
    async fn write_if(
        &self,
        account: &AccountId,
        key: &'static str,
        expected: Option<&str>,
        writes: Vec<Write>,
    ) -> Result<bool>;

    /// Like [`Self::write_if`], and only while the owner still has its lock: what another has taken
    /// over, or the store has forgotten, keeps this one from writing. The lock and the change are
    /// one step.
    async fn write_fenced(
        &self,
        account: &AccountId,
        fence: Fence<'_>,
        key: &'static str,
        expected: Option<&str>,
        writes: Vec<Write>,
    ) -> Result<bool>;

    /// All mappings, by AniList id.
    async fn mappings(&self, account: &AccountId) -> Result<Vec<Mapping>>;

    /// The mappings of some entries, of those that have one.
    async fn some_mappings(
        &self,
        account: &AccountId,
        ids: &[AnilistId],
    ) -> Result<HashMap<AnilistId, Mapping>>;

    /// How far every entry is synced.
    async fn progress(&self, account: &AccountId) -> Result<HashMap<AnilistId, Progress>>;

    /// The most recently changed progress rows, newest first.
    async fn latest_progress(&self, account: &AccountId, limit: u32) -> Result<Vec<Progress>>;

    /// All per-episode corrections.
    async fn overrides(&self, account: &AccountId) -> Result<Vec<Override>>;

    /// All titles that wait for a decision, ignored ones included, by AniList id.
    async fn unmapped(&self, account: &AccountId) -> Result<Vec<Unmapped>>;

    /// How many titles wait for a decision, without the ignored ones and those that have one. None of
    /// them is read.
    async fn waiting(&self, account: &AccountId) -> Result<usize>;

    /// The placements of some entries, of those that have one.
    async fn placements(
        &self,
        account: &AccountId,
        ids: &[AnilistId],
    ) -> Result<HashMap<AnilistId, PlacementRow>>;

    /// How far each placement can be trusted.
    async fn verdicts(&self, account: &AccountId) -> Result<HashMap<AnilistId, Verdict>>;

    /// The evidence of an entry's placement, as JSON.
    async fn evidence(&self, account: &AccountId, id: AnilistId) -> Result<Option<String>>;

    /// All placements with their evidence, by AniList id, for who moves its state elsewhere.
    async fn all_placements(&self, account: &AccountId) -> Result<Vec<(PlacementRow, String)>>;

    /// A number for a new run, larger than all before.
    async fn next_run_id(&self, account: &AccountId) -> Result<RunId>;

    /// The last number given to a run, if there ever was one.
    async fn last_run_id(&self, account: &AccountId) -> Result<Option<RunId>>;

    /// The accounts that have records.
    async fn accounts(&self) -> Result<Vec<AccountId>>;

    /// The shows that are stored, by id.
    async fn show_ids(&self) -> Result<Vec<TraktShowId>>;

    /// Puts the log lines of another store into the empty log of this one. Their ids stay, and
    /// new ones are larger.
    async fn restore_logs(&self, lines: Vec<LogLine>) -> Result<()>;

    /// The newest runs first.
    async fn runs(&self, account: &AccountId, limit: u32) -> Result<Vec<RunRow>>;

    /// One run.
    async fn run(&self, account: &AccountId, id: RunId) -> Result<Option<RunRow>>;

    /// The plays that a run sent, batch by batch in the order in which they left.
    async fn run_plays(&self, account: &AccountId, id: RunId) -> Result<Vec<RunPlays>>;

    /// Some of the plays that a run sent, counted from 0 in the order in which they left, and how
    /// many there are in all. No other plays are read.
    async fn some_run_plays(
        &self,
        account: &AccountId,
        id: RunId,
        wanted: Range<usize>,
    ) -> Result<(Vec<RunPlay>, usize)>;

    /// The shows among these that are stored.
    async fn shows(&self, ids: &[TraktShowId]) -> Result<HashMap<TraktShowId, StoredShow>>;

    /// As of when these shows are stored and how they look, without reading them. One that was
    /// stored before versions were kept has none.
    async fn show_versions(&self, ids: &[TraktShowId])
    -> Result<HashMap<TraktShowId, ShowVersion>>;

    /// Appends lines to the persistent log and trims its oldest.
    async fn append_logs(&self, lines: Vec<NewLogLine>) -> Result<()>;

    /// The newest log lines first.
    async fn logs(&self, limit: u32) -> Result<Vec<LogLine>>;

    /// What is known of a dataset without reading it. `name` is `otaku`, `fribbs` or `anibridge`.
    async fn dataset_info(&self, name: &str) -> Result<Option<DatasetInfo>>;

    /// A dataset's index, whole.
    async fn dataset(&self, name: &str) -> Result<Option<StoredDataset>>;

    /// Replaces a dataset's index as a whole: a reader sees the old one or the new one.
    async fn put_dataset(&self, name: &str, dataset: StoredDataset) -> Result<()>;

    /// Replaces what is known of a dataset and keeps its index. Without an index nothing is known
    /// and nothing is changed.
    async fn put_dataset_info(&self, name: &str, info: DatasetInfo) -> Result<()>;

    /// Takes the lock `name`, or renews it for the same owner, who keeps its `since`. Where the
    /// backend cannot tell whether an owner still lives, the lock is free again `lease` later. A
    /// backend that can tell frees it at once when the owner's process dies, and lets one that
    /// lives keep it until it is given back, whatever the clock says.
    ///
    /// `owner` must be a name nobody else has.
    async fn lock(
        &self,
        account: &AccountId,
        name: &str,
        owner: &str,
        now: Timestamp,
        lease: Duration,
    ) -> Result<LockAnswer>;

    /// Renews the lock, if this owner still has it. One that is gone is not taken again: another may
    /// have had it meanwhile.
    async fn renew_lock(
        &self,
        account: &AccountId,
        name: &str,
        owner: &str,
        now: Timestamp,
        lease: Duration,
    ) -> Result<bool>;

    /// Gives the lock back, if this owner still has it.
    async fn unlock(&self, account: &AccountId, name: &str, owner: &str) -> Result<()>;

    /// Who has the lock now.
    async fn lock_holder(&self, account: &AccountId, name: &str) -> Result<Option<LockHolder>>;

    /// How an account stands, in one read: [`Self::config`], [`Self::waiting`] and
    /// [`Self::lock_holder`] together.
    async fn glance(&self, account: &AccountId, keys: &[&str], lock: &str) -> Result<Glance>;

    /// What is measured: [`Self::waiting`] and [`Self::dataset_info`] together.
    async fn levels(&self, account: &AccountId, datasets: &[&str]) -> Result<Levels> {
        let waiting = self.waiting(account).await?;
        let mut known = Vec::with_capacity(datasets.len());
        for name in datasets {
            known.push(match self.dataset_info(name).await {
                Err(StoreError::Corrupt { .. }) => None,
                info => info?,
            });
        }
        Ok(Levels { waiting, datasets: known })
    }
}
