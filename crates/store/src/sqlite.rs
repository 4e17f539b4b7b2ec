//! The embedded store: one SQLite file in the data folder.
//!
//! Each subject of the interface has a file, where its queries are.

mod answers;
mod changes;
mod columns;
mod connection;
mod corrections;
mod datasets;
mod documents;
mod fault;
mod file;
mod items;
mod locks;
mod log;
mod memo;
mod notes;
mod packed;
mod placements;
mod records;
mod runs;
mod shows;
mod standing;
mod synced;
mod upgrade;
mod waiting;

use std::hash::Hash;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Transaction;
use tokio::task::spawn_blocking;

use self::connection::Database;
use self::fault::Fault;
use self::memo::Memo;
use self::standing::{Look, Seen};
use crate::{Result, Store, StoreError};
use anilist_trakt_sync_core::domain::{AccountId, Settled};

/// How long a statement waits for another process to finish writing.
const PATIENCE: Duration = Duration::from_secs(5);

/// State in one SQLite file, `state.db` in the data folder, beside the files of the locks.
///
/// Clones share the connections. Any number of handles and processes may use one folder.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    database: Arc<Database>,
    looks: Arc<Memo<Look, Seen>>,
    latest: Arc<Memo<(AccountId, u32), Vec<Settled>>>,
}

impl Store for SqliteStore {}

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
