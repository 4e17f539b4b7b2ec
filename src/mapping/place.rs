//! The decision: of all candidates, the one that can be trusted, or none.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;

use super::candidates::{Body, Candidate, Start, expand};
use super::checks::{Check, Finding, Outcome, check};
use super::claims::{Claim, Rule};
use super::prequels::Ahead;
use super::remembered::Moved;
use super::siblings::{Contest, Standoff};
use super::verdict::choose;
use crate::domain::{
    Entry, Placement, Reason, Show, Source, TraktMovieId, TraktShowId, Verdict, Weight,
};
use crate::store::MediaType;

/// What a claim's references turned out to be on Trakt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum Target {
    /// A show.
    Show(TraktShowId),
    /// A film.
    Movie(TraktMovieId),
}

impl Target {
    /// The show or film with a number of Trakt's.
    pub fn new(kind: MediaType, id: u64) -> Self {
        match kind {
            MediaType::Show => Self::Show(TraktShowId(id)),
            MediaType::Movie => Self::Movie(TraktMovieId(id)),
        }
    }

    /// What a placement is on.
    pub fn of(placement: &Placement) -> Self {
        match placement {
            Placement::Movie { movie } => Self::Movie(*movie),
            Placement::Episodes { show, .. } => Self::Show(*show),
        }
    }
}

/// A claim with its target, or none when Trakt has no such thing.
#[derive(Debug, Clone)]
pub struct ResolvedClaim {
    /// What the source said.
    pub claim: Claim,
    /// What that is on Trakt.
    pub target: Option<Target>,
}

/// A candidate as it was judged.
#[derive(Debug, Clone)]
pub struct Judged {
    /// Who proposed it.
    pub source: Source,
    /// How.
    pub rule: Rule,
    /// On which show or film.
    pub target: Target,
    /// What it comes to.
    pub placement: Placement,
    /// Where in the show it begins.
    pub start: Option<Start>,
    /// What speaks for and against it.
    pub findings: Vec<Finding>,
}

/// Where an entry belongs, and why.
#[derive(Debug, Clone)]
pub struct Decision {
    /// How far it can be trusted. Only `Verified` and `Likely` have a placement.
    pub verdict: Verdict,
    /// Who proposed the placement.
    pub source: Option<Source>,
    /// The placement.
    pub placement: Option<Placement>,
    /// Why there is none.
    pub reason: Option<Reason>,
    /// The decisive facts, for a person.
    pub detail: String,
    /// How much speaks for the placement, to compare it with those of other entries.
    pub weight: Weight,
    /// It was made by an earlier run, and everything it rests on is still the same.
    pub is_remembered: bool,
    /// Every candidate; none when the decision is remembered.
    pub judged: Vec<Judged>,
    /// How it stands to other entries that claim the same episodes.
    pub standoff: Standoff,
    /// Episodes that were posted elsewhere before the show or the sources changed.
    pub moved: Vec<Moved>,
}

impl Decision {
    /// Who else has the better claim to an episode.
    pub fn contest(&self, abs: u32) -> Option<Contest> {
        self.standoff.contests.iter().find(|contest| contest.abs == abs).copied()
    }
}

/// All that a decision rests on besides the shows.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// What the sources say of it, in any order.
    pub claims: &'a [ResolvedClaim],
    /// How many episodes of a show belong to the works it continues, where that is known.
    pub before: &'a Before,
}

/// By show: how many of its regular episodes come before an entry. A show that is missing was not
/// asked about.
pub type Before = HashMap<TraktShowId, Ahead>;

/// The shows that are known, by id. `None` in it: Trakt has no such show.
pub type Shows = HashMap<TraktShowId, Option<Show>>;

/// Decides where an entry belongs. Shows that are not in `shows` are passed over.
///
/// The order of the sources plays no part: they are heard in the order in which they are believed.
pub fn decide(case: &Case<'_>, shows: &Shows) -> Decision {
    let mut claims: Vec<&ResolvedClaim> = case.claims.iter().collect();
    claims.sort_by_key(|resolved| resolved.claim.source);
    let judged: Vec<Judged> =
        candidates(case, &claims, shows).iter().map(|candidate| judge(candidate, case)).collect();
    let chosen = choose(&judged);
    match chosen {
        Ok((verdict, index)) => Decision {
            verdict,
            source: Some(judged[index].source),
            placement: Some(judged[index].placement.clone()),
            reason: None,
            detail: describe(&judged[index]),
            weight: weight(&judged, index, verdict),
            is_remembered: false,
            judged,
            standoff: Standoff::default(),
            moved: Vec::new(),
        },
        Err(reason) => Decision {
            verdict: if reason == Reason::Conflict { Verdict::Conflict } else { Verdict::Unmapped },
            source: None,
            placement: None,
            reason: Some(nothing_found(reason, case.claims, shows)),
            detail: refusals(&judged),
            weight: Weight::default(),
            is_remembered: false,
            judged,
            standoff: Standoff::default(),
            moved: Vec::new(),
        },
    }
}

/// Every claim as a list of real episodes, then what can be derived from the shows themselves.
fn candidates<'a>(
    case: &Case<'_>,
    claims: &[&ResolvedClaim],
    shows: &'a Shows,
) -> Vec<Candidate<'a>> {
    let mut found = Vec::new();
    for resolved in claims {
        found.extend(claimed(case.entry, resolved, shows));
    }
    let manual = claims.iter().any(|c| c.claim.source == Source::Manual);
    if !manual || found.is_empty() {
        for show in named_shows(claims, shows) {
            found.extend(derived(case, show));
        }
    }
    found.retain(|c| {
        !matches!(&c.body, Body::Episodes { episodes, .. } if episodes.is_empty())
            || matches!(c.rule, Rule::Season { .. })
    });
    found
}

/// What can be found by looking at the show.
fn derived<'a>(case: &Case<'_>, show: &'a Show) -> impl Iterator<Item = Candidate<'a>> {
    let after = match case.before.get(&show.id) {
        Some(&Ahead::Episodes(episodes @ 1..)) => {
            Some((Source::Prequels, Rule::After { episodes }))
        }
        _ => None,
    };
    [
        Some((Source::Breakpoints, Rule::Continuous)),
        after,
        Some((Source::AirDates, Rule::StartDate)),
    ]
    .into_iter()
    .flatten()
    .map(|(source, rule)| on_show(case.entry, show, source, rule))
}

fn claimed<'a>(entry: &Entry, resolved: &ResolvedClaim, shows: &'a Shows) -> Option<Candidate<'a>> {
    let Claim { source, rule, .. } = &resolved.claim;
    let source = *source;
    match resolved.target? {
        Target::Movie(movie) => {
            Some(Candidate { source, rule: Rule::Film, body: Body::Film(movie) })
        }
        Target::Show(_) if *rule == Rule::Unspecified => None,
        Target::Show(id) => Some(on_show(entry, shows.get(&id)?.as_ref()?, source, rule.clone())),
    }
}

fn on_show<'a>(entry: &Entry, show: &'a Show, source: Source, rule: Rule) -> Candidate<'a> {
    let want = entry.media.episodes;
    let episodes = expand(&rule, show, &entry.media, want);
    Candidate { source, rule, body: Body::Episodes { show, episodes } }
}

fn named_shows<'a>(claims: &[&ResolvedClaim], shows: &'a Shows) -> Vec<&'a Show> {
    let mut ids: Vec<TraktShowId> = Vec::new();
    for resolved in claims {
        if let Some(Target::Show(id)) = resolved.target
            && !ids.contains(&id)
        {
            ids.push(id);
        }
    }
    ids.iter().filter_map(|id| shows.get(id)?.as_ref()).collect()
}

fn judge(candidate: &Candidate<'_>, case: &Case<'_>) -> Judged {
    let (target, before) = match &candidate.body {
        Body::Film(movie) => (Target::Movie(*movie), None),
        Body::Episodes { show, .. } => (Target::Show(show.id), case.before.get(&show.id).copied()),
    };
    Judged {
        source: candidate.source,
        rule: candidate.rule.clone(),
        target,
        placement: candidate.placement(),
        start: candidate.start(),
        findings: check(candidate, case.entry, before),
    }
}

fn weight(judged: &[Judged], index: usize, verdict: Verdict) -> Weight {
    let chosen = &judged[index];
    let same = judged.iter().filter(|other| other.placement == chosen.placement);
    let sources: BTreeSet<Source> = same.map(|other| other.source).collect();
    let fills =
        |finding: &Finding| finding.check == Check::Count && finding.outcome == Outcome::Passed;
    Weight {
        manual: chosen.source == Source::Manual,
        verified: verdict == Verdict::Verified,
        fills: chosen.findings.iter().any(fills),
        support: u8::try_from(sources.len()).unwrap_or(u8::MAX),
    }
}

/// Sharpens "no candidate": somebody named a show or film, but Trakt does not have it.
fn nothing_found(reason: Reason, claims: &[ResolvedClaim], shows: &Shows) -> Reason {
    let lost = |c: &ResolvedClaim| match c.target {
        None => true,
        Some(Target::Show(id)) => matches!(shows.get(&id), Some(None)),
        Some(Target::Movie(_)) => false,
    };
    if reason == Reason::NoCandidate && !claims.is_empty() && claims.iter().all(lost) {
        Reason::NotOnTrakt
    } else {
        reason
    }
}

fn describe(judged: &Judged) -> String {
    let facts: Vec<&str> = judged
        .findings
        .iter()
        .filter(|finding| finding.outcome == Outcome::Passed)
        .map(|finding| finding.detail.as_str())
        .collect();
    format!("{}: {}", judged.rule, facts.join("; "))
}

fn refusals(judged: &[Judged]) -> String {
    let refusal = |j: &Judged| {
        let against = j.findings.iter().find(|finding| finding.outcome == Outcome::Failed)?;
        Some(format!("{} says {}: {}", j.source.name(), j.rule, against.detail))
    };
    judged.iter().filter_map(refusal).collect::<Vec<_>>().join("; ")
}
