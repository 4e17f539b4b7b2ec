//! Covers of titles, shown through the service: fetched once, kept within a bound, and named by what only
//! the service makes, so that nobody can have it fetch anything else.

mod key;
mod shared;
mod shelf;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use reqwest::Url;
use tokio::sync::{Mutex as AsyncMutex, OnceCell, Semaphore};

pub use self::key::Paths;
use self::shared::Shared;
use self::shelf::Shelf;
use crate::clock::Clock;
use crate::domain::Service;
use crate::hub::accounts::Accounts;
use crate::hub::error::{Error, Result};
use crate::outbound::{Fault, Outbound, ProviderError};
use crate::pictures::{Picture, PictureSettings, Pictures};
use crate::store::Store;

/// Pictures that are fetched side by side.
const AT_ONCE: usize = 8;
/// How long nobody asks again for a picture that its host does not have, or that is none.
const GONE_FOR: Duration = Duration::from_mins(10);
/// The same where the host may be back sooner.
const AWAY_FOR: Duration = Duration::from_mins(1);
/// Failures that are remembered, and turns that are kept.
const MOST_KNOWN: usize = 10_000;

/// What covers take.
#[derive(Debug, Clone)]
pub struct CoverSettings {
    /// Where they come from.
    pub pictures: PictureSettings,
    /// Where they are kept; where there is no folder, in one that goes with the process, and small ones in
    /// the store.
    pub folder: Option<PathBuf>,
    /// `COVERS_MAX_MB`, in bytes: those that were not looked at for longest make room.
    pub most: u64,
}

/// A picture by its address: the file's name.
type Name = String;

/// The covers of everybody.
#[derive(Debug)]
pub struct Covers {
    pictures: Pictures,
    shelf: Shelf,
    shared: Option<Shared>,
    clock: Clock,
    at_once: Semaphore,
    key: OnceCell<hmac::Key>,
    fetching: Mutex<Fetching>,
}

#[derive(Debug, Default)]
struct Fetching {
    /// Held by who fetches a picture, so that all who want it wait for that one.
    turns: HashMap<Name, Weak<AsyncMutex<()>>>,
    failed: HashMap<Name, (Instant, Fault)>,
}

impl Covers {
    /// Nobody is asked for anything yet.
    pub fn new(
        settings: CoverSettings,
        outbound: Outbound,
        store: Arc<dyn Store>,
        clock: Clock,
    ) -> Self {
        let CoverSettings { pictures, folder, most } = settings;
        let shared = folder.is_none().then(|| Shared::new(store, clock.clone()));
        Self {
            shared,
            pictures: Pictures::new(outbound, pictures),
            shelf: Shelf::new(folder, most, clock.clone()),
            clock,
            at_once: Semaphore::new(AT_ONCE),
            key: OnceCell::new(),
            fetching: Mutex::default(),
        }
    }

    /// What makes and reads the addresses of covers.
    pub async fn paths(&self, accounts: &Accounts) -> Result<Paths<'_>> {
        let key = self.key.get_or_try_init(|| accounts.key_for("covers")).await?;
        Ok(Paths { key, pictures: &self.pictures })
    }

    /// The address, if covers come from its host.
    pub fn known(&self, address: &str) -> Option<Url> {
        self.pictures.known(address)
    }

    /// The cover at an address of [`Self::known`].
    pub async fn get(&self, url: &Url) -> Result<Picture> {
        let name = name_of(url);
        if let Some(kept) = self.kept(&name).await {
            return Ok(kept);
        }
        let turn = self.turn(&name);
        let _turn = turn.lock().await;
        if let Some(kept) = self.kept(&name).await {
            return Ok(kept);
        }
        if let Some(shared) = self.shared(&name).await {
            return Ok(shared);
        }
        if let Some(fault) = self.failed(&name) {
            return Err(told(fault));
        }
        match self.fetch(url).await {
            Ok(picture) => {
                self.shelf.keep(&name, picture.bytes.clone()).await;
                if let Some(shared) = &self.shared {
                    shared.keep(&name, &picture.bytes).await;
                }
                Ok(picture)
            }
            Err(ProviderError { fault, .. }) => {
                self.remember(name, fault.clone());
                Err(told(fault))
            }
        }
    }

    async fn kept(&self, name: &Name) -> Option<Picture> {
        self.pictures.picture(&self.shelf.read(name).await?)
    }

    /// What the store has of it, which is in the folder from then on.
    async fn shared(&self, name: &Name) -> Option<Picture> {
        let picture = self.pictures.picture(&self.shared.as_ref()?.read(name).await?)?;
        self.shelf.keep(name, picture.bytes.clone()).await;
        Some(picture)
    }

    async fn fetch(&self, url: &Url) -> std::result::Result<Picture, ProviderError> {
        // Nobody closes it.
        let _place = self.at_once.acquire().await;
        self.pictures.fetch(url).await
    }

    fn turn(&self, name: &Name) -> Arc<AsyncMutex<()>> {
        let mut fetching = self.fetching();
        if let Some(turn) = fetching.turns.get(name).and_then(Weak::upgrade) {
            return turn;
        }
        if fetching.turns.len() >= MOST_KNOWN {
            fetching.turns.retain(|_, turn| turn.strong_count() > 0);
        }
        let turn = Arc::default();
        fetching.turns.insert(name.clone(), Arc::downgrade(&turn));
        turn
    }

    fn failed(&self, name: &Name) -> Option<Fault> {
        let now = self.clock.instant();
        let fetching = self.fetching();
        let (until, fault) = fetching.failed.get(name)?;
        (now < *until).then(|| fault.clone())
    }

    fn remember(&self, name: Name, fault: Fault) {
        let now = self.clock.instant();
        let pause = if fault.is_of_one_question() { GONE_FOR } else { AWAY_FOR };
        let mut fetching = self.fetching();
        if fetching.failed.len() >= MOST_KNOWN {
            fetching.failed.retain(|_, (until, _)| now < *until);
        }
        if fetching.failed.len() < MOST_KNOWN {
            fetching.failed.insert(name, (now + pause, fault));
        }
    }

    fn fetching(&self) -> MutexGuard<'_, Fetching> {
        self.fetching.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn name_of(url: &Url) -> Name {
    let hash = digest(&SHA256, url.as_str().as_bytes());
    hash.as_ref().iter().take(20).map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

fn told(fault: Fault) -> Error {
    match fault {
        Fault::NotFound => Error::not_found("there is no such cover", "refresh the title"),
        fault => fault.at(Service::PICTURES).into(),
    }
}
