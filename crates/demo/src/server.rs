//! The server, and the handle that tests and the `demo` command hold.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State as Shares;
use axum::http::header::DATE;
use axum::http::{HeaderMap, Method, Response, Uri};
use jiff::{SignedDuration, Timestamp};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use anilist_trakt_sync_core::domain::Service;

use super::anilist::sign_in::{self, Codes};
use super::datasets::Files;
use super::faults::{Fault, Faults};
use super::http::{Reply, Request, date};
use super::mal::tokens::Tokens as MalTokens;
use super::stats::{Seen, Stats};
use super::trakt::tokens::Tokens;
use super::world::{HistoryPlay, World};
use super::{anilist, covers, datasets, kitsu, mal, mangadex, tmdb, trakt};

/// What a person does with a device code on Trakt's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Lets the app in.
    Approve,
    /// Turns it away.
    Deny,
}

/// Everything the imitations know.
pub(super) struct State {
    pub(super) world: World,
    pub(super) tokens: Tokens,
    pub(super) anilist_codes: Codes,
    pub(super) mal_tokens: MalTokens,
    pub(super) stats: Stats,
    pub(super) files: Files,
    pub(super) url: String,
    faults: Faults,
    /// Requests that were given up and take effect later.
    late: Vec<(Host, Request)>,
    /// Until when the clients of an upstream were told to wait.
    patience: HashMap<(Service, bool), Timestamp>,
}

/// What tells the imitation the time.
type Now = Box<dyn Fn() -> Timestamp + Send + Sync>;

/// One lock guards all state: a request is handled at once and never waits while holding it.
struct Shared {
    state: Mutex<State>,
    now: Now,
    stop: CancellationToken,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running imitation. Dropping it stops the server.
pub struct Demo {
    shared: Arc<Shared>,
    url: String,
    server: Option<JoinHandle<()>>,
}

impl Demo {
    /// Starts on a free loopback port. The datasets are built from the world now; call
    /// [`Demo::publish_datasets`] after changing what they say. `now` is its clock.
    pub async fn start(
        world: World,
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let files = build_files(world.clone()).await?;
        let state = State {
            tokens: Tokens::new(&world.person, now()),
            anilist_codes: Codes::default(),
            mal_tokens: MalTokens::new(&world.mal, now()),
            world: World { url: url.clone(), ..world },
            stats: Stats::default(),
            faults: Faults::default(),
            late: Vec::new(),
            patience: HashMap::new(),
            files,
            url: url.clone(),
        };
        let shared = Arc::new(Shared {
            state: Mutex::new(state),
            now: Box::new(now),
            stop: CancellationToken::new(),
        });
        let server = tokio::spawn(serve(listener, Arc::clone(&shared)));
        Ok(Self { shared, url, server: Some(server) })
    }

    /// The server's address, such as `http://127.0.0.1:40123`.
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// The environment variables that point the service at this imitation, credentials included.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        let state = self.shared.lock();
        let (person, mal) = (&state.world.person, &state.world.mal);
        let at = |path: &str| format!("{}{path}", self.url);
        vec![
            ("ANILIST_API_URL", at("/anilist")),
            ("ANILIST_AUTH_URL", at("/anilist-site")),
            ("ANILIST_IMAGES_URL", at("/covers")),
            ("ANILIST_CLIENT_ID", person.anilist_client_id.clone()),
            ("ANILIST_CLIENT_SECRET", person.anilist_client_secret.clone()),
            ("TRAKT_API_URL", at("/trakt")),
            ("TRAKT_AUTH_URL", at("/trakt-auth")),
            ("TMDB_API_URL", at("/tmdb/3")),
            ("MANGADEX_API_URL", at("/mangadex")),
            ("MANGADEX_UPLOADS_URL", at("/mangadex-uploads")),
            ("MAL_API_URL", at("/mal")),
            ("MAL_AUTH_URL", at("/mal-site")),
            ("MAL_CLIENT_ID", mal.client_id.clone()),
            ("MAL_CLIENT_SECRET", mal.client_secret.clone().unwrap_or_default()),
            ("KITSU_URL", at("/kitsu")),
            ("OTAKU_DB_URL", at("/otaku/anime_mappings.db")),
            ("FRIBBS_LIST_URL", at("/fribbs/anime-list-full.json")),
            ("ANIBRIDGE_MAPPINGS_URL", at("/anibridge/mappings.json")),
            ("ANILIST_ACCESS_TOKEN", person.anilist_token.clone()),
            ("TRAKT_CLIENT_ID", person.client_id.clone()),
            ("TRAKT_CLIENT_SECRET", person.client_secret.clone()),
            ("TRAKT_ACCESS_TOKEN", person.access_token.clone()),
            ("TRAKT_REFRESH_TOKEN", person.refresh_token.clone()),
            ("TMDB_API_KEY", person.tmdb_key.clone()),
        ]
    }

    /// Looks at the world or changes it; the time is the imitation's own.
    pub fn world<R>(&self, act: impl FnOnce(&mut World, Timestamp) -> R) -> R {
        let now = (self.shared.now)();
        act(&mut self.shared.lock().world, now)
    }

    /// Builds the dataset files afresh, as if their makers had published.
    pub async fn publish_datasets(&self) -> io::Result<()> {
        let world = self.shared.lock().world.clone();
        let files = build_files(world).await?;
        self.shared.lock().files = files;
        Ok(())
    }

    /// Puts a fault in force.
    pub fn fail(&self, fault: Fault) {
        self.shared.lock().faults.add(fault);
    }

    /// Takes all faults away, and lets go what one of them holds.
    pub fn heal(&self) {
        self.shared.lock().faults.clear();
    }

    /// Lets everything land that is late.
    pub fn land(&self) {
        let (mut state, now) = (self.shared.lock(), (self.shared.now)());
        for (host, request) in std::mem::take(&mut state.late) {
            // Whoever sent it waits no more for the answer.
            drop(host.handle(&mut state, &request, now));
        }
    }

    /// What was noticed so far.
    pub fn stats(&self) -> Stats {
        self.shared.lock().stats.clone()
    }

    /// Counts from zero again.
    pub fn reset_stats(&self) {
        self.shared.lock().stats = Stats::default();
    }

    /// Every play in the Trakt history, by item and then by id.
    pub fn history(&self) -> Vec<HistoryPlay> {
        self.shared.lock().world.history.all().cloned().collect()
    }

    /// Ends every Trakt access token now; the refresh tokens stay good.
    pub fn expire_access_tokens(&self) {
        let now = (self.shared.now)();
        self.shared.lock().tokens.expire_all(now);
    }

    /// Ends every access token of `MyAnimeList` now; the refresh tokens stay good.
    pub fn expire_mal_tokens(&self) {
        let now = (self.shared.now)();
        self.shared.lock().mal_tokens.expire_all(now);
    }

    /// Ends every Trakt token, as when the person removes the app from their account.
    pub fn revoke_tokens(&self) {
        self.shared.lock().tokens.revoke_all();
    }

    /// What the person does about every device code that waits.
    pub fn decide_device(&self, decision: Decision) {
        self.shared.lock().tokens.decide(decision);
    }

    /// Stops the server and waits until it is gone.
    pub async fn stop(mut self) {
        self.shared.stop.cancel();
        if let Some(server) = self.server.take() {
            // A server task that failed has nothing left to stop.
            drop(server.await);
        }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.shared.stop.cancel();
    }
}

async fn build_files(world: World) -> io::Result<Files> {
    // Building the Otaku file is SQLite work, which must not block the async threads.
    tokio::task::spawn_blocking(move || Files::build(&world)).await.map_err(io::Error::other)?
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let stop = shared.stop.clone();
    let router = Router::new().fallback(answer).with_state(shared);
    let server = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned());
    if let Err(error) = server.await {
        tracing::warn!(%error, "the demo server ended");
    }
}

async fn answer(
    Shares(shared): Shares<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let Some((host, path)) = Host::of(uri.path()) else {
        return Reply::empty(404).into_response();
    };
    let request = Request::new(method, path, &uri, headers, body);
    let mut answer = shown(&shared, host, &request, &uri).await;
    if let Some(date) = date((shared.now)()) {
        answer.headers_mut().entry(DATE).or_insert(date);
    }
    answer
}

async fn shown(shared: &Shared, host: Host, request: &Request, uri: &Uri) -> Response<Body> {
    let (fault, reply) = process(shared, host, request, uri);
    let Some(fault) = fault else {
        return reply.unwrap_or_else(|| Reply::empty(500)).into_response();
    };
    tokio::select! {
        shown = fault.play(reply) => shown,
        () = shared.stop.cancelled() => Reply::empty(503).into_response(),
    }
}

/// Handles a request, unless a fault keeps it away, and notes it down.
fn process(
    shared: &Shared,
    host: Host,
    request: &Request,
    uri: &Uri,
) -> (Option<Fault>, Option<Reply>) {
    let (service, now) = (host.service(), (shared.now)());
    let address = host.address(request, uri);
    let mut state = shared.lock();
    // Reads and writes have limits of their own.
    let kind = (service, request.method == Method::GET);
    if state.patience.get(&kind).is_some_and(|&until| now < until) {
        state.stats.ignored_retry_after += 1;
    }
    let fault = state.faults.take(service, request, &address);
    if let Some((at_once, later)) = fault.as_ref().map(|fault| fault.unanswered(request)) {
        if let Some(part) = at_once {
            drop(host.handle(&mut state, &part, now));
        }
        state.late.extend(later.map(|later| (host, later)));
    }
    let processed = fault.as_ref().is_none_or(|fault| fault.needs_answer(service, request));
    let reply = processed.then(|| host.handle(&mut state, request, now));
    let status = match &fault {
        Some(fault) => fault.shown_status(reply.as_ref()),
        None => reply.as_ref().map(|reply| reply.status),
    };
    if let Some(seconds) = fault.as_ref().and_then(Fault::retry_after) {
        let until = now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX);
        state.patience.insert(kind, until);
    }
    let route = host.route(request);
    state.stats.requests.push(Seen { service, route, address, status, at: now });
    (fault, reply)
}

/// The imitation that a path belongs to.
#[derive(Clone, Copy)]
enum Host {
    AniList,
    AniListSite,
    Covers,
    Trakt,
    TraktAuth,
    Mal,
    MalSite,
    Tmdb,
    MangaDex,
    MangaDexUploads,
    Kitsu,
    Otaku,
    Fribbs,
    AniBridge,
}

impl Host {
    fn of(path: &str) -> Option<(Self, &str)> {
        let (first, rest) = path[1..].split_once('/').unwrap_or((&path[1..], ""));
        let rest = &path[path.len() - rest.len()..];
        let host = match first {
            "anilist" => Self::AniList,
            "anilist-site" => Self::AniListSite,
            "covers" => Self::Covers,
            "trakt" => Self::Trakt,
            "trakt-auth" => Self::TraktAuth,
            "mal" => Self::Mal,
            "mal-site" => Self::MalSite,
            "tmdb" => Self::Tmdb,
            "mangadex" => Self::MangaDex,
            "mangadex-uploads" => Self::MangaDexUploads,
            "kitsu" => Self::Kitsu,
            "otaku" => Self::Otaku,
            "fribbs" => Self::Fribbs,
            "anibridge" => Self::AniBridge,
            _ => return None,
        };
        Some((host, rest))
    }

    fn service(self) -> Service {
        match self {
            Self::AniList | Self::AniListSite => Service::ANILIST,
            Self::Covers | Self::MangaDexUploads => Service::PICTURES,
            Self::Trakt | Self::TraktAuth => Service::TRAKT,
            Self::Mal | Self::MalSite => Service::MYANIMELIST,
            Self::Tmdb => Service::TMDB,
            Self::MangaDex => Service::MANGADEX,
            Self::Kitsu => Service::KITSU,
            Self::Otaku => Service::OTAKU,
            Self::Fribbs => Service::FRIBBS,
            Self::AniBridge => Service::ANIBRIDGE,
        }
    }

    /// What faults are matched against.
    fn address(self, request: &Request, uri: &Uri) -> String {
        match self {
            Self::AniList => anilist::operation(request).unwrap_or_default(),
            _ => match uri.query() {
                Some(query) => format!("/{}?{query}", request.path),
                None => format!("/{}", request.path),
            },
        }
    }

    fn route(self, request: &Request) -> String {
        match self {
            Self::AniList => anilist::operation(request).unwrap_or_default(),
            Self::Trakt | Self::TraktAuth => trakt::route_name(request),
            Self::MangaDex => mangadex::route_name(request),
            Self::Mal => mal::route_name(request),
            Self::Kitsu => kitsu::route_name(request),
            Self::AniListSite
            | Self::Covers
            | Self::MangaDexUploads
            | Self::MalSite
            | Self::Tmdb
            | Self::Otaku
            | Self::Fribbs
            | Self::AniBridge => {
                format!("{} /{}", request.method, request.path)
            }
        }
    }

    fn handle(self, state: &mut State, request: &Request, now: Timestamp) -> Reply {
        match self {
            Self::AniList => anilist::answer(state, request, now),
            Self::AniListSite => sign_in::answer(state, request),
            Self::Covers => covers::answer(state, request),
            Self::MangaDexUploads => covers::answer_uploads(state, request),
            Self::Trakt => trakt::answer(state, request, now),
            Self::TraktAuth => trakt::answer_sign_in(state, request, now),
            Self::Mal => mal::answer(state, request, now),
            Self::MalSite => mal::sign_in::answer(state, request, now),
            Self::Tmdb => tmdb::answer(state, request),
            Self::MangaDex => mangadex::answer(state, request),
            Self::Kitsu => kitsu::answer(state, request, now),
            Self::Otaku => datasets::answer(&state.files.otaku, request),
            Self::Fribbs => datasets::answer(&state.files.fribbs, request),
            Self::AniBridge => datasets::answer(&state.files.anibridge, request),
        }
    }
}
