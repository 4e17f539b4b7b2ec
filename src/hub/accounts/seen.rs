//! Who was recognised a moment ago, so that a page does not look each of its requests up.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::Instant;

use super::Shown;

/// How long what another process ended may go on to be good here.
const FRESH: Duration = Duration::from_secs(5);

/// Sign-ins that are remembered at most.
const MOST: usize = 10_000;

/// What something that was shown was made for.
#[derive(Debug, Clone)]
pub(super) enum Known {
    /// Somebody's sign-in, or a token of theirs.
    Person(Box<Shown>),
    /// The sign-in of who had the service's own token.
    Holder {
        /// The mark of that token.
        mark: u32,
        /// When it ends.
        ends: Timestamp,
    },
    /// Nothing: it opens no door.
    Nobody,
}

/// What was found in the last seconds.
#[derive(Debug, Default)]
pub(super) struct Seen {
    found: Mutex<Found>,
    /// Told whenever all is forgotten.
    changes: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct Found {
    has_any: Option<(Instant, bool)>,
    shown: HashMap<String, (Instant, Known)>,
    /// Grows when all is forgotten, so that what was read before is not kept after.
    age: u64,
}

impl Seen {
    fn known(&self) -> MutexGuard<'_, Found> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there is any account, if that was asked a moment ago.
    pub(super) fn has_any(&self) -> Option<bool> {
        self.known().has_any.filter(|(at, _)| at.elapsed() < FRESH).map(|(_, any)| any)
    }

    /// Whether there was any when it was last asked.
    pub(super) fn had_any(&self) -> Option<bool> {
        self.known().has_any.map(|(_, any)| any)
    }

    pub(super) fn knows_any(&self, any: bool, age: u64) {
        let mut known = self.known();
        if known.age == age {
            known.has_any = Some((Instant::now(), any));
        }
    }

    /// What this was made for, if that was asked a moment ago.
    pub(super) fn recall(&self, key: &str) -> Option<Known> {
        let found = self.known();
        found.shown.get(key).filter(|(at, _)| at.elapsed() < FRESH).map(|(_, known)| known.clone())
    }

    /// A mark for [`Self::keep`], from before the store is asked.
    pub(super) fn age(&self) -> u64 {
        self.known().age
    }

    pub(super) fn keep(&self, key: String, shown: Known, age: u64) {
        let mut known = self.known();
        if known.age != age {
            return;
        }
        if known.shown.len() >= MOST {
            known.shown.clear();
        }
        known.shown.insert(key, (Instant::now(), shown));
    }

    /// Something changed: all is looked up anew.
    pub(super) fn forget(&self) {
        let mut known = self.known();
        known.age += 1;
        known.has_any = None;
        known.shown.clear();
        drop(known);
        self.changes.send_replace(());
    }

    /// Tells of every change from now on.
    pub(super) fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }
}
