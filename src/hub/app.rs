//! Everything the service is made of, built once. There are no globals.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::tz::TimeZone;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::anilist::{self, AniListClient, AniListSettings};
use crate::clock::Clock;
use crate::domain::Service;
use crate::hub::connections::{
    Clients, Connections, Records, SignIn, SignInSettings, SignInState, TraktAccount,
};
use crate::hub::datasets::{DatasetSettings, Datasets};
use crate::hub::datasets::{Loader, Means};
use crate::hub::error::{Error, Result};
use crate::hub::handover::Handover;
use crate::hub::live::Live;
use crate::hub::metrics::{LookedAt, Metrics};
use crate::hub::notify::{Notifier, Webhook};
use crate::hub::schedule::Schedule;
use crate::oauth::OAuth;
use crate::outbound::{Limits, Outbound};
use crate::store::AccountStore;
use crate::store::vault::Vault;
use crate::tmdb::{self, TmdbClient, TmdbSettings};
use crate::trakt::{self, TraktClient, TraktSettings};

/// What the service is made of: settings, each as its owner wants them, the clock and the store.
#[derive(Debug)]
pub struct Parts {
    /// The time.
    pub clock: Clock,
    /// What is remembered of the person whose list and history it is, and of everybody.
    pub store: AccountStore,
    /// AniList's.
    pub anilist: AniListSettings,
    /// Trakt's.
    pub trakt: TraktSettings,
    /// TMDB's.
    pub tmdb: TmdbSettings,
    /// Those of the mapping files.
    pub datasets: DatasetSettings,
    /// What a sync does.
    pub sync: SyncSettings,
    /// `SYNC_SCHEDULE`: when to sync by itself; never unless set.
    pub schedule: Option<Schedule>,
    /// `ENCRYPTION_KEY`: seals stored secrets.
    pub vault: Vault,
    /// `WEBHOOK_URL` and `WEBHOOK_FORMAT`: where a person is told what happened.
    pub webhook: Option<Webhook>,
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

/// The service's parts.
#[derive(Debug)]
pub struct App {
    /// What a sync does, and how much of it at once.
    pub settings: SyncSettings,
    /// When the service syncs by itself; never unless set.
    pub schedule: Option<Schedule>,
    /// Seals stored secrets.
    pub vault: Vault,
    /// The time.
    pub clock: Clock,
    /// What is remembered of the person whose list and history it is.
    pub store: AccountStore,
    /// The HTTP stack that the clients share.
    pub outbound: Outbound,
    /// The list.
    pub anilist: AniListClient,
    /// The history, with the person's sign-in.
    pub trakt: TraktAccount,
    /// Other sites' ids; none without a key.
    pub tmdb: Option<TmdbClient>,
    /// The mapping files.
    pub datasets: Datasets,
    /// How the other services stood when they were last asked.
    pub connections: Connections,
    /// What is going on, for whoever watches.
    pub live: Arc<Live>,
    /// What one run leaves to the next: the list of a first sync, between its parts.
    pub handover: Handover,
    /// Tells a person what happened, where a webhook is set.
    pub notifier: Option<Notifier>,
    /// What is counted and measured.
    pub metrics: Metrics,
    /// Runs that go on, so that a shutdown can wait for them.
    pub tasks: TaskTracker,
    stopping: CancellationToken,
    owners: AtomicU64,
    instance: String,
}

impl App {
    /// Puts the parts together. Nobody is asked for anything yet.
    pub fn new(parts: Parts) -> Result<Arc<Self>> {
        let live = Arc::new(Live::default());
        let outbound = outbound(&parts)?;
        let trakt = trakt_account(&parts, &outbound);
        let tmdb = parts.tmdb.key.clone();
        let tmdb =
            tmdb.map(|key| TmdbClient::new(outbound.clone(), base(&parts.tmdb.url), Some(key)));
        let datasets = datasets(&parts, &outbound, &live);
        let Parts { clock, store, anilist, sync, schedule, vault, webhook, .. } = parts;
        let anilist = AniListClient::new(
            outbound.clone(),
            anilist.url.to_string(),
            anilist.token,
            anilist.username,
        );
        let notifier = webhook.map(|webhook| {
            let sending = (outbound.clone(), clock.clone());
            Notifier::new(
                webhook,
                sending,
                store.clone(),
                Arc::clone(trakt.sign_in()),
                anilist.token_expiry(),
            )
        });
        let metrics = Metrics::new(outbound.tally());
        let instance = format!("{}-{:x}", std::process::id(), clock.now().as_nanosecond());
        Ok(Arc::new(Self {
            settings: sync,
            schedule,
            vault,
            clock,
            store,
            outbound,
            anilist,
            trakt,
            tmdb,
            datasets,
            connections: Connections::default(),
            live,
            handover: Handover::default(),
            notifier,
            metrics,
            tasks: TaskTracker::new(),
            stopping: CancellationToken::new(),
            owners: AtomicU64::new(0),
            instance,
        }))
    }

    /// What is asked how it stands.
    pub fn clients(&self) -> Clients<'_> {
        Clients {
            anilist: &self.anilist,
            trakt: &self.trakt,
            has_tmdb: self.tmdb.is_some(),
            outbound: &self.outbound,
            clock: &self.clock,
            answers: &self.connections,
        }
    }

    /// All that is counted and measured, as text.
    pub async fn metrics_text(&self) -> std::result::Result<String, std::fmt::Error> {
        let trakt = match self.trakt.sign_in().state().await {
            Ok(SignInState::SignedIn { expires_at, .. }) => expires_at,
            _ => None,
        };
        let looked_at = LookedAt {
            store: &self.store,
            outbound: &self.outbound,
            now: self.clock.now(),
            is_running: self.live.run().is_some(),
            sign_ins: [(Service::ANILIST, self.anilist.token_expiry()), (Service::TRAKT, trakt)],
        };
        self.metrics.text(looked_at).await
    }

    /// A name for the owner of a lock that nobody else has.
    pub fn new_owner(&self) -> String {
        format!("{}-{}", self.instance, self.owners.fetch_add(1, Ordering::Relaxed))
    }

    /// A name for this process that no other has.
    pub fn instance(&self) -> &str {
        &self.instance
    }

    /// Whether the service is about to end; runs stop at their next safe point.
    pub fn is_stopping(&self) -> bool {
        self.stopping.is_cancelled()
    }

    /// Waits until the service is about to end.
    pub async fn stopping(&self) {
        self.stopping.cancelled().await;
    }

    /// Asks runs to stop at their next safe point and waits until they have.
    pub async fn stop(&self) {
        self.stopping.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// An address without the slash that the URL type puts at its end.
fn base(url: &reqwest::Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

fn outbound(parts: &Parts) -> Result<Outbound> {
    let paces =
        [anilist::paces(&parts.anilist), trakt::paces(&parts.trakt), tmdb::paces()].concat();
    let limits = Limits { paces, ..Limits::default() };
    Outbound::new(limits, parts.clock.clone())
        .map_err(|cause| Error::Internal(format!("no HTTP client can be made: {cause}")))
}

fn trakt_account(parts: &Parts, outbound: &Outbound) -> TraktAccount {
    let TraktSettings { client_id, client_secret, access_token, refresh_token, .. } = &parts.trakt;
    let provider =
        trakt::provider(&base(&parts.trakt.auth_url), client_id.clone(), client_secret.clone());
    let settings = SignInSettings {
        access_token: access_token.clone(),
        refresh_token: refresh_token.clone(),
        vault: parts.vault.clone(),
    };
    let oauth = OAuth::new(outbound.clone(), provider);
    let sign_in = SignIn::new(oauth, parts.store.clone(), Records::TRAKT, settings);
    let url = base(&parts.trakt.url);
    let client = TraktClient::new(outbound.clone(), url, client_id.clone());
    TraktAccount::new(client, Arc::new(sign_in))
}

fn datasets(parts: &Parts, outbound: &Outbound, live: &Arc<Live>) -> Datasets {
    let means = Means {
        store: Arc::clone(parts.store.shared()),
        outbound: outbound.clone(),
        clock: parts.clock.clone(),
        live: Arc::clone(live),
    };
    let DatasetSettings { anibridge, otaku, fribbs } = parts.datasets.clone();
    Datasets {
        anibridge: Loader::new(means.clone(), anibridge),
        otaku: Loader::new(means.clone(), otaku),
        fribbs: Loader::new(means, fribbs),
    }
}
