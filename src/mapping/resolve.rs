//! Turns foreign ids into Trakt's and fetches the shows that entries may belong to.
//!
//! Asking costs requests, so it is done in rounds: first with what is known without asking, then
//! with further shows for entries that could not be placed, and only then by looking ids up.

mod look;

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use super::breakpoints::breakpoints;
use super::claims::{Claim, Knowledge, Reference, ReferenceId, claims};
use super::datasets::Snapshot;
use super::known::{known_without_asking, refused_targets};
use super::lookup::{passes, trakt_number};
use super::place::{Decision, ResolvedClaim, Shows, Target, decide};
use super::record;
use crate::app::App;
use crate::domain::{AnilistId, Entry, Reason, Show, TraktMovieId, TraktShowId};
use crate::error::{Error, Result};
use crate::outbound::{Fault, ProviderError};
use crate::store::{Mapping, MediaType, Override, StoredShow, Unmapped, Write};

/// Shows are asked for side by side, as many as this.
const CONCURRENT_SHOWS: usize = 6;

/// Fetched shows are saved in groups, so that a stop loses little.
const SHOWS_PER_SAVE: usize = 240;

/// A stored show younger than this is not asked for again because an episode is missing in it.
const SHOW_RECHECK: SignedDuration = SignedDuration::from_hours(6);

/// Where entries belong, as far as it could be found out.
#[derive(Debug)]
pub struct Placed {
    /// One decision an entry; none for an entry whose look-ups had to stop.
    pub decisions: HashMap<AnilistId, Decision>,
    /// Every show that was looked at.
    pub shows: Shows,
    /// Set when look-ups had to stop early.
    pub interrupted: Option<Interruption>,
    /// The datasets the decisions rest on.
    pub version: String,
}

/// Why and until when asking had to stop.
#[derive(Debug, Clone)]
pub struct Interruption {
    /// When to go on, if it is known.
    pub until: Option<Timestamp>,
    /// What happened, for a person.
    pub cause: String,
}

/// The titles that wait for a decision, by entry.
pub type Queue = HashMap<AnilistId, Unmapped>;

/// Places entries.
pub struct Resolver<'a> {
    app: &'a App,
    deadline: Timestamp,
    snapshot: Snapshot,
    saved: HashMap<AnilistId, Mapping>,
    known: HashMap<Reference, Option<u64>>,
    refused: HashSet<(MediaType, u64)>,
    shows: Shows,
    fetched_at: HashMap<TraktShowId, Timestamp>,
    interrupted: Option<Interruption>,
    unsaved: Vec<Write>,
    doubted: HashSet<AnilistId>,
}

impl<'a> Resolver<'a> {
    /// A resolver over the datasets and mappings of this moment, with the shows that corrections
    /// name. It asks nobody after `deadline`.
    /// What Trakt refused in an earlier run is not proposed again before it was looked up.
    pub async fn new(
        app: &'a App,
        deadline: Timestamp,
        overrides: &[Override],
        queue: &Queue,
    ) -> Result<Self> {
        let snapshot = app.datasets.snapshot().await?;
        let saved = app.store.mappings(&app.account).await?;
        let refused = refused_targets(&saved, queue);
        let mut known = known_without_asking(&snapshot, &saved);
        known.retain(|reference, id| !id.is_some_and(|id| refused.contains(&(reference.kind, id))));
        let saved = saved.into_iter().map(|mapping| (mapping.anilist_id, mapping)).collect();
        let mut resolver = Self {
            app,
            deadline,
            snapshot,
            saved,
            known,
            refused,
            shows: Shows::new(),
            fetched_at: HashMap::new(),
            interrupted: None,
            unsaved: Vec::new(),
            doubted: HashSet::new(),
        };
        resolver.load_shows(overrides.iter().map(|o| o.trakt_id).collect()).await?;
        Ok(resolver)
    }

    /// The datasets this rests on.
    pub fn version(&self) -> &str {
        &self.snapshot.version
    }

    /// For these entries Trakt's list of episodes is read again once it is not fresh, as Trakt did
    /// not take what it listed.
    #[must_use]
    pub fn doubting(mut self, entries: HashSet<AnilistId>) -> Self {
        self.doubted = entries;
        self
    }

    /// The saved mapping of an entry.
    pub fn saved(&self, id: AnilistId) -> Option<&Mapping> {
        self.saved.get(&id)
    }

    /// Decides where each entry belongs. The ids of `rested` entries are not looked up.
    pub async fn place(mut self, entries: &[Entry], rested: &HashSet<AnilistId>) -> Result<Placed> {
        let claimed: Vec<(&Entry, Vec<Claim>)> =
            entries.iter().map(|entry| (entry, self.claims_of(entry))).collect();
        let mut open: Vec<usize> = (0..claimed.len()).collect();
        let mut decisions = HashMap::new();
        for round in [Round::FirstShow, Round::Recheck, Round::AllKnown, Round::LookUp] {
            if round == Round::LookUp {
                open.retain(|&index| !rested.contains(&claimed[index].0.media.id));
            }
            self.prepare(round, &claimed, &open, &decisions).await?;
            open.retain(|&index| {
                let (entry, claims) = &claimed[index];
                let decision = decide(entry, &self.resolved(claims), &self.shows);
                let doubted = round == Round::FirstShow && self.doubted.contains(&entry.media.id);
                let open = doubted || decision.placement.is_none() || falls_short(&decision, entry);
                decisions.insert(entry.media.id, decision);
                open
            });
        }
        self.drop_undecided(&claimed, &open, &mut decisions);
        self.record(&claimed, &decisions);
        self.save().await?;
        Ok(Placed {
            decisions,
            shows: self.shows,
            interrupted: self.interrupted,
            version: self.snapshot.version,
        })
    }

    fn claims_of(&self, entry: &Entry) -> Vec<Claim> {
        let id = entry.media.id;
        let known = Knowledge {
            saved: self.saved.get(&id),
            anibridge: self.snapshot.anibridge.rows_of(id),
            otaku: self.snapshot.otaku.rows_of(id),
            fribbs: self.snapshot.fribbs.rows_of(id),
        };
        claims(entry, &known)
    }

    /// The claims whose target is known by now.
    fn resolved(&self, claims: &[Claim]) -> Vec<ResolvedClaim> {
        let resolve = |claim: &Claim| {
            let target = self.target(claim)?;
            Some(ResolvedClaim { claim: claim.clone(), target })
        };
        claims.iter().filter_map(resolve).collect()
    }

    /// The claim's target: not known yet, known not to exist, or known.
    #[expect(clippy::option_option, reason = "not known yet and known not to exist differ")]
    fn target(&self, claim: &Claim) -> Option<Option<Target>> {
        let mut all_known = true;
        for reference in &claim.references {
            match self.number(reference) {
                Some(Some(id)) => return Some(Some(target(reference.kind, id))),
                Some(None) => {}
                None => all_known = false,
            }
        }
        all_known.then_some(None)
    }

    #[expect(clippy::option_option, reason = "not known yet and known not to exist differ")]
    fn number(&self, reference: &Reference) -> Option<Option<u64>> {
        match reference.id {
            ReferenceId::Trakt(id) => {
                Some(Some(id).filter(|id| !self.refused.contains(&(reference.kind, *id))))
            }
            _ => self.known.get(reference).copied(),
        }
    }

    async fn prepare(
        &mut self,
        round: Round,
        claimed: &[(&Entry, Vec<Claim>)],
        open: &[usize],
        decisions: &HashMap<AnilistId, Decision>,
    ) -> Result<()> {
        let of_open = || open.iter().map(|&index| &claimed[index]);
        match round {
            Round::FirstShow => {
                let first = of_open().filter_map(|(_, claims)| self.shows_of(claims).next());
                self.load_shows(first.collect()).await
            }
            Round::Recheck => {
                let placed =
                    |entry: &Entry| decisions.get(&entry.media.id)?.placement.as_ref()?.show();
                let in_doubt = of_open()
                    .filter(|(entry, _)| {
                        self.doubted.contains(&entry.media.id)
                            || lacks_episodes(entry, decisions.get(&entry.media.id))
                    })
                    .filter_map(|(entry, claims)| {
                        placed(entry).or_else(|| self.shows_of(claims).next())
                    });
                let stale = in_doubt.filter(|id| self.is_stale(*id)).collect();
                self.fetch_shows(stale).await
            }
            Round::AllKnown => {
                let all = of_open().flat_map(|(_, claims)| self.shows_of(claims)).collect();
                self.load_shows(all).await
            }
            Round::LookUp => {
                let unknown: Vec<Claim> = of_open()
                    .flat_map(|(_, claims)| claims)
                    .filter(|claim| self.target(claim).is_none())
                    .cloned()
                    .collect();
                self.look_up(&unknown).await?;
                let all = of_open().flat_map(|(_, claims)| self.shows_of(claims)).collect();
                self.load_shows(all).await
            }
        }
    }

    fn shows_of<'b>(&'b self, claims: &'b [Claim]) -> impl Iterator<Item = TraktShowId> + 'b {
        claims.iter().filter_map(|claim| match self.target(claim)?? {
            Target::Show(id) => Some(id),
            Target::Movie(_) => None,
        })
    }

    fn is_stale(&self, id: TraktShowId) -> bool {
        let now = self.app.clock.now();
        self.fetched_at.get(&id).is_some_and(|at| now.duration_since(*at) > SHOW_RECHECK)
    }

    /// Makes these shows known: from the store in one read, the rest from Trakt.
    async fn load_shows(&mut self, wanted: BTreeSet<TraktShowId>) -> Result<()> {
        let missing: Vec<_> =
            wanted.into_iter().filter(|id| !self.shows.contains_key(id)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let mut stored = self.app.store.shows(&missing).await?;
        let mut absent = BTreeSet::new();
        for id in missing {
            match stored.remove(&id) {
                Some(row) if !self.is_gone_and_old(&row) => {
                    self.fetched_at.insert(id, row.fetched_at);
                    self.shows.insert(id, listed(row.show));
                }
                _ => {
                    absent.insert(id);
                }
            }
        }
        self.fetch_shows(absent).await
    }

    /// A show that Trakt did not have is asked for again after a while.
    fn is_gone_and_old(&self, row: &StoredShow) -> bool {
        let age = self.app.clock.now().duration_since(row.fetched_at);
        row.show.episodes().is_empty() && age > SHOW_RECHECK
    }

    async fn fetch_shows(&mut self, wanted: BTreeSet<TraktShowId>) -> Result<()> {
        let wanted: Vec<_> = wanted.into_iter().collect();
        for group in wanted.chunks(CONCURRENT_SHOWS) {
            if self.must_stop() {
                return Ok(());
            }
            let answers = self.ask_for_shows(group).await;
            for (id, answer) in answers {
                self.take_show(id, answer)?;
            }
            if self.unsaved.len() >= SHOWS_PER_SAVE {
                self.save().await?;
            }
        }
        self.save().await
    }

    async fn ask_for_shows(
        &self,
        ids: &[TraktShowId],
    ) -> Vec<(TraktShowId, std::result::Result<Show, ProviderError>)> {
        let mut asked = tokio::task::JoinSet::new();
        for &id in ids {
            let trakt = self.app.trakt.clone();
            asked.spawn(async move { (id, trakt.seasons(id).await) });
        }
        asked.join_all().await
    }

    fn take_show(
        &mut self,
        id: TraktShowId,
        answer: std::result::Result<Show, ProviderError>,
    ) -> Result<()> {
        let show = match answer {
            Ok(show) => show,
            Err(ProviderError { fault: Fault::NotFound, .. }) => Show::new(id, Vec::new()),
            Err(error) => return self.interrupt(error),
        };
        let now = self.app.clock.now();
        self.unsaved.push(Write::Show(StoredShow {
            fetched_at: now,
            breakpoints: breakpoints(&show),
            show: show.clone(),
        }));
        self.fetched_at.insert(id, now);
        self.shows.insert(id, listed(show));
        Ok(())
    }

    /// Looks up claims by their numbers, the surest first, until one is found.
    async fn look_up(&mut self, claims: &[Claim]) -> Result<()> {
        for claim in claims {
            for reference in &claim.references {
                if self.must_stop() {
                    return Ok(());
                }
                if self.number(reference).is_none() {
                    match trakt_number(self.app, reference).await {
                        Ok(number) => {
                            self.known.insert(reference.clone(), number);
                        }
                        Err(error) => self.interrupt(error)?,
                    }
                }
                if matches!(self.number(reference), Some(Some(_))) {
                    break;
                }
            }
        }
        Ok(())
    }

    fn must_stop(&mut self) -> bool {
        if self.interrupted.is_none() && self.app.clock.now() >= self.deadline {
            let cause = "the run has used up its time".to_owned();
            self.interrupted = Some(Interruption { until: None, cause });
        }
        self.interrupted.is_some()
    }

    /// A fault that passes ends the look-ups; one that a person must mend ends the run.
    fn interrupt(&mut self, error: ProviderError) -> Result<()> {
        if !passes(&error.fault) {
            return Err(Error::Provider(error));
        }
        tracing::warn!("Looking up shows had to stop: {error}");
        let until = error.fault.retry_at();
        self.interrupted = Some(Interruption { until, cause: error.to_string() });
        Ok(())
    }

    /// Keeps the decisions as mappings, where they changed.
    fn record(
        &mut self,
        claimed: &[(&Entry, Vec<Claim>)],
        decisions: &HashMap<AnilistId, Decision>,
    ) {
        let now = self.app.clock.now();
        for (entry, claims) in claimed {
            let Some(decision) = decisions.get(&entry.media.id) else { continue };
            let targets: Vec<_> =
                claims.iter().map(|claim| (claim.clone(), self.target(claim).flatten())).collect();
            let saved = self.saved.get(&entry.media.id);
            self.unsaved.extend(record::change(entry, &targets, decision, saved, now));
        }
    }

    async fn save(&mut self) -> Result<()> {
        if self.unsaved.is_empty() {
            return Ok(());
        }
        let writes = std::mem::take(&mut self.unsaved);
        Ok(self.app.store.write(&self.app.account, writes).await?)
    }

    /// When asking had to stop, an entry that may still have a place is not called unplaceable.
    fn drop_undecided(
        &self,
        claimed: &[(&Entry, Vec<Claim>)],
        open: &[usize],
        decisions: &mut HashMap<AnilistId, Decision>,
    ) {
        if self.interrupted.is_none() {
            return;
        }
        for &index in open {
            let (entry, claims) = &claimed[index];
            let unasked = claims.iter().any(|claim| match self.target(claim) {
                None => true,
                Some(Some(Target::Show(id))) => !self.shows.contains_key(&id),
                Some(_) => false,
            });
            if unasked && decisions.get(&entry.media.id).is_some_and(|d| d.placement.is_none()) {
                decisions.remove(&entry.media.id);
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Round {
    FirstShow,
    Recheck,
    AllKnown,
    LookUp,
}

fn target(kind: MediaType, id: u64) -> Target {
    match kind {
        MediaType::Show => Target::Show(TraktShowId(id)),
        MediaType::Movie => Target::Movie(TraktMovieId(id)),
    }
}

fn listed(show: Show) -> Option<Show> {
    (!show.episodes().is_empty()).then_some(show)
}

fn falls_short(decision: &Decision, entry: &Entry) -> bool {
    decision.placement.as_ref().is_some_and(|placement| placement.len() < entry.watched())
}

fn lacks_episodes(entry: &Entry, decision: Option<&Decision>) -> bool {
    decision.is_some_and(|d| d.reason == Some(Reason::EpisodesMissing) || falls_short(d, entry))
}
