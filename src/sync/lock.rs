//! One run at a time for each account.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;
use tokio_util::task::AbortOnDropHandle;

use crate::app::App;
use crate::error::{Error, Result};
use crate::mapping::resolve::CANCELLED;
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
    hold: Arc<Hold>,
    renewal: AbortOnDropHandle<()>,
}

/// How long the lock is known to be held; never again once it is lost. Locked for an instant.
#[derive(Debug)]
struct Hold(Mutex<Option<Instant>>);

impl Hold {
    /// Held from when it was asked for, which is before the store began to count.
    fn since(asked: Instant) -> Self {
        Self(Mutex::new(Some(asked + LEASE)))
    }

    fn is_over(&self) -> bool {
        let until = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_none_or(|until| until <= Instant::now())
    }

    fn prolong(&self, asked: Instant) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(asked + LEASE);
    }

    fn end(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl RunLock {
    /// Takes the lock, or says since when another run has had it.
    pub async fn acquire(app: &Arc<App>) -> Result<Self> {
        let owner = app.new_owner();
        let asked = Instant::now();
        let answer = app.store.lock(&app.account, NAME, &owner, app.clock.now(), LEASE).await?;
        match answer {
            LockAnswer::Held(holder) => Err(Error::RunInProgress { since: holder.since }),
            LockAnswer::Taken => {
                let hold = Arc::new(Hold::since(asked));
                let renewal = renew(Arc::clone(app), owner.clone(), Arc::clone(&hold));
                let renewal = AbortOnDropHandle::new(tokio::spawn(renewal));
                Ok(Self { app: Arc::clone(app), owner, hold, renewal })
            }
        }
    }

    /// Whether the lock could not be kept, so that another process may have it by now. A process
    /// that was suspended finds its time over before it renews.
    pub fn is_lost(&self) -> bool {
        self.hold.is_over()
    }

    /// Why nothing more may be sent, if so.
    pub(super) fn must_stop(&self, app: &App) -> Option<String> {
        if app.is_stopping() {
            return Some("the service is being stopped".to_owned());
        }
        if app.live.is_cancelled() {
            return Some(CANCELLED.to_owned());
        }
        self.is_lost().then(|| "another process has taken over the run".to_owned())
    }

    /// Gives the lock back.
    pub async fn release(self) -> Result<()> {
        self.renewal.abort();
        Ok(self.app.store.unlock(&self.app.account, NAME, &self.owner).await?)
    }
}

/// Renews the lock well before its lease ends. A renewal that fails is tried again until then.
async fn renew(app: Arc<App>, owner: String, hold: Arc<Hold>) {
    while !hold.is_over() {
        tokio::time::sleep(RENEWAL).await;
        let asked = Instant::now();
        match app.store.lock(&app.account, NAME, &owner, app.clock.now(), LEASE).await {
            Ok(LockAnswer::Taken) => hold.prolong(asked),
            Ok(LockAnswer::Held(_)) => hold.end(),
            Err(error) => tracing::warn!("The run lock could not be renewed: {error}"),
        }
    }
    tracing::warn!("The run lock was lost");
}

/// Since when a run has been going on, if one is.
pub async fn running_since(app: &App) -> Result<Option<Timestamp>> {
    let holder = app.store.lock_holder(&app.account, NAME, app.clock.now()).await?;
    Ok(holder.map(|holder| holder.since))
}
