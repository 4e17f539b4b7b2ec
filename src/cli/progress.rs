//! How far a run is: a bar on a terminal, a line now and then elsewhere.

use std::sync::Arc;
use std::time::Duration;

use anilist_trakt_sync::app::App;
use anilist_trakt_sync::live::{Event, Phase, RunProgress};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::sync::broadcast::error::RecvError;

/// How often the bar moves while nothing is known to.
const TICK: Duration = Duration::from_millis(120);

/// Does the work, and meanwhile shows on the standard error how far the run is. Nothing is drawn
/// there when it is no terminal.
pub(super) async fn shown<T>(app: &Arc<App>, work: impl Future<Output = T>) -> T {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    bar.enable_steady_tick(TICK);
    let mut events = app.live.subscribe();
    let watching = async {
        loop {
            match events.recv().await {
                Ok(event) => {
                    if let Event::Run(run) = &*event {
                        draw(&bar, run);
                    }
                }
                // One that was missed is followed by others.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    };
    let result = tokio::select! {
        result = work => result,
        () = watching => unreachable_end().await,
    };
    bar.finish_and_clear();
    result
}

/// The watching never ends by itself.
async fn unreachable_end<T>() -> T {
    std::future::pending().await
}

fn draw(bar: &ProgressBar, run: &RunProgress) {
    let template = match run.phase {
        Phase::Posting => "{spinner} {msg} [{wide_bar}] {pos}/{len} plays, {eta} left",
        _ => "{spinner} {msg}",
    };
    // The templates are constant, and good.
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> "));
    }
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
