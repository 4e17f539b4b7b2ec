//! A few places for a title, for a person to choose from. Nothing here is ever posted by itself.
//!
//! What the sources proposed and could not be trusted comes first, then what a text search found,
//! unless that is called the same and came out in the same year.

mod found;
pub mod hits;
mod proposals;
pub mod titles;
mod ways;
pub(super) mod words;

use self::found::found;
pub use self::proposals::Origin;
use self::proposals::{Proposal, named, slot_at};
use super::candidates::Start;
use super::claims::{Claim, Reference, ReferenceId, Rule};
use super::decision::Decision;
use super::place::{Case, Facts, ResolvedClaim, Shows, Target, decide};
use crate::domain::{
    AnilistId, Entry, MediaType, Placement, SearchHit, Slot, Source, TraktMovieId, TraktShowId,
};

/// The most suggestions for one title.
pub const MOST: usize = 8;

/// One place that an entry may belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Who proposed it: a source, or `search`.
    pub origin: Origin,
    /// Show or film.
    pub kind: MediaType,
    /// Trakt's id of it.
    pub trakt_id: u64,
    /// Its title, if a search told it.
    pub title: Option<String>,
    /// The year of its first release, if a search told it.
    pub year: Option<i16>,
    /// The season that the entry's first episode is in.
    pub season: Option<u16>,
    /// How many of that season's episodes come before it.
    pub offset: Option<u32>,
    /// The slot of the entry's first episode; none for a film.
    pub first: Option<Slot>,
    /// The slot of the last episode that Trakt lists.
    pub last: Option<Slot>,
    /// How many of the entry's episodes exist there; a film counts as one.
    pub episodes: u32,
    /// What speaks for and against it.
    pub because: String,
    /// The mapping by hand that accepts it; none when no such mapping gives just these episodes.
    pub map: Option<ManualMap>,
}

/// A mapping by hand, as a person makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManualMap {
    /// The entry.
    pub anilist_id: AnilistId,
    /// The show or film.
    pub trakt_id: u64,
    /// Which of the two.
    pub kind: MediaType,
    /// The season of a show.
    pub season: Option<u16>,
    /// How many of the season's episodes come before the entry's first.
    pub offset: Option<u32>,
    /// The entry's title.
    pub title: String,
}

/// The best places for an entry: at most [`MOST`], none twice, and only episodes that Trakt lists.
pub fn suggestions(
    entry: &Entry,
    decision: &Decision,
    hits: &[SearchHit],
    shows: &Shows,
) -> Vec<Suggestion> {
    let mut proposals = named(entry, decision, hits);
    for proposal in found(entry, hits, shows) {
        let is_it = |p: &&mut Proposal| p.covers(&proposal);
        match proposals.iter_mut().find(is_it) {
            // What was only derived from the show that the search found.
            Some(known) if known.is_derived() && proposal.rank.tier < known.rank.tier => {
                *known = proposal;
            }
            Some(known) => known.rank.tier = known.rank.tier.min(proposal.rank.tier),
            None => proposals.push(proposal),
        }
    }
    proposals.sort_by_key(|proposal| proposal.rank);
    proposals.truncate(MOST);
    proposals.into_iter().map(|proposal| suggestion(entry, proposal, shows)).collect()
}

fn suggestion(entry: &Entry, proposal: Proposal, shows: &Shows) -> Suggestion {
    let Proposal { target, hit, placement, mut because, rank } = proposal;
    let (kind, trakt_id) = match target {
        Target::Show(id) => (MediaType::Show, id.0),
        Target::Movie(id) => (MediaType::Movie, id.0),
    };
    let map = manual_map(entry, &placement, kind, trakt_id, shows);
    if map.is_none() && !placement.is_empty() {
        because.push_str("; one season and an offset cannot say it, so it takes overrides");
    }
    Suggestion {
        origin: rank.origin,
        kind,
        trakt_id,
        year: hit.as_ref().and_then(|hit| hit.year),
        title: hit.map(|hit| hit.title).filter(|title| !title.is_empty()),
        season: map.as_ref().and_then(|map| map.season),
        offset: map.as_ref().and_then(|map| map.offset),
        first: slot_at(&placement, 1),
        last: slot_at(&placement, placement.len()),
        episodes: placement.len(),
        because,
        map,
    }
}

/// The mapping by hand that gives just these episodes: one season and an offset, or the show alone
/// when the rest follows from it. The decision on it is the judge, as it is what will be posted.
fn manual_map(
    entry: &Entry,
    placement: &Placement,
    kind: MediaType,
    trakt_id: u64,
    shows: &Shows,
) -> Option<ManualMap> {
    let title = entry.media.titles.display().to_owned();
    let map =
        ManualMap { anilist_id: entry.media.id, trakt_id, kind, season: None, offset: None, title };
    let run = start_of(placement, shows).map(|(season, offset)| ManualMap {
        season: Some(season),
        offset: Some(offset),
        ..map.clone()
    });
    let gives_it = |map: &ManualMap| {
        let claim = ResolvedClaim { claim: map.claim(), target: Some(map.target()) };
        let case = Case { entry, claims: &[claim], facts: &Facts::default() };
        decide(&case, shows).placement.as_ref() == Some(placement)
    };
    run.into_iter().chain([map]).find(gives_it)
}

/// The season of the first episode, and how many of that season come before it.
fn start_of(placement: &Placement, shows: &Shows) -> Option<(u16, u32)> {
    let show = shows.get(&placement.show()?)?.as_ref()?;
    let start = Start::of(show, slot_at(placement, 1)?)?;
    Some((start.season, start.offset))
}

impl ManualMap {
    /// What a resolver makes of it once it is saved.
    fn claim(&self) -> Claim {
        let rule = match (self.kind, self.season) {
            (MediaType::Movie, _) => Rule::Film,
            (MediaType::Show, Some(season)) => {
                Rule::Season { season, offset: self.offset.unwrap_or(0) }
            }
            (MediaType::Show, None) => Rule::Unspecified,
        };
        let references = vec![Reference { kind: self.kind, id: ReferenceId::Trakt(self.trakt_id) }];
        Claim::new(Source::Manual, references, rule)
    }

    fn target(&self) -> Target {
        match self.kind {
            MediaType::Show => Target::Show(TraktShowId(self.trakt_id)),
            MediaType::Movie => Target::Movie(TraktMovieId(self.trakt_id)),
        }
    }
}
