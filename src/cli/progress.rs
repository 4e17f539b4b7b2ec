//! How far a run is: a bar on a terminal, and nothing elsewhere.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use anilist_trakt_sync::hub::live::{Event, Phase, RunProgress};
use anilist_trakt_sync::hub::person::Person;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

/// How often the bar moves while nothing is known to.
const TICK: Duration = Duration::from_millis(120);

/// Does the work, and meanwhile shows on the standard error how far the run is. Nothing is drawn
/// there when it is no terminal.
pub(super) async fn shown<T>(person: &Arc<Person>, work: impl Future<Output = T>) -> T {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    bar.set_style(style(Phase::Collecting));
    bar.enable_steady_tick(TICK);
    let result = tokio::select! {
        result = work => result,
        never = watch(&bar, person.live.subscribe()) => match never {},
    };
    bar.finish_and_clear();
    result
}

async fn watch(bar: &ProgressBar, mut events: Receiver<Arc<Event>>) -> Infallible {
    loop {
        match events.recv().await {
            Ok(event) => {
                if let Event::Run(run) = &*event {
                    draw(bar, run);
                }
            }
            // One that was missed is followed by others.
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

fn style(phase: Phase) -> ProgressStyle {
    let template = match phase {
        Phase::Posting => "{spinner} {msg} [{wide_bar}] {pos}/{len} plays, {eta} left",
        _ => "{spinner} {msg}",
    };
    let style = ProgressStyle::with_template(template);
    style.unwrap_or_else(|_| ProgressStyle::default_spinner()).progress_chars("=> ")
}

fn draw(bar: &ProgressBar, run: &RunProgress) {
    bar.set_style(style(run.phase));
    bar.set_length(run.total.try_into().unwrap_or(u64::MAX));
    bar.set_position(run.done.try_into().unwrap_or(u64::MAX));
    bar.set_message(match run.phase {
        Phase::Collecting => "Reading your list".to_owned(),
        Phase::Placing => {
            format!("Finding the place of {} titles, {} shows looked up", run.titles, run.shows)
        }
        Phase::Comparing => "Comparing with what Trakt has".to_owned(),
        Phase::Posting => "Posting".to_owned(),
    });
}
