//! Everything that is remembered between two requests, behind one interface.
//!
//! The interface is shaped so that the number of round trips does not grow with the number of
//! shows: reads give whole collections, writes are lists that are applied together or not at all.

mod account;
mod answers;
mod corrections;
mod datasets;
mod documents;
mod error;
mod foreign;
mod idle;
mod items;
pub mod keys;
mod locks;
mod log;
mod notes;
pub mod otaku;
mod part;
mod placements;
mod records;
pub mod redis;
mod runs;
mod settings;
mod shows;
pub mod sqlite;
mod standing;
mod synced;
pub mod tracker;
pub mod transfer;
pub mod vault;
mod waiting;
pub mod waiting_change;

use std::fmt::{Debug, Display};
use std::sync::Arc;

pub use account::AccountStore;
pub use answers::{Answers, KEPT_ANSWERS};
pub use corrections::Corrections;
pub use datasets::Datasets;
pub use documents::{At, Documents, Step};
pub use error::{Result, StoreError, or_absent};
pub use items::Items;
pub use locks::{Fence, LockAnswer, LockHolder, Locks, RUN, Taken};
pub use log::Log;
pub use notes::{Notes, Topic};
pub use placements::Placements;
pub use records::{KEPT_CHANGES, Records, Write};
pub use redis::{RedisStore, Traffic};
pub use runs::Runs;
pub use settings::StoreSettings;
pub use shows::Shows;
pub use sqlite::SqliteStore;
pub use standing::{Glance, Levels, Standing};
pub use synced::Synced;
pub use waiting::WaitingTitles;
pub use waiting_change::WaitingChange;

/// The state of the service: every subject together. See the crate for how it is shaped.
pub trait Store:
    Records
    + Corrections
    + Synced
    + WaitingTitles
    + Placements
    + Runs
    + Shows
    + Log
    + Datasets
    + Documents
    + Answers
    + Items
    + Notes
    + Locks
    + Standing
    + Debug
{
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
