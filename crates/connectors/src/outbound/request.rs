//! What is asked of another service.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use anilist_trakt_sync_core::domain::AccountId;

use super::error::{Fault, ProviderError};
use super::lane::Lane;
use super::quota::Share;
use super::reach::Reach;

/// Whether a request may be sent again when its outcome is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// It changes nothing there.
    Safe,
    /// It may have been applied although the answer was lost.
    Never,
}

/// By what right a request speaks for a person.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The person's token at the service.
    pub token: SecretString,
    /// Whose it is: some services count the requests of each person.
    pub person: AccountId,
}

/// The turn of one request that has passed its gate. It is used up by sending.
#[derive(Debug)]
pub struct Turn(pub(super) Lane);

/// One request. It holds secrets and so cannot be printed.
#[derive(Clone)]
pub struct Request {
    pub(super) lane: Lane,
    pub(super) person: Option<AccountId>,
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Vec<u8>>,
    pub(super) retry: Retry,
    pub(super) timeout: Duration,
    pub(super) limit: u64,
    pub(super) expected: &'static [u16],
    pub(super) patience: Option<Duration>,
    pub(super) share: Share,
    pub(super) reach: Reach,
    turn: Option<Lane>,
}

impl Request {
    /// Reads an address. Safe to repeat.
    pub fn get(lane: Lane, url: &str) -> Result<Self, ProviderError> {
        let url = Url::parse(url).map_err(|cause| malformed(lane, &format!("address: {cause}")))?;
        Ok(Self {
            lane,
            person: None,
            method: Method::GET,
            url,
            headers: HeaderMap::new(),
            body: None,
            retry: Retry::Safe,
            timeout: Duration::from_secs(30),
            limit: 32 << 20,
            expected: &[],
            patience: None,
            share: Share::All,
            reach: Reach::Anywhere,
            turn: None,
        })
    }

    /// Sends a JSON body. Never repeated, unless [`Self::retry`] says otherwise.
    pub fn post(lane: Lane, url: &str, body: &impl Serialize) -> Result<Self, ProviderError> {
        let body = serde_json::to_vec(body).map_err(|cause| malformed(lane, &cause.to_string()))?;
        Self::post_bytes(lane, url, body, "application/json")
    }

    /// Changes what is there by a JSON body. Never repeated, unless [`Self::retry`] says otherwise.
    pub fn patch(lane: Lane, url: &str, body: &impl Serialize) -> Result<Self, ProviderError> {
        Ok(Self { method: Method::PATCH, ..Self::post(lane, url, body)? })
    }

    /// Sends a text. Never repeated, unless [`Self::retry`] says otherwise.
    pub fn post_text(lane: Lane, url: &str, text: &str) -> Result<Self, ProviderError> {
        Self::post_bytes(lane, url, text.as_bytes().to_vec(), "text/plain; charset=utf-8")
    }

    /// Sends the fields of a form, as they are encoded. Never repeated, unless [`Self::retry`] says
    /// otherwise.
    pub fn post_form(lane: Lane, url: &str, form: Vec<u8>) -> Result<Self, ProviderError> {
        Self::post_bytes(lane, url, form, "application/x-www-form-urlencoded")
    }

    /// Changes what is there by the fields of a form, as they are encoded. Never repeated, unless
    /// [`Self::retry`] says otherwise.
    pub fn patch_form(lane: Lane, url: &str, form: Vec<u8>) -> Result<Self, ProviderError> {
        Ok(Self { method: Method::PATCH, ..Self::post_form(lane, url, form)? })
    }

    /// Removes what is there. Never repeated, unless [`Self::retry`] says otherwise.
    pub fn delete(lane: Lane, url: &str) -> Result<Self, ProviderError> {
        Ok(Self { method: Method::DELETE, retry: Retry::Never, ..Self::get(lane, url)? })
    }

    fn post_bytes(
        lane: Lane,
        url: &str,
        body: Vec<u8>,
        kind: &'static str,
    ) -> Result<Self, ProviderError> {
        let mut request = Self::get(lane, url)?;
        request.method = Method::POST;
        request.body = Some(body);
        request.retry = Retry::Never;
        request.headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        Ok(request)
    }

    /// Adds a parameter to the query of the address.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.url.query_pairs_mut().append_pair(name, value);
        self
    }

    /// Adds a header whose value is known to be a valid one.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        self
    }

    /// Adds a header with a value from outside; it is kept out of every log.
    pub fn private_header(
        mut self,
        name: &'static str,
        value: &str,
    ) -> Result<Self, ProviderError> {
        let mut value = HeaderValue::from_str(value).map_err(|_| {
            malformed(self.lane, &format!("{name} has characters no header may have"))
        })?;
        value.set_sensitive(true);
        self.headers.insert(HeaderName::from_static(name), value);
        Ok(self)
    }

    /// Speaks for a person.
    pub fn for_person(self, credentials: &Credentials) -> Result<Self, ProviderError> {
        self.on_behalf_of(&credentials.person).bearer(&credentials.token)
    }

    /// Counts for a person, without a token of theirs.
    #[must_use]
    pub fn on_behalf_of(mut self, person: &AccountId) -> Self {
        self.person = Some(person.clone());
        self
    }

    /// Adds a bearer token.
    pub fn bearer(self, token: &SecretString) -> Result<Self, ProviderError> {
        self.private_header("authorization", &format!("Bearer {}", token.expose_secret()))
    }

    /// Whether it may be repeated.
    #[must_use]
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// The time from sending to the last byte of the answer; 30 seconds unless said.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The largest answer in bytes; 32 MiB unless said.
    #[must_use]
    pub fn limit(mut self, bytes: u64) -> Self {
        self.limit = bytes;
        self
    }

    /// Statuses beyond 2xx that are an answer to this request and not a fault, unless they come as
    /// an HTML page from the edge.
    #[must_use]
    pub fn expecting(mut self, statuses: &'static [u16]) -> Self {
        self.expected = statuses;
        self
    }

    /// Goes out at once, as it has had its turn, and once.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a turn is used up")]
    pub fn in_turn(mut self, turn: Turn) -> Self {
        let Turn(lane) = turn;
        (self.turn, self.retry) = (Some(lane), Retry::Never);
        self
    }

    /// Whether it need not pass the gate.
    pub(super) fn has_turn(&self) -> bool {
        self.turn == Some(self.lane)
    }

    /// How long to wait at the gate; else as [`super::Limits::patience`] says.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = Some(patience);
        self
    }

    /// Where it may lead; anywhere unless said.
    #[must_use]
    pub fn reaching(mut self, reach: Reach) -> Self {
        self.reach = reach;
        self
    }

    /// Leaves some of what may be asked to other requests: there are many like this one.
    #[must_use]
    pub fn yielding(mut self) -> Self {
        self.share = Share::Most;
        self
    }
}

/// A request that cannot be sent, because of how this side is configured.
fn malformed(lane: Lane, detail: &str) -> ProviderError {
    Fault::Local { cause: detail.to_owned() }.at(lane.service())
}
