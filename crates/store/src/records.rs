//! What is kept by name, and changes of every kind, which are applied together.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{At, Fence, Result, Topic, WaitingChange};
use anilist_trakt_sync_core::domain::{
    AccountId, AnilistId, Mapping, Override, PlacementRow, RunId, RunPlays, RunRow, Settled,
    StoredShow, Waiting,
};
use anilist_trakt_sync_core::library::{Change, Item, ItemId, ReadDay};

/// How many changes of a title are kept.
pub const KEPT_CHANGES: u32 = 200;

/// One change. A list of them is applied as one transaction.
#[derive(Debug, Clone, PartialEq)]
pub enum Write {
    /// Sets a `system_config` entry, or removes it.
    Config {
        /// One of [`keys`](crate::keys).
        key: &'static str,
        /// The new value; none removes the entry.
        value: Option<String>,
    },
    /// Adds or replaces a mapping.
    Mapping(Mapping),
    /// Removes the mapping of an entry.
    RemoveMapping(AnilistId),
    /// Adds or replaces how far an entry is settled.
    Settled(Settled),
    /// Forgets how far an entry is settled.
    RemoveSettled(AnilistId),
    /// Adds or replaces a per-episode correction.
    Override(Override),
    /// Removes the correction with the same show, number and entry.
    RemoveOverride(Override),
    /// Adds or replaces a title that waits for a decision.
    Waiting(Waiting),
    /// A title waits no longer.
    RemoveWaiting(AnilistId),
    /// Changes what waits of a title, and keeps what others changed of it since it was read.
    ChangeWaiting(WaitingChange),
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
    /// Adds or replaces a title of the library.
    Item(Arc<Item>),
    /// Removes a title of the library, and all that is kept of its changes.
    RemoveItem(ItemId),
    /// Keeps what was changed of a title; of each only the newest [`KEPT_CHANGES`] are kept.
    ItemChange(Change),
    /// Adds to what was watched and read on a day. Less than nothing takes away.
    Read(ReadDay),
    /// Sets a note, or removes it.
    Note {
        /// What it is about.
        topic: Topic,
        /// Its key there.
        key: String,
        /// The new text; none removes it.
        note: Option<String>,
    },
    /// Changes nothing, and says that this run makes the other changes of the list: what it noted
    /// under [`keys::IDLE`](crate::keys::IDLE) when it began stays.
    ByRun(RunId),
    /// Changes nothing, and refuses the whole list with [`StoreError::Gone`](crate::StoreError::Gone)
    /// where this document is there: it says that the account is gone whose records these are.
    UnlessThere(At),
}

/// The entries of `system_config`, and every change of what is kept.
#[async_trait]
pub trait Records: Send + Sync {
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

    /// Leaves nothing on the disk of values that were replaced or removed, where this program has
    /// a say in that.
    async fn scrub(&self) -> Result<()>;

    /// The accounts that have records.
    async fn accounts(&self) -> Result<Vec<AccountId>>;
}
