//! Who may ask, and the headers every answer carries.

use std::net::IpAddr;
use std::sync::Arc;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use tracing::{Instrument as _, Span};

use super::asker::Asker;
use super::attempts::Attempts;
use super::client::address_of;
use super::envelope::{NO_STORE, with_detail};
use super::origin::{refuse_other_sites, refuse_strangers};
use super::pages::leads_to_a_page;
use super::session;
use super::settings::{Auth, WebSettings};
use crate::domain::{AccountId, Role};
use crate::hub::accounts::{Accounts, Recognised, Shown};
use crate::hub::error::{Error, Result};
use crate::hub::people::People;
use crate::hub::person::Person;

/// Only what is the program's own may be loaded, pictures too; no other page may frame it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// The longest path with its query, in bytes.
const LONGEST_ADDRESS: usize = 8 * 1024;

/// Routes that anybody may ask from anywhere, so that a supervisor needs no token.
pub(super) const HEALTH: [&str; 3] = ["/healthz", "/readyz", "/health"];

/// Where an identity provider sends browsers back to.
pub(super) const COMES_BACK: &str = "/api/auth/oidc/callback";

/// Where AniList sends browsers back to.
pub(super) const ANILIST_COMES_BACK: &str = "/api/anilist/callback";

/// Where `MyAnimeList` sends browsers back to.
pub(super) const MYANIMELIST_COMES_BACK: &str = "/api/v1/integrations/myanimelist/callback";

/// Where calendar apps ask, which show a secret in place of a sign-in.
pub(super) const CALENDAR: &str = "/api/library/calendar.ics";

/// Where people sign in.
const SIGN_IN: &str = "/sign-in";

/// Routes that need no token: signing in and what belongs to it, the files of the pages, which are the same
/// for everybody and hold nothing of anybody, and the calendar, whose address is a secret.
const PUBLIC: [&str; 15] = [
    SIGN_IN,
    "/register",
    "/forgotten",
    "/api/sign-in",
    "/api/auth/token",
    "/api/auth/register",
    "/api/auth/ways",
    "/api/auth/reset",
    "/api/auth/reset/confirm",
    "/api/auth/oidc",
    COMES_BACK,
    ANILIST_COMES_BACK,
    MYANIMELIST_COMES_BACK,
    CALENDAR,
    "/favicon.ico",
];
const PUBLIC_FOLDER: &str = "/assets/";

/// Routes that the scheduler's secret opens as well.
const SCHEDULED: [&str; 2] = ["/api/cron", "/api/full-sync"];

/// What only an administrator sees and does: other people, and what belongs to everybody.
const ADMINISTRATORS: [&str; 3] = ["/api/admin/", "/api/debug/", "/metrics"];

/// The routes that speak as the tracker's clients expect it: fields in `snake_case`, and errors with `detail`.
const TRACKERS: [&str; 6] =
    ["/api/auth/", "/api/admin/", "/api/library/", "/api/sources/", "/api/anilist/", "/api/v1/"];

/// How a caller shows who it is, where somebody has to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WayIn {
    /// `APP_TOKEN`, what a sign-in gave, or a token made by hand, as a bearer token.
    Token,
    /// The cookie of a sign-in.
    Cookie,
    /// `CRON_SECRET` as a bearer token.
    Scheduler,
}

impl WayIn {
    /// Its name in the description of the API.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Cookie => "cookie",
            Self::Scheduler => "scheduler",
        }
    }
}

/// The ways that open a route. None are needed where there are none.
pub(super) fn ways_in(path: &str) -> impl Iterator<Item = WayIn> {
    let ways: &[WayIn] = match path {
        path if HEALTH.contains(&path) || is_public(path) => &[],
        path if SCHEDULED.contains(&path) => &[WayIn::Token, WayIn::Cookie, WayIn::Scheduler],
        _ => &[WayIn::Token, WayIn::Cookie],
    };
    ways.iter().copied()
}

fn is_public(path: &str) -> bool {
    PUBLIC.contains(&path) || path.starts_with(PUBLIC_FOLDER)
}

/// Whether a route speaks as the tracker's clients expect it.
pub(super) fn is_trackers(path: &str) -> bool {
    TRACKERS.iter().any(|start| path.starts_with(start) || start.strip_suffix('/') == Some(path))
}

fn is_administrators(path: &str) -> bool {
    ADMINISTRATORS.iter().any(|start| path.starts_with(start))
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Caller {
    /// Somebody, on a route that is for everybody or on a service where nobody signs in.
    Anyone,
    /// A program with the service's token.
    Program,
    /// A person who signed in with the service's token.
    Person,
    /// A scheduler with its own secret.
    Scheduler,
    /// Somebody who has an account, by a cookie.
    Signed(Box<Shown>),
    /// The same by a bearer token, which no page can make a browser send.
    Bearer(Box<Shown>),
}

impl Caller {
    /// The account that was shown, if one was.
    pub(super) fn shown(&self) -> Option<&Shown> {
        match self {
            Self::Signed(shown) | Self::Bearer(shown) => Some(shown),
            Self::Anyone | Self::Program | Self::Person | Self::Scheduler => None,
        }
    }

    /// Whether it is the same person, or the same token.
    pub(super) fn is_as(&self, other: &Self) -> bool {
        let id = |caller: &Self| caller.shown().map(|shown| shown.account.id.clone());
        std::mem::discriminant(self) == std::mem::discriminant(other) && id(self) == id(other)
    }

    /// Whether a browser sends what shows who it is, so that there is something to sign out of.
    pub(super) fn has_cookie(&self) -> bool {
        matches!(self, Self::Person | Self::Signed(_))
    }

    /// Whether it was shown in a way that no page can make a browser do.
    pub(super) fn has_token(&self) -> bool {
        matches!(self, Self::Program | Self::Scheduler | Self::Bearer(_))
    }

    /// Whether it may see and do what is everybody's. Where nobody has an account, whoever may ask does.
    pub(super) fn is_administrator(&self) -> bool {
        self.shown().is_none_or(|shown| shown.account.role == Role::Administrator)
            && *self != Self::Scheduler
    }

    /// Refuses who may not.
    pub(super) fn must_be_administrator(&self) -> Result<()> {
        if self.is_administrator() {
            return Ok(());
        }
        let message = "only an administrator may ask this".to_owned();
        Err(Error::Forbidden { message, hint: "ask one of them" })
    }

    /// Whether a log line of this account is for who asks on behalf of `person`. What concerns nobody is
    /// for administrators.
    pub(super) fn may_read_line(&self, account: Option<&AccountId>, person: &Person) -> bool {
        self.is_administrator() || account == Some(person.store.account())
    }
}

/// What the guard knows besides the request.
#[derive(Debug, Clone)]
pub(super) struct Gate {
    pub(super) people: Arc<People>,
    pub(super) settings: Arc<WebSettings>,
    pub(super) attempts: Arc<Attempts>,
}

impl Gate {
    /// The address of whoever asks, by the proxies that are trusted.
    pub(super) fn address_of(&self, request: &Parts) -> IpAddr {
        address_of(request, &self.settings.access.trusted_proxies)
    }

    /// Takes note of a wrong token. Where too many came before, it is refused for that.
    pub(super) fn count_wrong(&self, address: IpAddr) -> Result<()> {
        self.attempts.wrong_from(address, self.people.services().clock.now())
    }

    pub(super) fn accounts(&self) -> &Accounts {
        &self.people.services().accounts
    }

    /// Who has to sign in now.
    pub(super) async fn auth(&self) -> Auth {
        let access = &self.settings.access;
        match access.auth {
            Some(auth) => auth,
            // While the store has never answered there is nothing to see or to change.
            None if self.accounts().has_any().await.unwrap_or(false) => Auth::Accounts,
            None if access.app_token.is_some() => Auth::Token,
            None => Auth::Off,
        }
    }

    /// Who somebody is now who was let in before, by what they showed then: none where it opens no door any
    /// more. It may be another person, where somebody else signed in with the same browser.
    pub(super) async fn again(
        &self,
        caller: &Caller,
        headers: &HeaderMap,
    ) -> Result<Option<Caller>> {
        Ok(match caller {
            Caller::Anyone => (self.auth().await == Auth::Off).then_some(Caller::Anyone),
            Caller::Program | Caller::Scheduler => Some(caller.clone()),
            Caller::Person | Caller::Signed(_) => {
                session::of(self, headers, self.auth().await).await?
            }
            Caller::Bearer(_) => {
                let sent = bearer(headers).unwrap_or_default();
                match self.accounts().recognise(sent, None).await? {
                    Recognised::Person(shown) => Some(Caller::Bearer(shown)),
                    Recognised::Holder | Recognised::Nobody => None,
                }
            }
        })
    }

    /// On whose behalf a request is answered.
    fn person_of(&self, caller: &Caller) -> Arc<Person> {
        match caller.shown() {
            Some(shown) => self.people.of(&shown.account.id),
            None => self.people.first(),
        }
    }
}

pub(super) async fn guard(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let mut response = match check(&gate, &parts).await {
        Ok(Admitted { caller, person }) => {
            let renewed = session::renewed(&gate, &parts.headers, &caller).await;
            // A stranger's lines are of nobody.
            let span = person.as_ref().map_or_else(Span::none, |person| person.span());
            if let Some(person) = person {
                parts.extensions.insert(Asker(person));
            }
            parts.extensions.insert(caller);
            let mut response = next.run(Request::from_parts(parts, body)).instrument(span).await;
            let headers = response.headers_mut();
            if let Some(cookie) = renewed.filter(|_| !headers.contains_key(header::SET_COOKIE)) {
                headers.insert(header::SET_COOKIE, cookie);
            }
            response
        }
        Err(Error::Unauthorized) if is_page(&parts) => to_sign_in(&parts.uri),
        Err(error) => error.into_response(),
    };
    if is_trackers(&path) {
        response = with_detail(response);
    }
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(NO_STORE.0, NO_STORE.1);
    }
    response
}

/// Who was let in.
struct Admitted {
    caller: Caller,
    /// On whose behalf the request is answered; none where a stranger asks for what is everybody's.
    person: Option<Arc<Person>>,
}

/// Lets in who may ask.
async fn check(gate: &Gate, request: &Parts) -> Result<Admitted> {
    let path = request.uri.path();
    if request.uri.path_and_query().is_some_and(|all| all.as_str().len() > LONGEST_ADDRESS) {
        return Err(Error::AddressTooLong { limit: LONGEST_ADDRESS });
    }
    if HEALTH.contains(&path) {
        return Ok(Admitted { caller: Caller::Anyone, person: Some(gate.people.first()) });
    }
    refuse_other_sites(request)?;
    let auth = gate.auth().await;
    if path.starts_with(PUBLIC_FOLDER) || path == "/favicon.ico" {
        // They are the same for everybody, so nobody is looked up for them.
        if auth == Auth::Off {
            refuse_strangers(request, &gate.settings)?;
        }
        return Ok(Admitted { caller: Caller::Anyone, person: None });
    }
    let caller = identify(gate, request, auth).await?;
    may(&caller, request)?;
    let is_stranger = auth == Auth::Accounts && caller == Caller::Anyone;
    let person = (!is_stranger).then(|| gate.person_of(&caller));
    Ok(Admitted { caller, person })
}

async fn identify(gate: &Gate, request: &Parts, auth: Auth) -> Result<Caller> {
    let (path, headers) = (request.uri.path(), &request.headers);
    if auth == Auth::Off {
        refuse_strangers(request, &gate.settings)?;
    }
    if let Some(sent) = bearer(headers) {
        return by_token(gate, request, sent, auth).await;
    }
    if let Some(caller) = session::of(gate, headers, auth).await? {
        return Ok(caller);
    }
    match auth {
        Auth::Off => Ok(Caller::Anyone),
        Auth::Token | Auth::Accounts if is_public(path) => Ok(Caller::Anyone),
        Auth::Token | Auth::Accounts => Err(Error::Unauthorized),
    }
}

/// The right token is looked at before anything else, so that wrong ones before it count for nothing.
async fn by_token(gate: &Gate, request: &Parts, sent: &str, auth: Auth) -> Result<Caller> {
    let (path, access) = (request.uri.path(), &gate.settings.access);
    if auth != Auth::Off && access.app_token.as_ref().is_some_and(|token| same(sent, token)) {
        return Ok(Caller::Program);
    }
    if let Recognised::Person(shown) = gate.accounts().recognise(sent, None).await? {
        return Ok(Caller::Bearer(shown));
    }
    let is_scheduler = access.cron_secret.as_ref().is_some_and(|secret| same(sent, secret));
    if is_scheduler && auth != Auth::Off && !is_public(path) {
        let is_scheduled = SCHEDULED.contains(&path);
        return if is_scheduled { Ok(Caller::Scheduler) } else { Err(Error::Unauthorized) };
    }
    // Where nobody signs in, what was sent besides means nothing, but to who asks who they are.
    if is_public(path) || (auth == Auth::Off && !path.starts_with("/api/auth/")) {
        return Ok(Caller::Anyone);
    }
    gate.count_wrong(gate.address_of(request))?;
    Err(Error::Unauthorized)
}

/// Whether who asks may ask for this.
fn may(caller: &Caller, request: &Parts) -> Result<()> {
    let path = request.uri.path();
    if is_administrators(path) {
        caller.must_be_administrator()?;
    }
    let reads = matches!(request.method, Method::GET | Method::HEAD) && !SCHEDULED.contains(&path);
    if caller.shown().is_some_and(|shown| shown.read_only) && !reads {
        let message = "this token may only read".to_owned();
        return Err(Error::Forbidden { message, hint: "make one that may write, at /security" });
    }
    Ok(())
}

/// What a bearer token says, if there is one.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim_start())
}

/// Compares in a time that tells nothing of the secret, its length included.
pub(super) fn same(sent: &str, secret: &SecretString) -> bool {
    let hash = |text: &str| digest(&SHA256, text.as_bytes());
    let (sent, secret) = (hash(sent), hash(secret.expose_secret()));
    verify_slices_are_equal(sent.as_ref(), secret.as_ref()).is_ok()
}

/// Whether a person looks at it in a browser.
fn is_page(request: &Parts) -> bool {
    let accepts = &request.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    request.method == Method::GET
        && !request.uri.path().starts_with("/api/")
        && accepts.is_some_and(|kinds| kinds.contains("text/html"))
}

/// Leads to the sign-in, and from there back to the page that was asked for.
fn to_sign_in(wanted: &Uri) -> Response {
    let wanted = wanted.path_and_query().map_or("/", |all| all.as_str());
    if !leads_to_a_page(wanted) {
        return (StatusCode::SEE_OTHER, [(header::LOCATION, SIGN_IN)]).into_response();
    }
    // Only a whole address knows how to spell a query.
    let address = Url::parse_with_params("http://here/sign-in", [("next", wanted)]);
    let query = address.ok().and_then(|address| address.query().map(str::to_owned));
    let location = format!("{SIGN_IN}?{}", query.unwrap_or_default());
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}
