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
mod title;
mod together;

use std::collections::{BTreeSet, HashMap, HashSet};

pub use self::budget::{Budget, CANCELLED, Interruption, Means, TIME_IS_UP};
use self::films::Films;
pub use self::listing::{Copy, listing};
pub use self::request::{Depth, Memory, Placed, Queue, Request};
use self::shows::{FRESH, RECHECK, Shelf};
use self::targets::Targets;
use self::title::Title;
use crate::domain::{
    AnilistId, Digest, Entry, Format, Mapping, MediaType, Override, PlacementRow, Reason,
    TraktShowId,
};
use crate::hub::datasets::Snapshot;
use crate::hub::error::{Error, Result};
use crate::placing::claims::{Claim, Knowledge, Works, claims};
use crate::placing::decision::Decision;
use crate::placing::place::{Case, Facts, ResolvedClaim, Shows, Target, decide};
use crate::placing::reuse::{self, Term};

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
    found: HashMap<AnilistId, ResolvedClaim>,
    /// What was searched for by its title, to the end.
    searched: HashSet<AnilistId>,
    doubted: HashSet<AnilistId>,
}

impl<'a> Resolver<'a> {
    /// A resolver over the datasets and mappings of this moment, with the shows that corrections
    /// name.
    /// What Trakt refused in an earlier run is not proposed again before it was looked up.
    pub async fn new(asking: Budget<'a>, overrides: &[Override], queue: &Queue) -> Result<Self> {
        let Means { datasets, store, .. } = asking.means;
        let snapshot = datasets.snapshot().await?;
        let saved = store.mappings().await?;
        let works =
            Works::of(snapshot.anibridge.rows(), snapshot.otaku.rows(), snapshot.fribbs.rows());
        let targets = Targets::new(&snapshot, &saved, queue);
        let saved = saved.into_iter().map(|mapping| (mapping.anilist_id, mapping)).collect();
        let refused = queue.values().filter(|row| row.reason == Reason::RefusedByTrakt);
        let mut resolver = Self {
            asking,
            snapshot,
            works,
            saved,
            targets,
            shelf: Shelf::default(),
            films: Films::default(),
            found: HashMap::new(),
            searched: HashSet::new(),
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

    /// Decides where each entry belongs.
    pub async fn place(mut self, request: Request<'_>) -> Result<Placed> {
        let decisions = self.decide_on(request).await?;
        let interrupted = self.asking.into_interruption();
        Ok(Placed { decisions, shows: self.shelf.into_shows(), interrupted })
    }

    /// The same, when other entries are to follow.
    pub async fn decide_on(
        &mut self,
        request: Request<'_>,
    ) -> Result<HashMap<AnilistId, Decision>> {
        let titles = self.titles(&request).await?;
        let mut rested = request.rested.clone();
        let mut decisions = match request.memory {
            Memory::Use => self.remembered(&titles, &mut rested).await?,
            Memory::Renew => HashMap::new(),
        };
        let known = |index: &usize| !decisions.contains_key(&titles[*index].id());
        let open = (0..titles.len()).filter(known).collect();
        let short = self.ask_around(&titles, open, &rested, &mut decisions).await?;
        let open = match request.depth {
            Depth::Named => {
                for &index in &short {
                    decisions.remove(&titles[index].id());
                }
                Vec::new()
            }
            Depth::Anywhere => self.look_around(&titles, short.clone(), &mut decisions).await?,
        };
        let mut facts = self.count_on(&titles, &mut decisions).await?;
        self.follow_schedules(&titles, &rested, &mut facts, &mut decisions).await?;
        self.look_beside(&titles, facts, &mut decisions).await?;
        self.drop_undecided(&titles, (&short, &open), &mut decisions);
        self.keep_what_was_found(&titles, &rested, &mut decisions);
        let mut rows = self.compare(&titles, request.progress, &mut decisions).await?;
        for titles in titles.chunks(TITLES_PER_SAVE) {
            self.keep(titles, &decisions, &mut rows).await?;
        }
        if request.memory == Memory::Use {
            // The evidence is kept, and is most of what decisions weigh.
            for decision in decisions.values_mut() {
                decision.judged = Vec::new();
            }
        }
        Ok(decisions)
    }

    async fn titles<'e>(&self, request: &Request<'e>) -> Result<Vec<Title<'e>>> {
        let Means { store, rewatches, .. } = self.asking.means;
        // A decision leaves a mapping behind, or a title that waits.
        let decided =
            |id: &AnilistId| self.saved.contains_key(id) || request.queue.contains_key(id);
        let ids = request.entries.iter().map(|entry| entry.media.id).filter(decided);
        let ids: Vec<_> = ids.collect();
        let mut rows = store.placements(&ids).await?;
        let title = |entry: &'e Entry| {
            let claims = self.claims_of(entry.media.id, kind_of(entry));
            let basis = reuse::basis(entry, &claims, |claim| self.targets.by_datasets(claim));
            let basis = basis.map_err(|cause| Error::Internal(cause.to_string()))?;
            let progress = request.progress.get(&entry.media.id);
            let settled = progress.map_or(0, |row| row.last_abs);
            let rewatched = progress.map(|row| row.rewatched).unwrap_or_default();
            let is_rewatched = rewatches && entry.rewatches(rewatched).next().is_some();
            let queued = request.queue.get(&entry.media.id);
            let waiting = queued.map(|row| row.episodes.clone()).unwrap_or_default();
            let before = rows.remove(&entry.media.id);
            let is_refused = queued.is_some_and(|row| row.reason == Reason::RefusedByTrakt);
            Ok(Title { entry, claims, basis, settled, is_rewatched, waiting, is_refused, before })
        };
        request.entries.iter().copied().map(title).collect()
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

    /// The decisions of earlier runs that still hold. Where something is to be posted, the show
    /// is looked at as it is today, and where nothing was found, as it was some hours ago at most: a
    /// title of which a show has changed rests no more.
    async fn remembered(
        &mut self,
        titles: &[Title<'_>],
        rested: &mut HashSet<AnilistId>,
    ) -> Result<HashMap<AnilistId, Decision>> {
        let term = |id| if rested.contains(&id) { Term::Rest } else { Term::Place };
        let holding: Vec<(&Title<'_>, &PlacementRow)> = titles
            .iter()
            .filter(|title| !self.doubted.contains(&title.id()))
            .filter_map(|title| Some((title, title.before.as_ref()?)))
            .filter(|(title, row)| reuse::may_hold(row, title.basis, title.entry, term(title.id())))
            .collect();
        let is_to_post = |(title, row): &&(&Title<'_>, &PlacementRow)| {
            title.is_open(row) && row.placement.is_some()
        };
        let open = holding.iter().filter(is_to_post);
        let to_post = open.flat_map(|(_, row)| shows_of(row)).collect();
        self.shelf.load_within(FRESH, to_post, &mut self.asking).await?;
        let resting = titles.iter().filter(|title| rested.contains(&title.id()));
        let resting = resting.filter(|title| title.is_unsettled());
        let resting: Vec<_> =
            resting.filter_map(|title| Some((title.id(), title.before.as_ref()?))).collect();
        let refused = resting.iter().filter(|(_, row)| row.placement.is_none());
        let refused = refused.flat_map(|(_, row)| shows_of(row)).collect();
        self.shelf.load_within(RECHECK, refused, &mut self.asking).await?;
        let all = holding.iter().map(|(_, row)| *row).chain(resting.iter().map(|(_, row)| *row));
        let all = all.flat_map(shows_of).collect();
        let digests = self.shelf.digests(all, &self.asking).await?;
        let is_same = |(id, digest): &(TraktShowId, Digest)| digests.get(id) == Some(digest);
        for (id, row) in resting {
            if !row.shows.iter().all(is_same) {
                rested.remove(&id);
            }
        }
        let holds = holding.into_iter().filter(|(_, row)| row.shows.iter().all(is_same));
        Ok(holds.map(|(title, row)| (title.id(), reuse::decision(row))).collect())
    }

    /// Decides about what is open by the shows that sources name, and gives back what is still open,
    /// but for what rests.
    async fn ask_around(
        &mut self,
        titles: &[Title<'_>],
        mut open: Vec<usize>,
        rested: &HashSet<AnilistId>,
        decisions: &mut HashMap<AnilistId, Decision>,
    ) -> Result<Vec<usize>> {
        for round in [Round::FirstShow, Round::Recheck, Round::AllKnown] {
            open = self.round(round, titles, open, decisions).await?;
        }
        open.retain(|&index| !rested.contains(&titles[index].id()));
        Ok(open)
    }

    /// Decides about what is open by what has to be looked up, and gives back what is still open in
    /// the end.
    async fn look_around(
        &mut self,
        titles: &[Title<'_>],
        open: Vec<usize>,
        decisions: &mut HashMap<AnilistId, Decision>,
    ) -> Result<Vec<usize>> {
        // A group is dealt with to its end before the next is begun: when asking has to stop, what is
        // done is done, and the next run gets further.
        let mut left = Vec::new();
        for group in open.chunks(TITLES_PER_LOOK_UP) {
            let group = self.round(Round::LookUp, titles, group.to_vec(), decisions).await?;
            left.extend(self.round(Round::Search, titles, group, decisions).await?);
        }
        Ok(left)
    }

    /// Decides about what is open with what a round brings, and gives back what is still open.
    async fn round(
        &mut self,
        round: Round,
        titles: &[Title<'_>],
        mut open: Vec<usize>,
        decisions: &mut HashMap<AnilistId, Decision>,
    ) -> Result<Vec<usize>> {
        self.prepare(round, titles, &open, decisions).await?;
        open.retain(|&index| {
            let title = &titles[index];
            let decision = self.decide(title, Facts::default());
            let doubted = round == Round::FirstShow && self.doubted.contains(&title.id());
            let open = doubted
                || decision.placement.is_none()
                || falls_short(&decision, title.entry)
                || self.may_be_a_film(title, &decision);
            decisions.insert(title.id(), decision);
            open
        });
        Ok(open)
    }

    /// The shows that its sources name, and the one that a search found.
    fn shows_of<'b>(&'b self, title: &'b Title<'_>) -> impl Iterator<Item = TraktShowId> + 'b {
        let found = self.found.get(&title.id()).and_then(|resolved| match resolved.target? {
            Target::Show(id) => Some(id),
            Target::Movie(_) => None,
        });
        self.targets.shows_of(&title.claims).chain(found)
    }

    /// The decision, with what is known of the films that its sources name besides `facts`.
    fn decide(&self, title: &Title<'_>, facts: Facts) -> Decision {
        let mut claims = self.targets.resolved(&title.claims);
        claims.extend(self.found.get(&title.id()).cloned());
        let films = claims.iter().filter_map(|resolved| match resolved.target? {
            Target::Movie(movie) => Some((movie, self.films.get(movie)?.clone())),
            Target::Show(_) => None,
        });
        let beside = self.beside(title);
        let facts = Facts { films: films.collect(), beside, ..facts };
        decide(&Case { entry: title.entry, claims: &claims, facts: &facts }, self.shelf.shows())
    }

    /// Whether a film that stands among the specials may be one of Trakt's films, of which nobody has
    /// looked at the year yet.
    fn may_be_a_film(&self, title: &Title<'_>, decision: &Decision) -> bool {
        title.entry.media.format == Some(Format::Movie)
            && decision.placement.as_ref().is_some_and(|placement| placement.show().is_some())
            && self.targets.films_of(&title.claims).any(|film| self.films.get(film).is_none())
    }

    async fn prepare(
        &mut self,
        round: Round,
        titles: &[Title<'_>],
        open: &[usize],
        decisions: &HashMap<AnilistId, Decision>,
    ) -> Result<()> {
        let of_open = || open.iter().map(|&index| &titles[index]);
        match round {
            Round::FirstShow => {
                let first = |unsettled: bool| {
                    let titles = of_open().filter(move |title| title.is_unsettled() == unsettled);
                    titles.filter_map(|title| self.targets.shows_of(&title.claims).next()).collect()
                };
                let (to_post, settled): (BTreeSet<_>, BTreeSet<_>) = (first(true), first(false));
                self.shelf.load_within(FRESH, to_post, &mut self.asking).await?;
                self.shelf.load(settled, &mut self.asking).await
            }
            Round::Recheck => {
                let stale = self.in_doubt(of_open(), decisions);
                self.shelf.fetch(stale, &mut self.asking).await
            }
            Round::AllKnown => self.load_all(of_open()).await,
            Round::LookUp => {
                let films = of_open().flat_map(|title| self.targets.films_of(&title.claims));
                let films = films.collect();
                self.films.load(films, &mut self.asking).await?;
                let shows = of_open().flat_map(|title| self.targets.shows_of(&title.claims));
                let gone = self.shelf.gone(shows);
                self.targets.disown(&gone, &self.films.gone());
                let claims = of_open().flat_map(|title| &title.claims);
                self.targets.correct(claims, &self.films);
                let claims = of_open().flat_map(|title| &title.claims);
                let found = self.targets.look_up(claims, &mut self.asking).await?;
                self.films.extend(found);
                self.load_all(of_open()).await?;
                // Nothing is refused on what Trakt listed yesterday.
                let unsettled = of_open().filter(|title| title.is_unsettled());
                let shows = unsettled.flat_map(|title| self.targets.shows_of(&title.claims));
                let shows = shows.collect();
                self.shelf.load_within(RECHECK, shows, &mut self.asking).await
            }
            Round::Search => self.search(of_open()).await,
        }
    }

    async fn load_all<'t>(&mut self, titles: impl Iterator<Item = &'t Title<'t>>) -> Result<()> {
        let shows = titles.flat_map(|title| self.targets.shows_of(&title.claims)).collect();
        self.shelf.load(shows, &mut self.asking).await
    }

    /// The shows that lack what was expected of them, and may have it by now.
    fn in_doubt<'t>(
        &self,
        titles: impl Iterator<Item = &'t Title<'t>>,
        decisions: &HashMap<AnilistId, Decision>,
    ) -> BTreeSet<TraktShowId> {
        let lacks = |title: &&Title<'_>| {
            self.doubted.contains(&title.id())
                || lacks_episodes(title.entry, decisions.get(&title.id()))
        };
        let show = |title: &Title<'_>| {
            let placed = decisions.get(&title.id()).and_then(|d| d.placement.as_ref()?.show());
            placed.or_else(|| self.targets.shows_of(&title.claims).next())
        };
        let shows = titles.filter(lacks).filter_map(show);
        shows.filter(|id| self.shelf.may_be_stale(*id, &self.asking)).collect()
    }

    /// When asking had to stop, nothing is decided about an entry that had to be looked for and could
    /// still be asked about, and none is placed without the show that its best source names. When an
    /// answer told nothing, an entry that may still have a place is not called unplaceable.
    fn drop_undecided(
        &self,
        titles: &[Title<'_>],
        (short, open): (&[usize], &[usize]),
        decisions: &mut HashMap<AnilistId, Decision>,
    ) {
        let ids = |indices: &[usize]| -> HashSet<AnilistId> {
            indices.iter().map(|&index| titles[index].id()).collect()
        };
        let (short, open) = (ids(short), ids(open));
        for title in titles {
            let Some(decision) = decisions.get(&title.id()).filter(|d| !d.is_remembered) else {
                continue;
            };
            let is_open = open.contains(&title.id());
            let may_be_elsewhere = short.contains(&title.id())
                && (self.has_unknown_claims(title) || (is_open && self.is_unsearched(title)));
            let was_stopped =
                self.asking.is_stopped() && (self.is_unseen(title) || may_be_elsewhere);
            let gave_up = is_open && decision.placement.is_none();
            let is_odd = |id| self.shelf.is_odd(id) && !self.shelf.has(id);
            let lacks_answer = gave_up && self.targets.shows_of(&title.claims).any(is_odd);
            if was_stopped || lacks_answer {
                decisions.remove(&title.id());
            }
        }
    }

    /// A title that rests is not looked up, so that what its sources name may not be known. Then what
    /// was found when it was looked up says more.
    fn keep_what_was_found(
        &self,
        titles: &[Title<'_>],
        rested: &HashSet<AnilistId>,
        decisions: &mut HashMap<AnilistId, Decision>,
    ) {
        for title in titles.iter().filter(|title| rested.contains(&title.id())) {
            let (Some(decision), Some(row)) = (decisions.get_mut(&title.id()), &title.before)
            else {
                continue;
            };
            let says_less = decision.placement.is_none() && !decision.is_remembered;
            if says_less && row.placement.is_none() && self.is_unasked(title) {
                *decision = reuse::decision(row);
            }
        }
    }

    /// Whether the first show that its sources name was not looked at.
    fn is_unseen(&self, title: &Title<'_>) -> bool {
        self.targets.shows_of(&title.claims).next().is_some_and(|id| !self.shelf.has(id))
    }

    /// Whether somebody could still be asked about it.
    fn is_unasked(&self, title: &Title<'_>) -> bool {
        self.has_unknown_claims(title) || self.is_unsearched(title)
    }

    /// Whether its sources name something that nobody has looked at.
    fn has_unknown_claims(&self, title: &Title<'_>) -> bool {
        title.claims.iter().any(|claim| match self.targets.of(claim) {
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
