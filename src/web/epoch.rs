//! When all sign-ins were last ended before their time.
//!
//! A cookie names the epoch it was made in, and a sign-out begins a new one. So the service need
//! not remember sign-ins, and a copy of a cookie ends with it.

use std::time::Duration;

use aws_lc_rs::rand;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::store::{Write, keys};

/// How long another copy of the service may go on to take a sign-in that was ended.
const FRESH: Duration = Duration::from_secs(5);

/// The epoch in force, as it was last read.
#[derive(Debug, Default)]
pub(super) struct Epoch(
    /// Held while it is read, so that one reads for all.
    Mutex<Option<Known>>,
);

#[derive(Debug)]
struct Known {
    at: Instant,
    /// Empty before the first sign-out; none while the store has never answered.
    epoch: Option<String>,
}

impl Epoch {
    /// The epoch in force; none while the store has never answered. Nothing can be read or changed
    /// then, so a sign-in that was ended opens nothing either.
    pub(super) async fn current(&self, person: &Person) -> Option<String> {
        let mut known = self.0.lock().await;
        match &*known {
            Some(known) if known.at.elapsed() < FRESH => known.epoch.clone(),
            _ => read(&mut known, person).await,
        }
    }

    /// The same, and what another copy of the service began a moment ago counts.
    pub(super) async fn read_anew(&self, person: &Person) -> Option<String> {
        read(&mut *self.0.lock().await, person).await
    }

    /// Ends all sign-ins there are.
    pub(super) async fn end(&self, person: &Person) -> Result<()> {
        let mut known = self.0.lock().await;
        let epoch = new()?;
        let write = Write::Config { key: keys::SIGN_IN_EPOCH, value: Some(epoch.clone()) };
        person.store.write(vec![write]).await?;
        *known = Some(Known { at: Instant::now(), epoch: Some(epoch) });
        Ok(())
    }
}

async fn read(known: &mut Option<Known>, person: &Person) -> Option<String> {
    let before = known.take().and_then(|known| known.epoch);
    let epoch = stored(person).await.or(before);
    *known = Some(Known { at: Instant::now(), epoch: epoch.clone() });
    epoch
}

async fn stored(person: &Person) -> Option<String> {
    match person.store.config(&[keys::SIGN_IN_EPOCH]).await {
        Ok(values) => Some(values.into_iter().flatten().next().unwrap_or_default()),
        Err(cause) => {
            tracing::warn!("[Access] It cannot be read who signed out: {cause}");
            None
        }
    }
}

/// Another one than any before, also where a clock was set back.
fn new() -> Result<String> {
    let mut bytes = [0; 12];
    rand::fill(&mut bytes)
        .map_err(|_| Error::Internal("there is no chance to be had".to_owned()))?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}
