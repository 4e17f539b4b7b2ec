//! The deployment under test, as something to send requests to.

use std::{net::IpAddr, time::Duration};

use reqwest::{
    Client, Method, Url,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue},
    redirect::Policy,
};
use serde_json::Value;

/// As whom a request is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    /// With the token, where there is one.
    Owner,
    /// Without it.
    Stranger,
}

/// One request: `path` comes after the base address and may carry a query.
pub(crate) struct Ask {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    /// Sent as JSON, though it need not be any.
    pub(crate) body: Option<&'static str>,
    pub(crate) caller: Caller,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// Why nothing came back.
pub(crate) enum NoAnswer {
    /// No connection at all: the rest of the walk would fail for the same reason.
    Unreachable(String),
    /// This one answer was too late or broke off.
    Lost(String),
}

/// The deployment: its address, the token and a client.
pub(crate) struct Service {
    base: String,
    token: Option<HeaderValue>,
    http: Client,
}

impl Service {
    pub(crate) fn new(base: Url, token: Option<&str>, timeout: Duration) -> Result<Self, String> {
        let http = client(&base, timeout).map_err(|cause| format!("no HTTP client: {cause}"))?;
        let base = String::from(base).trim_end_matches('/').to_owned();
        Ok(Self { base, token: token.map(bearer).transpose()?, http })
    }

    /// Whether a token was given.
    pub(crate) fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// Sends one request and reads the whole answer.
    pub(crate) async fn send(&self, ask: &Ask) -> Result<Answer, NoAnswer> {
        let mut request =
            self.http.request(ask.method.clone(), format!("{}{}", self.base, ask.path));
        if let (Caller::Owner, Some(token)) = (ask.caller, &self.token) {
            request = request.header(AUTHORIZATION, token.clone());
        }
        if let Some(body) = ask.body {
            request = request.header(CONTENT_TYPE, "application/json").body(body);
        }
        let response = request.send().await.map_err(|cause| self.no_answer(&cause))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.text().await.map_err(|cause| self.no_answer(&cause))?;
        Ok(Answer { status, headers, body })
    }

    fn no_answer(&self, cause: &reqwest::Error) -> NoAnswer {
        if cause.is_connect() {
            return NoAnswer::Unreachable(format!("no connection to {}", self.base));
        }
        if cause.is_timeout() {
            return NoAnswer::Lost("no answer in time".to_owned());
        }
        NoAnswer::Lost(format!("the answer broke off: {cause}"))
    }
}

impl Answer {
    /// The header's value, or an empty text where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body, when it says it is JSON and is.
    pub(crate) fn json(&self) -> Result<Value, String> {
        let kind = self.header("content-type");
        if !kind.starts_with("application/json") {
            return Err(format!("the answer is not JSON by its content type: {kind:?}"));
        }
        serde_json::from_str(&self.body).map_err(|cause| format!("the body is not JSON: {cause}"))
    }
}

/// Redirects are not followed: the token belongs to this address only, and a redirect is an answer too.
#[expect(
    clippy::disallowed_methods,
    reason = "this binary shares nothing with the service's outbound layer"
)]
fn client(base: &Url, timeout: Duration) -> reqwest::Result<Client> {
    let builder = Client::builder()
        .user_agent(concat!("verify/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .connect_timeout(timeout.min(Duration::from_secs(10)))
        .timeout(timeout);
    if is_loopback(base) { builder.no_proxy() } else { builder }.build()
}

/// A proxy cannot reach this machine's own loopback, so it must not be asked to.
fn is_loopback(base: &Url) -> bool {
    let host = base.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

fn bearer(token: &str) -> Result<HeaderValue, String> {
    let mut value = HeaderValue::from_str(&format!("Bearer {token}"))
        .map_err(|_| "the token holds characters that no header may carry".to_owned())?;
    value.set_sensitive(true);
    Ok(value)
}
