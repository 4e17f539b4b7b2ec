//! Asking for tokens: with a code, and with a refresh token.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Granted, OAuth};
use crate::outbound::{Answer, Fault, ProviderError, Request};

/// Shorter than the lease of the lock that a renewal holds, and long enough not to lose a pair.
pub(super) const TIMEOUT: Duration = Duration::from_secs(25);

/// The app's id and secret.
pub(super) struct App<'a> {
    pub(super) id: &'a str,
    pub(super) secret: &'a str,
}

impl OAuth {
    /// Gets tokens for the code that the service's page showed. A refused code is [`Fault::Refused`]
    /// with the service's reason.
    pub async fn exchange(&self, code: &str) -> Result<Granted, ProviderError> {
        let app = self.app()?;
        let body = json!({
            "grant_type": "authorization_code",
            "code": code,
            "client_id": app.id,
            "client_secret": app.secret,
            "redirect_uri": self.provider.redirect_uri,
        });
        let answer = self.post("/oauth/token", &body, &[400, 401]).await?;
        if !answer.is_success() {
            return Err(self.failed(Refusal::of(&answer).into_fault()));
        }
        answer.secret_json()
    }

    /// Uses a refresh token up for a new pair. [`Fault::SignedOut`] when the service calls it
    /// dead.
    pub async fn refresh(&self, refresh: &SecretString) -> Result<Granted, Fault> {
        let app = self.app().map_err(|error| error.fault)?;
        let body = json!({
            "grant_type": "refresh_token",
            "refresh_token": refresh.expose_secret(),
            "client_id": app.id,
            "client_secret": app.secret,
            "redirect_uri": self.provider.redirect_uri,
        });
        let answer = self.post("/oauth/token", &body, &[400, 401]).await;
        let answer = answer.map_err(|error| match error.fault {
            // A page with status 401 is not the service speaking, and calls no token dead.
            Fault::SignedOut => Fault::Blocked,
            fault => fault,
        })?;
        if answer.is_success() {
            return answer.secret_json().map_err(|error| error.fault);
        }
        Err(Refusal::of(&answer).into_refresh_fault())
    }

    pub(super) async fn post(
        &self,
        path: &str,
        body: &Value,
        expected: &'static [u16],
    ) -> Result<Answer, ProviderError> {
        let url = format!("{}{path}", self.provider.url);
        let request = Request::post(self.provider.lane, &url, body)?;
        let request = request.expecting(expected).timeout(TIMEOUT);
        self.outbound.send(&self.identified(request)?).await
    }

    pub(super) fn app(&self) -> Result<App<'_>, ProviderError> {
        let secret = self.provider.client_secret.as_ref();
        let secret = secret.ok_or_else(|| self.failed(Fault::NotConfigured))?.expose_secret();
        Ok(App { id: self.client_id()?, secret })
    }
}

/// Why the service refused, as OAuth says it (RFC 6749, 5.2).
#[derive(Debug, Default, Deserialize)]
pub(super) struct Refusal {
    error: Option<String>,
    error_description: Option<String>,
    #[serde(skip)]
    status: u16,
}

impl Refusal {
    pub(super) fn of(answer: &Answer) -> Self {
        let said: Self = serde_json::from_slice(answer.body()).unwrap_or_default();
        Self { status: answer.status(), ..said }
    }

    /// The fault of a refused code.
    pub(super) fn into_fault(self) -> Fault {
        match self.error.as_deref() {
            Some("invalid_client" | "unauthorized_client") => Fault::AppGone,
            _ => Fault::Refused { status: self.status, message: self.reason() },
        }
    }

    /// The fault of a refused refresh token.
    pub(super) fn into_refresh_fault(self) -> Fault {
        match self.error.as_deref() {
            Some("invalid_grant") => Fault::SignedOut,
            _ => self.into_fault(),
        }
    }

    fn reason(self) -> String {
        let words = self.error_description.or(self.error);
        words.unwrap_or_else(|| format!("status {}", self.status))
    }
}
