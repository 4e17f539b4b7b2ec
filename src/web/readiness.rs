//! Whether the service can be used: one look for everybody who asks.
//!
//! A look writes to the store, and anybody may ask for it, without a token.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::Instant;
use utoipa::ToSchema;

use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::hub::standing::is_set_up;

/// How long a look is good for, whether it found the store well or not.
const FRESH: Duration = Duration::from_secs(5);

/// The last look. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Readiness(
    /// Held while somebody looks, so that everybody else waits for what is found.
    Arc<Mutex<Option<Look>>>,
);

#[derive(Debug)]
struct Look {
    /// When it ended.
    at: Instant,
    found: Found,
}

/// What was found: with an error, the store cannot be used.
pub(super) type Found = std::result::Result<Configuration, Error>;

impl Readiness {
    /// What the last look found, or a new one. The cause of what is wrong is logged once a look.
    pub(super) async fn of(&self, person: &Arc<Person>) -> Found {
        let last = Arc::clone(&self.0).lock_owned().await;
        if let Some(look) = last.as_ref().filter(|look| look.at.elapsed() < FRESH) {
            return look.found.clone();
        }
        // It is brought to its end even when who asked goes away, or each of many could begin one.
        let looking = tokio::spawn(look(Arc::clone(person), last));
        looking.await.unwrap_or_else(|_| Err(Error::Internal("a look broke off".to_owned())))
    }
}

async fn look(person: Arc<Person>, mut last: OwnedMutexGuard<Option<Look>>) -> Found {
    let found = examined(&person).await;
    if let Err(cause) = &found {
        tracing::error!("Not ready: {cause}");
    }
    *last = Some(Look { at: Instant::now(), found: found.clone() });
    found
}

async fn examined(person: &Person) -> Found {
    person.store.shared().ping().await?;
    Configuration::of(person).await
}

/// Whether the settings are enough to sync with. Signing in to Trakt is none of them.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Configuration {
    /// They are.
    Complete,
    /// AniList's account, Trakt's app, or the key of what is stored is missing; `doctor` says which.
    Incomplete,
}

impl Configuration {
    async fn of(person: &Person) -> Result<Self> {
        Ok(if is_set_up(person).await? { Self::Complete } else { Self::Incomplete })
    }
}
