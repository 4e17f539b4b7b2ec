//! Decisions of earlier runs: when one still holds, and what moved when it does not.

use std::collections::HashSet;

use jiff::Timestamp;
use serde::Serialize;

use super::claims::Claim;
use super::decision::Decision;
use super::place::{Shows, Target};
use super::siblings::Standoff;
use crate::domain::{
    AiringStatus, AnilistId, Digest, EarlierPlace, Entry, Format, FuzzyDate, Item, Placement,
    PlacementRow, Reason, Show, Source, Titles, TraktEpisodeId, TraktShowId, Work,
};

/// Goes up when a change of the rules may change a decision, so that all are made again.
const RULES: u32 = 2;

/// How many earlier places are kept that a person has accepted.
const ACCEPTED_KEPT: usize = 5;

/// What a decision rests on besides the shows, to be compared later.
#[derive(Serialize)]
struct Basis<'a> {
    rules: u32,
    titles: &'a Titles,
    format: Option<Format>,
    episodes: Option<u32>,
    start: FuzzyDate,
    status: Option<AiringStatus>,
    end: FuzzyDate,
    parent: Option<AnilistId>,
    claims: Vec<(&'a Claim, Option<Target>)>,
}

/// A digest of what a decision rests on besides the shows. What an earlier decision itself left
/// behind is no part of it.
pub fn basis(
    entry: &Entry,
    claims: &[Claim],
    target: impl Fn(&Claim) -> Option<Target>,
) -> Result<Digest, serde_json::Error> {
    let sources = claims.iter().filter(|claim| claim.source != Source::Saved);
    let basis = Basis {
        rules: RULES,
        titles: &entry.media.titles,
        format: entry.media.format,
        episodes: entry.media.episodes,
        start: entry.media.start_date,
        status: entry.media.airing.status,
        end: entry.media.airing.end_date,
        parent: entry.media.parent,
        claims: sources.map(|claim| (claim, target(claim))).collect(),
    };
    Digest::of(&basis)
}

/// How long a decision holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// A place holds until what it rests on changes; what has none is tried again.
    Place,
    /// It was tried a short while ago: that it has no place holds as well, unless all it lacks
    /// is episodes, which may be listed any day.
    Rest,
}

/// Whether an earlier decision may still hold, as far as can be told without looking at the shows.
pub fn may_hold(row: &PlacementRow, basis: Digest, entry: &Entry, term: Term) -> bool {
    let holds = match (&row.placement, row.reason) {
        (Some(placement), _) => placement.len() >= entry.watched(),
        (None, Some(Reason::EpisodesMissing)) => false,
        (None, _) => term == Term::Rest,
    };
    row.basis == basis && holds
}

/// The decision as it was made then.
pub fn decision(row: &PlacementRow) -> Decision {
    Decision {
        verdict: row.verdict,
        source: row.source,
        placement: row.placement.clone(),
        reason: row.reason,
        detail: row.detail.clone(),
        weight: row.weight,
        is_remembered: true,
        judged: Vec::new(),
        standoff: Standoff::default(),
        moved: Vec::new(),
    }
}

/// What a new decision has besides the decision itself.
#[derive(Debug)]
pub struct Circumstances<'a> {
    /// Digest of all that the decision rests on besides the shows.
    pub basis: Digest,
    /// Every show that was looked at.
    pub looked_at: Vec<TraktShowId>,
    /// The shows, as they were then.
    pub shows: &'a Shows,
    /// What was decided before.
    pub before: Option<&'a PlacementRow>,
    /// How many of the entry's episodes are settled.
    pub settled: u32,
    /// Those of them that wait, and so are nowhere yet.
    pub waiting: &'a [u32],
    /// When it is decided.
    pub now: Timestamp,
}

/// A new decision as it is kept.
pub fn row(entry: &Entry, decision: &Decision, around: &Circumstances<'_>) -> PlacementRow {
    let digest = |id: &TraktShowId| Some((*id, digest_of(around.shows.get(id)?.as_ref(), *id)));
    let mut row = PlacementRow {
        anilist_id: entry.media.id,
        basis: around.basis,
        shows: around.looked_at.iter().filter_map(digest).collect(),
        verdict: decision.verdict,
        source: decision.source,
        placement: decision.placement.clone(),
        reason: decision.reason,
        // Of a place the evidence tells more.
        detail: decision.reason.map_or_else(String::new, |_| decision.detail.clone()),
        episode_ids: episode_ids(decision.placement.as_ref(), around.shows),
        placed_at: around.now,
        weight: decision.weight,
        work: Work::of(&entry.media),
        earlier: Vec::new(),
    };
    if let Some(before) = around.before {
        row.earlier.clone_from(&before.earlier);
        row.earlier.extend(left_behind(before, &row, around));
        trim(&mut row.earlier);
    }
    row
}

/// The digest of a show; one that Trakt does not have has the digest of one without episodes.
pub fn digest_of(show: Option<&Show>, id: TraktShowId) -> Digest {
    show.map_or_else(|| Show::new(id, Vec::new()).digest(), Show::digest)
}

fn episode_ids(placement: Option<&Placement>, shows: &Shows) -> Vec<TraktEpisodeId> {
    let Some(placement) = placement else { return Vec::new() };
    let id = |item| match item {
        Item::Episode { show, slot } => Some(shows.get(&show)?.as_ref()?.episode(slot)?.id),
        Item::Movie { .. } => None,
    };
    (1..=placement.len()).map_while(|abs| id(placement.item(abs)?)).collect()
}

/// The place before, if something was posted there that is something else in the new one.
fn left_behind(
    before: &PlacementRow,
    row: &PlacementRow,
    around: &Circumstances<'_>,
) -> Option<EarlierPlace> {
    let placement = before.placement.as_ref()?;
    let same = |abs| {
        let was = placement.item(abs);
        was.is_none_or(|was| row.placement.as_ref().and_then(|new| new.item(abs)) == Some(was))
    };
    let id = |row: &PlacementRow, abs: u32| row.episode_ids.get(abs as usize - 1).copied();
    let listed = listed_ids(row, around.shows);
    let is_left = |&abs: &u32| match (id(before, abs), id(row, abs)) {
        (Some(old), Some(new)) if old == new => false,
        // Trakt gives an episode that it lists anew another id.
        (Some(old), Some(_)) if !listed.contains(&old) => !same(abs),
        (Some(_), Some(_)) => true,
        _ => !same(abs),
    };
    let posted = (1..=around.settled).filter(|abs| !around.waiting.contains(abs));
    let left: Vec<u32> = posted.filter(is_left).collect();
    let place = EarlierPlace { until: around.now, placement: placement.clone(), left, kept: false };
    (!place.left.is_empty()).then_some(place)
}

/// All ids of the show in which an entry is placed.
fn listed_ids(row: &PlacementRow, shows: &Shows) -> HashSet<TraktEpisodeId> {
    let show = row.placement.as_ref().and_then(Placement::show);
    let show = show.and_then(|id| shows.get(&id)?.as_ref());
    show.into_iter().flat_map(Show::episodes).map(|episode| episode.id).collect()
}

fn trim(earlier: &mut Vec<EarlierPlace>) {
    let accepted = earlier.iter().filter(|place| place.kept).count();
    let mut surplus = accepted.saturating_sub(ACCEPTED_KEPT);
    earlier.retain(|place| {
        let dropped = place.kept && surplus > 0;
        surplus -= usize::from(dropped);
        !dropped
    });
}

/// An episode that was posted in one place and belongs in another one now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// The entry's own number.
    pub abs: u32,
    /// What it was on Trakt when it was posted.
    pub was: Item,
    /// What it is now.
    pub is: Item,
}

impl std::fmt::Display for Moved {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "episode {} was posted as {} and is {} now", self.abs, self.was, self.is)
    }
}

/// The settled episodes that are something else on Trakt now, but for those that a person chose to
/// leave as they are.
pub fn moved(row: &PlacementRow) -> Vec<Moved> {
    let Some(placement) = &row.placement else { return Vec::new() };
    let places = row.earlier.iter().filter(|place| !place.kept);
    let mut moved: Vec<Moved> = places
        .flat_map(|place| place.left.iter().map(move |&abs| (abs, place.placement.item(abs))))
        .filter_map(|(abs, was)| Some(Moved { abs, was: was?, is: placement.item(abs)? }))
        .filter(|moved| moved.was != moved.is)
        .collect();
    moved.sort_by_key(|moved| moved.abs);
    moved.dedup_by_key(|moved| moved.abs);
    moved
}
