//! Questions to Kitsu's JSON:API.

use std::time::Duration;

use reqwest::Url;
use secrecy::SecretString;
use serde::Serialize;

use super::error::{KitsuError, signed_out};
use super::person::Owner;
use crate::outbound::{Answer, Fault, Outbound, ProviderError, Request};

/// The media type of JSON:API; any other is refused.
const JSON_API: &str = "application/vnd.api+json";

/// The largest answer in bytes: a page of entries with their titles has about 1 MB.
const MOST_BYTES: u64 = 16 << 20;

/// How long a request waits for its turn: requests go out one after the other.
const PATIENCE: Duration = Duration::from_mins(1);

/// Kitsu's JSON:API. It knows nobody: who asks for a person says who that is.
#[derive(Debug, Clone)]
pub struct KitsuClient {
    outbound: Outbound,
    url: String,
}

impl KitsuClient {
    /// A client of the API at `site`, which is what comes before `/api/edge`.
    pub fn new(outbound: Outbound, site: &Url) -> Self {
        Self { outbound, url: format!("{}/api/edge", base(site)) }
    }

    pub(super) fn get(&self, path: &str) -> Result<Request, ProviderError> {
        let request = Request::get(super::LANE, &format!("{}{path}", self.url))?;
        Ok(request.limit(MOST_BYTES).patience(PATIENCE).header("accept", JSON_API))
    }

    pub(super) fn post(&self, path: &str, body: &impl Serialize) -> Result<Request, ProviderError> {
        Request::post(super::LANE, &format!("{}{path}", self.url), body).map(writing)
    }

    pub(super) fn patch(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<Request, ProviderError> {
        Request::patch(super::LANE, &format!("{}{path}", self.url), body).map(writing)
    }

    pub(super) fn removal(&self, path: &str) -> Result<Request, ProviderError> {
        let request = Request::delete(super::LANE, &format!("{}{path}", self.url))?;
        Ok(request.patience(PATIENCE).header("accept", JSON_API))
    }

    /// Asks with a token, whoever that is.
    pub(super) async fn send(
        &self,
        token: &SecretString,
        request: Request,
    ) -> Result<Answer, ProviderError> {
        self.outbound.send(&request.bearer(token)?).await
    }

    /// Asks as a person. Kitsu takes a token that it does not know for nobody's, so what only nobody may not do means
    /// that the person is signed out.
    pub(super) async fn ask(&self, by: &Owner, request: Request) -> Result<Answer, KitsuError> {
        let asked = self.send(&by.token, request).await;
        if let Err(ProviderError { fault: Fault::Refused { status: 403, .. }, .. }) = &asked {
            self.still_signed_in(by).await?;
        }
        Ok(asked?)
    }

    /// Makes sure that the token still stands for the person. Without it, what Kitsu does not show is no news.
    pub(super) async fn still_signed_in(&self, by: &Owner) -> Result<(), ProviderError> {
        let person = self.me(&by.token).await?;
        if person.id == by.person.id { Ok(()) } else { Err(signed_out()) }
    }
}

fn writing(request: Request) -> Request {
    request.patience(PATIENCE).header("accept", JSON_API).header("content-type", JSON_API)
}

/// The address without a slash at its end.
pub(super) fn base(site: &Url) -> &str {
    site.as_str().trim_end_matches('/')
}
