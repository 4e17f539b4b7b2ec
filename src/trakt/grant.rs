//! Asking Trakt's sign-in host for tokens. Bodies are JSON: forms are not taken (trakt-api#676).

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use super::auth::{REDIRECT_URI, TraktAuth, trakt};
use super::tokens::TokenReply;
use crate::outbound::{Answer, Bucket, Fault, ProviderError, Request};

/// Shorter than the lease of the lock that a renewal holds, and long enough not to lose a pair.
const TIMEOUT: Duration = Duration::from_secs(25);

/// The app's id and secret.
pub(super) struct App<'a> {
    pub(super) id: &'a str,
    pub(super) secret: &'a str,
}

impl TraktAuth {
    /// Signs in with the code of Trakt's page. Gives the seconds that the access token lives; 0
    /// when that is not known.
    /// A refused code is [`Fault::Refused`] with Trakt's reason.
    pub async fn exchange(&self, code: &str) -> Result<u32, ProviderError> {
        let app = self.app()?;
        let body = json!({
            "grant_type": "authorization_code",
            "code": code,
            "client_id": app.id,
            "client_secret": app.secret,
            "redirect_uri": REDIRECT_URI,
        });
        let answer = self.post("/oauth/token", &body, &[400, 401]).await?;
        if !answer.is_success() {
            return Err(trakt(Refusal::of(&answer).into_fault()));
        }
        self.sign_in(answer.secret_json()?).await
    }

    /// Uses a refresh token up for a new pair. [`Fault::SignedOut`] when Trakt calls it dead.
    pub(super) async fn refresh(&self, refresh: &SecretString) -> Result<TokenReply, Fault> {
        let app = self.app().map_err(|error| error.fault)?;
        let body = json!({
            "grant_type": "refresh_token",
            "refresh_token": refresh.expose_secret(),
            "client_id": app.id,
            "client_secret": app.secret,
            "redirect_uri": REDIRECT_URI,
        });
        let answer = self.post("/oauth/token", &body, &[400, 401]).await;
        let answer = answer.map_err(|error| match error.fault {
            // A page with status 401 is not Trakt speaking, and calls no token dead.
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
        let url = format!("{}{path}", self.config.url);
        let request = Request::post(Bucket::TraktAuth, &url, body)?;
        let request = request.expecting(expected).timeout(TIMEOUT);
        self.outbound.send(&self.identified(request)?).await
    }

    pub(super) fn app(&self) -> Result<App<'_>, ProviderError> {
        let secret = self.config.client_secret.as_ref();
        let secret = secret.ok_or_else(|| trakt(Fault::NotConfigured))?.expose_secret();
        Ok(App { id: self.client_id()?, secret })
    }
}

/// Why Trakt's sign-in host refused, as OAuth says it (RFC 6749, 5.2).
#[derive(Debug, Default, Deserialize)]
struct Refusal {
    error: Option<String>,
    error_description: Option<String>,
    #[serde(skip)]
    status: u16,
}

impl Refusal {
    fn of(answer: &Answer) -> Self {
        let said: Self = serde_json::from_slice(answer.body()).unwrap_or_default();
        Self { status: answer.status(), ..said }
    }

    /// The fault of a refused code.
    fn into_fault(self) -> Fault {
        match self.error.as_deref() {
            Some("invalid_client" | "unauthorized_client") => Fault::AppGone,
            _ => Fault::Refused { status: self.status, message: self.reason() },
        }
    }

    /// The fault of a refused refresh token.
    fn into_refresh_fault(self) -> Fault {
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
