//! The connections to the database, and who may use which when.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::fault::Fault;
use super::file::{self, Identity, Mode};
use crate::{LockHolder, Result};

/// The locks this handle holds, by the path of their file.
pub(super) type HeldLocks = HashMap<PathBuf, HeldLock>;

/// A lock that this handle holds.
#[derive(Debug)]
pub(super) struct HeldLock {
    /// Who has it, and since when.
    pub(super) holder: LockHolder,
    /// The file, locked for as long as it is open.
    pub(super) _file: File,
}

/// The database of one data folder.
///
/// `writer` guards the only connection that writes and the files of the locks this handle holds;
/// `reader` guards the only connection that reads. Nobody waits for one while having the other,
/// and both are only waited for on threads that may block. Write-ahead logging lets the two go on
/// at the same time: a read sees what was committed when it began. Other handles and processes
/// are kept apart by SQLite itself.
///
/// `watcher` guards a connection that neither reads nor writes a record: it only tells whether
/// anybody has changed something. That takes microseconds and waits for nobody, and the guard is
/// held for nothing else, so any thread may ask.
#[derive(Debug)]
pub(super) struct Database {
    folder: PathBuf,
    file: PathBuf,
    patience: Duration,
    writer: Mutex<Option<Opened>>,
    reader: Mutex<Option<Opened>>,
    watcher: Mutex<Watcher>,
}

/// A state of the database. After every change there is a larger one, whoever made the change.
pub(super) type State = u64;

/// What is known of the database's state.
#[derive(Debug, Default)]
struct Watcher {
    opened: Option<Opened>,
    /// SQLite's own number of the state, which means something to this connection alone.
    seen: i64,
    state: State,
}

#[derive(Debug)]
struct Opened {
    connection: Connection,
    identity: Identity,
    /// They are in the same folder as the database, and when that is replaced they guard nothing.
    /// The reader has none.
    held: HeldLocks,
}

impl Database {
    /// Opens the database of the folder, makes what is missing and applies new migrations.
    /// `patience` is how long a statement waits for another process to finish writing.
    pub(super) fn open(folder: &Path, patience: Duration) -> Result<Self> {
        file::make_folder(folder).map_err(|fault| fault.at(folder))?;
        let file = folder.join("state.db");
        let opened = open(&file, Mode::Create, patience).map_err(|fault| fault.at(&file))?;
        let (folder, writer) = (folder.to_owned(), Mutex::new(Some(opened)));
        let (reader, watcher) = (Mutex::default(), Mutex::default());
        Ok(Self { folder, file, patience, writer, reader, watcher })
    }

    /// Where the database and the lock files are.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Reads, all from one moment.
    pub(super) fn read<T>(
        &self,
        queries: impl FnOnce(&Transaction<'_>) -> std::result::Result<T, Fault>,
    ) -> Result<T> {
        let mut reader = recover(&self.reader);
        let read = || queries(&self.current(&mut reader, Mode::Read)?.connection.transaction()?);
        read().map_err(|fault| fault.at(&self.file))
    }

    /// Reads and writes, all or nothing, with no other writer in between.
    pub(super) fn write<T>(
        &self,
        queries: impl FnOnce(&Transaction<'_>) -> std::result::Result<T, Fault>,
    ) -> Result<T> {
        self.write_with_locks(|transaction, _| {
            let answer = queries(&transaction)?;
            transaction.commit()?;
            Ok(answer)
        })
    }

    /// Like [`Self::write`], with the locks this handle holds. The caller commits.
    pub(super) fn write_with_locks<T>(
        &self,
        queries: impl FnOnce(Transaction<'_>, &mut HeldLocks) -> std::result::Result<T, Fault>,
    ) -> Result<T> {
        let mut writer = recover(&self.writer);
        let write = || {
            let Opened { connection, held, .. } = self.current(&mut writer, Mode::Write)?;
            let behavior = TransactionBehavior::Immediate;
            queries(connection.transaction_with_behavior(behavior)?, held)
        };
        write().map_err(|fault| fault.at(&self.file))
    }

    /// The state that the database is in now. None where that takes more than a look, which waits
    /// for nobody.
    pub(super) fn state_at_once(&self) -> Option<State> {
        let mut watcher = recover(&self.watcher);
        let identity = file::identity(&self.file).ok()?;
        watcher.opened.as_ref().filter(|opened| opened.identity == identity)?;
        watcher.look()
    }

    /// The same, for threads that may block.
    pub(super) fn state(&self) -> Option<State> {
        self.state_at_once().or_else(|| {
            let opened = open(&self.file, Mode::Watch, self.patience).ok()?;
            let mut watcher = recover(&self.watcher);
            // SQLite numbers the states anew for another connection.
            watcher.state += 1;
            watcher.opened = Some(opened);
            watcher.look()
        })
    }

    /// Lets go of a lock that this handle holds, if it is that one. This needs no working database.
    pub(super) fn forget_lock(&self, path: &Path, is_meant: impl FnOnce(&HeldLock) -> bool) {
        if let Some(Opened { held, .. }) = recover(&self.writer).as_mut()
            && held.get(path).is_some_and(is_meant)
        {
            held.remove(path);
        }
    }

    /// Writes the database anew without what was replaced or removed, and empties the log of writes.
    pub(super) fn scrub(&self) -> Result<()> {
        let mut writer = recover(&self.writer);
        let mut scrub = || {
            let opened = self.current(&mut writer, Mode::Write)?;
            opened.connection.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)")?;
            Ok(())
        };
        scrub().map_err(|fault: Fault| fault.at(&self.file))
    }

    /// The connection, opened anew when the file under its name is not the one it has open.
    /// Without this, a folder that was removed would go on answering, and forget everything.
    fn current<'a>(
        &self,
        slot: &'a mut Option<Opened>,
        mode: Mode,
    ) -> std::result::Result<&'a mut Opened, Fault> {
        let identity = file::identity(&self.file)?;
        let opened = match slot.take() {
            Some(opened) if opened.identity == identity => opened,
            _ => open(&self.file, mode, self.patience)?,
        };
        Ok(slot.insert(opened))
    }
}

impl Watcher {
    /// The state now, by the connection that is open.
    fn look(&mut self) -> Option<State> {
        let connection = &self.opened.as_ref()?.connection;
        let mut statement = connection.prepare_cached("PRAGMA data_version").ok()?;
        let seen = statement.query_row([], |row| row.get(0)).ok()?;
        if seen != self.seen {
            (self.seen, self.state) = (seen, self.state + 1);
        }
        Some(self.state)
    }
}

fn open(file: &Path, mode: Mode, patience: Duration) -> std::result::Result<Opened, Fault> {
    let connection = file::connect(file, mode, patience)?;
    Ok(Opened { connection, identity: file::identity(file)?, held: HeldLocks::new() })
}

/// A thread that panicked while it had a connection left no half transaction: those are rolled
/// back when they are dropped. So the lock can be used on.
fn recover<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
