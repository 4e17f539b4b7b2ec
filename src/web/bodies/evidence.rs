//! What a decision on a place rests on.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::places::{MediaType, Placement, TraktTitle};
use super::verdicts::{Format, Source};
use crate::hub::names::Names;
use crate::placing::{checks, evidence};

words! {
    /// What is looked at.
    Check of checks::Check, "snake_case" {
        Sources, Exists, Count, Dates, LaterDates, Spacing, Format, Year, Title, Prequels, Parent,
        Neighbours, Siblings,
    }

    /// What a check found.
    CheckOutcome of checks::Outcome, "snake_case" { Passed, Failed, Unknown }
}

/// One check's finding.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct Finding {
    /// What was looked at.
    check: Check,
    /// What was found.
    outcome: CheckOutcome,
    /// How many points it is worth; at -100 the candidate cannot be.
    #[schema(required = false, minimum = -100, maximum = 100)]
    worth: i32,
    /// The facts, for a person.
    detail: String,
}

impl Finding {
    fn of(finding: &checks::Finding, names: &Names) -> Self {
        let &checks::Finding { check, outcome, worth, ref detail } = finding;
        Self { check: check.into(), outcome: outcome.into(), worth, detail: names.told(detail) }
    }
}

/// A show or film by Trakt's number.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Named {
    /// Which of the two: their numbers overlap.
    kind: MediaType,
    /// The number.
    id: u64,
    /// What it is called on Trakt; none until Trakt has told.
    trakt_title: Option<TraktTitle>,
}

impl Named {
    fn of(target: evidence::Named, names: &Names) -> Self {
        let trakt_title = names.on_trakt(target.on_trakt()).map(Into::into);
        Self { kind: target.kind.into(), id: target.id, trakt_title }
    }
}

/// One way to place an entry, as it was judged.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Candidate {
    /// Who proposed it.
    source: Source,
    /// On which show or film.
    target: Named,
    /// How, for a person.
    rule: String,
    /// What it comes to.
    placement: Placement,
    /// The season in which it begins; none for a film.
    #[serde(skip_serializing_if = "Option::is_none")]
    season: Option<u16>,
    /// How many episodes of that season come before its first.
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u32>,
    /// What all that was found is worth; 3 are enough, if no other place comes near.
    #[schema(required = false, minimum = -2000, maximum = 2000)]
    points: i32,
    /// What speaks for and against it.
    checks: Vec<Finding>,
    /// Whether it was chosen.
    chosen: bool,
}

impl Candidate {
    fn of(candidate: evidence::Candidate, names: &Names) -> Self {
        Self {
            source: candidate.source.into(),
            target: Named::of(candidate.target, names),
            rule: names.told(&candidate.rule),
            placement: candidate.placement.into(),
            season: candidate.season,
            offset: candidate.offset,
            points: candidate.points,
            checks: candidate.checks.iter().map(|one| Finding::of(one, names)).collect(),
            chosen: candidate.chosen,
        }
    }
}

/// What a decision rests on: the facts of the entry, and every candidate with its findings.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Evidence {
    /// The title to show.
    title: String,
    /// What kind of work it is.
    format: Option<Format>,
    /// How many episodes it has.
    episode_count: Option<u32>,
    /// When its first episode aired, if the day is known.
    start_date: Option<Date>,
    /// How many episodes were watched.
    watched: u32,
    /// The decisive facts, for a person.
    detail: String,
    /// What the sources proposed and what was found in the show, the most believed first.
    candidates: Vec<Candidate>,
}

impl Evidence {
    /// The evidence, in which these are called by name.
    pub(super) fn of(evidence: evidence::Evidence, names: &Names) -> Self {
        let candidates = evidence.candidates.into_iter();
        Self {
            title: evidence.title,
            format: evidence.format.map(Into::into),
            episode_count: evidence.episode_count,
            start_date: evidence.start_date,
            watched: evidence.watched,
            detail: names.told(&evidence.detail),
            candidates: candidates.map(|one| Candidate::of(one, names)).collect(),
        }
    }
}
