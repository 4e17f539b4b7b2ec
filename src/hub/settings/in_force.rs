//! The settings of one person that are in force, and changing them while everything goes on.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{Mutex as AsyncMutex, watch};

use super::document::Document;
use super::{Field, Settings, SignedIn};
use crate::clock::Clock;
use crate::hub::error::{Error, Result, shown};
use crate::store::vault::Vault;
use crate::store::{AccountStore, Write, keys};

/// What another process has changed is noticed within this, and when a run begins.
const FRESH_FOR: Duration = Duration::from_mins(1);

/// A store that did not tell is asked again after this.
const TRY_AGAIN: Duration = Duration::from_secs(5);

/// A setting, and what it is to be: what a text says, or its default.
pub type Change = (Field, Option<SecretString>);

/// The settings in force: those of the environment, else those that the person saved.
#[derive(Debug)]
pub struct InForce {
    store: AccountStore,
    vault: Vault,
    clock: Clock,
    environment: Settings,
    known: watch::Sender<Known>,
    /// From when on the store is asked again.
    stale_at: Mutex<Option<Instant>>,
    /// Held while the store is read, so that nothing older takes the place of what is known.
    reading: AsyncMutex<()>,
}

#[derive(Debug)]
struct Known {
    /// What the store had.
    stored: Option<SecretString>,
    settings: Arc<Settings>,
}

impl InForce {
    /// What the environment sets holds. What is saved is not known yet.
    pub fn new(store: AccountStore, vault: Vault, clock: Clock, environment: Settings) -> Self {
        let settings = Arc::new(environment.clone());
        let known = watch::Sender::new(Known { stored: None, settings });
        let (stale_at, reading) = (Mutex::default(), AsyncMutex::default());
        Self { store, vault, clock, environment, known, stale_at, reading }
    }

    /// As far as is known.
    pub fn now(&self) -> Arc<Settings> {
        Arc::clone(&self.known.borrow().settings)
    }

    /// The variable that holds a setting where it is, if one does.
    pub fn locked_by(&self, field: Field) -> Option<&'static str> {
        field.variable().filter(|_| self.environment.has(field))
    }

    /// Ends when the settings become others than they are now.
    pub fn changed(&self) -> impl Future<Output = ()> + use<> {
        let mut known = self.known.subscribe();
        async move {
            // Without a sender nothing changes any more.
            if known.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// As they are stored.
    pub async fn read(&self) -> Result<Arc<Settings>> {
        let _turn = self.reading.lock().await;
        self.read_now().await
    }

    /// For who has the turn.
    async fn read_now(&self) -> Result<Arc<Settings>> {
        self.holds_for(TRY_AGAIN);
        let stored = self.stored().await?.map(SecretString::from);
        if !self.is_known(stored.as_ref().map(ExposeSecret::expose_secret)) {
            let document = Document::read(stored.as_ref().map(ExposeSecret::expose_secret))?;
            let is_free = |field| !self.environment.has(field);
            let saved = document.settings(&self.vault, is_free)?;
            let settings = Arc::new(self.environment.clone().or(saved));
            self.known.send_replace(Known { stored, settings });
        }
        self.holds_for(FRESH_FOR);
        Ok(self.now())
    }

    /// As they were stored a minute ago, or later. While the store does not tell, what is known holds,
    /// and nobody waits for it twice.
    pub async fn fresh(&self) -> Arc<Settings> {
        let turn = match self.stale_at() {
            None => self.reading.lock().await,
            Some(_) => match self.reading.try_lock() {
                Ok(turn) => turn,
                Err(_) => return self.now(),
            },
        };
        if self.stale_at().is_none_or(|at| at <= self.clock.instant())
            && let Err(cause) = self.read_now().await
        {
            tracing::warn!("The saved settings could not be read: {cause}");
        }
        drop(turn);
        self.now()
    }

    fn stale_at(&self) -> Option<Instant> {
        *self.stale_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn holds_for(&self, time: Duration) {
        let until = self.clock.instant() + time;
        *self.stale_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(until);
    }

    /// The same for who has just read what is stored.
    pub async fn as_stored(&self, stored: Option<&str>) -> Result<Arc<Settings>> {
        if self.is_known(stored) { Ok(self.now()) } else { self.read().await }
    }

    /// Saves changes, all or none. Whoever else changes something at the same time loses nothing.
    pub async fn change(&self, changes: &[Change]) -> Result<Arc<Settings>> {
        let wanted = self.checked(changes)?;
        let take = |document: &mut Document| {
            changes.iter().try_for_each(|(field, _)| document.take(*field, &wanted, &self.vault))
        };
        while !changes.is_empty() && !self.rewrite(|document| take(document).map(|()| true)).await?
        {
        }
        self.read().await
    }

    /// Keeps as whom the person signed in to AniList, or forgets it.
    pub async fn keep_sign_in(&self, signed_in: Option<&SignedIn>) -> Result<Arc<Settings>> {
        let take = |document: &mut Document| document.take_sign_in(signed_in, &self.vault);
        while !self.rewrite(|document| take(document).map(|()| true)).await? {}
        self.read().await
    }

    /// Seals saved secrets that are not sealed as they would be today. Says whether there were any.
    pub async fn seal_anew(&self) -> Result<bool> {
        let mut has_any = false;
        while !self
            .rewrite(|document| {
                has_any = document.seal_anew(&self.vault)?;
                Ok(has_any)
            })
            .await?
        {}
        Ok(has_any)
    }

    /// What the changes ask for, once each of them can be made.
    fn checked(&self, changes: &[Change]) -> Result<Settings> {
        let mut wanted = Settings::default();
        for (field, text) in changes {
            let Some(text) = text else { continue };
            let text = text.expose_secret();
            wanted.set(*field, text).map_err(|wrong| {
                let name = field.name();
                let told =
                    if field.is_secret() { String::new() } else { format!(": {}", shown(text)) };
                Error::bad_request(format!("{name} {}{told}", wrong.what), wrong.hint)
            })?;
        }
        let locked = changes.iter().find_map(|(field, _)| Some((field, self.locked_by(*field)?)));
        let Some((field, variable)) = locked else { return Ok(wanted) };
        Err(Error::Refused {
            message: format!("{} is set from outside, by {variable}", field.name()),
            hint: "change the variable where the service is started, or take it away there",
        })
    }

    /// Writes the document anew, where `change` says so. False when somebody else has written it
    /// meanwhile.
    async fn rewrite(&self, change: impl FnOnce(&mut Document) -> Result<bool>) -> Result<bool> {
        let before = self.stored().await?;
        let mut document = Document::read(before.as_deref())?;
        if !change(&mut document)? {
            return Ok(true);
        }
        let value = document.text().map(|text| text.expose_secret().to_owned());
        let write = Write::Config { key: keys::SETTINGS, value };
        Ok(self.store.write_if(keys::SETTINGS, before.as_deref(), vec![write]).await?)
    }

    async fn stored(&self) -> Result<Option<String>> {
        Ok(self.store.config(&[keys::SETTINGS]).await?.into_iter().next().flatten())
    }

    fn is_known(&self, stored: Option<&str>) -> bool {
        self.known.borrow().stored.as_ref().map(ExposeSecret::expose_secret) == stored
    }
}
