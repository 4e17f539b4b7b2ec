//! What a run says it did. Field names are a documented contract.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::apply::Applied;
use super::modes::Mode;
use super::plan::{Plan, TitlePlan};
use crate::domain::{Reason, RunId};
use crate::mapping::resolve::Interruption;

/// The answer of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The run.
    pub run_id: RunId,
    /// One sentence.
    pub message: String,
    /// `complete`, or `partial` when something is left for the next call.
    pub state: &'static str,
    /// When to go on, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_attempt: Option<Timestamp>,
    /// Why something is left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// Plays and titles left for the next call.
    pub remaining: usize,
    /// What became of rewatches, where there were any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rewatches: Option<RewatchCounts>,
    /// The counts of the mode.
    #[serde(flatten)]
    pub counts: Value,
}

/// What became of rewatches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RewatchCounts {
    /// How many of the plays that were posted are rewatches.
    pub synced: usize,
    /// How many were not posted, because the account keeps one play of each.
    pub skipped: usize,
    /// Why some were not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

impl RewatchCounts {
    fn of(plan: &Plan, applied: &Applied) -> Option<Self> {
        let (synced, skipped) = (applied.rewatches(), plan.only_once());
        let reason = (skipped > 0).then_some(Reason::WatchOnlyOnce);
        (synced + skipped > 0).then_some(Self { synced, skipped, reason })
    }
}

/// The counts every mode reports from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Counts {
    titles: usize,
    synced: usize,
    episodes: usize,
    movies: usize,
    already: usize,
    already_titles: usize,
    skipped: usize,
    batches: u32,
}

impl Report {
    /// The report of a plan that was applied.
    pub fn new(
        run_id: RunId,
        mode: Mode,
        plan: &Plan,
        applied: &Applied,
        interrupted: Option<&Interruption>,
    ) -> Self {
        let counts = Counts::of(plan, applied);
        let remaining = remaining(plan, applied);
        let interrupted = interrupted.or(applied.interrupted.as_ref());
        let partial = interrupted.is_some() || remaining > 0;
        Self {
            run_id,
            message: message(mode, partial).to_owned(),
            state: if partial { "partial" } else { "complete" },
            next_attempt: interrupted.and_then(|i| i.until),
            cause: interrupted.map(|i| i.cause.clone()),
            remaining,
            rewatches: RewatchCounts::of(plan, applied),
            counts: counts.of_mode(mode),
        }
    }

    /// Whether something is left for the next call.
    pub fn is_partial(&self) -> bool {
        self.state == "partial"
    }
}

fn message(mode: Mode, partial: bool) -> &'static str {
    match (mode, partial) {
        (_, true) => "Sync partly done; the next call goes on from here.",
        (Mode::Full, false) => "Sync complete!",
        (Mode::Completed, false) => "Completed library sync complete!",
        (Mode::Watching, false) => "Watching library sync complete!",
        (Mode::Show(_), false) => "Show sync complete!",
    }
}

/// Plays that were not sent, and entries that could not be looked up.
fn remaining(plan: &Plan, applied: &Applied) -> usize {
    let sent = applied.accepted.len() + applied.refused_plays();
    plan.plays().count().saturating_sub(sent) + plan.left_out + plan.undecided()
}

impl Counts {
    fn of(plan: &Plan, applied: &Applied) -> Self {
        let is_settled = |title: &&TitlePlan| {
            !title.is_undecided() && title.waiting.is_none() && title.plays().next().is_none()
        };
        Self {
            titles: plan.titles.len(),
            synced: applied.accepted.len(),
            episodes: applied.episodes(),
            movies: applied.movies(),
            already: plan.titles.iter().map(TitlePlan::already).sum(),
            already_titles: plan.titles.iter().filter(is_settled).count(),
            skipped: plan.titles.iter().map(TitlePlan::newly_waiting).sum::<usize>()
                + applied.refused_plays(),
            batches: applied.batches,
        }
    }

    fn of_mode(self, mode: Mode) -> Value {
        match mode {
            Mode::Full | Mode::Show(_) => json!({
                "found": self.synced + self.already + self.skipped,
                "synced": self.synced,
                "alreadySynced": self.already,
                "skippedUnmapped": self.skipped,
                "added": { "episodes": self.episodes, "movies": self.movies },
            }),
            Mode::Completed | Mode::Watching => json!({
                "found": self.titles,
                "synced": self.synced,
                "alreadySyncedShows": self.already_titles,
                "addedEpisodes": self.episodes,
                "addedMovies": self.movies,
                "skippedUnmapped": self.skipped,
                "batches": self.batches,
            }),
        }
    }
}
