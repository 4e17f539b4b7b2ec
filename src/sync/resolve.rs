//! Finds where entries belong, asking as little as it can.
//!
//! Asking costs requests, so it is done in rounds: what was decided before is used as long as
//! nothing it rests on has changed; then what is known without asking; then further shows for
//! entries that could not be placed; and only then ids are looked up and relations read.

mod budget;
mod by_title;
mod compare;
mod films;
mod keep;
mod kin;
mod known;
mod listing;
mod lookup;
mod prequel_chain;
mod preview;
mod request;
mod save;
mod schedules;
mod shows;
mod targets;
mod together;
mod trial;

use std::collections::{BTreeSet, HashMap, HashSet};

pub use self::budget::{Budget, CANCELLED, Interruption, Means, TIME_IS_UP};
use self::films::Films;
pub use self::listing::{Copy, listing};
pub use self::request::{AllWaiting, Depth, Memory, Placed, Request};
use self::shows::{FRESH, RECHECK, Shelf};
use self::targets::Targets;
use self::trial::Trial;
use crate::domain::{
    AnilistId, Digest, Entry, Format, Mapping, MediaType, Override, PlacementRow, Reason,
    TraktShowId,
};
use crate::hub::datasets::Snapshot;
use crate::hub::error::{Error, Result};
use crate::placing::claims::{Claim, Knowledge, Works, claims};
use crate::placing::decision::Decision;
use crate::placing::place::{Case, Facts, Shows, Target, decide};
use crate::placing::reuse::{self, Term};
use crate::plan::Title;

/// So many titles are looked up and searched for before the next are.
const TITLES_PER_LOOK_UP: usize = 40;

/// New decisions are saved in groups: the evidence of a large list takes many megabytes.
const TITLES_PER_SAVE: usize = 1_000;

/// Places entries.
pub struct Resolver<'a> {
    asking: Budget<'a>,
    snapshot: Snapshot,
    works: Works,
    saved: HashMap<AnilistId, Mapping>,
    targets: Targets,
    shelf: Shelf,
    films: Films,
    doubted: HashSet<AnilistId>,
}

impl<'a> Resolver<'a> {
    /// A resolver over the datasets and mappings of this moment, with the shows that corrections
    /// name.
    /// What Trakt refused in an earlier run is not proposed again before it was looked up.
    pub async fn new(
        asking: Budget<'a>,
        overrides: &[Override],
        waiting: &AllWaiting,
    ) -> Result<Self> {
        let Means { datasets, store, .. } = asking.means;
        let snapshot = datasets.snapshot().await?;
        let saved = store.mappings().await?;
        let works =
            Works::of(snapshot.anibridge.rows(), snapshot.otaku.rows(), snapshot.fribbs.rows());
        let targets = Targets::new(&snapshot, &saved, waiting);
        let saved = saved.into_iter().map(|mapping| (mapping.anilist_id, mapping)).collect();
        let refused = waiting.values().filter(|row| row.reason == Reason::RefusedByTrakt);
        let mut resolver = Self {
            asking,
            snapshot,
            works,
            saved,
            targets,
            shelf: Shelf::default(),
            films: Films::default(),
            doubted: refused.map(|row| row.entry.media.id).collect(),
        };
        let named = overrides.iter().map(|o| o.trakt_id).collect();
        resolver.shelf.load(named, &mut resolver.asking).await?;
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
        self.doubted.extend(entries);
        self
    }

    /// Decides where each title belongs.
    pub async fn place(mut self, request: Request<'_>) -> Result<Placed> {
        let decisions = self.decide_on(request).await?;
        let interrupted = self.asking.into_interruption();
        Ok(Placed { decisions, shows: self.shelf.into_shows(), interrupted })
    }

    /// The same, when other titles are to follow. Gives a decision for each title, in their order;
    /// none for one that is still open.
    pub async fn decide_on(&mut self, request: Request<'_>) -> Result<Vec<Option<Decision>>> {
        let mut trials = self.trials(&request.titles).await?;
        let trials = &mut trials[..];
        if request.memory == Memory::Use {
            self.remember(trials).await?;
        }
        let open = (0..trials.len()).filter(|&index| trials[index].decision.is_none()).collect();
        let short = self.ask_around(trials, open).await?;
        let open = match request.depth {
            Depth::Named => {
                for &index in &short {
                    trials[index].decision = None;
                }
                Vec::new()
            }
            Depth::Anywhere => self.look_around(trials, short.clone()).await?,
        };
        self.count_on(trials).await?;
        self.follow_schedules(trials).await?;
        self.look_beside(trials).await?;
        self.drop_undecided(trials, &short, &open);
        self.keep_what_was_found(trials);
        self.compare(trials, request.settled).await?;
        for trials in trials.chunks_mut(TITLES_PER_SAVE) {
            self.keep(trials).await?;
        }
        if request.memory == Memory::Use {
            // The evidence is kept, and is most of what decisions weigh.
            for decision in trials.iter_mut().filter_map(|trial| trial.decision.as_mut()) {
                decision.judged = Vec::new();
            }
        }
        Ok(trials.iter_mut().map(|trial| trial.decision.take()).collect())
    }

    async fn trials<'t>(&self, titles: &[&'t Title]) -> Result<Vec<Trial<'t>>> {
        let Means { store, rewatches, .. } = self.asking.means;
        // A decision leaves a mapping behind, or a title that waits.
        let is_decided =
            |title: &&&Title| title.waiting.is_some() || self.saved.contains_key(&title.id());
        let ids: Vec<_> = titles.iter().filter(is_decided).map(|title| title.id()).collect();
        let mut rows = store.placements(&ids).await?;
        let trial = |title: &&'t Title| {
            let entry = &title.entry;
            let claims = self.claims_of(title.id(), kind_of(entry));
            let basis = reuse::basis(entry, &claims, |claim| self.targets.by_datasets(claim));
            let basis = basis.map_err(|cause| Error::Internal(cause.to_string()))?;
            let mut unsettled = entry.rewatches(title.settled.rewatched);
            Ok(Trial {
                title,
                claims,
                basis,
                is_rewatched: rewatches && unsettled.next().is_some(),
                is_doubted: self.doubted.contains(&title.id()),
                term: if title.rests { Term::Rest } else { Term::Place },
                before: rows.remove(&title.id()),
                found: None,
                is_searched: false,
                facts: Facts::default(),
                decision: None,
                row: None,
            })
        };
        titles.iter().map(trial).collect()
    }

    fn claims_of(&self, id: AnilistId, kind: MediaType) -> Vec<Claim> {
        let known = Knowledge {
            saved: self.saved.get(&id),
            anibridge: self.snapshot.anibridge.rows_of(id),
            otaku: self.snapshot.otaku.rows_of(id),
            fribbs: self.snapshot.fribbs.rows_of(id),
            works: Some(&self.works),
        };
        claims(kind, &known)
    }

    /// Takes over the decisions of earlier runs that still hold. Where something is to be posted, the
    /// show is looked at as it is today, and where nothing was found, as it was some hours ago at most:
    /// a title of which a show has changed rests no more.
    async fn remember(&mut self, trials: &mut [Trial<'_>]) -> Result<()> {
        let holding = trials.iter().filter_map(|trial| Some((trial, trial.may_hold()?)));
        let to_post = holding.filter(|(trial, row)| trial.is_open(row) && row.placement.is_some());
        let to_post = to_post.flat_map(|(_, row)| shows_of(row)).collect();
        self.shelf.load_within(FRESH, to_post, &mut self.asking).await?;
        let refused = trials.iter().filter_map(Trial::resting);
        let refused = refused.filter(|row| row.placement.is_none()).flat_map(shows_of).collect();
        self.shelf.load_within(RECHECK, refused, &mut self.asking).await?;
        let rows = trials.iter().flat_map(|trial| [trial.may_hold(), trial.resting()]);
        let all = rows.flatten().flat_map(shows_of).collect();
        let digests = self.shelf.digests(all, &self.asking).await?;
        let is_same = |(id, digest): &(TraktShowId, Digest)| digests.get(id) == Some(digest);
        let is_same = |row: &PlacementRow| row.shows.iter().all(is_same);
        for trial in trials {
            let holds = trial.may_hold().filter(|row| is_same(row));
            trial.decision = holds.map(reuse::decision);
            if trial.resting().is_some_and(|row| !is_same(row)) {
                trial.term = Term::Place;
            }
        }
        Ok(())
    }

    /// Decides about what is open by the shows that sources name, and gives back what is still open,
    /// but for what rests.
    async fn ask_around(
        &mut self,
        trials: &mut [Trial<'_>],
        mut open: Vec<usize>,
    ) -> Result<Vec<usize>> {
        for round in [Round::FirstShow, Round::Recheck, Round::AllKnown] {
            open = self.round(round, trials, open).await?;
        }
        open.retain(|&index| !trials[index].rests());
        Ok(open)
    }

    /// Decides about what is open by what has to be looked up, and gives back what is still open in
    /// the end.
    async fn look_around(
        &mut self,
        trials: &mut [Trial<'_>],
        open: Vec<usize>,
    ) -> Result<Vec<usize>> {
        // A group is dealt with to its end before the next is begun: when asking has to stop, what is
        // done is done, and the next run gets further.
        let mut left = Vec::new();
        for group in open.chunks(TITLES_PER_LOOK_UP) {
            let group = self.round(Round::LookUp, trials, group.to_vec()).await?;
            left.extend(self.round(Round::Search, trials, group).await?);
        }
        Ok(left)
    }

    /// Decides about what is open with what a round brings, and gives back what is still open.
    async fn round(
        &mut self,
        round: Round,
        trials: &mut [Trial<'_>],
        mut open: Vec<usize>,
    ) -> Result<Vec<usize>> {
        self.prepare(round, trials, &open).await?;
        open.retain(|&index| {
            let trial = &mut trials[index];
            let decision = self.decide(trial, Facts::default());
            let open = (round == Round::FirstShow && trial.is_doubted)
                || decision.placement.is_none()
                || falls_short(&decision, trial.entry())
                || self.may_be_a_film(trial, &decision);
            trial.decision = Some(decision);
            open
        });
        Ok(open)
    }

    /// The shows that its sources name, and the one that a search found.
    fn shows_of<'b>(&'b self, trial: &'b Trial<'_>) -> impl Iterator<Item = TraktShowId> + 'b {
        let found = trial.found.as_ref().and_then(|resolved| match resolved.target? {
            Target::Show(id) => Some(id),
            Target::Movie(_) => None,
        });
        self.targets.shows_of(&trial.claims).chain(found)
    }

    /// The decision, with what is known of the films that its sources name besides `facts`.
    fn decide(&self, trial: &Trial<'_>, facts: Facts) -> Decision {
        let mut claims = self.targets.resolved(&trial.claims);
        claims.extend(trial.found.clone());
        let films = claims.iter().filter_map(|resolved| match resolved.target? {
            Target::Movie(movie) => Some((movie, self.films.get(movie)?.clone())),
            Target::Show(_) => None,
        });
        let beside = self.beside_on(trial);
        let facts = Facts { films: films.collect(), beside, ..facts };
        decide(&Case { entry: trial.entry(), claims: &claims, facts: &facts }, self.shelf.shows())
    }

    /// Whether a film that stands among the specials may be one of Trakt's films, of which nobody has
    /// looked at the year yet.
    fn may_be_a_film(&self, trial: &Trial<'_>, decision: &Decision) -> bool {
        trial.entry().media.format == Some(Format::Movie)
            && decision.placement.as_ref().is_some_and(|placement| placement.show().is_some())
            && self.targets.films_of(&trial.claims).any(|film| self.films.get(film).is_none())
    }

    async fn prepare(
        &mut self,
        round: Round,
        trials: &mut [Trial<'_>],
        open: &[usize],
    ) -> Result<()> {
        let of_open = || open.iter().map(|&index| &trials[index]);
        match round {
            Round::FirstShow => {
                let first = |unsettled: bool| {
                    let trials = of_open().filter(move |trial| trial.is_unsettled() == unsettled);
                    trials.filter_map(|trial| self.targets.shows_of(&trial.claims).next()).collect()
                };
                let (to_post, settled): (BTreeSet<_>, BTreeSet<_>) = (first(true), first(false));
                self.shelf.load_within(FRESH, to_post, &mut self.asking).await?;
                self.shelf.load(settled, &mut self.asking).await
            }
            Round::Recheck => {
                let stale = self.in_doubt(of_open());
                self.shelf.fetch(stale, &mut self.asking).await
            }
            Round::AllKnown => self.load_all(of_open()).await,
            Round::LookUp => {
                let films = of_open().flat_map(|trial| self.targets.films_of(&trial.claims));
                let films = films.collect();
                self.films.load(films, &mut self.asking).await?;
                let shows = of_open().flat_map(|trial| self.targets.shows_of(&trial.claims));
                let gone = self.shelf.gone(shows);
                self.targets.disown(&gone, &self.films.gone());
                let claims = of_open().flat_map(|trial| &trial.claims);
                self.targets.correct(claims, &self.films);
                let claims = of_open().flat_map(|trial| &trial.claims);
                let found = self.targets.look_up(claims, &mut self.asking).await?;
                self.films.extend(found);
                self.load_all(of_open()).await?;
                // Nothing is refused on what Trakt listed yesterday.
                let unsettled = of_open().filter(|trial| trial.is_unsettled());
                let shows = unsettled.flat_map(|trial| self.targets.shows_of(&trial.claims));
                let shows = shows.collect();
                self.shelf.load_within(RECHECK, shows, &mut self.asking).await
            }
            Round::Search => self.search(trials, open).await,
        }
    }

    async fn load_all<'t>(&mut self, trials: impl Iterator<Item = &'t Trial<'t>>) -> Result<()> {
        let shows = trials.flat_map(|trial| self.targets.shows_of(&trial.claims)).collect();
        self.shelf.load(shows, &mut self.asking).await
    }

    /// The shows that lack what was expected of them, and may have it by now.
    fn in_doubt<'t>(&self, trials: impl Iterator<Item = &'t Trial<'t>>) -> BTreeSet<TraktShowId> {
        let lacks = |trial: &&Trial<'_>| {
            trial.is_doubted || lacks_episodes(trial.entry(), trial.decision.as_ref())
        };
        let show = |trial: &Trial<'_>| {
            let placed = trial.decision.as_ref().and_then(|d| d.placement.as_ref()?.show());
            placed.or_else(|| self.targets.shows_of(&trial.claims).next())
        };
        let shows = trials.filter(lacks).filter_map(show);
        shows.filter(|id| self.shelf.may_be_stale(*id, &self.asking)).collect()
    }

    /// When asking had to stop, nothing is decided about an entry that had to be looked for and could
    /// still be asked about, and none is placed without the show that its best source names. When an
    /// answer told nothing, an entry that may still have a place is not called unplaceable.
    fn drop_undecided(&self, trials: &mut [Trial<'_>], short: &[usize], open: &[usize]) {
        let (short, open): (HashSet<_>, HashSet<_>) =
            (short.iter().collect(), open.iter().collect());
        for (index, trial) in trials.iter_mut().enumerate() {
            let Some(decision) = trial.decision.as_ref().filter(|d| !d.is_remembered) else {
                continue;
            };
            let is_open = open.contains(&index);
            let may_be_elsewhere = short.contains(&index)
                && (self.has_unknown_claims(trial) || (is_open && self.is_unsearched(trial)));
            let was_stopped =
                self.asking.is_stopped() && (self.is_unseen(trial) || may_be_elsewhere);
            let gave_up = is_open && decision.placement.is_none();
            let is_odd = |id| self.shelf.is_odd(id) && !self.shelf.has(id);
            let lacks_answer = gave_up && self.targets.shows_of(&trial.claims).any(is_odd);
            if was_stopped || lacks_answer {
                trial.decision = None;
            }
        }
    }

    /// A title that rests is not looked up, so that what its sources name may not be known. Then what
    /// was found when it was looked up says more.
    fn keep_what_was_found(&self, trials: &mut [Trial<'_>]) {
        for trial in trials.iter_mut().filter(|trial| trial.rests()) {
            let (Some(decision), Some(row)) = (&trial.decision, &trial.before) else { continue };
            let says_less = decision.placement.is_none() && !decision.is_remembered;
            if says_less && row.placement.is_none() && self.is_unasked(trial) {
                trial.decision = Some(reuse::decision(row));
            }
        }
    }

    /// Whether the first show that its sources name was not looked at.
    fn is_unseen(&self, trial: &Trial<'_>) -> bool {
        self.targets.shows_of(&trial.claims).next().is_some_and(|id| !self.shelf.has(id))
    }

    /// Whether somebody could still be asked about it.
    fn is_unasked(&self, trial: &Trial<'_>) -> bool {
        self.has_unknown_claims(trial) || self.is_unsearched(trial)
    }

    /// Whether its sources name something that nobody has looked at.
    fn has_unknown_claims(&self, trial: &Trial<'_>) -> bool {
        trial.claims.iter().any(|claim| match self.targets.of(claim) {
            None => true,
            Some(Some(Target::Show(id))) => !self.shelf.has(id),
            Some(Some(Target::Movie(id))) => self.films.get(id).is_none(),
            Some(None) => false,
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Round {
    FirstShow,
    Recheck,
    AllKnown,
    LookUp,
    Search,
}

fn kind_of(entry: &Entry) -> MediaType {
    if entry.media.is_film() { MediaType::Movie } else { MediaType::Show }
}

fn shows_of(row: &PlacementRow) -> impl Iterator<Item = TraktShowId> {
    row.shows.iter().map(|(id, _)| *id)
}

fn falls_short(decision: &Decision, entry: &Entry) -> bool {
    decision.placement.as_ref().is_some_and(|placement| placement.len() < entry.watched())
}

fn lacks_episodes(entry: &Entry, decision: Option<&Decision>) -> bool {
    decision.is_some_and(|d| d.reason == Some(Reason::EpisodesMissing) || falls_short(d, entry))
}
