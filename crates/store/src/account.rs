//! The store as one person's.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::{
    At, Fence, Glance, Levels, LockAnswer, LockHolder, Result, Store, Taken, Topic, Write,
};
use anilist_trakt_sync_core::domain::{
    AccountId, AnilistId, Mapping, Override, PlacementRow, RunId, RunPlay, RunPlays, RunRow,
    Settled, Verdict, Waiting,
};
use anilist_trakt_sync_core::library::{Change, Item, ItemId, ReadDay};

/// The records of one account. Nobody else's can be read or changed through it.
#[derive(Debug, Clone)]
pub struct AccountStore {
    store: Arc<dyn Store>,
    account: AccountId,
    gone: Option<At>,
}

impl AccountStore {
    /// The records of an account in a store.
    pub fn new(store: Arc<dyn Store>, account: AccountId) -> Self {
        Self { store, account, gone: None }
    }

    /// The records of the account that there is where nobody made another.
    pub fn of_default(store: Arc<dyn Store>) -> Self {
        Self::new(store, AccountId::default())
    }

    /// The same, of which nothing is written any more once this document is there:
    /// [`StoreError::Gone`](crate::StoreError::Gone). Numbers of runs are given all the same.
    #[must_use]
    pub fn unless_there(&self, gone: At) -> Self {
        Self { gone: Some(gone), ..self.clone() }
    }

    /// Whether writing is refused once something is there.
    pub fn may_be_gone(&self) -> bool {
        self.gone.is_some()
    }

    /// Changes, and what they are refused for.
    fn guarded(&self, mut writes: Vec<Write>) -> Vec<Write> {
        writes.extend(self.gone.clone().map(Write::UnlessThere));
        writes
    }

    /// Whose they are.
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// What belongs to everybody: shows, mapping files, log lines, and how the store stands.
    pub fn shared(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// The values of some `system_config` entries, in the order asked for.
    pub async fn config(&self, keys: &[&str]) -> Result<Vec<Option<String>>> {
        self.store.config(&self.account, keys).await
    }

    /// Applies all changes or none.
    pub async fn write(&self, writes: Vec<Write>) -> Result<()> {
        self.store.write(&self.account, self.guarded(writes)).await
    }

    /// Applies all changes if the `system_config` entry `key` still has the value `expected`
    /// (none: is absent), or none of them. Says whether it did.
    pub async fn write_if(
        &self,
        key: &'static str,
        expected: Option<&str>,
        writes: Vec<Write>,
    ) -> Result<bool> {
        self.store.write_if(&self.account, key, expected, self.guarded(writes)).await
    }

    /// Like [`Self::write_if`], and only while the owner still has its lock: what another has taken
    /// over, or the store has forgotten, keeps this one from writing. The lock and the change are
    /// one step.
    pub async fn write_fenced(
        &self,
        fence: Fence<'_>,
        key: &'static str,
        expected: Option<&str>,
        writes: Vec<Write>,
    ) -> Result<bool> {
        let writes = self.guarded(writes);
        self.store.write_fenced(&self.account, fence, key, expected, writes).await
    }

    /// All mappings, by AniList id.
    pub async fn mappings(&self) -> Result<Vec<Mapping>> {
        self.store.mappings(&self.account).await
    }

    /// The mappings of some entries, of those that have one.
    pub async fn some_mappings(&self, ids: &[AnilistId]) -> Result<HashMap<AnilistId, Mapping>> {
        self.store.some_mappings(&self.account, ids).await
    }

    /// How far every entry is synced.
    pub async fn settled(&self) -> Result<HashMap<AnilistId, Settled>> {
        self.store.settled(&self.account).await
    }

    /// How far entries are settled, the most recently changed first.
    pub async fn latest_settled(&self, limit: u32) -> Result<Vec<Settled>> {
        self.store.latest_settled(&self.account, limit).await
    }

    /// All per-episode corrections.
    pub async fn overrides(&self) -> Result<Vec<Override>> {
        self.store.overrides(&self.account).await
    }

    /// All titles that wait for a decision, ignored ones included, by AniList id.
    pub async fn waiting(&self) -> Result<Vec<Waiting>> {
        self.store.waiting(&self.account).await
    }

    /// How many titles wait for a decision, without the ignored ones and those that have one. None of
    /// them is read.
    pub async fn waiting_count(&self) -> Result<usize> {
        self.store.waiting_count(&self.account).await
    }

    /// The placements of some entries, of those that have one.
    pub async fn placements(&self, ids: &[AnilistId]) -> Result<HashMap<AnilistId, PlacementRow>> {
        self.store.placements(&self.account, ids).await
    }

    /// How far each placement can be trusted.
    pub async fn verdicts(&self) -> Result<HashMap<AnilistId, Verdict>> {
        self.store.verdicts(&self.account).await
    }

    /// The evidence of an entry's placement, as JSON.
    pub async fn evidence(&self, id: AnilistId) -> Result<Option<String>> {
        self.store.evidence(&self.account, id).await
    }

    /// All placements with their evidence, by AniList id, for who moves its state elsewhere.
    pub async fn all_placements(&self) -> Result<Vec<(PlacementRow, String)>> {
        self.store.all_placements(&self.account).await
    }

    /// All titles of the library, by number.
    pub async fn items(&self) -> Result<Vec<Item>> {
        self.store.items(&self.account).await
    }

    /// The newest changes of a title of the library first.
    pub async fn item_changes(&self, item: ItemId, limit: u32) -> Result<Vec<Change>> {
        self.store.item_changes(&self.account, Some(item), limit).await
    }

    /// How much was watched and read on which day, by day.
    pub async fn read_days(&self) -> Result<Vec<ReadDay>> {
        self.store.read_days(&self.account).await
    }

    /// All notes on a topic with their keys, by key.
    pub async fn notes(&self, topic: Topic) -> Result<Vec<(String, String)>> {
        self.store.notes(&self.account, topic).await
    }

    /// Some notes on a topic, in the order asked for.
    pub async fn some_notes(&self, topic: Topic, keys: &[&str]) -> Result<Vec<Option<String>>> {
        self.store.some_notes(&self.account, topic, keys).await
    }

    /// A number for a new run, larger than all before.
    pub async fn next_run_id(&self) -> Result<RunId> {
        self.store.next_run_id(&self.account).await
    }

    /// The last number given to a run, if there ever was one.
    pub async fn last_run_id(&self) -> Result<Option<RunId>> {
        self.store.last_run_id(&self.account).await
    }

    /// The newest runs first.
    pub async fn runs(&self, limit: u32) -> Result<Vec<RunRow>> {
        self.store.runs(&self.account, limit).await
    }

    /// One run.
    pub async fn run(&self, id: RunId) -> Result<Option<RunRow>> {
        self.store.run(&self.account, id).await
    }

    /// The plays that a run sent, batch by batch in the order in which they left.
    pub async fn run_plays(&self, id: RunId) -> Result<Vec<RunPlays>> {
        self.store.run_plays(&self.account, id).await
    }

    /// Some of the plays that a run sent, counted from 0 in the order in which they left, and how
    /// many there are in all. No other plays are read.
    pub async fn some_run_plays(
        &self,
        id: RunId,
        wanted: Range<usize>,
    ) -> Result<(Vec<RunPlay>, usize)> {
        self.store.some_run_plays(&self.account, id, wanted).await
    }

    /// Takes the lock `name`, or renews it for the same owner, who keeps its `since`. Where the
    /// backend cannot tell whether an owner still lives, the lock is free again `lease` later. A
    /// backend that can tell frees it at once when the owner's process dies, and lets one that
    /// lives keep it until it is given back, whatever the clock says.
    ///
    /// `owner` must be a name nobody else has. Gives the proof that it was taken, or who has it.
    pub async fn lock(
        &self,
        name: &str,
        owner: &str,
        now: Timestamp,
        lease: Duration,
    ) -> Result<std::result::Result<Taken, LockHolder>> {
        Ok(match self.store.lock(&self.account, name, owner, now, lease).await? {
            LockAnswer::Taken => Ok(Taken::new(self.account.clone(), name)),
            LockAnswer::Held(holder) => Err(holder),
        })
    }

    /// Renews the lock, if this owner still has it. One that is gone is not taken again: another may
    /// have had it meanwhile.
    pub async fn renew_lock(
        &self,
        name: &str,
        owner: &str,
        now: Timestamp,
        lease: Duration,
    ) -> Result<bool> {
        self.store.renew_lock(&self.account, name, owner, now, lease).await
    }

    /// Gives the lock back, if this owner still has it.
    pub async fn unlock(&self, name: &str, owner: &str) -> Result<()> {
        self.store.unlock(&self.account, name, owner).await
    }

    /// Who has the lock now.
    pub async fn lock_holder(&self, name: &str) -> Result<Option<LockHolder>> {
        self.store.lock_holder(&self.account, name).await
    }

    /// How an account stands, in one read: [`Self::config`], [`Self::waiting`] and
    /// [`Self::lock_holder`] together.
    pub async fn glance(&self, keys: &[&str], lock: &str) -> Result<Glance> {
        self.store.glance(&self.account, keys, lock).await
    }

    /// What is measured: [`Self::waiting`] and [`Datasets::dataset_info`](crate::Datasets::dataset_info) together.
    pub async fn levels(&self, datasets: &[&str]) -> Result<Levels> {
        self.store.levels(&self.account, datasets).await
    }
}
