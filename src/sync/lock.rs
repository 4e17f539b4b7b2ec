//! One run at a time for each account.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use tokio_util::task::AbortOnDropHandle;

use crate::app::App;
use crate::error::{Error, Result};
use crate::store::LockAnswer;

const NAME: &str = "sync";

/// How long the lock outlives its last renewal: where the store cannot tell that a process died,
/// the next run begins at most so much later.
const LEASE: Duration = Duration::from_secs(12);

/// How often it is renewed.
const RENEWAL: Duration = Duration::from_secs(4);

/// The proof that this run, and no other, may write to Trakt. Only [`RunLock::acquire`] makes one.
#[derive(Debug)]
pub struct RunLock {
    app: Arc<App>,
    owner: String,
    lost: Arc<AtomicBool>,
    renewal: AbortOnDropHandle<()>,
}

impl RunLock {
    /// Takes the lock, or says since when another run has had it.
    pub async fn acquire(app: &Arc<App>) -> Result<Self> {
        let owner = app.new_owner();
        let answer = app.store.lock(&app.account, NAME, &owner, app.clock.now(), LEASE).await?;
        match answer {
            LockAnswer::Held(holder) => Err(Error::RunInProgress { since: holder.since }),
            LockAnswer::Taken => {
                let lost = Arc::new(AtomicBool::new(false));
                let renewal = renew(Arc::clone(app), owner.clone(), Arc::clone(&lost));
                let renewal = AbortOnDropHandle::new(tokio::spawn(renewal));
                Ok(Self { app: Arc::clone(app), owner, lost, renewal })
            }
        }
    }

    /// Whether the lock could not be kept, so that another process may have it by now.
    pub fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Acquire)
    }

    /// Gives the lock back.
    pub async fn release(self) -> Result<()> {
        self.renewal.abort();
        Ok(self.app.store.unlock(&self.app.account, NAME, &self.owner).await?)
    }
}

/// Renews the lock well before its lease ends. One renewal may fail; two in a row would bring the
/// lease to its end, so the lock counts as lost.
async fn renew(app: Arc<App>, owner: String, lost: Arc<AtomicBool>) {
    let mut failures = 0;
    while failures < 2 {
        tokio::time::sleep(RENEWAL).await;
        match app.store.lock(&app.account, NAME, &owner, app.clock.now(), LEASE).await {
            Ok(LockAnswer::Taken) => failures = 0,
            Ok(LockAnswer::Held(_)) => break,
            Err(error) => {
                failures += 1;
                tracing::warn!("The run lock could not be renewed: {error}");
            }
        }
    }
    lost.store(true, Ordering::Release);
}

/// Since when a run has been going on, if one is.
pub async fn running_since(app: &App) -> Result<Option<Timestamp>> {
    let holder = app.store.lock_holder(&app.account, NAME, app.clock.now()).await?;
    Ok(holder.map(|holder| holder.since))
}
