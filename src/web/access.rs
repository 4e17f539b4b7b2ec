//! Who may ask, and the headers every answer carries.

use std::net::IpAddr;
use std::sync::Arc;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

use super::asker::Asker;
use super::attempts::Attempts;
use super::client::address_of;
use super::envelope::NO_STORE;
use super::epoch::Epoch;
use super::origin::{refuse_other_sites, refuse_strangers};
use super::pages::leads_to_a_page;
use super::session;
use super::settings::WebSettings;
use crate::hub::error::{Error, Result};
use crate::hub::person::Person;

/// Only the program's own files may be loaded, and AniList's pictures; no other page may frame it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https://s4.anilist.co; \
     connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

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
pub(super) const HEALTH: [&str; 2] = ["/healthz", "/readyz"];

/// Where people sign in.
const SIGN_IN: &str = "/sign-in";

/// Routes that need no token: signing in, and the files of the pages, which are the same for
/// everybody and hold nothing of anybody.
const PUBLIC: [&str; 3] = [SIGN_IN, "/api/sign-in", "/favicon.ico"];
const PUBLIC_FOLDER: &str = "/assets/";

/// Routes that the scheduler's secret opens as well.
const SCHEDULED: [&str; 2] = ["/api/cron", "/api/full-sync"];

/// How a caller shows who it is, where `APP_TOKEN` is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WayIn {
    /// `APP_TOKEN` as a bearer token.
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

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Caller {
    /// Somebody, on a route that is for everybody or on a service that asks for no token.
    Anyone,
    /// A program with the service's token.
    Program,
    /// A person who signed in.
    Person,
    /// A scheduler with its own secret.
    Scheduler,
}

/// What the guard knows besides the request.
#[derive(Debug, Clone)]
pub(super) struct Gate {
    pub(super) person: Arc<Person>,
    pub(super) settings: Arc<WebSettings>,
    pub(super) attempts: Arc<Attempts>,
    pub(super) epoch: Arc<Epoch>,
}

impl Gate {
    /// The address of whoever asks, by the proxies that are trusted.
    pub(super) fn address_of(&self, request: &Request) -> IpAddr {
        address_of(request, &self.settings.access.trusted_proxies)
    }

    /// Takes note of a wrong token. Where too many came before, it is refused for that.
    pub(super) fn count_wrong(&self, address: IpAddr) -> Result<()> {
        self.attempts.wrong_from(address, self.person.services.clock.now())
    }
}

pub(super) async fn guard(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let signed_in = session::of(&gate, request.headers()).await;
    let renewed = signed_in.as_ref();
    let renewed = renewed.and_then(|one| session::renewed(&gate, request.headers(), one));
    let mut response = match check(&gate, &request, signed_in.is_some()) {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            request.extensions_mut().insert(Asker(Arc::clone(&gate.person)));
            next.run(request).await
        }
        Err(Error::Unauthorized) if is_page(&request) => to_sign_in(request.uri()),
        Err(error) => error.into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(NO_STORE.0, NO_STORE.1);
    }
    if let Some(cookie) = renewed
        && !headers.contains_key(header::SET_COOKIE)
    {
        headers.insert(header::SET_COOKIE, cookie);
    }
    response
}

fn check(gate: &Gate, request: &Request, is_signed_in: bool) -> Result<Caller> {
    let path = request.uri().path();
    if request.uri().path_and_query().is_some_and(|all| all.as_str().len() > LONGEST_ADDRESS) {
        return Err(Error::AddressTooLong { limit: LONGEST_ADDRESS });
    }
    if HEALTH.contains(&path) {
        return Ok(Caller::Anyone);
    }
    refuse_other_sites(request)?;
    match &gate.settings.access.app_token {
        Some(_) if is_public(path) => Ok(Caller::Anyone),
        Some(_) if is_signed_in => Ok(Caller::Person),
        Some(token) => identify(gate, token, request),
        None => refuse_strangers(request, &gate.settings).map(|()| Caller::Anyone),
    }
}

fn identify(gate: &Gate, token: &SecretString, request: &Request) -> Result<Caller> {
    let Some(sent) = bearer(request.headers()) else { return Err(Error::Unauthorized) };
    if same(sent, token) {
        return Ok(Caller::Program);
    }
    let cron = gate.settings.access.cron_secret.as_ref();
    if cron.is_some_and(|secret| same(sent, secret)) {
        let is_scheduled = SCHEDULED.contains(&request.uri().path());
        return if is_scheduled { Ok(Caller::Scheduler) } else { Err(Error::Unauthorized) };
    }
    gate.count_wrong(gate.address_of(request))?;
    Err(Error::Unauthorized)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
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
fn is_page(request: &Request) -> bool {
    let accepts = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    request.method() == Method::GET
        && !request.uri().path().starts_with("/api/")
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
