//! What placing decides, and what that rests on.

use super::candidates::Start;
use super::checks::Finding;
use super::claims::Rule;
use super::place::Target;
use super::reuse::Moved;
use super::siblings::{Contest, Standoff};
use crate::domain::{Placement, Reason, Source, Verdict, Weight};

/// A candidate as it was judged.
#[derive(Debug, Clone, PartialEq)]
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
    /// It ends where the same source has the next work begin.
    pub is_cut_to_room: bool,
    /// What speaks for and against it.
    pub findings: Vec<Finding>,
}

/// Where an entry belongs, and why.
#[derive(Debug, Clone, PartialEq)]
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
