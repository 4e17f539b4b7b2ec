//! What looks more like a mistake upstream than like something a person did.

use std::collections::HashMap;

use jiff::SignedDuration;

use super::collect::Collected;
use super::modes::Mode;
use crate::domain::{AnilistId, KEPT_RUNS, RunRow, RunState, Settled};
use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::plan::{Action, Plan};

/// So many new plays in one plan are posted without asking. The longest series have about a
/// thousand episodes, and a person may add one of them in an evening.
pub const MOST_UNASKED: usize = 2000;

/// How far this machine's clock may be behind that of the services it posts to. What it writes down
/// would be in the past for everybody else.
const CLOCK_MAY_BE_BEHIND: SignedDuration = SignedDuration::from_hours(1);

/// How far it may be ahead. Plays are dated by the services' time, so that it only makes copies look
/// old; a year ahead nothing about it can be trusted any more.
const CLOCK_MAY_BE_AHEAD: SignedDuration = SignedDuration::from_hours(24 * 366);

/// Why nothing is to be posted by this machine's clock, as far as the services have told the time,
/// and what to do.
pub(super) fn wrong_clock(person: &Person) -> Option<(String, &'static str)> {
    let is_wrong =
        |ahead: &SignedDuration| *ahead > CLOCK_MAY_BE_AHEAD || *ahead < -CLOCK_MAY_BE_BEHIND;
    let ahead = person.services.outbound.clock_ahead().filter(is_wrong)?;
    let way = if ahead.is_positive() { "ahead" } else { "behind" };
    let true_time = person.services.outbound.true_time().strftime("%Y-%m-%d %H:%M UTC");
    let hours = ahead.abs().as_hours();
    let message = format!(
        "nothing is posted, as this machine's clock is {hours} hours {way} of the services', which say: {true_time}"
    );
    Some((message, "let the clock be set by the network (NTP), then sync again"))
}

/// A list that comes back empty where there were entries is an upstream's fault, not the
/// person's wish.
pub(super) async fn refuse_vanished_list(
    person: &Person,
    mode: Mode,
    collected: &Collected,
    settled: &HashMap<AnilistId, Settled>,
) -> Result<()> {
    if collected.newest.is_some() {
        return Ok(());
    }
    let vanished = match mode {
        Mode::Full => collected.since.is_none() && !settled.is_empty(),
        Mode::Completed => had_entries(person, mode).await?,
        // It is not unusual to watch nothing at the moment.
        Mode::Watching | Mode::Show(_) => false,
    };
    if vanished {
        return Err(Error::Refused {
            message: "AniList sent an empty list, where there were titles before".to_owned(),
            hint: "check that the list is still there; nothing was changed",
        });
    }
    Ok(())
}

async fn had_entries(person: &Person, mode: Mode) -> Result<bool> {
    let runs = person.store.runs(KEPT_RUNS).await?;
    let found = |run: &RunRow| run.report.done().is_some_and(|report| report.found() > 0);
    Ok(runs.iter().any(|run| run.mode == mode.of_run() && found(run)))
}

/// How many plays a plan has that nobody could expect: far more than a list changes by, and neither
/// a first sync nor the rest of one. None when there is nothing odd.
pub(super) async fn jump(
    person: &Person,
    mode: Mode,
    since: Option<i64>,
    plan: &Plan,
) -> Result<Option<usize>> {
    let plays = new_plays(plan);
    if plays <= MOST_UNASKED || !follows_a_whole_sync(person, mode, since).await? {
        return Ok(None);
    }
    Ok(Some(plays))
}

/// What waited for a decision before has jumped nowhere: it got a place.
fn new_plays(plan: &Plan) -> usize {
    let titles = plan.titles.iter().filter(|planned| planned.title.waiting.is_none());
    let is_new = |action: &&Action| matches!(action, Action::Post(_) | Action::Later);
    titles.map(|title| title.actions().filter(is_new).count()).sum::<usize>() + plan.later.plays
}

/// Whether such a run has come to its end before, and the last one left nothing for this.
async fn follows_a_whole_sync(person: &Person, mode: Mode, since: Option<i64>) -> Result<bool> {
    if let Mode::Show(_) = mode {
        return Ok(false);
    }
    let runs = person.store.runs(KEPT_RUNS).await?;
    let ended = |run: &&RunRow| matches!(run.state, RunState::Complete | RunState::Partial);
    let last = runs.iter().filter(ended).find(|run| run.mode == mode.of_run());
    Ok(match last {
        Some(run) => run.state == RunState::Complete,
        None => mode == Mode::Full && since.is_some(),
    })
}
