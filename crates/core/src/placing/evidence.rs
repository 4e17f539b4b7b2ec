//! What a decision rests on, as it is kept and shown.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::checks::Finding;
use super::decision::{Decision, Judged};
use super::place::Target;
use crate::domain::{Entry, Format, MediaType, OnTrakt, Placement, Source};

/// What a decision rests on: the facts of the entry, and every candidate with its findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// The title to show.
    pub title: String,
    /// What kind of work it is.
    pub format: Option<Format>,
    /// How many episodes it has.
    pub episode_count: Option<u32>,
    /// When its first episode aired, if the day is known.
    pub start_date: Option<Date>,
    /// How many episodes were watched.
    pub watched: u32,
    /// The decisive facts, for a person.
    pub detail: String,
    /// What the sources proposed and what was found in the show, the most believed first.
    pub candidates: Vec<Candidate>,
}

/// One way to place an entry, as it was judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// Who proposed it.
    pub source: Source,
    /// On which show or film.
    pub target: Named,
    /// How, for a person.
    pub rule: String,
    /// What it comes to.
    pub placement: Placement,
    /// The season in which it begins; none for a film.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub season: Option<u16>,
    /// How many episodes of that season come before its first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u32>,
    /// What all that was found is worth; 3 are enough, if no other place comes near.
    #[serde(default)]
    pub points: i32,
    /// What speaks for and against it.
    pub checks: Vec<Finding>,
    /// Whether it was chosen.
    pub chosen: bool,
}

/// A show or film by Trakt's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Which of the two: their numbers overlap.
    pub kind: MediaType,
    /// The number.
    pub id: u64,
}

impl Named {
    /// The same among all that is on Trakt.
    pub fn on_trakt(self) -> OnTrakt {
        OnTrakt { kind: self.kind, id: self.id }
    }
}

impl Evidence {
    /// All that it says for a person.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let of_each = self.candidates.iter().flat_map(|candidate| {
            let details = candidate.checks.iter().map(|finding| finding.detail.as_str());
            details.chain([candidate.rule.as_str()])
        });
        of_each.chain([self.detail.as_str()])
    }

    /// The evidence of a decision that was just made.
    pub fn of(entry: &Entry, decision: &Decision) -> Self {
        let media = &entry.media;
        Self {
            title: media.titles.display().to_owned(),
            format: media.format,
            episode_count: media.episodes,
            start_date: media.start_date.day(),
            watched: entry.watched(),
            detail: decision.detail.clone(),
            candidates: decision.judged.iter().map(|judged| candidate(judged, decision)).collect(),
        }
    }
}

fn candidate(judged: &Judged, decision: &Decision) -> Candidate {
    let chosen = decision.source == Some(judged.source)
        && decision.placement.as_ref() == Some(&judged.placement);
    Candidate {
        source: judged.source,
        target: Named::from(judged.target),
        rule: judged.rule.to_string(),
        placement: judged.placement.clone(),
        season: judged.start.map(|start| start.season),
        offset: judged.start.map(|start| start.offset),
        points: judged.points(),
        checks: judged.findings.clone(),
        chosen,
    }
}

impl From<Target> for Named {
    fn from(target: Target) -> Self {
        match target {
            Target::Show(id) => Self { kind: MediaType::Show, id: id.0 },
            Target::Movie(id) => Self { kind: MediaType::Movie, id: id.0 },
        }
    }
}
