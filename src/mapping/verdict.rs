//! Which of the judged candidates to trust, and how far.
//!
//! The choice depends on what was found, and on the order of the sources only where everything
//! else is equal; the order in which candidates are listed plays no part.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::checks::{Check, Outcome};
use super::claims::Rule;
use super::place::{Judged, Target};
use crate::domain::{Placement, Reason, Source, Verdict};

impl Judged {
    fn outcome(&self, check: Check) -> Outcome {
        let found = self.findings.iter().find(|finding| finding.check == check);
        found.map_or(Outcome::Unknown, |finding| finding.outcome)
    }

    fn stands(&self) -> bool {
        self.findings.iter().all(|finding| finding.outcome != Outcome::Failed)
    }

    /// A person's word only has to name something that exists.
    fn is_ordered(&self) -> bool {
        self.source == Source::Manual
            && (matches!(self.target, Target::Movie(_)) || !self.placement.is_empty())
    }

    /// Nothing speaks against it, and the broadcast dates agree.
    fn is_shown(&self) -> bool {
        self.stands() && self.outcome(Check::Dates) == Outcome::Passed
    }

    fn is_film(&self) -> bool {
        matches!(self.target, Target::Movie(_)) && self.stands()
    }

    /// Found by looking at the show: the sources name no more than the show.
    pub(super) fn is_derived(&self) -> bool {
        matches!(self.rule, Rule::Continuous | Rule::After { .. } | Rule::StartDate)
    }

    /// Reaches over a season's end although nobody said so episode by episode.
    fn is_stretched(&self) -> bool {
        let Placement::Episodes { spans, .. } = &self.placement else { return false };
        let crosses = spans.windows(2).any(|pair| pair[0].start.season != pair[1].start.season);
        crosses && !matches!(self.rule, Rule::Ranges(_))
    }
}

/// The candidate to trust. The order of trust: a person; a film that is one; agreement with the
/// air dates; agreement on the rest of a season; sources with nothing against them.
pub(super) fn choose(judged: &[Judged]) -> Result<(Verdict, usize), Reason> {
    if let Some(index) = judged.iter().position(Judged::is_ordered) {
        return Ok((Verdict::Verified, index));
    }
    let chosen = film(judged).or_else(|| shown(judged)).or_else(|| agreed_later_part(judged));
    chosen.map_or_else(|| without_dates(judged), Ok)
}

/// The best of some candidates: said outright rather than stretched, proposed by more sources,
/// and then by the source that comes first in the order of trust.
fn best(judged: &[Judged], of: impl Fn(&Judged) -> bool) -> Option<usize> {
    let merit = |&index: &usize| {
        let candidate = &judged[index];
        let support = supporters(judged, candidate, &of).len();
        (!candidate.is_stretched(), support, Reverse(candidate.source), Reverse(index))
    };
    (0..judged.len()).filter(|&index| of(&judged[index])).max_by_key(merit)
}

/// The sources that propose the same as a candidate.
fn supporters(
    judged: &[Judged],
    candidate: &Judged,
    of: impl Fn(&Judged) -> bool,
) -> BTreeSet<Source> {
    let same = judged.iter().filter(|other| of(other) && other.placement == candidate.placement);
    same.map(|other| other.source).collect()
}

/// A work that Trakt has as a film is that film, whatever specials it is listed among. Something
/// else that may be one (a special, an OVA) is a film only if no episode aired when it did.
fn film(judged: &[Judged]) -> Option<(Verdict, usize)> {
    let index = best_film(judged)?;
    let surely_film = judged[index].outcome(Check::Format) == Outcome::Passed;
    if !surely_film && judged.iter().any(Judged::is_shown) {
        return None;
    }
    let agree = supporters(judged, &judged[index], Judged::is_film).len() > 1;
    Some((if agree { Verdict::Verified } else { Verdict::Likely }, index))
}

/// The film that most sources name. Where they are even, Otaku's word counts first: it alone gives
/// Trakt's own number, the others' are translated.
fn best_film(judged: &[Judged]) -> Option<usize> {
    let merit = |&index: &usize| {
        let candidate = &judged[index];
        let support = supporters(judged, candidate, Judged::is_film).len();
        (support, candidate.source == Source::Otaku, Reverse(candidate.source), Reverse(index))
    };
    (0..judged.len()).filter(|&index| judged[index].is_film()).max_by_key(merit)
}

/// Dates that agree make it verified, unless nothing but the dates proposes it: then it is likely.
fn shown(judged: &[Judged]) -> Option<(Verdict, usize)> {
    let index = best(judged, Judged::is_shown)?;
    let sources = supporters(judged, &judged[index], Judged::is_shown);
    let proposed = sources.iter().any(|source| *source != Source::AirDates);
    Some((if proposed { Verdict::Verified } else { Verdict::Likely }, index))
}

/// The later part of a split season: two sources name the same episode to start after, and the
/// entry is exactly what is left of the season. That is believed even when the dates differ, as
/// Trakt dates later parts by their listing at times.
fn agreed_later_part(judged: &[Judged]) -> Option<(Verdict, usize)> {
    let is_later_part = |j: &Judged| {
        matches!(j.rule, Rule::Season { season: 1.., offset: 1.. })
            && j.outcome(Check::Exists) == Outcome::Passed
            && j.outcome(Check::Count) == Outcome::Passed
            && j.outcome(Check::Format) != Outcome::Failed
    };
    let index = best(judged, is_later_part)?;
    let agree = supporters(judged, &judged[index], is_later_part).len() > 1;
    agree.then_some((Verdict::Likely, index))
}

/// Without dates to go by, sources that name a place must all name the same. Counting from the
/// first episode is only believed when no source names a place.
fn without_dates(judged: &[Judged]) -> Result<(Verdict, usize), Reason> {
    let named = judged.iter().any(|j| !j.is_derived());
    let believable = |j: &Judged| {
        let stretched = j.is_stretched() && !j.is_derived();
        j.stands() && j.is_derived() != named && !stretched
    };
    let Some(index) = best(judged, believable) else { return Err(why_none_stands(judged)) };
    let mut others = judged.iter().filter(|j| believable(j));
    if others.all(|j| j.placement == judged[index].placement) {
        Ok((Verdict::Likely, index))
    } else {
        Err(Reason::Conflict)
    }
}

fn why_none_stands(judged: &[Judged]) -> Reason {
    if judged.is_empty() {
        Reason::NoCandidate
    } else if judged.iter().all(|j| j.outcome(Check::Exists) == Outcome::Failed) {
        Reason::EpisodesMissing
    } else {
        Reason::Conflict
    }
}
