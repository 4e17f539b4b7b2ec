//! The protocols by which a sign-in is renewed.

use jiff::Timestamp;
use secrecy::SecretString;

use crate::domain::Service;
use crate::oauth::{App, CodeFlow, Granted, OAuth, PasswordFlow};
use crate::outbound::Fault;

/// A way to renew a sign-in at one service.
pub trait Renews: std::fmt::Debug + Send + Sync + 'static {
    /// Whose sign-in it is.
    fn service(&self) -> Service;

    /// The time by the clock that requests go by.
    fn now(&self) -> Timestamp;

    /// Whether there is what every renewal needs.
    fn is_set_up(&self) -> bool;

    /// Uses a refresh token up for a new pair, as the app that it was given to. [`Fault::SignedOut`] when the
    /// service calls it dead.
    fn renew(
        &self,
        refresh: &SecretString,
        app: Option<&App>,
    ) -> impl Future<Output = Result<Granted, Fault>> + Send;
}

impl Renews for OAuth {
    fn service(&self) -> Service {
        Self::service(self)
    }

    fn now(&self) -> Timestamp {
        Self::now(self)
    }

    fn is_set_up(&self) -> bool {
        self.has_app()
    }

    async fn renew(&self, refresh: &SecretString, _: Option<&App>) -> Result<Granted, Fault> {
        self.refresh(refresh).await
    }
}

impl Renews for CodeFlow {
    fn service(&self) -> Service {
        Self::service(self)
    }

    fn now(&self) -> Timestamp {
        Self::now(self)
    }

    /// A pair remembers the app it was given to.
    fn is_set_up(&self) -> bool {
        true
    }

    async fn renew(&self, refresh: &SecretString, app: Option<&App>) -> Result<Granted, Fault> {
        let app = app.ok_or(Fault::NotConfigured)?;
        let given = self.refresh(app, refresh).await.map_err(|error| error.fault)?;
        Granted::of(given, Some(refresh)).ok_or(Fault::SignedOut)
    }
}

impl Renews for PasswordFlow {
    fn service(&self) -> Service {
        Self::service(self)
    }

    fn now(&self) -> Timestamp {
        Self::now(self)
    }

    fn is_set_up(&self) -> bool {
        true
    }

    async fn renew(&self, refresh: &SecretString, _: Option<&App>) -> Result<Granted, Fault> {
        self.refresh(refresh).await.map_err(|error| error.fault)
    }
}
