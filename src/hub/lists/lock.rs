//! One run over a person's lists at a time, in this process and in all others.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument as _;

use crate::hub::error::{Error, Result};
use crate::hub::person::Person;

/// The lock's name.
const LISTS: &str = "lists";

/// How long the lock outlives its last renewal, where the store cannot tell that a process died.
const LEASE: Duration = Duration::from_secs(30);

/// How often and how far apart the lock is asked for while another run has it.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(50);

/// How often it is renewed.
const RENEWAL: Duration = Duration::from_secs(8);

/// The proof that nobody else reads, merges or writes the person's lists. However the work ends, the lock is given back
/// when this goes.
#[derive(Debug)]
pub struct ListLock {
    person: Arc<Person>,
    owner: String,
    is_lost: Arc<AtomicBool>,
    renewal: AbortOnDropHandle<()>,
    is_released: bool,
}

impl ListLock {
    /// Takes the lock.
    ///
    /// # Errors
    ///
    /// [`Error::RunInProgress`] where another run has it.
    pub async fn acquire(person: &Arc<Person>) -> Result<Self> {
        let person = person.while_there().await?;
        let owner = person.services.new_owner();
        take(&person, &owner).await?;
        let is_lost = Arc::new(AtomicBool::new(false));
        let renewal = renew(Arc::clone(&person), owner.clone(), Arc::clone(&is_lost));
        let renewal = AbortOnDropHandle::new(tokio::spawn(renewal.in_current_span()));
        Ok(Self { person, owner, is_lost, renewal, is_released: false })
    }

    /// Whose lock it is.
    pub fn person(&self) -> &Arc<Person> {
        &self.person
    }

    /// Fails where the lock was lost: another may be at the lists.
    pub fn check(&self) -> Result<()> {
        if self.is_lost.load(Ordering::Acquire) {
            return Err(Error::Internal("the lock of the lists was lost".to_owned()));
        }
        Ok(())
    }

    /// Gives it back.
    pub async fn release(mut self) {
        self.is_released = true;
        self.renewal.abort();
        give_back(&self.person, &self.owner).await;
    }
}

impl Drop for ListLock {
    fn drop(&mut self) {
        self.renewal.abort();
        let Ok(runtime) = Handle::try_current() else { return };
        if self.is_released {
            return;
        }
        let (person, owner) = (Arc::clone(&self.person), self.owner.clone());
        runtime.spawn(async move { give_back(&person, &owner).await }.in_current_span());
    }
}

/// Whether a run is at the person's lists, here or in another process.
pub async fn is_held(person: &Person) -> Result<bool> {
    Ok(person.store.lock_holder(LISTS).await?.is_some())
}

async fn give_back(person: &Person, owner: &str) {
    if let Err(cause) = person.store.unlock(LISTS, owner).await {
        tracing::warn!("The lock of the lists could not be given back: {cause}");
    }
}

/// Takes the lock, and waits a moment for a run that is about to end.
async fn take(person: &Person, owner: &str) -> Result<()> {
    let mut tries = TRIES;
    loop {
        let now = person.services.clock.now();
        match person.store.lock(LISTS, owner, now, LEASE).await? {
            Ok(_) => return Ok(()),
            Err(holder) if tries == 0 => {
                return Err(Error::RunInProgress { since: holder.since });
            }
            Err(_) => tries -= 1,
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn renew(person: Arc<Person>, owner: String, is_lost: Arc<AtomicBool>) {
    loop {
        tokio::time::sleep(RENEWAL).await;
        let now = person.services.clock.now();
        if let Ok(false) = person.store.renew_lock(LISTS, &owner, now, LEASE).await {
            is_lost.store(true, Ordering::Release);
            return;
        }
    }
}
