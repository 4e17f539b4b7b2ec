//! Places that may be suggested for an entry, and those of them that a source proposed.

use std::cmp::Reverse;

use super::titles::Likeness;
use crate::domain::{
    Entry, Item, Media, MediaType, Placement, SearchHit, Slot, Source, TraktMovieId, TraktShowId,
};
use crate::placing::checks::{Check, Finding, Outcome};
use crate::placing::decision::{Decision, Judged};
use crate::placing::place::Target;

/// Who proposed a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A source of the placement.
    Source(Source),
    /// The text search.
    Search,
}

impl Origin {
    /// The source's name, or `search`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Source(source) => source.name(),
            Self::Search => "search",
        }
    }
}

/// A place that may be suggested.
#[derive(Debug, Clone)]
pub(super) struct Proposal {
    pub(super) target: Target,
    /// What a search told of the show or film.
    pub(super) hit: Option<SearchHit>,
    /// Where the entry would go; empty when it is not clear which episodes of the show it is.
    pub(super) placement: Placement,
    pub(super) because: String,
    pub(super) rank: Rank,
}

impl Proposal {
    /// Whether no source names the place.
    pub(super) fn is_derived(&self) -> bool {
        matches!(
            self.rank.origin,
            Origin::Source(Source::Breakpoints | Source::AirDates | Source::Search)
        )
    }

    /// Whether the other says nothing new: it is the same place, or just the same show.
    pub(super) fn covers(&self, other: &Self) -> bool {
        self.target == other.target
            && (self.placement == other.placement || other.placement.is_empty())
    }
}

/// How soon a proposal is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    pub(super) tier: Tier,
    /// A film that is not proposed as a film, or the other way round.
    pub(super) misfit: bool,
    /// How many checks it failed.
    pub(super) against: usize,
    pub(super) likeness: Reverse<Likeness>,
    /// Between the first releases.
    pub(super) years_apart: u16,
    pub(super) origin: Origin,
}

/// The groups of proposals, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tier {
    /// Where the entry is placed now.
    Placed,
    /// Found under the same title, of the same year.
    SameWork,
    /// Proposed by a source.
    Named,
    /// Found, and one more thing speaks for it.
    Supported,
    /// Found, and no more.
    Found,
}

/// What the sources proposed, the same place once.
pub(super) fn named(entry: &Entry, decision: &Decision, hits: &[SearchHit]) -> Vec<Proposal> {
    let mut groups: Vec<Vec<&Judged>> = Vec::new();
    for judged in decision.judged.iter().filter(|judged| !judged.placement.is_empty()) {
        let is_same =
            |g: &&mut Vec<&Judged>| g.iter().any(|other| other.placement == judged.placement);
        match groups.iter_mut().find(is_same) {
            Some(group) => group.push(judged),
            None => groups.push(vec![judged]),
        }
    }
    groups.iter().filter_map(|group| proposal_of(entry, decision, group, hits)).collect()
}

fn proposal_of(
    entry: &Entry,
    decision: &Decision,
    group: &[&Judged],
    hits: &[SearchHit],
) -> Option<Proposal> {
    let best = group.iter().min_by_key(|judged| (against(&judged.findings), judged.source))?;
    let mut sources: Vec<Source> = group.iter().map(|judged| judged.source).collect();
    sources.sort_unstable();
    sources.dedup();
    let origin = Origin::Source(*sources.first()?);
    let is_placed = decision.placement.as_ref() == Some(&best.placement);
    Some(Proposal {
        target: best.target,
        hit: hits.iter().find(|hit| target_of(hit) == best.target).cloned(),
        placement: best.placement.clone(),
        because: format!("{} {}", said(&sources, &best.placement), facts(&best.findings)),
        rank: Rank {
            tier: if is_placed { Tier::Placed } else { Tier::Named },
            misfit: is_misfit(&entry.media, best.target),
            against: against(&best.findings),
            likeness: Reverse(0),
            years_apart: 0,
            origin,
        },
    })
}

/// `AniBridge and Otaku say S1E26 to S1E38;`
fn said(sources: &[Source], placement: &Placement) -> String {
    let names: Vec<&str> = sources.iter().map(|source| spoken(*source)).collect();
    let verb = if matches!(sources, [Source::AirDates] | [_, _, ..]) { "say" } else { "says" };
    format!("{} {verb} {};", names.join(" and "), place(placement))
}

fn place(placement: &Placement) -> String {
    match (slot_at(placement, 1), slot_at(placement, placement.len())) {
        (Some(first), Some(last)) if first == last => first.to_string(),
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => "it is this film".to_owned(),
    }
}

fn spoken(source: Source) -> &'static str {
    match source {
        Source::Manual => "the mapping by hand",
        Source::Anibridge => "AniBridge",
        Source::Otaku => "Otaku",
        Source::Fribbs => "Fribbs",
        Source::Saved => "an earlier search",
        Source::Search => "a search for the title",
        Source::AirDates => "the air dates",
        Source::Prequels => "counting on after its prequels",
        Source::Breakpoints => "counting from the first episode",
    }
}

/// What the checks found: what failed, or else what the dates say.
pub(super) fn facts(findings: &[Finding]) -> String {
    let failed = findings.iter().filter(|finding| finding.outcome == Outcome::Failed);
    let against: Vec<String> = failed.map(objection).collect();
    if !against.is_empty() {
        return against.join("; ");
    }
    let dates =
        |finding: &&Finding| finding.check == Check::Dates && finding.outcome == Outcome::Passed;
    findings.iter().find(dates).map_or_else(
        || "nothing speaks against it".to_owned(),
        |finding| format!("its air date agrees: {}", finding.detail),
    )
}

fn objection(finding: &Finding) -> String {
    match finding.check {
        Check::Dates => format!("its air date differs: {}", finding.detail),
        _ => finding.detail.clone(),
    }
}

pub(super) fn against(findings: &[Finding]) -> usize {
    findings.iter().filter(|finding| finding.outcome == Outcome::Failed).count()
}

/// A film is looked for among the films, anything else among the episodes.
pub(super) fn is_misfit(media: &Media, target: Target) -> bool {
    media.is_film() != matches!(target, Target::Movie(_))
}

pub(super) fn target_of(hit: &SearchHit) -> Target {
    match hit.kind {
        MediaType::Show => Target::Show(TraktShowId(hit.trakt_id)),
        MediaType::Movie => Target::Movie(TraktMovieId(hit.trakt_id)),
    }
}

/// The slot of one of the entry's episodes.
pub(super) fn slot_at(placement: &Placement, abs: u32) -> Option<Slot> {
    match placement.item(abs)? {
        Item::Episode { slot, .. } => Some(slot),
        Item::Movie { .. } => None,
    }
}
