//! Locks between processes, by name.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::Result;
use anilist_trakt_sync_core::domain::AccountId;

/// Who holds a lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockHolder {
    /// The owner's own name for itself.
    pub owner: String,
    /// When it took the lock.
    pub since: Timestamp,
}

/// What asking for a lock gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LockAnswer {
    /// The lock is the caller's until it is released or its time is over.
    Taken,
    /// Somebody else has it.
    Held(LockHolder),
}

/// The name of the lock that a run holds, and nobody else may write to the person's services without.
pub const RUN: &str = "sync";

/// The proof that an account's lock was taken: nothing makes one but taking it, and it cannot be copied.
/// What writes to a service asks for it.
#[derive(Debug)]
pub struct Taken {
    account: AccountId,
    name: String,
}

impl Taken {
    pub(crate) fn new(account: AccountId, name: &str) -> Self {
        Self { account, name: name.to_owned() }
    }

    /// Whether it is this account's lock of this name.
    pub fn is_of(&self, account: &AccountId, name: &str) -> bool {
        self.account == *account && self.name == name
    }
}

/// A lock that its owner must still have.
#[derive(Debug, Clone, Copy)]
pub struct Fence<'a> {
    /// The lock's name.
    pub lock: &'a str,
    /// Who took it.
    pub owner: &'a str,
}

/// Taking a lock, keeping it and giving it back.
#[async_trait]
pub trait Locks: Send + Sync {
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
}
