//! The sign-in to Trakt by a code that a person types on another page, as it waits between two
//! requests: it is kept in the store, so that any process may go on with it.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::oauth::{DeviceCode, DevicePoll};
use crate::store::{Write, keys};

/// What Trakt asks to add to the pause after a poll that came too fast.
const SLOWER: u32 = 5;

/// How it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceSignIn {
    /// Nobody has begun one.
    None,
    /// The person has not typed the code, or not decided.
    Pending(Invitation),
    /// Signed in; the tokens are saved.
    Approved,
    /// The person said no.
    Denied,
    /// The code is too old, was used, or is not known any more.
    Expired,
}

/// What the person does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// What to type.
    pub user_code: String,
    /// Where.
    pub verification_url: String,
    /// Until when.
    pub expires_at: Timestamp,
    /// How often to look, in seconds.
    pub interval: u32,
}

/// The stored form.
#[derive(Serialize, Deserialize)]
struct Waiting {
    /// Who has it gets the tokens.
    device_code: String,
    user_code: String,
    verification_url: String,
    expires_at: Timestamp,
    interval: u32,
    /// Trakt is not asked before this.
    next: Timestamp,
}

impl Waiting {
    fn new(code: &DeviceCode, now: Timestamp) -> Self {
        Self {
            device_code: code.device_code.expose_secret().to_owned(),
            user_code: code.user_code.clone(),
            verification_url: code.verification_url.clone(),
            expires_at: now + seconds(code.expires_in),
            interval: code.interval,
            next: now + seconds(code.interval),
        }
    }

    fn invitation(&self) -> Invitation {
        Invitation {
            user_code: self.user_code.clone(),
            verification_url: self.verification_url.clone(),
            expires_at: self.expires_at,
            interval: self.interval,
        }
    }
}

fn seconds(seconds: u32) -> Duration {
    Duration::from_secs(seconds.into())
}

/// Begins one. A code that waits already is forgotten.
pub async fn begin(person: &Person) -> Result<Invitation> {
    let code = person.trakt.sign_in().oauth().device_code().await?;
    let waiting = Waiting::new(&code, person.services.clock.now());
    keep(person, Some(&waiting)).await?;
    Ok(waiting.invitation())
}

/// How it stands. Asks Trakt no more often than it allows, whoever looks.
pub async fn look(person: &Person) -> Result<DeviceSignIn> {
    let Some(mut waiting) = kept(person).await? else { return Ok(DeviceSignIn::None) };
    let now = person.services.clock.now();
    if now >= waiting.expires_at {
        return ended(person, DeviceSignIn::Expired).await;
    }
    if now < waiting.next {
        return Ok(DeviceSignIn::Pending(waiting.invitation()));
    }
    // Written first, so that another page that looks does not ask at the same time.
    waiting.next = now + seconds(waiting.interval);
    keep(person, Some(&waiting)).await?;
    let code = SecretString::from(waiting.device_code.clone());
    match person.trakt.sign_in().device_poll(&code).await? {
        DevicePoll::Pending => Ok(DeviceSignIn::Pending(waiting.invitation())),
        DevicePoll::SlowDown => {
            waiting.interval += SLOWER;
            waiting.next = now + seconds(waiting.interval);
            keep(person, Some(&waiting)).await?;
            Ok(DeviceSignIn::Pending(waiting.invitation()))
        }
        DevicePoll::Approved(_) => {
            tracing::info!("[Trakt] Signed in by a device code");
            ended(person, DeviceSignIn::Approved).await
        }
        DevicePoll::Denied => ended(person, DeviceSignIn::Denied).await,
        DevicePoll::Expired | DevicePoll::Used | DevicePoll::Unknown => {
            ended(person, DeviceSignIn::Expired).await
        }
    }
}

async fn ended(person: &Person, how: DeviceSignIn) -> Result<DeviceSignIn> {
    keep(person, None).await?;
    Ok(how)
}

async fn kept(person: &Person) -> Result<Option<Waiting>> {
    let stored = person.store.config(&[keys::TRAKT_DEVICE]).await?;
    let Some(text) = stored.into_iter().flatten().next() else { return Ok(None) };
    // One that cannot be read any more is as good as none: the person begins anew.
    let opened = person.services.vault.open(keys::TRAKT_DEVICE, &text).ok();
    Ok(opened.and_then(|opened| serde_json::from_str(opened.secret.expose_secret()).ok()))
}

async fn keep(person: &Person, waiting: Option<&Waiting>) -> Result<()> {
    let text = waiting.map(serde_json::to_string).transpose();
    let text = text.map_err(|cause| Error::Internal(cause.to_string()))?.map(SecretString::from);
    let value = text.map(|text| person.services.vault.seal(keys::TRAKT_DEVICE, &text)).transpose();
    let value = value.map_err(|cause| Error::Internal(cause.to_string()))?;
    let write = Write::Config { key: keys::TRAKT_DEVICE, value };
    Ok(person.store.write(vec![write]).await?)
}
