//! Memory, then store, then host: where a dataset's index comes from.

mod published;

use std::path::PathBuf;
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use reqwest::Url;
use tokio::sync::Mutex;

use crate::clock::{Clock, age};
use crate::domain::{DatasetInfo, StoredDataset};
use crate::hub::error::{Error, Result};
use crate::hub::live::{DatasetState, News};
use crate::outbound::{Download, Fault, Outbound, ProviderError};
use crate::placing::datasets::anibridge::AniBridge;
use crate::placing::datasets::fribbs::Fribbs;
use crate::placing::datasets::limits::{Deadline, READING};
use crate::placing::datasets::otaku::Otaku;
use crate::placing::datasets::{Dataset, Parsed, Table};
use crate::store::{Store, StoreError, keys, or_absent};
pub use published::Published;

/// How long an index is used before its host is asked for a newer file.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(24);

/// How long a run does not ask again for an index that could not be had.
const REST: Duration = Duration::from_mins(30);

/// How long a run waits for a host, with all repeats, before it goes on with what is at hand.
const LONGEST_FETCH: Duration = Duration::from_mins(3);

/// How much later than its deadline a reader is given up.
const GRACE: Duration = Duration::from_secs(5);

/// A published file that lost more than half of its entries is taken for a broken one.
const SHRINK_LIMIT: u64 = 2;

/// Where the mapping files are.
#[derive(Debug, Clone)]
pub struct DatasetSettings {
    /// `OTAKU_DB_URL`.
    pub otaku: Url,
    /// `FRIBBS_LIST_URL`.
    pub fribbs: Url,
    /// `ANIBRIDGE_MAPPINGS_URL`: plain JSON or Zstandard.
    pub anibridge: Url,
}

/// All datasets.
#[derive(Debug)]
pub struct Datasets {
    /// The Otaku mappings.
    pub otaku: Loader<Otaku>,
    /// The Fribbs list.
    pub fribbs: Loader<Fribbs>,
    /// The AniBridge mappings.
    pub anibridge: Loader<AniBridge>,
}

/// The datasets as they are at one moment. One that could not be had is empty.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The Otaku mappings.
    pub otaku: Arc<Table<Otaku>>,
    /// The Fribbs list.
    pub fribbs: Arc<Table<Fribbs>>,
    /// The AniBridge mappings.
    pub anibridge: Arc<Table<AniBridge>>,
    /// Differs whenever one of them differs.
    pub version: String,
}

impl Datasets {
    /// The current indexes, fetched if nobody has them, and once a day if the host has newer ones.
    /// One that cannot be had is logged and left out: the others still place most entries. Without
    /// any, nothing could be placed, and a whole list would be called unplaceable; that is an error.
    pub async fn snapshot(&self) -> Result<Snapshot> {
        let (otaku, fribbs, anibridge) =
            tokio::join!(self.otaku.current(), self.fribbs.current(), self.anibridge.current());
        let otaku = available::<Otaku>(otaku)?;
        let fribbs = available::<Fribbs>(fribbs)?;
        let anibridge = available::<AniBridge>(anibridge)?;
        if let (Err(error), Err(_), Err(_)) = (&otaku, &fribbs, &anibridge) {
            return Err(Error::Provider(error.clone()));
        }
        let otaku = otaku.unwrap_or_default();
        let fribbs = fribbs.unwrap_or_default();
        let anibridge = anibridge.unwrap_or_default();
        let infos = [&otaku.info, &fribbs.info, &anibridge.info];
        let stamps = infos.map(|info| stamp(info.as_ref()));
        Ok(Snapshot {
            otaku: otaku.table,
            fribbs: fribbs.table,
            anibridge: anibridge.table,
            version: stamps.join(" "),
        })
    }

    /// How long no run asks a host, if these are the indexes in force. None when they are not, or
    /// when every run asks.
    pub async fn rest(&self, version: &str) -> Result<Option<HostsRest>> {
        let all =
            [self.otaku.rest().await?, self.fribbs.rest().await?, self.anibridge.rest().await?];
        let stamps: Vec<&str> = all.iter().flatten().map(|(stamp, _)| stamp.as_str()).collect();
        if stamps.join(" ") != version {
            return Ok(None);
        }
        let together = |one: HostsRest, other: HostsRest| HostsRest {
            until: one.until.min(other.until),
            is_in_vain: one.is_in_vain || other.is_in_vain,
        };
        Ok(all.into_iter().flatten().map(|(_, rest)| rest).reduce(together))
    }
}

/// How long no run asks the hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostsRest {
    /// From then on one is asked.
    pub until: Timestamp,
    /// Whether one was asked in vain, which only this process knows.
    pub is_in_vain: bool,
}

/// What a refresh came to.
#[derive(Debug, Clone)]
pub struct Refreshed {
    /// What is known of the dataset now.
    pub info: DatasetInfo,
    /// Whether the host had a newer file.
    pub changed: bool,
}

#[derive(Debug)]
struct Loaded<D: Dataset> {
    table: Arc<Table<D>>,
    info: Option<DatasetInfo>,
}

impl<D: Dataset> Clone for Loaded<D> {
    fn clone(&self) -> Self {
        Self { table: Arc::clone(&self.table), info: self.info.clone() }
    }
}

impl<D: Dataset> Default for Loaded<D> {
    fn default() -> Self {
        Self { table: Arc::new(Table::empty()), info: None }
    }
}

/// What a dataset is fetched, kept and told of with.
#[derive(Debug, Clone)]
pub struct Means {
    /// Where the index is kept.
    pub store: Arc<dyn Store>,
    /// What its host is asked through.
    pub outbound: Outbound,
    /// The time.
    pub clock: Clock,
    /// Whoever watches a refresh.
    pub news: Arc<News>,
}

/// One dataset.
#[derive(Debug)]
pub struct Loader<D: Dataset> {
    means: Means,
    url: Url,
    memory: RwLock<Option<Loaded<D>>>,
    /// When a run last asked the host in vain, and why.
    vain: RwLock<Option<(Instant, ProviderError)>>,
    /// Held while the index is fetched or read, so that ten callers cause one download.
    busy: Mutex<()>,
}

impl<D: Published + 'static> Loader<D> {
    /// Where it is published.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// A dataset published at `url`.
    pub fn new(means: Means, url: Url) -> Self {
        Self {
            means,
            url,
            memory: RwLock::new(None),
            vain: RwLock::new(None),
            busy: Mutex::new(()),
        }
    }

    /// What is known of the dataset, without fetching anything.
    pub async fn info(&self) -> Result<Option<DatasetInfo>> {
        or_fetched_again::<D, _>(self.means.store.dataset_info(D::NAME).await)
    }

    /// Its part of a snapshot's version, and how long its host is not asked; none when it is due.
    async fn rest(&self) -> Result<Option<(String, HostsRest)>> {
        let info = self.info().await?;
        if let Some(info) = info.as_ref().filter(|info| !self.is_due(Some(info))) {
            let until = info.last_sync + GOOD_FOR;
            return Ok(Some((stamp(Some(info)), HostsRest { until, is_in_vain: false })));
        }
        let clock = &self.means.clock;
        let vain = self.vain.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let Some((at, _)) = vain.as_ref() else { return Ok(None) };
        let passed = clock.instant().saturating_duration_since(*at);
        let left = SignedDuration::try_from(REST.saturating_sub(passed)).unwrap_or_default();
        let rest = HostsRest { until: clock.now() + left, is_in_vain: true };
        Ok(Some((stamp(info.as_ref()), rest)))
    }

    /// Fetches the published file if it changed. When that fails the old index stays in force.
    pub async fn refresh(&self) -> Result<Refreshed> {
        let _busy = self.busy.lock().await;
        let info = self.info().await?;
        let at_hand = self.at_hand(info.as_ref()).await?;
        self.fetch(at_hand.as_ref()).await
    }

    /// The index in force, fetched when there is none and looked for anew once a day. When that
    /// fails the old one stays.
    /// The index, fetched if nobody has it, and once a day if the host has a newer one.
    pub async fn table(&self) -> Result<Arc<Table<D>>> {
        Ok(self.current().await?.table)
    }

    async fn current(&self) -> Result<Loaded<D>> {
        let info = self.info().await?;
        if let Some(loaded) = self.remembered(info.as_ref()).filter(|_| !self.is_due(info.as_ref()))
        {
            return Ok(loaded);
        }
        // Whoever fetches it now may need minutes; an index that is there serves until then.
        let _busy = match (self.busy.try_lock(), self.remembered(info.as_ref())) {
            (Ok(busy), _) => busy,
            (Err(_), Some(loaded)) => return Ok(loaded),
            (Err(_), None) => self.busy.lock().await,
        };
        let info = self.info().await?;
        let Some(at_hand) = self.at_hand(info.as_ref()).await? else {
            self.fetch_unless_vain(None).await?;
            let none = || Error::Internal(format!("{} was not kept", D::NAME));
            return self.in_memory().ok_or_else(none);
        };
        if !self.is_due(info.as_ref()) {
            return Ok(at_hand);
        }
        match self.fetch_unless_vain(Some(&at_hand)).await {
            Ok(()) => Ok(self.in_memory().unwrap_or(at_hand)),
            Err(Error::Provider(error)) => {
                tracing::warn!("[{}] Not refreshed, the old index stays: {error}", D::NAME);
                Ok(at_hand)
            }
            Err(error) => Err(error),
        }
    }

    /// Whether the host is to be asked for a newer file.
    fn is_due(&self, info: Option<&DatasetInfo>) -> bool {
        info.is_none_or(|info| {
            info.url != self.url.as_str()
                || age(info.last_sync, self.means.clock.now()).is_none_or(|age| age >= GOOD_FOR)
        })
    }

    fn in_memory(&self) -> Option<Loaded<D>> {
        self.memory.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// A host that just failed is not asked again by every run; a person's refresh asks at once.
    async fn fetch_unless_vain(&self, at_hand: Option<&Loaded<D>>) -> Result<()> {
        let now = self.means.clock.instant();
        let before = self.vain.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        if let Some((at, error)) = before
            && now.saturating_duration_since(at) < REST
        {
            return Err(Error::Provider(error));
        }
        let outcome = self.fetch(at_hand).await;
        let mut vain = self.vain.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        *vain = match &outcome {
            Err(Error::Provider(error)) => Some((now, error.clone())),
            _ => None,
        };
        outcome.map(drop)
    }

    /// The index that can be used as things are: from memory, or else from the store.
    async fn at_hand(&self, info: Option<&DatasetInfo>) -> Result<Option<Loaded<D>>> {
        match self.remembered(info) {
            Some(loaded) => Ok(Some(loaded)),
            None => Ok(self.read_store().await?.inspect(|loaded| self.remember(loaded))),
        }
    }

    /// What is in memory, if the store has nothing newer.
    fn remembered(&self, info: Option<&DatasetInfo>) -> Option<Loaded<D>> {
        let loaded = self.in_memory()?;
        let same = loaded.info.as_ref()?.changed_at == info?.changed_at;
        same.then_some(loaded)
    }

    fn remember(&self, loaded: &Loaded<D>) {
        let mut memory = self.memory.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        *memory = Some(loaded.clone());
    }

    /// The stored index; one of an older form or that cannot be read is fetched again.
    async fn read_store(&self) -> Result<Option<Loaded<D>>> {
        let stored = or_fetched_again::<D, _>(self.means.store.dataset(D::NAME).await)?;
        let Some(stored) = stored else { return Ok(None) };
        if stored.info.format != D::FORMAT {
            return Ok(None);
        }
        match unpack::<D>(stored.index).await {
            Ok(table) => Ok(Some(Loaded { table: Arc::new(table), info: Some(stored.info) })),
            Err(cause) => {
                let key = keys::dataset(D::NAME);
                or_fetched_again::<D, _>(Err(StoreError::Corrupt { key, cause }))
            }
        }
    }

    /// Fetches the file, and tells whoever watches.
    async fn fetch(&self, at_hand: Option<&Loaded<D>>) -> Result<Refreshed> {
        let tell = |state, count| self.means.news.dataset(D::SERVICE, state, count);
        tell(DatasetState::Fetching, None);
        let in_time = tokio::time::timeout(LONGEST_FETCH, self.fetch_quietly(at_hand)).await;
        let outcome =
            in_time.unwrap_or_else(|_| Err(Error::Provider(Fault::TimedOut.at(D::SERVICE))));
        match &outcome {
            Ok(Refreshed { info, changed: true }) => tell(DatasetState::Replaced, Some(info.count)),
            Ok(Refreshed { info, .. }) => tell(DatasetState::Unchanged, Some(info.count)),
            Err(_) => tell(DatasetState::Failed, None),
        }
        outcome
    }

    /// The host is asked for a newer file than the one at hand. What is known of a file that is not
    /// at hand does not count, or the host would say that there is no newer one.
    async fn fetch_quietly(&self, at_hand: Option<&Loaded<D>>) -> Result<Refreshed> {
        let known = at_hand
            .and_then(|loaded| loaded.info.as_ref())
            .filter(|info| info.url == self.url.as_str());
        let etag = known.and_then(|info| info.etag.clone());
        let download = self
            .means
            .outbound
            .download(D::SERVICE, self.url.as_str(), etag.as_deref(), D::LIMITS.file)
            .await?;
        match (download, known) {
            (Download::Unchanged, Some(info)) => self.unchanged(info).await,
            (Download::Unchanged, None) => Err(unexpected::<D>("no file, though none was known")),
            (Download::File { file, etag }, _) => {
                self.means.news.dataset(D::SERVICE, DatasetState::Reading, None);
                let parsed = parse::<D>(file.path().to_owned()).await?;
                refuse_shrunken::<D>(parsed.rows.len(), known)?;
                self.replace(parsed, etag).await
            }
        }
    }

    async fn unchanged(&self, info: &DatasetInfo) -> Result<Refreshed> {
        let info = DatasetInfo { last_sync: self.means.clock.now(), ..info.clone() };
        self.means.store.put_dataset_info(D::NAME, info.clone()).await?;
        tracing::info!("[{}] Unchanged ({} entries)", D::NAME, info.count);
        Ok(Refreshed { info, changed: false })
    }

    async fn replace(&self, parsed: Parsed<D::Row>, etag: Option<String>) -> Result<Refreshed> {
        let table = Table::<D>::new(parsed.rows);
        let now = self.means.clock.now();
        let info = self.describe(&table, parsed.last_activity, etag, now);
        let (table, index) = pack(table).await?;
        let stored = StoredDataset { info: info.clone(), index };
        self.means.store.put_dataset(D::NAME, stored).await?;
        self.remember(&Loaded { table: Arc::new(table), info: Some(info.clone()) });
        tracing::info!("[{}] Index replaced ({} entries)", D::NAME, info.count);
        Ok(Refreshed { info, changed: true })
    }

    fn describe(
        &self,
        table: &Table<D>,
        last_activity: Option<Timestamp>,
        etag: Option<String>,
        now: Timestamp,
    ) -> DatasetInfo {
        DatasetInfo {
            count: table.entries(),
            last_sync: now,
            changed_at: now,
            last_activity,
            etag,
            url: self.url.to_string(),
            format: D::FORMAT,
        }
    }
}

/// A dataset's part of a snapshot's version.
fn stamp(info: Option<&DatasetInfo>) -> String {
    info.map_or_else(|| "-".to_owned(), |info| info.changed_at.to_string())
}

/// What cannot be read in the store is as good as not there: its host has it.
fn or_fetched_again<D: Dataset, T>(
    read: std::result::Result<Option<T>, StoreError>,
) -> Result<Option<T>> {
    Ok(or_absent(read, format_args!("[{}] It is fetched again", D::NAME))?)
}

/// Tells a host that cannot be reached from a fault of ours.
fn available<D: Dataset>(
    current: Result<Loaded<D>>,
) -> Result<std::result::Result<Loaded<D>, ProviderError>> {
    match current {
        Ok(loaded) => Ok(Ok(loaded)),
        Err(Error::Provider(error)) => {
            tracing::warn!("[{}] Not available, going on without it: {error}", D::NAME);
            Ok(Err(error))
        }
        Err(error) => Err(error),
    }
}

fn unexpected<D: Dataset>(detail: impl Into<String>) -> Error {
    Error::Provider(Fault::UnexpectedBody { detail: detail.into() }.at(D::SERVICE))
}

/// A file with no entries, or with less than half of those before, does not replace a good index.
fn refuse_shrunken<D: Dataset>(rows: usize, old: Option<&DatasetInfo>) -> Result<()> {
    let rows = u64::try_from(rows).unwrap_or(u64::MAX);
    match old {
        _ if rows == 0 => Err(unexpected::<D>("the file names no AniList entry")),
        Some(old) if rows < old.count / SHRINK_LIMIT => Err(unexpected::<D>(format!(
            "the file has {rows} entries where the last one had {}",
            old.count
        ))),
        _ => Ok(()),
    }
}

async fn parse<D: Published + 'static>(file: PathBuf) -> Result<Parsed<D::Row>> {
    let until = Deadline::after(READING);
    let work = tokio::task::spawn_blocking(move || D::parse(&file, until));
    // Reading looks at the deadline itself; a disk that does not answer is left alone.
    let in_time = tokio::time::timeout(READING + GRACE, work).await;
    let parsed = in_time
        .map_err(|_| unexpected::<D>("a file that cannot be read in time"))?
        .map_err(|cause| gone(&cause))?;
    parsed.map_err(|cause| unexpected::<D>(cause.to_string()))
}

async fn pack<D: Dataset + 'static>(table: Table<D>) -> Result<(Table<D>, Vec<u8>)> {
    let work = move || table.pack().map(|index| (table, index));
    let packed = tokio::task::spawn_blocking(work).await.map_err(|cause| gone(&cause))?;
    packed.map_err(|cause| Error::Internal(cause.to_string()))
}

async fn unpack<D: Dataset + 'static>(index: Vec<u8>) -> std::result::Result<Table<D>, String> {
    let table = tokio::task::spawn_blocking(move || Table::unpack(&index)).await;
    table.map_err(|cause| cause.to_string())?.map_err(|cause| cause.to_string())
}

fn gone(cause: &tokio::task::JoinError) -> Error {
    Error::Internal(format!("a worker ended early: {cause}"))
}
