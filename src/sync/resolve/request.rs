//! What is asked of a resolver, and what it answers.

use std::collections::HashMap;
use std::sync::Arc;

use super::Interruption;
use crate::domain::{AnilistId, Settled, Waiting};
use crate::placing::decision::Decision;
use crate::placing::place::Shows;
use crate::plan::Title;

/// Where titles belong, as far as it could be found out.
#[derive(Debug)]
pub struct Placed {
    /// One a title, in their order; none for a title whose look-ups had to stop.
    pub decisions: Vec<Option<Decision>>,
    /// Every show that was looked at.
    pub shows: Shows,
    /// Set when look-ups had to stop early.
    pub interrupted: Option<Interruption>,
}

/// The titles that wait for a decision, by entry.
pub type AllWaiting = HashMap<AnilistId, Arc<Waiting>>;

/// What is to be placed, and what earlier runs say of other entries.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// The titles; where they belong so far plays no part.
    pub titles: Vec<&'a Title>,
    /// How far any entry is settled.
    pub settled: &'a HashMap<AnilistId, Settled>,
    /// What is done with decisions of earlier runs.
    pub memory: Memory,
    /// How far it is looked for.
    pub depth: Depth,
}

/// How far a place is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// On the shows that its sources name. What is not found there, or not all of it, is left open.
    Named,
    /// Wherever it may be: numbers of other catalogues are looked up, and titles searched for.
    Anywhere,
}

/// What is done with decisions of earlier runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Memory {
    /// They hold as long as nothing they rest on has changed.
    Use,
    /// Everything is decided anew, with all its evidence.
    Renew,
}
