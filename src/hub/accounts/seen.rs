//! Who was recognised a moment ago, so that a page does not look each of its requests up.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::Shown;

/// How long what another process ended may go on to be good here.
const FRESH: Duration = Duration::from_secs(5);

/// Sign-ins that are remembered at most.
const MOST: usize = 10_000;

/// Who showed something a moment ago.
#[derive(Debug, Clone)]
pub(super) enum Recalled {
    /// Somebody.
    Person(Box<Shown>),
    /// Nobody: it opens nothing.
    Nobody,
    /// Nobody has asked.
    Unknown,
}

/// What was found in the last seconds.
#[derive(Debug, Default)]
pub(super) struct Seen(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    has_any: Option<(Instant, bool)>,
    shown: HashMap<String, (Instant, Option<Shown>)>,
    holders: HashMap<String, (Instant, bool)>,
    /// Grows when all is forgotten, so that what was read before is not kept after.
    age: u64,
}

impl Seen {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// Who showed this a moment ago.
    pub(super) fn recall(&self, key: &str) -> Recalled {
        let known = self.known();
        match known.shown.get(key).filter(|(at, _)| at.elapsed() < FRESH) {
            Some((_, Some(shown))) => Recalled::Person(Box::new(shown.clone())),
            Some((_, None)) => Recalled::Nobody,
            None => Recalled::Unknown,
        }
    }

    /// A mark for [`Self::keep`], from before the store is asked.
    pub(super) fn age(&self) -> u64 {
        self.known().age
    }

    pub(super) fn keep(&self, key: String, shown: Option<Shown>, age: u64) {
        let mut known = self.known();
        if known.age != age {
            return;
        }
        if known.shown.len() >= MOST {
            known.shown.clear();
        }
        known.shown.insert(key, (Instant::now(), shown));
    }

    /// The same of who had the service's own token.
    pub(super) fn recall_holder(&self, key: &str) -> Option<bool> {
        let known = self.known();
        known.holders.get(key).filter(|(at, _)| at.elapsed() < FRESH).map(|(_, is)| *is)
    }

    pub(super) fn keep_holder(&self, key: String, is_holder: bool, age: u64) {
        let mut known = self.known();
        if known.age != age {
            return;
        }
        if known.holders.len() >= MOST {
            known.holders.clear();
        }
        known.holders.insert(key, (Instant::now(), is_holder));
    }

    /// Something changed: all is looked up anew.
    pub(super) fn forget(&self) {
        let mut known = self.known();
        known.age += 1;
        known.has_any = None;
        known.shown.clear();
        known.holders.clear();
    }
}
