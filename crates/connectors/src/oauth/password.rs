//! Signing in with a name and a password (RFC 6749, 4.3), where a service offers nothing else, as no app at all.

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use super::Granted;
use super::grant::{Refusal, TIMEOUT};
use crate::outbound::{Answer, Lane, Outbound, ProviderError, Request};
use anilist_trakt_sync_core::domain::Service;

/// A service where people sign in with a password.
///
/// No client id is sent: what an app signs in with may be shared by all who use that app, so that a renewal would sign
/// the person out of their other programs.
#[derive(Debug, Clone)]
pub struct PasswordFlow {
    outbound: Outbound,
    lane: Lane,
    token: String,
}

impl PasswordFlow {
    /// `token` is the address where a password is taken.
    pub fn new(outbound: Outbound, lane: Lane, token: String) -> Self {
        Self { outbound, lane, token }
    }

    /// Whose sign-in it is.
    pub fn service(&self) -> Service {
        self.lane.service()
    }

    /// The time by the clock that requests go by.
    pub fn now(&self) -> Timestamp {
        self.outbound.now()
    }

    /// Gets tokens for a name and a password, which are not kept. A wrong one is [`Fault::Refused`](crate::outbound::Fault::Refused).
    pub async fn sign_in(
        &self,
        username: &str,
        password: &SecretString,
    ) -> Result<Granted, ProviderError> {
        let answer = self
            .post(&json!({
                "grant_type": "password",
                "username": username,
                "password": password.expose_secret(),
            }))
            .await?;
        if !answer.is_success() {
            return Err(Refusal::of(&answer).into_fault().at(self.lane.service()));
        }
        answer.secret_json()
    }

    /// Uses a refresh token up for a new pair. [`Fault::SignedOut`](crate::outbound::Fault::SignedOut) when the service calls it dead.
    pub async fn refresh(&self, refresh: &SecretString) -> Result<Granted, ProviderError> {
        let body = json!({
            "grant_type": "refresh_token",
            "refresh_token": refresh.expose_secret(),
        });
        let answer = self.post(&body).await?;
        if !answer.is_success() {
            return Err(Refusal::of(&answer).into_refresh_fault().at(self.lane.service()));
        }
        answer.secret_json()
    }

    async fn post(&self, body: &Value) -> Result<Answer, ProviderError> {
        let request = Request::post(self.lane, &self.token, body)?
            .header("accept", "application/json")
            .expecting(&[400, 401])
            .timeout(TIMEOUT);
        self.outbound.send(&request).await
    }
}
