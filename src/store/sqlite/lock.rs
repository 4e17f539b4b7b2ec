//! Locks between runs: a lease in the database, and a file lock of the process that holds it.
//!
//! The lease says who holds the lock and for how long; the file lock, which the system takes back
//! when a process ends, says whether the holder still lives. Both are only changed inside a
//! transaction that keeps other writers out, so nobody sees one without the other.
//!
//! | the file is locked by | the lock is |
//! |---|---|
//! | nobody | free, whatever the lease says: its owner is dead |
//! | this handle | its owner's until the lease runs out |
//! | another handle or process | held, even when its lease ran out: it may be asleep in a write |
//!
//! The files stay: removing one would let two processes lock two files of the same name.

use std::fmt::Write as _;
use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Connection;

use super::columns::{Time, change, records};
use super::connection::Database;
use super::fault::Fault;
use crate::domain::AccountId;
use crate::store::{LockAnswer, LockHolder, Result};

/// Which lock is meant.
#[derive(Debug)]
pub(super) struct Lock {
    pub(super) account: AccountId,
    pub(super) name: String,
}

struct Lease {
    holder: LockHolder,
    expires: Timestamp,
}

/// What a caller may do with the lock.
enum Claim {
    /// Take it, with the file just locked.
    New(File),
    /// Keep it, or take it over from another owner of this handle.
    Kept { since: Timestamp },
    /// Leave it.
    Refused(LockHolder),
}

enum FileLock {
    Got(File),
    Elsewhere,
}

impl Lock {
    /// Takes or renews the lock.
    pub(super) fn take(
        &self,
        database: &Database,
        owner: &str,
        now: Timestamp,
        lease: Duration,
    ) -> Result<LockAnswer> {
        let expires = now.checked_add(lease).unwrap_or(Timestamp::MAX);
        let path = database.folder().join(self.file_name());
        database.write_with_locks(|transaction, held| {
            let found = self.lease(&transaction)?;
            let (since, file) = match claim(found, held.contains_key(&path), &path, owner, now)? {
                Claim::New(file) => (now, Some(file)),
                Claim::Kept { since } => (since, None),
                Claim::Refused(holder) => return Ok(LockAnswer::Held(holder)),
            };
            let holder = LockHolder { owner: owner.to_owned(), since };
            self.put(&transaction, &Lease { holder, expires })?;
            transaction.commit()?;
            held.extend(file.map(|file| (path, file)));
            Ok(LockAnswer::Taken)
        })
    }

    /// Gives the lock back. When the commit fails, the lease stays without its file lock, which
    /// is as good as gone.
    pub(super) fn release(&self, database: &Database, owner: &str) -> Result<()> {
        let path = database.folder().join(self.file_name());
        database.write_with_locks(|transaction, held| {
            let found = self.lease(&transaction)?;
            if found.is_some_and(|found| found.holder.owner == owner)
                && held.remove(&path).is_some()
            {
                self.remove(&transaction)?;
            }
            Ok(transaction.commit()?)
        })
    }

    /// Who holds the lock. Most of the time nobody does, and then no writer is kept waiting.
    pub(super) fn holder(&self, database: &Database, now: Timestamp) -> Result<Option<LockHolder>> {
        if database.read(|transaction| self.lease(transaction))?.is_none() {
            return Ok(None);
        }
        let path = database.folder().join(self.file_name());
        database.write_with_locks(|transaction, held| {
            let Some(found) = self.lease(&transaction)? else { return Ok(None) };
            let alive = if held.contains_key(&path) {
                now < found.expires
            } else {
                matches!(lock_file(&path)?, FileLock::Elsewhere)
            };
            Ok(alive.then_some(found.holder))
        })
    }

    fn lease(&self, connection: &Connection) -> std::result::Result<Option<Lease>, Fault> {
        let query = "SELECT name, owner, since, expires FROM locks
             WHERE account_id = ?1 AND name = ?2";
        let key = (self.account.as_str(), &self.name);
        let leases = records(connection, "locks", query, key, |row| {
            let since = row.get::<_, Time>("since")?.0;
            let holder = LockHolder { owner: row.get("owner")?, since };
            Ok(Lease { holder, expires: row.get::<_, Time>("expires")?.0 })
        });
        Ok(leases?.pop())
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

/// Reads the table above for a caller who wants the lock.
fn claim(
    found: Option<Lease>,
    file_is_ours: bool,
    path: &Path,
    owner: &str,
    now: Timestamp,
) -> std::result::Result<Claim, Fault> {
    if file_is_ours {
        return Ok(match found {
            Some(found) if found.holder.owner == owner => Claim::Kept { since: found.holder.since },
            Some(found) if now < found.expires => Claim::Refused(found.holder),
            _ => Claim::Kept { since: now },
        });
    }
    Ok(match lock_file(path)? {
        FileLock::Got(file) => Claim::New(file),
        FileLock::Elsewhere => Claim::Refused(holder_elsewhere(found, now)),
    })
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

/// The lease of a file that somebody else has locked. It is missing only when a person removed it.
fn holder_elsewhere(found: Option<Lease>, now: Timestamp) -> LockHolder {
    found.map_or_else(
        || LockHolder { owner: "another process".to_owned(), since: now },
        |lease| lease.holder,
    )
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
