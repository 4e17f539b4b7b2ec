//! In place of the client, in a program that was built without it.

use crate::clock::Clock;
use crate::domain::Service;
use crate::hub::accounts::{Began, Beginning, Stranger};
use crate::hub::error::Result;
use crate::hub::oidc::OidcSettings;
use crate::outbound::{Fault, Outbound};

/// Knows no provider.
#[derive(Debug)]
pub struct Oidc(());

impl Oidc {
    /// The settings are refused before, where they are read.
    pub fn new(_: OidcSettings, _: Outbound, _: Clock) -> Self {
        Self(())
    }

    /// There is no such page.
    #[expect(clippy::unused_async, reason = "the other one asks the provider")]
    pub async fn page(&self, _: &Beginning) -> Result<String> {
        Err(Fault::NotConfigured.at(Service::IDENTITY).into())
    }

    /// There is nobody who could say.
    #[expect(clippy::unused_async, reason = "the other one asks the provider")]
    pub async fn who(&self, _: String, _: Began) -> Result<Stranger> {
        Err(Fault::NotConfigured.at(Service::IDENTITY).into())
    }
}
