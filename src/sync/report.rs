//! What a run says it did, from the plan and what came of it.

use jiff::Timestamp;

use super::apply::Applied;
use super::modes::Mode;
use super::resume::next_attempt;
use crate::domain::{
    Added, FullCounts, LibraryCounts, Reason, Report, ReportCounts, RewatchCounts, RunId, RunState,
};
use crate::plan::{Plan, TitlePlan};
use crate::sync::resolve::Interruption;

fn rewatches(plan: &Plan, applied: &Applied) -> Option<RewatchCounts> {
    let (synced, skipped) = (applied.rewatches(), plan.only_once());
    let reason = (skipped > 0).then_some(Reason::WatchOnlyOnce);
    (synced + skipped > 0).then_some(RewatchCounts { synced, skipped, reason })
}

/// One moment by two clocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    /// By this machine's.
    pub(super) own: Timestamp,
    /// By the services'.
    pub(super) services: Timestamp,
}

impl Times {
    /// A moment of the services by this machine's clock.
    fn by_own(self, moment: Timestamp) -> Timestamp {
        self.own + moment.duration_since(self.services)
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

/// The report of a plan that was applied.
pub(super) fn report(
    run_id: RunId,
    mode: Mode,
    plan: &Plan,
    applied: &Applied,
    interrupted: Option<&Interruption>,
    times: Times,
) -> Report {
    let counts = Counts::of(plan, applied);
    let remaining = remaining(plan, applied);
    let held_until = applied.held.until.map(|until| times.by_own(until));
    let held = (!applied.held.is_empty())
        .then(|| Interruption { until: held_until, cause: applied.held.sentence() });
    let left = (remaining > 0).then(|| left_over(plan, times.own));
    let by_hand = |one: &&Interruption| one.is_by_hand();
    let stopped = applied.interrupted.as_ref();
    // What is ready to be posted need not wait for what could not be looked up.
    let ready = left.as_ref().filter(|_| plan.left_out > plan.later.plays);
    let first = [interrupted, stopped].into_iter().flatten().find(by_hand);
    let interrupted = first.or(stopped).or(ready).or(interrupted).or(held.as_ref());
    let interrupted = interrupted.or(left.as_ref());
    let partial = interrupted.is_some();
    Report {
        run_id,
        message: message(mode, partial, counts.synced, interrupted),
        state: if partial { RunState::Partial } else { RunState::Complete },
        next_attempt: interrupted.and_then(|i| {
            let until = i.until.or(held_until);
            next_attempt(&Interruption { until, ..i.clone() }, times.own)
        }),
        cause: interrupted.map(|i| i.cause.clone()),
        remaining,
        rewatches: rewatches(plan, applied),
        counts: counts.of_mode(mode),
    }
}

fn message(mode: Mode, partial: bool, synced: usize, interrupted: Option<&Interruption>) -> String {
    let message = match (mode, partial) {
        (_, true) if synced == 0 => return nothing_yet(interrupted),
        (_, true) => "Sync partly done; the next call goes on from here.",
        (Mode::Full, false) => "Sync complete!",
        (Mode::Completed, false) => "Completed library sync complete!",
        (Mode::Watching, false) => "Watching library sync complete!",
        (Mode::Show(_), false) => "Show sync complete!",
    };
    message.to_owned()
}

fn nothing_yet(interrupted: Option<&Interruption>) -> String {
    let why = interrupted.map_or_else(String::new, |why| format!(": {}", why.cause));
    format!("Nothing was synced yet, and the next call goes on from here{why}.")
}

/// Why something is left although nothing stopped the run.
fn left_over(plan: &Plan, now: Timestamp) -> Interruption {
    if plan.left_out > 0 {
        let cause = "there are more plays than one run posts (MAX_PLAYS_PER_RUN)".to_owned();
        Interruption { until: Some(now), cause }
    } else {
        Interruption { until: None, cause: "Trakt has not confirmed all plays yet".to_owned() }
    }
}

/// Plays that were not sent or not confirmed, and entries that could not be looked up.
fn remaining(plan: &Plan, applied: &Applied) -> usize {
    let sent = applied.accepted.len() + applied.refused_plays();
    plan.plays().count().saturating_sub(sent) + plan.left_out + plan.held() + plan.undecided()
}

impl Counts {
    fn of(plan: &Plan, applied: &Applied) -> Self {
        let is_settled = |title: &&TitlePlan| {
            !title.is_undecided() && title.waiting.is_none() && title.plays().next().is_none()
        };
        Self {
            titles: plan.titles.len() + plan.later.titles,
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

    fn of_mode(self, mode: Mode) -> ReportCounts {
        match mode {
            Mode::Full | Mode::Show(_) => ReportCounts::Full(FullCounts {
                found: self.synced + self.already + self.skipped,
                synced: self.synced,
                already_synced: self.already,
                skipped_unmapped: self.skipped,
                added: Added { episodes: self.episodes, movies: self.movies },
            }),
            Mode::Completed | Mode::Watching => ReportCounts::Library(LibraryCounts {
                found: self.titles,
                synced: self.synced,
                already_synced_shows: self.already_titles,
                added_episodes: self.episodes,
                added_movies: self.movies,
                skipped_unmapped: self.skipped,
                batches: self.batches,
            }),
        }
    }
}
