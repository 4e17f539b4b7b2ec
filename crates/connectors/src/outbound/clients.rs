//! The HTTP clients: what each of them may follow, and whom it may connect to.

use std::sync::OnceLock;
use std::time::Duration;

use reqwest::redirect::Policy;

use super::error::Fault;
use super::reach::{InternetNames, Reach};
use super::redirect;
use anilist_trakt_sync_core::domain::ServiceKind;

/// How this program names itself. Trakt's edge turns requests without a name away.
const USER_AGENT: &str = concat!(
    "anilist-trakt-sync/",
    env!("CARGO_PKG_VERSION"),
    " (+https://github.com/anilist-trakt-sync/anilist-trakt-sync)"
);

/// The HTTP client cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("no HTTPS client can be made; is a CA certificate store installed? {0}")]
pub struct BuildError(String);

/// The clients of one process.
#[derive(Debug)]
pub(super) struct Clients {
    plain: reqwest::Client,
    /// For mapping files, which are sent on to where they are.
    files: reqwest::Client,
    /// For addresses that others than the operator have set. It is made with its first request: making one
    /// takes a good part of the time in which the service starts.
    internet: OnceLock<reqwest::Client>,
}

impl Clients {
    pub(super) fn new() -> Result<Self, BuildError> {
        let (plain, files) = (plain_client()?, built(builder(redirect::of_files()))?);
        Ok(Self { plain, files, internet: OnceLock::new() })
    }

    /// The one for requests of this reach to a service of this kind.
    pub(super) fn of(&self, reach: Reach, kind: ServiceKind) -> Result<&reqwest::Client, Fault> {
        match (reach, kind) {
            (Reach::Internet, _) => self.internet(),
            (Reach::Anywhere, ServiceKind::File) => Ok(&self.files),
            (
                Reach::Anywhere,
                ServiceKind::Account
                | ServiceKind::Catalogue
                | ServiceKind::Pictures
                | ServiceKind::Webhook
                | ServiceKind::Identity,
            ) => Ok(&self.plain),
        }
    }

    /// Connects to addresses of the internet alone. A proxy would resolve the names itself, and be one of the
    /// network's own addresses, so none stands in between.
    fn internet(&self) -> Result<&reqwest::Client, Fault> {
        if let Some(client) = self.internet.get() {
            return Ok(client);
        }
        let client = builder(redirect::none()).dns_resolver(InternetNames).no_proxy();
        let client = built(client).map_err(|cause| Fault::Local { cause: cause.to_string() })?;
        Ok(self.internet.get_or_init(|| client))
    }
}

/// A client without gates and repeats, for the store: that is part of this service, and a breaker
/// would keep it away for a minute after it is back. It follows no redirects.
pub fn plain_client() -> Result<reqwest::Client, BuildError> {
    built(builder(redirect::none()))
}

fn built(client: reqwest::ClientBuilder) -> Result<reqwest::Client, BuildError> {
    // A second call finds one installed, which is as good.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    client.build().map_err(|cause| BuildError(cause.to_string()))
}

#[expect(clippy::disallowed_methods, reason = "this is the place that may")]
fn builder(redirects: Policy) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .connect_timeout(Duration::from_secs(10))
        .redirect(redirects)
        // The address that a redirect came from may hold a key.
        .referer(false)
        // Repeats are decided in one place, `Outbound::repeat`.
        .retry(reqwest::retry::never())
}
