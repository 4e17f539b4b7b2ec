//! Signing in on another device, with a short code.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;

use super::{Granted, OAuth};
use crate::outbound::ProviderError;

/// A sign-in that waits for a person.
#[derive(Debug, Clone, Deserialize)]
pub struct DeviceCode {
    /// What [`OAuth::device_poll`] asks about. Who has it gets the tokens.
    pub device_code: SecretString,
    /// What the person types.
    pub user_code: String,
    /// Where the person types it.
    pub verification_url: String,
    /// How long it is good for, in seconds.
    pub expires_in: u32,
    /// The time to leave between two polls, in seconds.
    pub interval: u32,
}

/// How a sign-in by code stands. `T` is what comes with the approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DevicePoll<T> {
    /// The person has not decided.
    Pending,
    /// The polls come too fast.
    SlowDown,
    /// The person said yes.
    Approved(T),
    /// The person said no.
    Denied,
    /// The code is too old.
    Expired,
    /// The code has been used.
    Used,
    /// The service knows no such code.
    Unknown,
}

impl OAuth {
    /// Begins a sign-in by code.
    pub async fn device_code(&self) -> Result<DeviceCode, ProviderError> {
        let body = json!({ "client_id": self.app()?.id });
        self.post("/oauth/device/code", &body, &[]).await?.secret_json()
    }

    /// Asks once how a sign-in by code stands. The statuses are those of Trakt's device flow, which is
    /// not that of RFC 8628.
    pub async fn device_poll(
        &self,
        code: &SecretString,
    ) -> Result<DevicePoll<Granted>, ProviderError> {
        let app = self.app()?;
        let body = json!({
            "code": code.expose_secret(),
            "client_id": app.id,
            "client_secret": app.secret,
        });
        let answer =
            self.post("/oauth/device/token", &body, &[400, 404, 409, 410, 418, 429]).await?;
        Ok(match answer.status() {
            400 => DevicePoll::Pending,
            404 => DevicePoll::Unknown,
            409 => DevicePoll::Used,
            410 => DevicePoll::Expired,
            418 => DevicePoll::Denied,
            429 => DevicePoll::SlowDown,
            _ => DevicePoll::Approved(answer.secret_json()?),
        })
    }
}
