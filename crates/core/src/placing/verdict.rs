//! Which of the judged candidates to trust, and how far: the points of each are added up, and one
//! is believed that has enough of them and is well ahead of every other place.
//!
//! The choice depends on what was found, and on the order of the sources only where everything
//! else is equal; the order in which candidates are listed plays no part.

use std::cmp::Reverse;

use super::checks::{Check, Outcome};
use super::claims::Rule;
use super::decision::Judged;
use super::place::Target;
use super::worth;
use crate::domain::{Format, Media, Placement, Reason, Source, Verdict};

impl Judged {
    /// What all that was found is worth.
    pub fn points(&self) -> i32 {
        self.findings.iter().map(|finding| finding.worth).sum()
    }

    /// A person's word only has to name something that exists.
    fn is_ordered(&self) -> bool {
        self.source == Source::Manual
            && (matches!(self.target, Target::Movie(_)) || !self.placement.is_empty())
    }

    fn is_film(&self) -> bool {
        matches!(self.target, Target::Movie(_))
    }

    fn is_special(&self) -> bool {
        let Placement::Episodes { spans, .. } = &self.placement else { return false };
        spans.first().is_some_and(|span| span.start.season == 0)
    }

    /// Found by looking at the show: the sources name no more than the show.
    pub fn is_derived(&self) -> bool {
        matches!(
            self.rule,
            Rule::Continuous | Rule::After { .. } | Rule::StartDate | Rule::Schedule | Rule::Titled
        )
    }

    /// What a check is worth here.
    fn worth(&self, check: Check) -> i32 {
        let found = self.findings.iter().find(|finding| finding.check == check);
        found.map_or(0, |finding| finding.worth)
    }

    /// A day, or a year of a film, speaks for it.
    fn is_dated(&self) -> bool {
        [Check::Dates, Check::LaterDates, Check::Year].iter().any(|check| self.worth(*check) > 0)
    }

    /// It begins a show, by one source's word and no day: so the later works do in catalogues that
    /// give each a show of its own.
    pub fn is_mere_beginning(&self) -> bool {
        let begins = self.start.is_some_and(|start| start.season == 1 && start.offset == 0);
        let is_weak = self.worth(Check::Sources) < worth::ANIBRIDGE + worth::TVDB_NUMBERS;
        begins && is_weak && !self.is_dated() && self.points() > worth::NOT_FIRST_OF_SHOW
    }

    /// Somebody names it, a day or a second independent source confirms it, and nothing speaks
    /// against it.
    fn is_beyond_doubt(&self) -> bool {
        let sources = self.worth(Check::Sources);
        let is_confirmed = self.is_dated() || sources >= worth::ANIBRIDGE + worth::TVDB_NUMBERS;
        (sources > 0 || self.rule == Rule::Continuous)
            && is_confirmed
            && self.findings.iter().all(|finding| finding.outcome != Outcome::Failed)
    }

    /// The same film, or the same episodes as far as both go.
    pub(super) fn is_same_place(&self, other: &Self) -> bool {
        match (self.target, other.target) {
            (Target::Movie(one), Target::Movie(two)) => one == two,
            (Target::Show(_), Target::Show(_)) => {
                self.placement.begins(&other.placement) || other.placement.begins(&self.placement)
            }
            _ => false,
        }
    }
}

/// The candidate to trust.
pub(super) fn choose(judged: &[Judged], media: &Media) -> Result<(Verdict, usize), Reason> {
    if let Some(index) = judged.iter().position(Judged::is_ordered) {
        return Ok((Verdict::Verified, index));
    }
    // Counting from a show's first episode is only believed where no source names a place, or a day
    // speaks for it.
    let is_named = judged.iter().any(|j| !j.is_derived() && !j.is_film());
    let is_believed = |j: &Judged| {
        let is_mere_count = j.is_derived() && !j.is_dated() && j.worth(Check::Sources) <= 0;
        j.points() >= worth::POSTED
            && !(is_named && is_mere_count)
            && !is_mere_day(judged, j, media)
    };
    // A work that Trakt has as a film is that film, whatever specials it is listed among.
    let film_first = media.format == Some(Format::Movie);
    let film = best(judged, |j| film_first && j.is_film() && is_believed(j));
    let best = film.or_else(|| best(judged, is_believed));
    let Some(index) = best else { return Err(why_none_stands(judged)) };
    let chosen = &judged[index];
    let is_rival = |other: &&Judged| {
        let is_beside_film = film.is_some() && other.is_special();
        !(other.is_same_place(chosen) || is_beside_film)
            && other.points() >= worth::RIVAL.max(chosen.points() - worth::MARGIN + 1)
    };
    if judged.iter().any(|other| is_rival(&other)) {
        return Err(Reason::Conflict);
    }
    let verified = chosen.points() >= worth::VERIFIED && chosen.is_beyond_doubt();
    Ok((if verified { Verdict::Verified } else { Verdict::Likely }, index))
}

/// A day in the midst of a run, or one beside another place that somebody names, unless a run begins
/// that day and the number of episodes fits.
fn is_mere_day(judged: &[Judged], candidate: &Judged, media: &Media) -> bool {
    let is_by_days = candidate.rule == Rule::Schedule;
    if !(is_by_days || candidate.rule == Rule::StartDate) || candidate.worth(Check::Sources) > 0 {
        return false;
    }
    let begins = candidate.worth(Check::Dates) > worth::FOUND_BY_DAY;
    let fills = candidate.worth(Check::Count) >= worth::FILLS_REST;
    let is_between = candidate.worth(Check::Neighbours) > worth::BESIDE_ANOTHER;
    if is_by_days {
        // Days in a weekly row all say the same: they number what somebody has begin there, or what is
        // a whole run.
        let first = candidate.placement.item(1);
        let is_named = |other: &Judged| !other.is_derived() && other.placement.item(1) == first;
        return !(judged.iter().any(is_named) || (begins && fills));
    }
    let is_named_elsewhere = judged
        .iter()
        .any(|other| !other.is_derived() && other.points() > 0 && !other.is_same_place(candidate));
    // Shorts are shown beside a series, on its days.
    let may_be_beside = matches!(media.format, Some(Format::Ona | Format::TvShort));
    if is_named_elsewhere || may_be_beside {
        !(begins && fills)
    } else {
        !(begins || fills || is_between)
    }
}

/// The one with the most points; of equal ones one that somebody names, the longer, and then that of
/// the source which comes first in the order of trust.
fn best(judged: &[Judged], of: impl Fn(&Judged) -> bool) -> Option<usize> {
    let merit = |&index: &usize| {
        let Judged { placement, source, .. } = &judged[index];
        (
            judged[index].points(),
            !judged[index].is_derived(),
            placement.len(),
            Reverse(*source),
            Reverse(index),
        )
    };
    (0..judged.len()).filter(|&index| of(&judged[index])).max_by_key(merit)
}

fn why_none_stands(judged: &[Judged]) -> Reason {
    let lacks = |j: &Judged| j.worth(Check::Exists) <= worth::CUT_OFF;
    let is_contradicted = |j: &Judged| {
        !j.is_derived() && j.findings.iter().any(|finding| finding.outcome == Outcome::Failed)
    };
    let mut named = judged.iter().filter(|j| !j.is_derived()).peekable();
    if judged.is_empty() {
        Reason::NoCandidate
    } else if named.peek().is_some() && named.all(lacks) || judged.iter().all(lacks) {
        Reason::EpisodesMissing
    } else if judged.iter().any(is_contradicted)
        || judged.iter().filter(|j| j.points() >= worth::RIVAL).count() > 1
    {
        Reason::Conflict
    } else {
        Reason::Unconfirmed
    }
}
