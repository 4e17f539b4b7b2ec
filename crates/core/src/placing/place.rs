//! The decision: of all candidates, the one that can be trusted, or none.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;
use serde::Serialize;

use super::candidates::{Body, Candidate, Found, Wanted, expand, is_extra};
use super::checks::{Check, Finding, Outcome, check, sure_until};
use super::claims::{Around, Claim, Rule};
use super::decision::{Decision, Judged};
use super::prequels::Ahead;
use super::siblings::Standoff;
use super::sources::{families, named_by};
use super::verdict::choose;
use super::worth;
use crate::domain::{
    AnilistId, Entry, Film, Format, Media, MediaType, Placement, Reason, Show, Slot, Source,
    TraktMovieId, TraktShowId, Verdict, Weight,
};

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
            Placement::Movie { movie, .. } => Self::Movie(*movie),
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

/// All that a decision rests on besides the shows.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// What the sources say of it, in any order.
    pub claims: &'a [ResolvedClaim],
    /// What else was found out.
    pub facts: &'a Facts,
}

/// What was found out of an entry besides what the sources say and the shows list.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// How many episodes of a show belong to the works it continues, where that was asked.
    pub before: Before,
    /// Where the work is beside which it stands, by AniList's relations, seen from each show. Empty
    /// when it stands beside none.
    pub beside: HashMap<TraktShowId, Beside>,
    /// The films that were looked at.
    pub films: Films,
    /// Where other entries of the person are, by this run or an earlier one.
    pub neighbours: Vec<Neighbour>,
    /// The days on which its episodes aired, from the first on; empty when nobody asked.
    pub days: Vec<Date>,
}

/// Where the work is beside which an entry stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Beside {
    /// On this show.
    Here,
    /// Nobody knows.
    Unknown,
    /// On another show, or there is none.
    #[default]
    Elsewhere,
}

impl From<Option<bool>> for Beside {
    fn from(is_here: Option<bool>) -> Self {
        match is_here {
            Some(true) => Self::Here,
            None => Self::Unknown,
            Some(false) => Self::Elsewhere,
        }
    }
}

/// Another entry of the person, in one run of a season.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Neighbour {
    /// The entry.
    pub entry: AnilistId,
    /// The show.
    pub show: TraktShowId,
    /// Its first episode.
    pub first: Slot,
    /// How many of its episodes have a place.
    pub placed: u32,
    /// How many it has.
    pub count: u32,
}

impl Neighbour {
    /// An entry by its place; none where it lies in several runs.
    pub fn new(entry: AnilistId, count: Option<u32>, placement: &Placement) -> Option<Self> {
        let Placement::Episodes { show, spans } = placement else { return None };
        let [span] = spans.as_slice() else { return None };
        let placed = placement.len();
        let count = count.unwrap_or(placed).max(placed);
        Some(Self { entry, show: *show, first: span.start, placed, count })
    }
}

impl Case<'_> {
    /// Whether the work is to be looked for among the specials: an extra by its kind, by AniList's
    /// relations, or by what the sources say.
    pub fn is_special(&self) -> bool {
        is_extra(&self.entry.media) || self.is_said_special() || self.is_related_special()
    }

    /// A source has it among the specials of some catalogue, and none in a season.
    pub fn is_said_special(&self) -> bool {
        self.says(Rule::is_special) && !self.says(Rule::is_regular)
    }

    /// How many of the files say just this.
    pub fn files_that_say(&self, rule: &Rule) -> usize {
        let same = self.claims.iter().filter(|resolved| resolved.claim.rule == *rule);
        same.map(|resolved| resolved.claim.source).collect::<BTreeSet<_>>().len()
    }

    /// AniBridge's editors have it among the specials.
    pub fn is_special_by_hand(&self) -> bool {
        let by_hand = self.claims.iter().filter(|c| c.claim.source == Source::Anibridge);
        by_hand.into_iter().any(|resolved| resolved.claim.rule.is_special())
    }

    fn is_related_special(&self) -> bool {
        self.facts.beside.values().any(|work| *work != Beside::Elsewhere)
            && !self.says(Rule::is_regular)
    }

    /// Whether a source puts another work at the beginning of a show.
    pub fn is_first_taken(&self, show: TraktShowId) -> bool {
        let here = self.claims.iter().filter(|claim| claim.target == Some(Target::Show(show)));
        here.into_iter().any(|resolved| resolved.claim.around.is_first_taken)
    }

    fn says(&self, of: fn(&Rule) -> bool) -> bool {
        let mut said = self.claims.iter().filter(|c| c.claim.source != Source::Saved);
        said.any(|resolved| of(&resolved.claim.rule))
    }
}

/// By show: how many of its regular episodes come before an entry. A show that is missing was not
/// asked about.
pub type Before = HashMap<TraktShowId, Ahead>;

/// The shows that are known, by id. `None` in it: Trakt has no such show.
pub type Shows = HashMap<TraktShowId, Option<Show>>;

/// The films that are known, by id. `None` in it: Trakt has no such film.
pub type Films = HashMap<TraktMovieId, Option<Film>>;

/// Decides where an entry belongs. Shows that are not in `shows` are passed over.
///
/// The order of the sources plays no part: they are heard in the order in which they are believed.
pub fn decide(case: &Case<'_>, shows: &Shows) -> Decision {
    let mut claims: Vec<&ResolvedClaim> = case.claims.iter().collect();
    claims.sort_by_key(|resolved| resolved.claim.source);
    let candidates = candidates(case, &claims, shows);
    let judged: Vec<Judged> =
        candidates.iter().map(|candidate| judge(candidate, &candidates, case)).collect();
    let chosen = choose(&judged, &case.entry.media);
    match chosen {
        Ok((verdict, index)) => Decision {
            verdict,
            source: Some(judged[index].source),
            placement: Some(agreed(&judged, index, sure_until(&candidates[index], case))),
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
            reason: Some(nothing_found(reason, case, shows)),
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
    // What an earlier decision left behind names the show, and proposes nothing: it would only confirm
    // itself.
    for resolved in claims.iter().filter(|resolved| resolved.claim.source != Source::Saved) {
        found.extend(claimed(case, resolved, shows));
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

/// Whether a work may be found among the specials by its title. A film is looked for among the films,
/// and a series in the seasons.
fn is_titled(media: &Media) -> bool {
    !matches!(media.format, Some(Format::Tv | Format::TvShort | Format::Movie))
}

/// What can be found by looking at the show.
fn derived<'a>(case: &Case<'_>, show: &'a Show) -> impl Iterator<Item = Candidate<'a>> {
    let after = match case.facts.before.get(&show.id) {
        Some(&Ahead::Episodes(episodes @ 1..)) if !case.is_special() => {
            Some((Source::Prequels, Rule::After { episodes }))
        }
        _ => None,
    };
    [
        Some((Source::Breakpoints, Rule::Continuous)),
        after,
        Some((Source::AirDates, Rule::StartDate)),
        (!case.facts.days.is_empty()).then_some((Source::AirDates, Rule::Schedule)),
        is_titled(&case.entry.media).then_some((Source::Search, Rule::Titled)),
    ]
    .into_iter()
    .flatten()
    .map(|(source, rule)| on_show(case, show, source, rule, Around::default()))
}

fn claimed<'a>(
    case: &Case<'_>,
    resolved: &ResolvedClaim,
    shows: &'a Shows,
) -> Option<Candidate<'a>> {
    let Claim { source, rule, around, .. } = &resolved.claim;
    let (source, around) = (*source, *around);
    match resolved.target? {
        Target::Movie(movie) => {
            let body = Body::Film { movie, parts: parts(rule, source, &case.entry.media) };
            Some(Candidate { source, rule: rule.clone(), around, body })
        }
        Target::Show(_) if matches!(rule, Rule::Unspecified | Rule::Specials) => None,
        Target::Show(id) => {
            Some(on_show(case, shows.get(&id)?.as_ref()?, source, rule.clone(), around))
        }
    }
}

/// In how many parts an entry counts a film: a person's word is on all of it.
fn parts(rule: &Rule, source: Source, media: &Media) -> u32 {
    match rule {
        Rule::FilmInParts { parts } if media.episodes == Some(*parts) => *parts,
        _ if source == Source::Manual => media.episodes.unwrap_or(1).max(1),
        _ => 1,
    }
}

fn on_show<'a>(
    case: &Case<'_>,
    show: &'a Show,
    source: Source,
    rule: Rule,
    around: Around,
) -> Candidate<'a> {
    let media = &case.entry.media;
    let watched = case.entry.watched();
    let wanted = Wanted {
        media,
        source,
        around,
        watched,
        is_special: case.is_special(),
        days: &case.facts.days,
    };
    let Found { episodes, holes } = expand(&rule, show, &wanted);
    Candidate { source, rule, around, body: Body::Episodes { show, episodes, holes } }
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

fn judge(candidate: &Candidate<'_>, all: &[Candidate<'_>], case: &Case<'_>) -> Judged {
    let target = match &candidate.body {
        Body::Film { movie, .. } => Target::Movie(*movie),
        Body::Episodes { show, .. } => Target::Show(show.id),
    };
    let mut findings = vec![named_by(candidate, all, case)];
    findings.extend(check(candidate, case));
    Judged {
        source: candidate.source,
        rule: candidate.rule.clone(),
        target,
        placement: candidate.placement(),
        start: candidate.start(),
        is_cut_to_room: candidate.is_cut_to_room(case.entry.media.episodes),
        findings,
    }
}

/// Where the sources that say how far the entry goes end before the chosen candidate does, so does
/// the placement, and so it does after the entry's own number up to which it is sure: what lies behind
/// waits.
fn agreed(judged: &[Judged], index: usize, sure_until: Option<u32>) -> Placement {
    let chosen = &judged[index];
    if chosen.source == Source::Manual {
        return chosen.placement.clone();
    }
    let shortest = |of: fn(&Judged) -> bool| {
        let ends =
            judged.iter().filter(|other| of(other) && other.placement.begins(&chosen.placement));
        ends.map(|other| &other.placement).min_by_key(|placement| placement.len())
    };
    // What is written episode by episode says more than where the next work begins.
    let written = shortest(|other| matches!(other.rule, Rule::Ranges(_)));
    let agreed = written.or_else(|| shortest(|other| other.is_cut_to_room));
    let agreed = agreed.unwrap_or(&chosen.placement);
    sure_until.map_or_else(|| agreed.clone(), |abs| agreed.until(abs))
}

fn weight(judged: &[Judged], index: usize, verdict: Verdict) -> Weight {
    let chosen = &judged[index];
    let fills =
        |finding: &Finding| finding.check == Check::Count && finding.worth >= worth::FILLS_REST;
    Weight {
        manual: chosen.source == Source::Manual,
        verified: verdict == Verdict::Verified,
        fills: chosen.findings.iter().any(fills),
        support: u8::try_from(families(judged, chosen)).unwrap_or(u8::MAX),
    }
}

/// Sharpens the reason where nobody named anything, or only what Trakt does not have.
fn nothing_found(reason: Reason, case: &Case<'_>, shows: &Shows) -> Reason {
    let is_lost = |c: &ResolvedClaim| match c.target {
        None => true,
        Some(Target::Show(id)) => matches!(shows.get(&id), Some(None)),
        Some(Target::Movie(id)) => matches!(case.facts.films.get(&id), Some(None)),
    };
    let (found, named): (Vec<&ResolvedClaim>, Vec<_>) =
        case.claims.iter().partition(|c| c.claim.source == Source::Search);
    let is_vague = matches!(reason, Reason::NoCandidate | Reason::EpisodesMissing);
    if named.is_empty() && !found.is_empty() {
        Reason::NoCandidate
    } else if !named.is_empty() && (is_vague || !found.is_empty()) && named.into_iter().all(is_lost)
    {
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
