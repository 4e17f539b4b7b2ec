//! A person of this service, with what is theirs: records, settings, sign-ins, what goes on for them.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::anilist::ListOwner;
use crate::domain::{AccountId, Service};
use crate::hub::connections::{
    AniListAccount, Clients, Connections, Records, SignIn, SignInSettings, SignInState,
    TraktAccount,
};
use crate::hub::handover::Handover;
use crate::hub::live::Live;
use crate::hub::metrics::LookedAt;
use crate::hub::notify::{Notifier, Webhook};
use crate::hub::schedule::Schedule;
use crate::hub::services::Services;
use crate::store::AccountStore;
use secrecy::SecretString;

/// What a person has set.
#[derive(Debug, Clone)]
pub struct PersonSettings {
    /// `ANILIST_ACCESS_TOKEN` and `ANILIST_USERNAME`: whose list is read.
    pub list: ListOwner,
    /// `TRAKT_ACCESS_TOKEN`: for those who sign in elsewhere.
    pub trakt_access_token: Option<SecretString>,
    /// `TRAKT_REFRESH_TOKEN`: renews it.
    pub trakt_refresh_token: Option<SecretString>,
    /// What a sync does.
    pub sync: SyncSettings,
    /// `SYNC_SCHEDULE`: when to sync by itself; never unless set.
    pub schedule: Option<Schedule>,
    /// `WEBHOOK_URL` and `WEBHOOK_FORMAT`: where a person is told what happened.
    pub webhook: Option<Webhook>,
}

impl PersonSettings {
    /// What another account begins with: nothing that says who somebody is or where they are told, and the
    /// same bounds.
    #[must_use]
    pub fn of_another(&self, account: &AccountId) -> Self {
        let backups = self.sync.backups.as_ref().map(|folder| folder.join(account.as_str()));
        Self {
            list: ListOwner::default(),
            trakt_access_token: None,
            trakt_refresh_token: None,
            sync: SyncSettings { backups, ..self.sync.clone() },
            schedule: None,
            webhook: None,
        }
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

/// A person, and the process that works for them.
#[derive(Debug)]
pub struct Person {
    /// What they share with everybody.
    pub services: Arc<Services>,
    /// What is remembered of them.
    pub store: AccountStore,
    /// What a sync does, and how much of it at once.
    pub settings: SyncSettings,
    /// When to sync by itself; never unless set.
    pub schedule: Option<Schedule>,
    /// Their list.
    pub anilist: AniListAccount,
    /// Their history, with their sign-in.
    pub trakt: TraktAccount,
    /// How their other services stood when they were last asked.
    pub connections: Connections,
    /// What is going on for them, for whoever watches.
    pub live: Arc<Live>,
    /// What one run leaves to the next: the list of a first sync, between its parts.
    pub handover: Handover,
    /// Tells them what happened, where a webhook is set.
    pub notifier: Option<Notifier>,
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
        let PersonSettings { list, sync, schedule, webhook, .. } = settings;
        let anilist = AniListAccount::new(services.anilist.clone(), list);
        let notifier = webhook.map(|webhook| {
            let sending = (services.outbound.clone(), services.clock.clone());
            let ends = anilist.owner().token_expiry();
            Notifier::new(webhook, sending, store.clone(), Arc::clone(trakt.sign_in()), ends)
        });
        Arc::new(Self {
            services: Arc::clone(services),
            store,
            settings: sync,
            schedule,
            anilist,
            trakt,
            connections: Connections::default(),
            live: Arc::default(),
            handover: Handover::default(),
            notifier,
        })
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
