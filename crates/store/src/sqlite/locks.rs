//! Locks between runs: a row in the database, and a file lock of the process that holds it.
//!
//! The file lock, which the system takes back when a process ends, says whether the owner lives;
//! the row says who it is and since when. Both are only changed inside a transaction that keeps
//! other writers out, so nobody sees one without the other.
//!
//! | the file is locked by | the lock is |
//! |---|---|
//! | nobody | free, whatever the row says: its owner is dead |
//! | this handle | its owner's until that gives it back |
//! | another handle or process | held: its owner may be asleep in a write |
//!
//! So no lock runs out while its owner lives. Time that passes, or a clock that is set, proves
//! nothing about an owner; the row keeps the end of a lease for people who look.
//!
//! The files stay: removing one would let two processes lock two files of the same name.

use std::fmt::Write as _;
use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::{Connection, Transaction};

use super::SqliteStore;
use super::columns::{Time, change, records};
use super::connection::{Database, HeldLock, HeldLocks};
use super::fault::Fault;
use crate::{LockAnswer, LockHolder, Locks, Result};
use anilist_trakt_sync_core::domain::AccountId;

#[async_trait]
impl Locks for SqliteStore {
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
}

/// Which lock is meant.
#[derive(Debug)]
pub(super) struct Lock {
    pub(super) account: AccountId,
    pub(super) name: String,
}

/// Who asks for a lock, when, and for how long at first.
#[derive(Debug)]
struct Asked {
    owner: String,
    now: Timestamp,
    lease: Duration,
}

struct Lease {
    holder: LockHolder,
    expires: Timestamp,
}

enum FileLock {
    Got(File),
    Elsewhere,
}

impl Lock {
    /// Takes or renews the lock.
    fn take(&self, database: &Database, asked: &Asked) -> Result<LockAnswer> {
        let path = database.folder().join(self.file_name());
        database.write_with_locks(|transaction, held| {
            if let Some(HeldLock { holder, .. }) = held.get(&path) {
                if holder.owner != asked.owner {
                    return Ok(LockAnswer::Held(holder.clone()));
                }
                self.put(&transaction, &asked.lease(holder.since))?;
                transaction.commit()?;
                return Ok(LockAnswer::Taken);
            }
            let FileLock::Got(file) = lock_file(&path)? else {
                let found = self.recorded(&transaction)?;
                return Ok(LockAnswer::Held(holder_elsewhere(found, asked.now)));
            };
            let lease = asked.lease(asked.now);
            self.put(&transaction, &lease)?;
            transaction.commit()?;
            held.insert(path, HeldLock { holder: lease.holder, _file: file });
            Ok(LockAnswer::Taken)
        })
    }

    /// Renews the lock, if its owner has it.
    fn renew(&self, database: &Database, asked: &Asked) -> Result<bool> {
        let path = database.folder().join(self.file_name());
        database.write_with_locks(|transaction, held| {
            let own = held.get(&path).filter(|held| held.holder.owner == asked.owner);
            let Some(HeldLock { holder, .. }) = own else { return Ok(false) };
            self.put(&transaction, &asked.lease(holder.since))?;
            transaction.commit()?;
            Ok(true)
        })
    }

    /// Gives the lock back. When the row cannot be removed, it stays without its file lock, which
    /// is as good as gone.
    fn release(&self, database: &Database, owner: &str) -> Result<()> {
        let path = database.folder().join(self.file_name());
        let removed = database.write_with_locks(|transaction, held| {
            if is_held(held, &path, owner) {
                self.remove(&transaction)?;
                // Before the row is seen to be gone, or who sees that finds the file still locked.
                held.remove(&path);
                transaction.commit()?;
            }
            Ok(())
        });
        database.forget_lock(&path, |held| held.holder.owner == owner);
        removed
    }

    /// Who holds the lock. Most of the time nobody does, and then no writer is kept waiting.
    fn holder(&self, database: &Database) -> Result<Option<LockHolder>> {
        if database.read(|transaction| self.recorded(transaction))?.is_none() {
            return Ok(None);
        }
        let path = database.folder().join(self.file_name());
        database.write_with_locks(|transaction, held| {
            if let Some(own) = held.get(&path) {
                return Ok(Some(own.holder.clone()));
            }
            let Some(found) = self.recorded(&transaction)? else { return Ok(None) };
            let is_alive = matches!(lock_file(&path)?, FileLock::Elsewhere);
            Ok(is_alive.then_some(found))
        })
    }

    /// Changes something while the owner has the lock. False when it does not, or when `queries`
    /// says so.
    pub(super) fn write_as(
        &self,
        database: &Database,
        owner: &str,
        queries: impl FnOnce(&Transaction<'_>) -> std::result::Result<bool, Fault>,
    ) -> Result<bool> {
        let path = database.folder().join(self.file_name());
        database.write_with_locks(|transaction, held| {
            let done = is_held(held, &path, owner) && queries(&transaction)?;
            if done {
                transaction.commit()?;
            }
            Ok(done)
        })
    }

    pub(super) fn recorded(
        &self,
        connection: &Connection,
    ) -> std::result::Result<Option<LockHolder>, Fault> {
        let query = "SELECT name, owner, since FROM locks WHERE account_id = ?1 AND name = ?2";
        let key = (self.account.as_str(), &self.name);
        let holders = records(connection, "locks", query, key, |row| {
            let since = row.get::<_, Time>("since")?.0;
            Ok(LockHolder { owner: row.get("owner")?, since })
        });
        Ok(holders?.pop())
    }

    fn put(&self, connection: &Connection, lease: &Lease) -> std::result::Result<(), Fault> {
        let statement = "INSERT OR REPLACE INTO locks (account_id, name, owner, since, expires)
             VALUES (?1, ?2, ?3, ?4, ?5)";
        let Lease { holder: LockHolder { owner, since }, expires } = lease;
        let values = (self.account.as_str(), &self.name, owner, Time(*since), Time(*expires));
        change(connection, statement, values).map(drop)
    }

    fn remove(&self, connection: &Connection) -> std::result::Result<(), Fault> {
        let statement = "DELETE FROM locks WHERE account_id = ?1 AND name = ?2";
        change(connection, statement, (self.account.as_str(), &self.name)).map(drop)
    }

    fn file_name(&self) -> String {
        let name = plain(&self.name);
        if self.account == AccountId::default() {
            format!("{name}.lock")
        } else {
            format!("{name}.{}.lock", plain(self.account.as_str()))
        }
    }
}

fn is_held(held: &HeldLocks, path: &Path, owner: &str) -> bool {
    held.get(path).is_some_and(|held| held.holder.owner == owner)
}

impl Asked {
    fn lease(&self, since: Timestamp) -> Lease {
        let holder = LockHolder { owner: self.owner.clone(), since };
        Lease { holder, expires: self.now.checked_add(self.lease).unwrap_or(Timestamp::MAX) }
    }
}

/// Locks the file for as long as it stays open, or says that somebody else has.
fn lock_file(path: &Path) -> std::result::Result<FileLock, Fault> {
    let told =
        |error| Fault::Told(format!("the lock {} cannot be taken ({error})", path.display()));
    let file = File::options().create(true).append(true).open(path).map_err(told)?;
    match file.try_lock() {
        Ok(()) => Ok(FileLock::Got(file)),
        Err(TryLockError::WouldBlock) => Ok(FileLock::Elsewhere),
        Err(TryLockError::Error(error)) => Err(told(error)),
    }
}

/// The row of a file that somebody else has locked. It is missing only when a person removed it.
fn holder_elsewhere(found: Option<LockHolder>, now: Timestamp) -> LockHolder {
    found.unwrap_or_else(|| LockHolder { owner: "another process".to_owned(), since: now })
}

/// The text as part of a file name: two texts never give the same name.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' => plain.push(char::from(byte)),
            // Writing to a string cannot fail.
            _ => _ = write!(plain, "_{byte:02x}"),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_account_has_a_lock_file_of_its_own_inside_the_folder() {
        let file_name = |account: AccountId| Lock { account, name: "sync".into() }.file_name();
        let account = |id: &str| serde_json::from_value(id.into()).unwrap();
        assert_eq!(file_name(AccountId::default()), "sync.lock");
        assert_eq!(file_name(account("bob")), "sync.bob.lock");
        assert_eq!(file_name(account("../Bob")), "sync._2e_2e_2f_42ob.lock");
        assert_ne!(file_name(account("_42ob")), file_name(account("Bob")));
    }
}
