//! What is going on right now, for whoever watches: the run that goes on, log lines, dataset
//! refreshes. Nothing here is stored; a page that comes late sees the run as it stands.
//!
//! It tells of this process only. A run of another process on the same store is seen by its lock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::{Notify, broadcast};
use tracing::Span;

use crate::domain::{AccountId, NewLogLine, RunId, RunMode, RunReport, RunRow, RunState, Service};

/// Events that a slow listener may be behind before it misses some.
const BEHIND: usize = 512;

/// The name of the span that a request's log lines belong to; its field `id` is the request's number.
pub const REQUEST: &str = "request";

/// The name of the span of what is done for an account; its field `account` is the account's id.
pub const PERSON: &str = "person";

/// The target of that span for the first account. Where nobody else has one the console need not say so.
pub const FIRST_PERSON: &str = "anilist_trakt_sync::first_person";

/// What is logged in it is the account's alone. Where one is entered already, it is that one.
pub fn span_of(account: &AccountId) -> Span {
    let current = Span::current();
    if current.metadata().is_some_and(|span| span.name() == PERSON) {
        return current;
    }
    let id = account.as_str();
    // At a lower level, `RUST_LOG=warn` would take it away, and with it whose the line is.
    if *account == AccountId::default() {
        tracing::error_span!(target: FIRST_PERSON, PERSON, account = id)
    } else {
        tracing::error_span!(target: "anilist_trakt_sync", PERSON, account = id)
    }
}

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// A run came further.
    Run(RunProgress),
    /// A run ended.
    RunEnded(RunEnd),
    /// A line for the log.
    Log(NewLogLine),
    /// A mapping file is being refreshed, or was.
    Dataset(DatasetNews),
}

impl Event {
    /// The name under which it is sent.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Run(_) => "run",
            Self::RunEnded(_) => "run-ended",
            Self::Log(_) => "log",
            Self::Dataset(_) => "dataset",
        }
    }
}

/// What a run is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Reading the list.
    Collecting,
    /// Looking shows up and placing entries.
    Placing,
    /// Reading Trakt's history, and saving it the first time.
    Comparing,
    /// Posting, or removing what is undone.
    Posting,
}

/// How far a run is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunProgress {
    /// The run.
    pub run_id: RunId,
    /// Its mode.
    pub mode: RunMode,
    /// When it began.
    pub started_at: Timestamp,
    /// What it does now.
    pub phase: Phase,
    /// Titles of the list that it looks at.
    pub titles: usize,
    /// Shows that Trakt was asked for.
    pub shows: usize,
    /// Batches that were answered.
    pub batch: usize,
    /// Batches in all, as far as is known.
    pub batches: usize,
    /// Plays that were answered.
    pub done: usize,
    /// Plays in all, with those that a later run posts.
    pub total: usize,
    /// When the first batch left.
    pub posting_since: Option<Timestamp>,
    /// Whether somebody asked it to stop.
    pub cancelled: bool,
}

/// How a run ended, as in the history of runs.
#[derive(Debug, Clone)]
pub struct RunEnd {
    /// The run.
    pub run_id: RunId,
    /// Its mode.
    pub mode: RunMode,
    /// How it ended.
    pub state: RunState,
    /// Its report, or its error.
    pub report: RunReport,
}

/// How a refresh of a mapping file goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatasetNews {
    /// Which file.
    pub name: Service,
    /// How it stands.
    pub state: DatasetState,
    /// The AniList entries it has, once it is read.
    pub count: Option<u64>,
}

/// The steps of a refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatasetState {
    /// Its host is being asked.
    Fetching,
    /// The file is here and is being read.
    Reading,
    /// The new index is in force.
    Replaced,
    /// The file had not changed.
    Unchanged,
    /// It could not be had or read; the old index stays.
    Failed,
}

/// Those who listen to something.
#[derive(Debug)]
struct Listeners(broadcast::Sender<Arc<Event>>);

impl Default for Listeners {
    fn default() -> Self {
        Self(broadcast::Sender::new(BEHIND))
    }
}

impl Listeners {
    fn tell(&self, event: Event) {
        // Nobody need listen.
        drop(self.0.send(Arc::new(event)));
    }
}

/// What concerns everybody: log lines and mapping files.
#[derive(Debug, Default)]
pub struct News(Listeners);

impl News {
    /// Everything from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Event>> {
        self.0.0.subscribe()
    }

    /// Tells of a log line.
    pub fn log(&self, line: &NewLogLine) {
        if self.0.0.receiver_count() > 0 {
            self.0.tell(Event::Log(line.clone()));
        }
    }

    /// Tells how a refresh goes.
    pub fn dataset(&self, name: Service, state: DatasetState, count: Option<u64>) {
        self.0.tell(Event::Dataset(DatasetNews { name, state, count }));
    }
}

/// A person's run that goes on, and everybody who listens.
#[derive(Debug, Default)]
pub struct Live {
    listeners: Listeners,
    /// Locked for an instant.
    current: Mutex<Option<RunProgress>>,
    /// Told whenever a run is asked to stop.
    cancelled: Notify,
}

impl Live {
    fn current(&self) -> MutexGuard<'_, Option<RunProgress>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything of the person's runs from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Event>> {
        self.listeners.0.subscribe()
    }

    /// The run that goes on in this process, if one does.
    pub fn run(&self) -> Option<RunProgress> {
        self.current().clone()
    }

    /// Tells of a run from now on until the returned guard goes.
    pub fn begin(self: &Arc<Self>, row: &RunRow) -> RunGuard {
        let progress = RunProgress {
            run_id: row.id,
            mode: row.mode,
            started_at: row.started_at,
            phase: Phase::Collecting,
            titles: 0,
            shows: 0,
            batch: 0,
            batches: 0,
            done: 0,
            total: 0,
            posting_since: None,
            cancelled: false,
        };
        *self.current() = Some(progress.clone());
        self.listeners.tell(Event::Run(progress));
        RunGuard(Arc::clone(self))
    }

    /// Tells how a run ended.
    pub fn end(&self, row: &RunRow) {
        *self.current() = None;
        self.listeners.tell(Event::RunEnded(RunEnd {
            run_id: row.id,
            mode: row.mode,
            state: row.state,
            report: row.report.clone(),
        }));
    }

    fn change(&self, change: impl FnOnce(&mut RunProgress)) {
        let changed = {
            let mut current = self.current();
            let Some(progress) = current.as_mut() else { return };
            let before = progress.clone();
            change(progress);
            (*progress != before).then(|| progress.clone())
        };
        if let Some(progress) = changed {
            self.listeners.tell(Event::Run(progress));
        }
    }

    /// Asks the run with this number to stop at its next safe point. Says whether it goes on here.
    pub fn cancel(&self, id: RunId) -> bool {
        let goes_on = self.run().is_some_and(|run| run.run_id == id);
        if goes_on {
            self.change(|run| run.cancelled = true);
            self.cancelled.notify_waiters();
        }
        goes_on
    }

    /// Asks whatever run goes on here to stop.
    pub fn cancel_any(&self) {
        if let Some(run) = self.run() {
            self.cancel(run.run_id);
        }
    }

    /// Whether the run that goes on was asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.current().as_ref().is_some_and(|run| run.cancelled)
    }

    /// Waits until the run that goes on is asked to stop.
    async fn cancelled(&self) {
        loop {
            let mut told = std::pin::pin!(self.cancelled.notified());
            told.as_mut().enable();
            if self.is_cancelled() {
                return;
            }
            told.await;
        }
    }
}

/// A run that is told of. However it ends, it is told of no longer when this goes.
#[derive(Debug)]
pub struct RunGuard(Arc<Live>);

impl RunGuard {
    /// Whom the parts of the run tell how far they are.
    pub fn teller(&self) -> Teller {
        Teller(Some(Arc::clone(&self.0)))
    }
}

impl Drop for RunGuard {
    fn drop(&mut self) {
        *self.0.current() = None;
    }
}

/// Whom a piece of work tells how far it is: those who watch the run, or nobody.
#[derive(Debug, Clone, Default)]
pub struct Teller(Option<Arc<Live>>);

impl Teller {
    /// For work that belongs to no run, such as a preview.
    pub fn nobody() -> Self {
        Self(None)
    }

    /// Tells how far the run is.
    pub fn tell(&self, change: impl FnOnce(&mut RunProgress)) {
        if let Some(live) = &self.0 {
            live.change(change);
        }
    }

    /// The run that is told of, if there is one.
    pub fn run(&self) -> Option<RunId> {
        self.0.as_ref()?.run().map(|run| run.run_id)
    }

    /// Tells of a new phase.
    pub fn phase(&self, phase: Phase) {
        self.tell(|run| run.phase = phase);
    }

    /// Waits until the run is asked to stop; for ever where there is none.
    pub async fn cancelled(&self) {
        match &self.0 {
            Some(live) => live.cancelled().await,
            None => std::future::pending().await,
        }
    }

    /// Whether the run was asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.0.as_ref().is_some_and(|live| live.is_cancelled())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::RunTrigger;

    fn row(id: u64) -> RunRow {
        RunRow {
            id: RunId(id),
            mode: RunMode::Full,
            trigger: RunTrigger::Manual,
            started_at: Timestamp::UNIX_EPOCH,
            finished_at: None,
            state: RunState::Complete,
            report: RunReport::NONE,
            undone_by: None,
        }
    }

    fn names(receiver: &mut broadcast::Receiver<Arc<Event>>) -> Vec<&'static str> {
        std::iter::from_fn(|| Some(receiver.try_recv().ok()?.name())).collect()
    }

    #[test]
    fn a_run_is_told_from_its_beginning_to_its_end_and_only_when_something_changed() {
        let live = Arc::new(Live::default());
        let mut receiver = live.subscribe();
        let watched = live.begin(&row(3));
        watched.teller().phase(Phase::Placing);
        watched.teller().phase(Phase::Placing);
        live.end(&row(3));
        watched.teller().phase(Phase::Posting);
        assert_eq!(names(&mut receiver), ["run", "run", "run-ended"]);
        assert_eq!(live.run(), None);
    }

    #[test]
    fn a_run_that_breaks_off_goes_on_no_longer() {
        let live = Arc::new(Live::default());
        drop(live.begin(&row(3)));
        assert_eq!(live.run(), None);
    }

    #[test]
    fn only_the_run_that_goes_on_is_cancelled() {
        let live = Arc::new(Live::default());
        assert!(!live.cancel(RunId(3)));
        let watched = live.begin(&row(3));
        assert!(!live.cancel(RunId(2)));
        assert!(!watched.teller().is_cancelled());
        assert!(live.cancel(RunId(3)));
        assert!(watched.teller().is_cancelled());
        assert!(!Teller::nobody().is_cancelled());
    }
}
