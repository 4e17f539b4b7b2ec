//! Signing in to Trakt: with a code that its page shows, or on another device.

use secrecy::SecretString;

use super::SignIn;
use crate::oauth::{DevicePoll, Granted, OAuth};
use crate::outbound::ProviderError;

impl SignIn {
    /// The protocol it goes by.
    pub fn oauth(&self) -> &OAuth {
        &self.protocol
    }

    /// Whether an app is configured, so that somebody can sign in.
    pub fn has_app(&self) -> bool {
        self.protocol.has_app()
    }

    /// Signs in with the code of the service's page. Gives the seconds that the access token lives; 0
    /// when that is not known.
    pub async fn exchange(&self, code: &str) -> Result<u32, ProviderError> {
        self.granted(self.protocol.exchange(code).await?).await
    }

    /// Asks once how a sign-in by code stands, and keeps the tokens when it is approved. That gives the
    /// seconds that the access token lives; 0 when that is not known.
    pub async fn device_poll(&self, code: &SecretString) -> Result<DevicePoll<u32>, ProviderError> {
        Ok(match self.protocol.device_poll(code).await? {
            DevicePoll::Approved(reply) => DevicePoll::Approved(self.granted(reply).await?),
            DevicePoll::Pending => DevicePoll::Pending,
            DevicePoll::SlowDown => DevicePoll::SlowDown,
            DevicePoll::Denied => DevicePoll::Denied,
            DevicePoll::Expired => DevicePoll::Expired,
            DevicePoll::Used => DevicePoll::Used,
            DevicePoll::Unknown => DevicePoll::Unknown,
        })
    }

    /// Keeps the tokens of a new sign-in. Gives the seconds that the access token lives; 0 when that
    /// is not known.
    async fn granted(&self, reply: Granted) -> Result<u32, ProviderError> {
        let life = reply.life().unwrap_or_default().as_secs();
        self.enter(reply, None).await?;
        Ok(u32::try_from(life).unwrap_or_default())
    }
}
