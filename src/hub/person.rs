//! A person of this service, with what is theirs: records, settings, sign-ins, what goes on for them.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::tz::TimeZone;
use tracing::Span;

use crate::anilist::ListOwner;
use crate::domain::{AccountId, Service};
use crate::hub::accounts::Life;
use crate::hub::connections::{
    AniListAccount, Clients, Connections, Records, Renews, SignIn, SignInSettings, SignInState,
    TraktAccount,
};
use crate::hub::error::Error;
use crate::hub::handover::Handover;
use crate::hub::library::Shelf;
use crate::hub::live::{Live, span_of};
use crate::hub::metrics::LookedAt;
use crate::hub::notify::{Notifier, SetBy, Telling, Webhook, reach_of};
use crate::hub::schedule::Schedule;
use crate::hub::services::Services;
use crate::hub::settings::{Change, Field, InForce, Settings, web_address};
use crate::oauth::{CodeFlow, PasswordFlow};
use crate::store::AccountStore;
use secrecy::{ExposeSecret as _, SecretString};

/// Why nothing is done for somebody who has an account.
const SHUT_OUT: &str = "the account's owner was shut out";

/// What a person begins with.
#[derive(Debug, Clone, Default)]
pub struct PersonSettings {
    /// What the environment sets for them. Nobody changes that but who starts the service.
    pub environment: Settings,
    /// `TRAKT_ACCESS_TOKEN`: for those who sign in elsewhere.
    pub trakt_access_token: Option<SecretString>,
    /// `TRAKT_REFRESH_TOKEN`: renews it.
    pub trakt_refresh_token: Option<SecretString>,
    /// The folder in which Trakt's history is saved before the first write; none where the store is
    /// on a network, which then keeps it.
    pub backups: Option<PathBuf>,
}

impl PersonSettings {
    /// What another account begins with: nothing that says who somebody is or where they are told.
    #[must_use]
    pub fn of_another(&self, account: &AccountId) -> Self {
        let backups = self.backups.as_ref().map(|folder| folder.join(account.as_str()));
        Self { backups, ..Self::default() }
    }
}

/// What a sync does, and how much of it at once.
#[derive(Debug, Clone)]
pub struct SyncSettings {
    /// `TIMEZONE`: IANA name for completion dates that have no time. Default `UTC`.
    pub timezone: TimeZone,
    /// `TRAKT_BATCH_SIZE`: plays in one history request, default 100.
    pub batch_size: usize,
    /// `MAX_PLAYS_PER_RUN`: the rest follows in the next run. Default 5000.
    pub max_plays_per_run: usize,
    /// `SYNC_REWATCHES`: whether what was watched again is posted too. Default: no.
    pub rewatches: bool,
    /// `SYNC_PRIVATE`: whether what is private on AniList is posted to Trakt. Default: no.
    pub posts_private: bool,
    /// The folder in which Trakt's history is saved before the first write; none where the store is
    /// on a network, which then keeps it.
    pub backups: Option<PathBuf>,
}

impl SyncSettings {
    /// What is set, and the defaults for the rest.
    pub fn of(set: &Settings, backups: Option<PathBuf>) -> Self {
        Self {
            timezone: set.timezone.clone().unwrap_or(TimeZone::UTC),
            batch_size: set.batch_size.unwrap_or(100),
            max_plays_per_run: set.max_plays_per_run.unwrap_or(5000),
            rewatches: set.rewatches.unwrap_or(false),
            posts_private: set.private.unwrap_or(false),
            backups,
        }
    }
}

/// A person with the settings of one moment, and the process that works for them.
///
/// Settings change while the service goes on. What begins takes the person as of now
/// ([`Self::fresh`]), and keeps that to its end.
#[derive(Debug, Clone)]
pub struct Person {
    /// What they share with everybody.
    pub services: Arc<Services>,
    /// What is remembered of them.
    pub store: AccountStore,
    /// What a sync does, and how much of it at once.
    pub settings: SyncSettings,
    /// When to sync by itself; never unless set.
    pub schedule: Option<Schedule>,
    /// All that is set, by the environment or by them.
    pub set: Arc<Settings>,
    /// Their list.
    pub anilist: AniListAccount,
    /// Their history, with their sign-in.
    pub trakt: TraktAccount,
    /// Their sign-in to `MyAnimeList`.
    pub myanimelist: Arc<SignIn<CodeFlow>>,
    /// Their sign-in to Kitsu.
    pub kitsu: Arc<SignIn<PasswordFlow>>,
    /// How their other services stood when they were last asked.
    pub connections: Arc<Connections>,
    /// What is going on for them, for whoever watches.
    pub live: Arc<Live>,
    /// What one run leaves to the next: the list of a first sync, between its parts.
    pub handover: Arc<Handover>,
    /// What they are told just now.
    pub telling: Telling,
    /// Their settings as of now.
    pub in_force: Arc<InForce>,
}

impl Person {
    /// The person whose account it is. Nobody is asked for anything yet.
    pub fn new(
        services: &Arc<Services>,
        account: AccountId,
        settings: PersonSettings,
    ) -> Arc<Self> {
        let store = AccountStore::new(Arc::clone(&services.store), account);
        let trakt = trakt_account(services, &store, &settings);
        let Services { mal_sign_in, kitsu_sign_in, .. } = &**services;
        let myanimelist = sign_in(services, &store, mal_sign_in, Records::MYANIMELIST);
        let kitsu = sign_in(services, &store, kitsu_sign_in, Records::KITSU);
        let PersonSettings { environment, backups, .. } = settings;
        let (vault, clock) = (services.vault.clone(), services.clock.clone());
        let in_force = Arc::new(InForce::new(store.clone(), vault, clock, environment));
        let set = in_force.now();
        let sync = SyncSettings::of(&set, backups);
        Arc::new(Self {
            services: Arc::clone(services),
            store,
            schedule: schedule(&set, &sync),
            anilist: anilist_account(services, &set),
            settings: sync,
            set,
            trakt,
            myanimelist,
            kitsu,
            connections: Arc::default(),
            live: Arc::default(),
            handover: Arc::default(),
            telling: Telling::default(),
            in_force,
        })
    }

    /// The same person with these settings.
    fn with(self: &Arc<Self>, set: Arc<Settings>) -> Arc<Self> {
        if Arc::ptr_eq(&set, &self.set) {
            return Arc::clone(self);
        }
        let sync = SyncSettings::of(&set, self.settings.backups.clone());
        Arc::new(Self {
            schedule: schedule(&set, &sync),
            anilist: anilist_account(&self.services, &set),
            settings: sync,
            set,
            ..Self::clone(self)
        })
    }

    /// The same while the account is there: once it is removed with all that is theirs, nothing is written
    /// of them. Fails where that is so already, or where they were shut out.
    pub async fn while_there(self: &Arc<Self>) -> Result<Arc<Self>, Error> {
        match self.services.accounts.life(self.store.account()).await? {
            Life::Registered(gone) => {
                let store = self.store.unless_there(gone);
                Ok(Arc::new(Self { store, ..Self::clone(self) }))
            }
            Life::Unregistered => Ok(Arc::clone(self)),
            Life::ShutOut => {
                let message = SHUT_OUT.to_owned();
                Err(Error::Refused { message, hint: "ask an administrator to let them in again" })
            }
            Life::Gone => Err(Error::AccountGone),
        }
    }

    /// Why nothing more may be done for them, if so. Who needs no account is not looked up.
    pub async fn must_stop(&self) -> Result<Option<&'static str>, Error> {
        if !self.store.may_be_gone() {
            return Ok(None);
        }
        match self.services.accounts.life(self.store.account()).await? {
            Life::Registered(_) | Life::Unregistered => Ok(None),
            Life::ShutOut => Ok(Some(SHUT_OUT)),
            Life::Gone => Err(Error::AccountGone),
        }
    }

    /// With the settings as they are, or were a minute ago.
    pub async fn fresh(self: &Arc<Self>) -> Arc<Self> {
        self.with(self.in_force.fresh().await)
    }

    /// With the settings as they are stored now.
    pub async fn as_stored(self: &Arc<Self>) -> Result<Arc<Self>, Error> {
        Ok(self.with(self.in_force.read().await?))
    }

    /// The same for who has just read what is stored under [`keys::SETTINGS`](crate::store::keys::SETTINGS).
    pub async fn with_stored(self: &Arc<Self>, stored: Option<&str>) -> Result<Arc<Self>, Error> {
        Ok(self.with(self.in_force.as_stored(stored).await?))
    }

    /// With other settings from now on; all changes are saved, or none.
    pub async fn change(self: &Arc<Self>, changes: &[Change]) -> Result<Arc<Self>, Error> {
        self.must_lead_out(changes).await?;
        Ok(self.with(self.in_force.change(changes).await?))
    }

    /// Their library, as of now.
    pub fn library(&self) -> Shelf<'_> {
        let (shelves, now) = (&self.services.shelves, self.services.clock.now());
        Shelf { shelves, store: &self.store, now, zone: &self.settings.timezone }
    }

    /// Refuses the address of a webhook by which a member would ask the service's own network.
    async fn must_lead_out(&self, changes: &[Change]) -> Result<(), Error> {
        let wanted = changes.iter().find(|(field, _)| *field == Field::WebhookUrl);
        let url = wanted.and_then(|(_, text)| web_address(text.as_ref()?.expose_secret().trim()));
        let Some(url) = url else { return Ok(()) };
        let role = self.services.accounts.role_of(self.store.account()).await?;
        reach_of(role).check(&url).map_err(|_| {
            let host = url.host_str().unwrap_or_default();
            let message = format!(
                "webhookUrl leads into the service's own network, where only an administrator's may: {host}"
            );
            Error::bad_request(message, "write an address that is reached over the internet")
        })
    }

    /// What is logged in it is theirs to see, and nobody else's but administrators'.
    pub fn span(&self) -> Span {
        span_of(self.store.account())
    }

    /// What tells them what happened, where a webhook is set now.
    pub fn notifier(&self) -> Option<Notifier> {
        let set = self.in_force.now();
        let url = set.webhook_url.clone()?;
        let format = set.webhook_form()?;
        let sending = (self.services.outbound.clone(), self.services.clock.clone());
        let ends = anilist_account(&self.services, &set).owner().token_expiry();
        let (store, trakt) = (self.store.clone(), Arc::clone(self.trakt.sign_in()));
        let is_outside = self.in_force.locked_by(Field::WebhookUrl).is_some();
        let set_by = if is_outside { SetBy::Operator } else { SetBy::Person };
        let webhook = Webhook { url, format, set_by };
        let of_them = (store, Arc::clone(&self.services.accounts));
        Some(Notifier::new(webhook, sending, of_them, trakt, ends, self.telling.clone()))
    }

    /// What is asked how it stands.
    pub fn clients(&self) -> Clients<'_> {
        Clients {
            account: self.store.account(),
            anilist: &self.anilist,
            trakt: &self.trakt,
            has_tmdb: self.services.tmdb.is_some(),
            outbound: &self.services.outbound,
            clock: &self.services.clock,
            answers: &self.connections,
        }
    }

    /// All that is counted and measured, as text.
    pub async fn metrics_text(&self) -> Result<String, std::fmt::Error> {
        let trakt = match self.trakt.sign_in().state().await {
            Ok(SignInState::SignedIn { expires_at, .. }) => expires_at,
            _ => None,
        };
        let anilist = self.anilist.owner().token_expiry();
        let looked_at = LookedAt {
            store: &self.store,
            outbound: &self.services.outbound,
            now: self.services.clock.now(),
            is_running: self.live.run().is_some(),
            sign_ins: [(Service::ANILIST, anilist), (Service::TRAKT, trakt)],
        };
        self.services.metrics.text(looked_at).await
    }
}

fn schedule(set: &Settings, sync: &SyncSettings) -> Option<Schedule> {
    Schedule::parse(set.schedule.as_deref()?, sync.timezone.clone())
}

fn anilist_account(services: &Services, set: &Settings) -> AniListAccount {
    let (token, username) = (set.token_of_the_list(), set.anilist_username.clone());
    AniListAccount::new(services.anilist.clone(), ListOwner { token, username })
}

/// A sign-in to a service where nobody brings tokens of their own.
fn sign_in<P: Renews + Clone>(
    services: &Services,
    store: &AccountStore,
    protocol: &P,
    records: Records,
) -> Arc<SignIn<P>> {
    let settings = SignInSettings { vault: services.vault.clone(), ..SignInSettings::default() };
    Arc::new(SignIn::new(protocol.clone(), store.clone(), records, settings))
}

fn trakt_account(
    services: &Services,
    store: &AccountStore,
    settings: &PersonSettings,
) -> TraktAccount {
    let settings = SignInSettings {
        access_token: settings.trakt_access_token.clone(),
        refresh_token: settings.trakt_refresh_token.clone(),
        vault: services.vault.clone(),
    };
    let oauth = services.trakt_oauth.clone();
    let sign_in = SignIn::new(oauth, store.clone(), Records::TRAKT, settings);
    TraktAccount::new(services.trakt.clone(), Arc::new(sign_in))
}
