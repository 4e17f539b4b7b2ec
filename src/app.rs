//! Everything the service is made of, built once. There are no globals.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::anilist::AniListClient;
use crate::clock::Clock;
use crate::config::Config;
use crate::connections::Connections;
use crate::domain::AccountId;
use crate::error::{Error, Result};
use crate::live::Live;
use crate::mapping::datasets::Datasets;
use crate::mapping::datasets::loader::{Loader, Means};
use crate::metrics::Metrics;
use crate::notify::Notifier;
use crate::outbound::{Limits, Outbound};
use crate::store::Store;
use crate::sync::carried::Carried;
use crate::tmdb::TmdbClient;
use crate::trakt::{TraktAuth, TraktAuthConfig, TraktClient};

/// The service's parts.
#[derive(Debug)]
pub struct App {
    /// The settings.
    pub config: Config,
    /// The time.
    pub clock: Clock,
    /// What is remembered.
    pub store: Arc<dyn Store>,
    /// Whose list and history it is.
    pub account: AccountId,
    /// The HTTP stack that the clients share.
    pub outbound: Outbound,
    /// The list.
    pub anilist: AniListClient,
    /// The history.
    pub trakt: TraktClient,
    /// Trakt's sign-in.
    pub trakt_auth: Arc<TraktAuth>,
    /// Other sites' ids; none without a key.
    pub tmdb: Option<TmdbClient>,
    /// The mapping files.
    pub datasets: Datasets,
    /// How the other services stood when they were last asked.
    pub connections: Connections,
    /// What is going on, for whoever watches.
    pub live: Arc<Live>,
    /// The list of a first sync, between its parts.
    pub carried: Carried,
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
    pub fn new(config: Config, clock: Clock, store: Arc<dyn Store>) -> Result<Arc<Self>> {
        let account = AccountId::default();
        let limits = Limits {
            anilist_per_minute: config.anilist.rate_per_minute,
            trakt_gets_per_5_minutes: config.trakt.gets_per_5_minutes,
            trakt_write_interval: config.trakt.write_interval,
            ..Limits::default()
        };
        let outbound = Outbound::new(limits, clock.clone())
            .map_err(|cause| Error::Internal(format!("no HTTP client can be made: {cause}")))?;
        let trakt_auth = Arc::new(trakt_auth(&config, &outbound, &store, &account));
        let trakt = TraktClient::new(base(&config.trakt.url), Arc::clone(&trakt_auth));
        let tmdb = config
            .tmdb
            .key
            .clone()
            .map(|key| TmdbClient::new(outbound.clone(), base(&config.tmdb.url), Some(key)));
        let live = Arc::new(Live::default());
        let datasets = datasets(&config, &outbound, &store, &clock, &live);
        let anilist = AniListClient::new(
            outbound.clone(),
            config.anilist.url.to_string(),
            config.anilist.token.clone(),
            config.anilist.username.clone(),
        );
        let told = config.webhook.clone();
        let notifier = told.map(|webhook| {
            let sending = (outbound.clone(), clock.clone());
            let kept = (Arc::clone(&store), account.clone());
            Notifier::new(webhook, sending, kept, Arc::clone(&trakt_auth), anilist.token_expiry())
        });
        let metrics = Metrics::new(outbound.tally());
        let instance = format!("{}-{:x}", std::process::id(), clock.now().as_nanosecond());
        Ok(Arc::new(Self {
            config,
            clock,
            store,
            account,
            outbound,
            anilist,
            trakt,
            trakt_auth,
            tmdb,
            datasets,
            connections: Connections::default(),
            live,
            carried: Carried::default(),
            notifier,
            metrics,
            tasks: TaskTracker::new(),
            stopping: CancellationToken::new(),
            owners: AtomicU64::new(0),
            instance,
        }))
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

fn trakt_auth(
    config: &Config,
    outbound: &Outbound,
    store: &Arc<dyn Store>,
    account: &AccountId,
) -> TraktAuth {
    let settings = TraktAuthConfig {
        url: base(&config.trakt.auth_url),
        client_id: config.trakt.client_id.clone(),
        client_secret: config.trakt.client_secret.clone(),
        access_token: config.trakt.access_token.clone(),
        refresh_token: config.trakt.refresh_token.clone(),
        vault: config.vault.clone(),
    };
    TraktAuth::new(outbound.clone(), Arc::clone(store), account.clone(), settings)
}

fn datasets(
    config: &Config,
    outbound: &Outbound,
    store: &Arc<dyn Store>,
    clock: &Clock,
    live: &Arc<Live>,
) -> Datasets {
    let otaku = config.datasets.otaku.clone();
    let fribbs = config.datasets.fribbs.clone();
    let anibridge = config.datasets.anibridge.clone();
    let means = Means {
        store: Arc::clone(store),
        outbound: outbound.clone(),
        clock: clock.clone(),
        live: Arc::clone(live),
    };
    Datasets {
        anibridge: Loader::new(means.clone(), anibridge),
        otaku: Loader::new(means.clone(), otaku),
        fribbs: Loader::new(means, fribbs),
    }
}
