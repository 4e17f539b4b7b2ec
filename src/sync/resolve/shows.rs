//! The shows of a run: from the store in one read, the rest from Trakt.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicI64, Ordering};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use jiff::{SignedDuration, Timestamp};

use super::budget::Budget;
use crate::clock::age;
use crate::domain::{Digest, Show, StoredShow, TraktShowId};
use crate::hub::error::Result;
use crate::outbound::{Fault, ProviderError};
use crate::placing::breakpoints::breakpoints;
use crate::placing::place::Shows;
use crate::placing::reuse::digest_of;
use crate::store::{Store, StoreError, Write, or_absent};

/// Shows are asked for side by side, as many as this: when one is answered, the next is asked for.
const CONCURRENT_SHOWS: usize = 6;

/// Fetched shows are saved in groups, so that a stop loses little.
const SHOWS_PER_SAVE: usize = 500;

/// A stored show younger than this is not asked for again because an episode is missing in it.
pub(super) const RECHECK: SignedDuration = SignedDuration::from_hours(6);

/// A show is looked at as it was no longer ago than this before something new is posted to it.
pub(super) const FRESH: SignedDuration = SignedDuration::from_hours(24);

/// The shows that are known in a run.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    shows: Shows,
    fetched_at: HashMap<TraktShowId, Timestamp>,
    unsaved: Vec<Write>,
    /// Shows of which Trakt's answer told nothing.
    odd: BTreeSet<TraktShowId>,
    young_until: Earliest,
}

/// The earliest of some moments, in Unix milliseconds.
#[derive(Debug)]
struct Earliest(AtomicI64);

impl Default for Earliest {
    fn default() -> Self {
        Self(AtomicI64::new(i64::MAX))
    }
}

impl Shelf {
    pub(super) fn shows(&self) -> &Shows {
        &self.shows
    }

    pub(super) fn into_shows(self) -> Shows {
        self.shows
    }

    /// When the first of the copies that were young enough is no longer; none when none had to be.
    pub(super) fn young_until(&self) -> Option<Timestamp> {
        Timestamp::from_millisecond(self.young_until.0.load(Ordering::Relaxed)).ok()
    }

    /// Whether a copy is too old, which a later run may find although this one does not.
    fn is_too_old(&self, fetched_at: Timestamp, span: SignedDuration, now: Timestamp) -> bool {
        let is_old = is_older(fetched_at, span, now);
        if !is_old {
            let end = fetched_at.saturating_add(span).unwrap_or(Timestamp::MAX);
            self.young_until.0.fetch_min(end.as_millisecond(), Ordering::Relaxed);
        }
        is_old
    }

    pub(super) fn has(&self, id: TraktShowId) -> bool {
        self.shows.contains_key(&id)
    }

    /// Whether Trakt was asked for a show, and what it answered told nothing.
    pub(super) fn is_odd(&self, id: TraktShowId) -> bool {
        self.odd.contains(&id)
    }

    /// Those of some shows that Trakt does not have.
    pub(super) fn gone(&self, shows: impl Iterator<Item = TraktShowId>) -> BTreeSet<TraktShowId> {
        shows.filter(|id| matches!(self.shows.get(id), Some(None))).collect()
    }

    /// Whether the copy is old enough to be asked for again because it lacks something.
    pub(super) fn may_be_stale(&self, id: TraktShowId, asking: &Budget<'_>) -> bool {
        self.is_older(id, RECHECK, asking)
    }

    fn is_older(&self, id: TraktShowId, age: SignedDuration, asking: &Budget<'_>) -> bool {
        let now = asking.means.clock.now();
        self.fetched_at.get(&id).is_some_and(|at| self.is_too_old(*at, age, now))
    }

    /// The digests of these shows, without reading the shows that are not known yet.
    pub(super) async fn digests(
        &self,
        wanted: BTreeSet<TraktShowId>,
        asking: &Budget<'_>,
    ) -> Result<HashMap<TraktShowId, Digest>> {
        let (here, there): (Vec<_>, Vec<_>) = wanted.into_iter().partition(|id| self.has(*id));
        let versions = asking.means.store.shared().show_versions(&there).await;
        let versions = or_absent(versions, "Decisions are made anew")?;
        let stored = versions.into_iter().map(|(id, version)| (id, version.digest));
        let known =
            here.iter().filter_map(|id| Some((*id, digest_of(self.shows.get(id)?.as_ref(), *id))));
        Ok(stored.chain(known).collect())
    }

    /// Makes these shows known: from the store in one read, the rest from Trakt.
    pub(super) async fn load(
        &mut self,
        wanted: BTreeSet<TraktShowId>,
        asking: &mut Budget<'_>,
    ) -> Result<()> {
        let missing: Vec<_> = wanted.into_iter().filter(|id| !self.has(*id)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let mut stored = readable(&**asking.means.store.shared(), &missing).await?;
        let mut absent = BTreeSet::new();
        for id in missing {
            match stored.remove(&id) {
                Some(row) if !self.is_gone_and_old(&row, asking) => {
                    self.fetched_at.insert(id, row.fetched_at);
                    self.shows.insert(id, listed(row.show));
                }
                _ => {
                    absent.insert(id);
                }
            }
        }
        self.fetch(absent, asking).await
    }

    /// Makes these shows known as Trakt has listed them within some time.
    pub(super) async fn load_within(
        &mut self,
        age: SignedDuration,
        wanted: BTreeSet<TraktShowId>,
        asking: &mut Budget<'_>,
    ) -> Result<()> {
        self.load(wanted.clone(), asking).await?;
        let old = wanted.into_iter().filter(|id| self.is_older(*id, age, asking)).collect();
        self.fetch(old, asking).await
    }

    /// Asks Trakt for these shows. One that could not be asked for stays as it was.
    pub(super) async fn fetch(
        &mut self,
        wanted: BTreeSet<TraktShowId>,
        asking: &mut Budget<'_>,
    ) -> Result<()> {
        let trakt = asking.means.trakt;
        let ask = async |id| (id, trakt.seasons(id).await);
        let mut wanted = wanted.into_iter();
        let mut asked = FuturesUnordered::new();
        loop {
            while asked.len() < CONCURRENT_SHOWS && !asking.must_stop() {
                let Some(id) = wanted.next() else { break };
                asked.push(ask(id));
            }
            let Some((id, answer)) = asked.next().await else { break };
            asking.looked_at(1);
            self.take(id, answer, asking)?;
            if self.unsaved.len() >= SHOWS_PER_SAVE {
                self.save(asking).await?;
            }
        }
        self.save(asking).await
    }

    /// A show that Trakt did not have is asked for again after a while.
    fn is_gone_and_old(&self, row: &StoredShow, asking: &Budget<'_>) -> bool {
        let now = asking.means.clock.now();
        row.show.episodes().is_empty() && self.is_too_old(row.fetched_at, RECHECK, now)
    }

    fn take(
        &mut self,
        id: TraktShowId,
        answer: std::result::Result<Show, ProviderError>,
        asking: &mut Budget<'_>,
    ) -> Result<()> {
        let show = match answer {
            Ok(show) => show,
            Err(ProviderError { fault: Fault::NotFound, .. }) => Show::new(id, Vec::new()),
            // It replaces no copy, and holds up no other show.
            Err(error) if error.fault.is_of_one_question() => {
                self.odd.insert(id);
                asking.pass_over(&error);
                return Ok(());
            }
            Err(error) => return asking.interrupt(error),
        };
        let now = asking.means.clock.now();
        self.unsaved.push(Write::Show(StoredShow {
            fetched_at: now,
            breakpoints: breakpoints(&show),
            show: show.clone(),
        }));
        self.fetched_at.insert(id, now);
        self.shows.insert(id, listed(show));
        Ok(())
    }

    async fn save(&mut self, asking: &Budget<'_>) -> Result<()> {
        if self.unsaved.is_empty() {
            return Ok(());
        }
        let writes = std::mem::take(&mut self.unsaved);
        asking.write(writes).await
    }
}

/// The stored copies that can be read. Trakt has what the others were copied from, so they are asked
/// for again and hold nothing up.
async fn readable(
    store: &dyn Store,
    ids: &[TraktShowId],
) -> Result<HashMap<TraktShowId, StoredShow>> {
    let all = store.shows(ids).await;
    if !matches!(all, Err(StoreError::Corrupt { .. })) {
        return Ok(all?);
    }
    let mut copies = HashMap::new();
    for id in ids {
        let copy = store.shows(std::slice::from_ref(id)).await;
        copies.extend(or_absent(copy, "A show is asked for again")?);
    }
    Ok(copies)
}

/// A copy from a time that is to come is as good as old.
fn is_older(fetched_at: Timestamp, span: SignedDuration, now: Timestamp) -> bool {
    age(fetched_at, now).is_none_or(|age| age > span)
}

fn listed(show: Show) -> Option<Show> {
    (!show.episodes().is_empty()).then_some(show)
}
