//! One run at a time for each account.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use tokio::runtime::Handle;
use tokio::sync::Mutex as AsyncMutex;
use tokio::time::Instant;
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument as _;

use super::in_flight::InFlight;
use crate::domain::RunId;
use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::store::{Fence, RUN, Taken, Write, keys};
use crate::sync::resolve::CANCELLED;

/// How long the lock outlives its last renewal: where the store cannot tell that a process died,
/// the next run begins at most so much later.
const LEASE: Duration = Duration::from_secs(12);

/// How often it is renewed.
const RENEWAL: Duration = Duration::from_secs(4);

/// The proof that this run, and no other, may write to the person's Trakt: nothing but taking the lock
/// makes one. However a run ends, its lock is given back when this goes.
#[derive(Debug)]
pub struct RunLock {
    person: Arc<Person>,
    proof: Taken,
    owner: String,
    hold: Arc<Hold>,
    /// What is in flight, as the store has it. Locked while it is written.
    record: Arc<AsyncMutex<Option<String>>>,
    renewal: AbortOnDropHandle<()>,
    is_released: bool,
    /// The run, once it has a number.
    run: OnceLock<RunId>,
    has_written: AtomicBool,
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

    /// What is over stays over: another may have had the lock meanwhile.
    fn prolong(&self, asked: Instant) {
        let mut until = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *until = until.filter(|until| *until > Instant::now()).map(|_| asked + LEASE);
    }

    fn end(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl RunLock {
    /// Works while the person's lock is held, and gives it back however the work ends.
    pub async fn during<T>(
        person: &Arc<Person>,
        work: impl for<'l> FnOnce(&'l Self) -> BoxFuture<'l, Result<T>>,
    ) -> Result<T> {
        let lock = Self::acquire(person).await?;
        let done = work(&lock).await;
        if matches!(done, Err(Error::AccountGone)) {
            // It is a line of the service: nothing is kept of who is gone.
            tracing::warn!(parent: None, "[Sync] A run ended before its end, as its account is gone");
        }
        if let Err(error) = lock.release().await {
            tracing::warn!("The run lock could not be given back: {error}");
        }
        done
    }

    /// What writing to the person's services asks for.
    pub(super) fn proof(&self) -> &Taken {
        &self.proof
    }

    /// Whose lock it is.
    pub fn person(&self) -> &Arc<Person> {
        &self.person
    }

    /// Takes the lock, or says since when another run has had it.
    pub async fn acquire(person: &Arc<Person>) -> Result<Self> {
        let person = &person.while_there().await?;
        let owner = person.services.new_owner();
        let asked = Instant::now();
        let answer = person.store.lock(RUN, &owner, person.services.clock.now(), LEASE).await?;
        match answer {
            Err(holder) => Err(Error::RunInProgress { since: holder.since }),
            Ok(proof) => {
                let hold = Arc::new(Hold::since(asked));
                let record = Arc::default();
                let kept = Kept { hold: Arc::clone(&hold), record: Arc::clone(&record) };
                let renewal = kept.renew(Arc::clone(person), owner.clone());
                let renewal = AbortOnDropHandle::new(tokio::spawn(renewal.in_current_span()));
                let person = Arc::clone(person);
                let (run, has_written) = (OnceLock::new(), AtomicBool::new(false));
                let is_released = false;
                Ok(Self {
                    person,
                    proof,
                    owner,
                    hold,
                    record,
                    renewal,
                    is_released,
                    run,
                    has_written,
                })
            }
        }
    }

    /// From now on what is written is written by this run.
    pub(super) fn is_of(&self, run: RunId) {
        self.run.get_or_init(|| run);
    }

    /// Whether something came of the run that had to be written.
    pub(super) fn has_written(&self) -> bool {
        self.has_written.load(Ordering::Relaxed)
    }

    /// Takes note of what is in flight, as the store has it.
    pub(super) async fn found(&self, record: Option<String>) {
        *self.record.lock().await = record;
    }

    /// Replaces the record of what is in flight, if this run still has the lock and the record is
    /// its own. Without this nothing may be sent. False when another has taken over, or when the
    /// store has forgotten the lock or the record.
    pub(super) async fn record(&self, in_flight: &InFlight) -> Result<bool> {
        let mut record = self.record.lock().await;
        let text = in_flight.text()?;
        self.has_written.store(true, Ordering::Relaxed);
        let write = Write::Config { key: keys::IN_FLIGHT, value: text.clone() };
        let fence = Fence { lock: RUN, owner: &self.owner };
        let store = &self.person.store;
        let before = record.as_deref();
        let done = store.write_fenced(fence, keys::IN_FLIGHT, before, vec![write]).await?;
        if done {
            *record = text;
        } else {
            self.hold.end();
        }
        Ok(done)
    }

    /// Writes what became of something that was sent, and in the same step what is in flight now.
    /// When the record is another's by now, that stays: its owner has taken over, and what is
    /// written is true anyway.
    pub(super) async fn settle(&self, in_flight: &InFlight, mut writes: Vec<Write>) -> Result<()> {
        let mut record = self.record.lock().await;
        let text = in_flight.text()?;
        if writes.is_empty() && text == *record {
            return Ok(());
        }
        self.has_written.store(true, Ordering::Relaxed);
        if !writes.is_empty() {
            writes.extend(self.run.get().copied().map(Write::ByRun));
        }
        let mut both = writes.clone();
        both.push(Write::Config { key: keys::IN_FLIGHT, value: text.clone() });
        let store = &self.person.store;
        if store.write_if(keys::IN_FLIGHT, record.as_deref(), both).await? {
            *record = text;
        } else if !writes.is_empty() {
            store.write(writes).await?;
        }
        Ok(())
    }

    /// Whether the lock could not be kept, so that another process may have it by now. A process
    /// that was suspended finds its time over before it renews.
    pub fn is_lost(&self) -> bool {
        self.hold.is_over()
    }

    /// Why nothing more may be sent, if so. One small read, where the person has an account: another
    /// process may have removed it or shut its owner out.
    pub(super) async fn must_stop(&self, person: &Person) -> Result<Option<String>> {
        let cause = if person.services.is_stopping() {
            Some("the service is being stopped")
        } else if person.live.is_cancelled() {
            Some(CANCELLED)
        } else if self.is_lost() {
            Some("the run lock was lost to another process, or the store forgot it")
        } else {
            person.must_stop().await?
        };
        Ok(cause.map(str::to_owned))
    }

    /// Whether so much time passed since `before`, by the clock on the wall, that another may have
    /// taken over: a machine that slept does not see it otherwise.
    pub(super) fn may_have_slept(&self, before: Timestamp) -> bool {
        let passed = self.person.services.clock.now().duration_since(before);
        passed.unsigned_abs() >= LEASE
    }

    /// Gives the lock back.
    pub async fn release(mut self) -> Result<()> {
        self.is_released = true;
        self.renewal.abort();
        Ok(self.person.store.unlock(RUN, &self.owner).await?)
    }
}

impl Drop for RunLock {
    fn drop(&mut self) {
        self.renewal.abort();
        let Ok(runtime) = Handle::try_current() else { return };
        if self.is_released {
            return;
        }
        let (person, owner) = (Arc::clone(&self.person), self.owner.clone());
        let unlocking = async move {
            if let Err(error) = person.store.unlock(RUN, &owner).await {
                tracing::warn!("The run lock could not be given back: {error}");
            }
        };
        runtime.spawn(unlocking.in_current_span());
    }
}

/// What has to be kept in the store while a run goes on.
struct Kept {
    hold: Arc<Hold>,
    record: Arc<AsyncMutex<Option<String>>>,
}

impl Kept {
    /// Renews the lock well before its lease ends. A renewal that fails is tried again until then.
    async fn renew(self, person: Arc<Person>, owner: String) {
        while !self.hold.is_over() {
            tokio::time::sleep(RENEWAL).await;
            let asked = Instant::now();
            match person.store.renew_lock(RUN, &owner, person.services.clock.now(), LEASE).await {
                Ok(true) => self.hold.prolong(asked),
                Ok(false) => self.hold.end(),
                Err(error) => tracing::warn!("The run lock could not be renewed: {error}"),
            }
            if let Err(error) = self.put_back(&person).await {
                tracing::warn!("What is in flight could not be looked after: {error}");
            }
        }
        tracing::warn!("The run lock was lost");
    }

    /// A store that was emptied has forgotten what is in flight, and whoever takes over has to know.
    async fn put_back(&self, person: &Person) -> Result<()> {
        let record = self.record.lock().await;
        if record.is_none() {
            return Ok(());
        }
        let write = Write::Config { key: keys::IN_FLIGHT, value: record.clone() };
        let store = &person.store;
        if store.write_if(keys::IN_FLIGHT, None, vec![write]).await? {
            tracing::warn!("The store had forgotten what is in flight, and knows it again");
        }
        Ok(())
    }
}

/// Since when a run has been going on, if one is.
pub async fn running_since(person: &Person) -> Result<Option<Timestamp>> {
    let holder = person.store.lock_holder(RUN).await?;
    Ok(holder.map(|holder| holder.since))
}
