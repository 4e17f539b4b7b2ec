//! Answers that are kept: asked for once, whoever waits, and given again while they are good.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::watch;

use crate::clock::{Clock, age};
use crate::domain::StoredAnswer;
use crate::hub::error::{Error, Result};
use crate::outbound::ProviderError;
use crate::store::Store;

/// An answer, and how old it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer<T> {
    /// What was answered.
    pub value: T,
    /// When it was, where it is older than it should be because nobody answers now.
    pub stale_since: Option<Timestamp>,
}

/// Whether an earlier answer will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    /// While it is good, and later than that when nobody answers.
    Kept,
    /// Only what is answered now.
    New,
}

/// An answer that is kept, whatever its age.
#[derive(Debug, Clone)]
pub(super) struct Held<T> {
    /// What was answered.
    pub(super) value: T,
    /// When.
    pub(super) fetched_at: Timestamp,
    /// Whether nobody has to be asked again.
    pub(super) is_good: bool,
}

/// How questions were answered since the start of the process.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// From what was kept.
    pub hits: u64,
    /// By asking.
    pub misses: u64,
    /// From what was kept for too long, as nobody answered.
    pub stale: u64,
    /// Together with somebody who asked the same at the time.
    pub shared: u64,
}

#[derive(Debug, Default)]
struct Counters {
    hits: AtomicU64,
    misses: AtomicU64,
    stale: AtomicU64,
    shared: AtomicU64,
}

/// What a question came to, as text, so that all who wait can have it.
type Outcome = std::result::Result<Answer<Arc<str>>, ProviderError>;

/// The questions that are on their way, each with where its outcome will be.
type Underway = HashMap<String, watch::Receiver<Option<Outcome>>>;

/// Answers that are kept for everybody. Clones share them.
#[derive(Debug, Clone)]
pub(super) struct Kept(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Arc<dyn Store>,
    clock: Clock,
    underway: Mutex<Underway>,
    counters: Counters,
}

impl Kept {
    pub(super) fn new(store: Arc<dyn Store>, clock: Clock) -> Self {
        let (underway, counters) = (Mutex::default(), Counters::default());
        Self(Arc::new(Inner { store, clock, underway, counters }))
    }

    /// The answer to a question. It is asked in a task of its own, so that a caller who hangs up does not
    /// take it from the others who wait. `good_for` says how long an answer is good.
    pub(super) async fn answer<T, F>(
        &self,
        key: String,
        want: Want,
        good_for: fn(&T) -> Duration,
        ask: F,
    ) -> Result<Answer<T>>
    where
        T: Serialize + DeserializeOwned + Send + Sync + 'static,
        F: Future<Output = std::result::Result<T, ProviderError>> + Send + 'static,
    {
        let mut outcome = self.join(key, want, good_for, ask);
        let lost = |_| Error::Internal("a question to a source of titles was given up".to_owned());
        let told = outcome.wait_for(Option::is_some).await.map_err(lost)?.clone();
        let answer =
            told.ok_or_else(|| Error::Internal("a question has no outcome".to_owned()))??;
        let unreadable = |cause| Error::Internal(format!("a kept answer cannot be read: {cause}"));
        let value = serde_json::from_str(&answer.value).map_err(unreadable)?;
        Ok(Answer { value, stale_since: answer.stale_since })
    }

    /// Where the outcome of a question will be: of the one that is on its way, or of a new one.
    fn join<T, F>(
        &self,
        key: String,
        want: Want,
        good_for: fn(&T) -> Duration,
        ask: F,
    ) -> watch::Receiver<Option<Outcome>>
    where
        T: Serialize + DeserializeOwned + Send + Sync + 'static,
        F: Future<Output = std::result::Result<T, ProviderError>> + Send + 'static,
    {
        let mut underway = self.0.underway();
        // A question for what is new must not be answered by one that may take what is kept.
        let name = format!("{want:?} {key}");
        if let Some(outcome) = underway.get(&name) {
            count(&self.0.counters.shared);
            return outcome.clone();
        }
        let (tell, outcome) = watch::channel(None);
        underway.insert(name.clone(), outcome.clone());
        let ends = Ends { inner: Arc::clone(&self.0), name };
        tokio::spawn(async move {
            let told = ends.inner.outcome(&key, want, good_for, ask).await;
            // Whoever asked may be gone; the answer is kept all the same.
            tell.send_replace(Some(told));
            drop(ends);
        });
        outcome
    }

    /// What is kept of these questions, where it can be read and is good still.
    pub(super) async fn good<T: DeserializeOwned>(&self, keys: &[String]) -> Vec<Option<T>> {
        let held = self.held(keys).await.into_iter();
        held.map(|held| held.filter(|held| held.is_good).map(|held| held.value)).collect()
    }

    /// What is kept of these questions, where it can be read, however old.
    pub(super) async fn held<T: DeserializeOwned>(&self, keys: &[String]) -> Vec<Option<Held<T>>> {
        let inner = &self.0;
        let held = |kept: StoredAnswer| {
            let (fetched_at, is_good) = (kept.fetched_at, inner.is_good(&kept));
            Some(Held { value: serde_json::from_str(&kept.value).ok()?, fetched_at, is_good })
        };
        inner.read(keys).await.into_iter().map(|kept| kept.and_then(held)).collect()
    }

    /// The time by which answers age.
    pub(super) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Counts questions that were answered together.
    pub(super) fn count_together(&self, hits: usize, misses: usize, stale: usize) {
        let Counters { hits: all, misses: asked, stale: old, .. } = &self.0.counters;
        for (counter, more) in [(all, hits), (asked, misses), (old, stale)] {
            counter.fetch_add(more as u64, Ordering::Relaxed);
        }
    }

    /// Keeps answers that were had in another way.
    pub(super) async fn keep<T: Serialize + Sync>(
        &self,
        answers: &[(String, T)],
        good_for: Duration,
    ) {
        let (now, inner) = (self.0.clock.now(), &self.0);
        let kept = answers.iter().filter_map(|(key, value)| {
            let value = serde_json::to_string(value).ok()?;
            Some((key.clone(), StoredAnswer { value, fetched_at: now, good_until: now + good_for }))
        });
        inner.put(kept.collect()).await;
    }

    pub(super) fn counts(&self) -> Counts {
        let Counters { hits, misses, stale, shared } = &self.0.counters;
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counts { hits: read(hits), misses: read(misses), stale: read(stale), shared: read(shared) }
    }

    /// How many answers are kept.
    pub(super) async fn entries(&self) -> Result<u64> {
        Ok(self.0.store.answers_count().await?)
    }
}

/// Takes a question off the list of those that are on their way, however it ends.
struct Ends {
    inner: Arc<Inner>,
    name: String,
}

impl Drop for Ends {
    fn drop(&mut self) {
        self.inner.underway().remove(&self.name);
    }
}

impl Inner {
    /// Locked for an instant.
    fn underway(&self) -> MutexGuard<'_, Underway> {
        self.underway.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn outcome<T: Serialize + DeserializeOwned + Sync>(
        &self,
        key: &str,
        want: Want,
        good_for: fn(&T) -> Duration,
        ask: impl Future<Output = std::result::Result<T, ProviderError>> + Send,
    ) -> Outcome {
        let kept = match want {
            Want::Kept => self.kept::<T>(key).await,
            Want::New => None,
        };
        if let Some(kept) = kept.as_ref().filter(|kept| self.is_good(kept)) {
            count(&self.counters.hits);
            return Ok(Answer { value: kept.value.as_str().into(), stale_since: None });
        }
        count(&self.counters.misses);
        match (ask.await, kept) {
            (Ok(value), _) => self.take(key, &value, good_for(&value)).await,
            (Err(error), Some(kept)) => {
                count(&self.counters.stale);
                tracing::debug!(
                    "a source of titles does not answer, so an old answer is given: {error}"
                );
                let stale_since = Some(kept.fetched_at);
                Ok(Answer { value: kept.value.as_str().into(), stale_since })
            }
            (Err(error), None) => Err(error),
        }
    }

    /// Whether it is not too old. One from a time that is to come is not gone by: a clock was wrong.
    fn is_good(&self, kept: &StoredAnswer) -> bool {
        let now = self.clock.now();
        age(kept.fetched_at, now).is_some() && now < kept.good_until
    }

    /// What is kept, if it can be read: another version of this program may have written it.
    async fn kept<T: DeserializeOwned>(&self, key: &str) -> Option<StoredAnswer> {
        let kept = self.read(&[key.to_owned()]).await.pop().flatten()?;
        serde_json::from_str::<T>(&kept.value).is_ok().then_some(kept)
    }

    /// As many as there are keys; nothing where the store does not answer.
    async fn read(&self, keys: &[String]) -> Vec<Option<StoredAnswer>> {
        let read = self.store.answers(keys).await;
        read.unwrap_or_else(|cause| {
            tracing::warn!("Kept answers cannot be read: {cause}");
            keys.iter().map(|_| None).collect()
        })
    }

    async fn take<T: Serialize>(&self, key: &str, value: &T, good_for: Duration) -> Outcome {
        let value = serde_json::to_string(value).unwrap_or_default();
        let now = self.clock.now();
        let answer =
            StoredAnswer { value: value.clone(), fetched_at: now, good_until: now + good_for };
        self.put(vec![(key.to_owned(), answer)]).await;
        Ok(Answer { value: value.into(), stale_since: None })
    }

    /// An answer that cannot be kept is an answer all the same.
    async fn put(&self, answers: Vec<(String, StoredAnswer)>) {
        if answers.is_empty() {
            return;
        }
        if let Err(cause) = self.store.put_answers(answers).await {
            tracing::warn!("An answer of a source of titles cannot be kept: {cause}");
        }
    }
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
