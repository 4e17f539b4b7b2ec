//! What the process has once, for everybody: the clock, the store, the clients of the other services.
//! There are no globals.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use secrecy::SecretString;
use tokio::sync::Mutex as AsyncMutex;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::anilist::{self, AniListClient, AniListSettings, App};
use crate::clock::Clock;
use crate::hub::accounts::Accounts;
use crate::hub::covers::{CoverSettings, Covers, Paths};
use crate::hub::datasets::{DatasetSettings, Datasets, Loader, Means};
use crate::hub::error::{Error, Result};
use crate::hub::library::Shelves;
use crate::hub::live::News;
use crate::hub::mail::{MailSettings, Mailer};
use crate::hub::metrics::Metrics;
use crate::hub::oidc::{Oidc, OidcSettings};
use crate::hub::schedule::ListSchedule;
use crate::hub::sources::Sources;
use crate::kitsu::{self, KitsuClient, KitsuSettings};
use crate::mal::{self, MalClient, MalSettings};
use crate::mangadex::{self, MangaDexClient, MangaDexSettings};
use crate::oauth::{CodeFlow, OAuth, PasswordFlow};
use crate::outbound::{Limits, Outbound};
use crate::store::Store;
use crate::store::vault::Vault;
use crate::tmdb::{self, TmdbClient, TmdbSettings};
use crate::trakt::{self, TraktClient, TraktSettings};

/// What [`Services`] are made of: settings, each as its owner wants them, the clock and the store.
#[derive(Debug)]
pub struct Parts {
    /// The time.
    pub clock: Clock,
    /// What is remembered.
    pub store: Arc<dyn Store>,
    /// AniList's.
    pub anilist: AniListSettings,
    /// Trakt's.
    pub trakt: TraktSettings,
    /// TMDB's.
    pub tmdb: TmdbSettings,
    /// `MyAnimeList`'s.
    pub mal: MalSettings,
    /// Kitsu's.
    pub kitsu: KitsuSettings,
    /// MangaDex'.
    pub mangadex: MangaDexSettings,
    /// Those of the mapping files.
    pub datasets: DatasetSettings,
    /// Those of covers.
    pub covers: CoverSettings,
    /// When lists are synced by themselves.
    pub auto: ListSchedule,
    /// `ENCRYPTION_KEY`: seals stored secrets.
    pub vault: Vault,
    /// `JWT_SECRET`: signs sign-ins; the service makes its own unless set.
    pub jwt_secret: Option<SecretString>,
    /// Where mail goes out.
    pub mail: Option<MailSettings>,
    /// Where people sign in who have no password here.
    pub oidc: Option<OidcSettings>,
}

/// The parts that everybody shares. None of them knows whom it works for: who asks gives their own
/// sign-in along.
#[derive(Debug)]
pub struct Services {
    /// Seals stored secrets.
    pub vault: Vault,
    /// The time.
    pub clock: Clock,
    /// What is remembered, of everybody.
    pub store: Arc<dyn Store>,
    /// Who the people are, and what opens the door to them.
    pub accounts: Arc<Accounts>,
    /// The HTTP stack that the clients share.
    pub outbound: Outbound,
    /// Lists.
    pub anilist: AniListClient,
    /// How people sign in to AniList.
    pub anilist_sign_in: CodeFlow,
    /// The app with which they do, who have none of their own.
    pub anilist_app: Option<App>,
    /// Lists at `MyAnimeList`.
    pub mal: MalClient,
    /// How people sign in to `MyAnimeList`.
    pub mal_sign_in: CodeFlow,
    /// The app with which they do, who have none of their own.
    pub mal_app: Option<App>,
    /// Lists at Kitsu.
    pub kitsu: KitsuClient,
    /// How people sign in to Kitsu.
    pub kitsu_sign_in: PasswordFlow,
    /// Histories, and the films and shows that they name.
    pub trakt: TraktClient,
    /// How people sign in to Trakt.
    pub trakt_oauth: OAuth,
    /// Other sites' ids; none without a key.
    pub tmdb: Option<TmdbClient>,
    /// Where titles come from.
    pub sources: Sources,
    /// The mapping files.
    pub datasets: Datasets,
    /// Covers of titles.
    pub covers: Covers,
    /// The libraries that were read.
    pub shelves: Shelves,
    /// When lists are synced by themselves.
    pub auto: ListSchedule,
    /// Mail to people; none without a server for it.
    pub mailer: Option<Mailer>,
    /// The identity provider; none unless one is set up.
    pub oidc: Option<Oidc>,
    /// What concerns everybody, for whoever watches.
    pub news: Arc<News>,
    /// The turn to ask Trakt what titles are called, and until when nobody does.
    pub naming: AsyncMutex<Option<Instant>>,
    /// What is counted and measured.
    pub metrics: Metrics,
    /// Runs that go on, so that a shutdown can wait for them.
    pub tasks: TaskTracker,
    stopping: CancellationToken,
    owners: AtomicU64,
    instance: String,
}

impl Services {
    /// Puts the parts together. Nobody is asked for anything yet.
    pub fn new(parts: Parts) -> Result<Arc<Self>> {
        let outbound = outbound(&parts)?;
        let news = Arc::new(News::default());
        let datasets = datasets(&parts, &outbound, &news);
        let anilist = AniListClient::new(outbound.clone(), parts.anilist.url.to_string());
        let sources = sources(&parts, &anilist, &outbound);
        let anilist_sign_in = anilist::sign_in(&outbound, &parts.anilist.auth_url);
        let anilist_app = parts.anilist.app.clone();
        let mailer = mailer(&parts)?;
        let Parts { clock, store, trakt, tmdb, covers, vault, jwt_secret, oidc, .. } = parts;
        let (mal, kitsu) = (parts.mal, parts.kitsu);
        let accounts = Accounts::new(Arc::clone(&store), clock.clone(), vault.clone(), jwt_secret);
        let accounts = Arc::new(accounts);
        let instance = format!("{}-{:x}", std::process::id(), clock.now().as_nanosecond());
        Ok(Arc::new(Self {
            anilist,
            sources,
            anilist_sign_in,
            anilist_app,
            mal: MalClient::new(outbound.clone(), base(&mal.url), mal.user_agent),
            mal_sign_in: mal::sign_in(&outbound, &mal.auth_url),
            mal_app: mal.app,
            kitsu: KitsuClient::new(outbound.clone(), &kitsu.url),
            kitsu_sign_in: kitsu::sign_in(&outbound, &kitsu.url),
            trakt_oauth: trakt_oauth(&trakt, &outbound),
            trakt: TraktClient::new(outbound.clone(), base(&trakt.url), trakt.client_id),
            tmdb: tmdb.key.map(|key| TmdbClient::new(outbound.clone(), base(&tmdb.url), Some(key))),
            metrics: Metrics::new(outbound.tally()),
            covers: Covers::new(covers, outbound.clone(), Arc::clone(&store), clock.clone()),
            auto: parts.auto,
            shelves: Shelves::default(),
            naming: AsyncMutex::default(),
            oidc: oidc.map(|oidc| Oidc::new(oidc, outbound.clone(), clock.clone())),
            accounts,
            mailer,
            vault,
            clock,
            store,
            outbound,
            datasets,
            news,
            tasks: TaskTracker::new(),
            stopping: CancellationToken::new(),
            owners: AtomicU64::new(0),
            instance,
        }))
    }

    /// What makes and reads the addresses of covers.
    pub async fn cover_paths(&self) -> Result<Paths<'_>> {
        self.covers.paths(&self.accounts).await
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
    let paces = [
        anilist::paces(&parts.anilist),
        trakt::paces(&parts.trakt),
        tmdb::paces(),
        mangadex::paces(&parts.mangadex),
        mal::paces(&parts.mal),
        kitsu::paces(&parts.kitsu),
    ]
    .concat();
    let limits = Limits { paces, ..Limits::default() };
    Outbound::new(limits, parts.clock.clone())
        .map_err(|cause| Error::Internal(format!("no HTTP client can be made: {cause}")))
}

fn sources(parts: &Parts, anilist: &AniListClient, outbound: &Outbound) -> Sources {
    let MangaDexSettings { url, uploads_url, .. } = &parts.mangadex;
    let mangadex = MangaDexClient::new(outbound.clone(), base(url), base(uploads_url));
    let (store, clock) = (Arc::clone(&parts.store), parts.clock.clone());
    Sources::new(outbound.clone(), anilist.clone(), mangadex, store, clock)
}

fn mailer(parts: &Parts) -> Result<Option<Mailer>> {
    let mailer = parts.mail.as_ref().map(|mail| Mailer::new(mail, parts.clock.clone()));
    mailer.transpose().map_err(|cause| Error::Internal(cause.to_string()))
}

fn trakt_oauth(settings: &TraktSettings, outbound: &Outbound) -> OAuth {
    let TraktSettings { auth_url, client_id, client_secret, .. } = settings;
    let provider = trakt::provider(&base(auth_url), client_id.clone(), client_secret.clone());
    OAuth::new(outbound.clone(), provider)
}

fn datasets(parts: &Parts, outbound: &Outbound, news: &Arc<News>) -> Datasets {
    let means = Means {
        store: Arc::clone(&parts.store),
        outbound: outbound.clone(),
        clock: parts.clock.clone(),
        news: Arc::clone(news),
    };
    let DatasetSettings { anibridge, otaku, fribbs } = parts.datasets.clone();
    Datasets {
        anibridge: Loader::new(means.clone(), anibridge),
        otaku: Loader::new(means.clone(), otaku),
        fribbs: Loader::new(means, fribbs),
    }
}
