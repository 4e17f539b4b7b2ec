//! Signing in by OAuth 2 (RFC 6749): the protocol, for whichever service. Nothing is kept here.

mod code;
mod device;
mod grant;
mod granted;
mod password;

use jiff::Timestamp;
use reqwest::Url;
use secrecy::SecretString;

pub use self::code::{App, CodeFlow, Given, InvalidProof, Proof};
pub use self::device::{DeviceCode, DevicePoll};
pub use self::granted::Granted;
pub use self::password::PasswordFlow;
use crate::outbound::{Fault, Lane, Outbound, ProviderError, Request};
use anilist_trakt_sync_core::domain::Service;

/// How a service signs people in, and as which app it is asked.
#[derive(Debug, Clone)]
pub struct Provider {
    /// The service.
    pub service: Service,
    /// By which limits it is asked.
    pub lane: Lane,
    /// What comes before `/oauth/token`.
    pub url: String,
    /// The page on which a person allows the app.
    pub authorize_page: String,
    /// Where that page sends the person, or what makes it show the code.
    pub redirect_uri: &'static str,
    /// The app's id.
    pub client_id: Option<String>,
    /// The app's secret.
    pub client_secret: Option<SecretString>,
    /// What every request carries besides.
    pub headers: &'static [(&'static str, &'static str)],
    /// The header that carries the app's id, where the service wants one.
    pub id_header: Option<&'static str>,
}

/// Asks a service for tokens. Bodies are JSON: Trakt takes no forms (trakt-api#676).
#[derive(Debug, Clone)]
pub struct OAuth {
    outbound: Outbound,
    provider: Provider,
}

impl OAuth {
    /// A client of the service's sign-in.
    pub fn new(outbound: Outbound, provider: Provider) -> Self {
        Self { outbound, provider }
    }

    /// Whether an app is configured, so that somebody can sign in.
    pub fn has_app(&self) -> bool {
        self.app().is_ok()
    }

    /// The time by the clock that requests go by.
    pub fn now(&self) -> Timestamp {
        self.outbound.now()
    }

    /// Whose sign-in it is.
    pub fn service(&self) -> Service {
        self.provider.service
    }

    /// This fault, at the service.
    pub fn failed(&self, fault: Fault) -> ProviderError {
        fault.at(self.provider.service)
    }

    /// The page on which a person allows the app and is shown a code for [`Self::exchange`].
    pub fn authorize_url(&self) -> Result<String, ProviderError> {
        let (id, back) = (self.client_id()?, self.provider.redirect_uri);
        let query = [("response_type", "code"), ("client_id", id), ("redirect_uri", back)];
        let page = Url::parse_with_params(&self.provider.authorize_page, query)
            .map_err(|cause| self.failed(Fault::Local { cause: cause.to_string() }))?;
        Ok(page.into())
    }

    /// Adds what every request carries.
    fn identified(&self, request: Request) -> Result<Request, ProviderError> {
        let headers = self.provider.headers.iter();
        let request = headers.fold(request, |request, (name, value)| request.header(name, value));
        match self.provider.id_header {
            Some(name) => request.private_header(name, self.client_id()?),
            None => Ok(request),
        }
    }

    fn client_id(&self) -> Result<&str, ProviderError> {
        let id = self.provider.client_id.as_deref();
        id.ok_or_else(|| self.failed(Fault::NotConfigured))
    }
}
