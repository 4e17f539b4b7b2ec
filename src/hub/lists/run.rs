//! A run over lists: all are read, merged once with the library, and then told.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use futures_util::future::join_all;
use tracing::Instrument as _;

use super::apply::{Applying, Tally};
use super::feed;
use super::integration::{self, Integration, Last, Meeting, Outcome, Way};
use super::keep::{Kept, keep};
use super::lock::ListLock;
use super::memory::Book;
use super::planning::Desk;
use super::reading::prepare;
use super::remote::Remote;
use super::told;
use crate::domain::{
    KEPT_RUNS, ListCounts, Report, ReportCounts, RunId, RunMode, RunReport, RunRow, RunState,
    RunTrigger,
};
use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::library::{Author, Kind};
use crate::merge::{Contact, Guard, ListService};
use crate::outbound::{Fault, ProviderError};
use crate::store::{Write, keys};

/// What a run is asked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// A way that narrows down what is set.
    pub way: Way,
    /// Who asks.
    pub trigger: RunTrigger,
}

/// A service that takes part in a run.
pub struct Part {
    /// Its list.
    pub remote: Arc<dyn Remote>,
    /// How it is kept in step.
    pub integration: Integration,
}

impl Part {
    /// The service.
    pub fn service(&self) -> ListService {
        self.remote.service()
    }
}

/// What became of a service in a run.
#[derive(Debug, Default)]
pub struct Became {
    /// How many anime and manga its list has.
    pub count: Option<(usize, usize)>,
    /// What waits for the person there.
    pub held: usize,
    /// Why it was left out, or ended early.
    pub failure: Option<String>,
    /// Whether the service took the sign-in no more.
    pub refused: bool,
    /// Why a guard stopped it.
    pub guard: Option<Guard>,
    /// What was done.
    pub tally: Tally,
}

impl Became {
    fn failed(error: &ProviderError) -> Self {
        let refused = matches!(error.fault, Fault::SignedOut);
        Self { failure: Some(error.to_string()), refused, ..Self::default() }
    }
}

/// A run that has begun.
pub struct Run {
    lock: ListLock,
    parts: Vec<Part>,
    row: RunRow,
    way: Way,
}

impl Run {
    /// Takes the lock, and notes with every service that its sync goes on.
    pub async fn begin(person: &Arc<Person>, parts: Vec<Part>, wanted: &Wanted) -> Result<Self> {
        let lock = ListLock::acquire(person).await?;
        let person = Arc::clone(lock.person());
        if wanted.trigger == RunTrigger::Manual {
            for part in &parts {
                let service = part.service().service();
                person.services.outbound.try_now(service, person.store.account());
            }
        }
        let started_at = person.services.clock.now();
        let row = RunRow {
            id: person.store.next_run_id().await?,
            mode: RunMode::Lists,
            trigger: wanted.trigger,
            started_at,
            finished_at: None,
            state: RunState::Running,
            report: RunReport::NONE,
            undone_by: None,
        };
        for part in &parts {
            integration::change(&person, part.service(), |integration| {
                let before = integration.last.take();
                let (anime, manga) = before.map_or((0, 0), |last| (last.anime, last.manga));
                let outcome = Outcome::InProgress;
                integration.last =
                    Some(Last { at: started_at, outcome, error: None, anime, manga });
            })
            .await?;
        }
        Ok(Self { lock, parts, row, way: wanted.way })
    }

    /// Does all of it, in a task of its own, so that whoever asked need not wait.
    pub fn go(self) {
        let person = Arc::clone(self.lock.person());
        let span = person.span();
        person.services.tasks.spawn(self.to_its_end().instrument(span));
    }

    /// Does all of it.
    pub async fn to_its_end(self) {
        let Self { lock, parts, row, way } = self;
        let done = work(&lock, &parts, &row, way).await;
        if let Err(error) = finish(lock.person(), &parts, row, done).await {
            tracing::warn!("[Lists] How a run ended could not be kept: {error}");
        }
        lock.release().await;
    }
}

/// What became of all services, and what was counted.
type Done = (Vec<(ListService, Became)>, ListCounts);

async fn work(lock: &ListLock, parts: &[Part], row: &RunRow, way: Way) -> Result<Done> {
    let person = lock.person();
    let (mut desk, failures) = prepare(person, parts, way).await?;
    let mut became: Vec<(ListService, Became)> = Vec::new();
    for (service, error) in failures {
        became.push((service, Became::failed(&error)));
    }
    let guards = guarded(person, parts, &mut desk).await?;
    for (service, guard) in guards {
        became.push((service, Became { guard: Some(guard), ..Became::default() }));
    }
    for list in &desk.lists {
        let of = |kind| list.rows.rows.iter().filter(|row| row.kind == kind).count();
        let count = Some((of(Kind::Anime), of(Kind::Manga)));
        became.push((list.service, Became { count, ..Became::default() }));
    }
    let (kept, state) = person
        .library()
        .change_with(Author::You, |library, draft| {
            let plan = desk.plan(library);
            keep(&desk, &plan, library, draft)
        })
        .await?;
    let text = serde_json::to_string(&state).map_err(|cause| Error::Internal(cause.to_string()))?;
    let noted = Write::Config { key: keys::LISTS_STATE, value: Some(text) };
    person.store.write(vec![noted]).await?;
    let mut counts = ListCounts { changed_here: kept.changed_here, ..ListCounts::default() };
    counts.held = kept.memories.values().map(|memory| memory.held.len()).sum();
    if !kept.jobs.is_empty() || !kept.removals.is_empty() || kept.changed_here > 0 {
        person.store.write(vec![Write::Run(row.clone())]).await?;
    }
    for (service, one) in &mut became {
        one.held = kept.memories.values().map(|memory| memory.waits_at(*service)).sum();
    }
    quietly(lock, parts, row.id, kept, &mut became).await?;
    for (_, one) in &became {
        counts.written += one.tally.written;
        counts.deleted += one.tally.deleted;
        counts.parked += one.tally.refused.len();
    }
    Ok((became, counts))
}

/// Leaves out services that a guard stops, unless the person let this run go on.
async fn guarded(
    person: &Person,
    parts: &[Part],
    desk: &mut Desk,
) -> Result<Vec<(ListService, Guard)>> {
    let plan = desk.plan(&*person.library().read().await?);
    let confirmed = |service: ListService| {
        parts.iter().any(|part| part.service() == service && part.integration.confirmed)
    };
    let stopped: Vec<_> =
        plan.guards.into_iter().filter(|(service, _)| !confirmed(*service)).collect();
    desk.lists.retain(|list| !stopped.iter().any(|(service, _)| *service == list.service));
    Ok(stopped)
}

/// Tells all services, with AniList's feed switched off meanwhile where the person wants that.
async fn quietly(
    lock: &ListLock,
    parts: &[Part],
    run: RunId,
    kept: Kept,
    became: &mut [(ListService, Became)],
) -> Result<()> {
    let is_wanted = parts.iter().any(|part| {
        part.service() == ListService::Anilist
            && matches!(&part.integration.meeting, Meeting::Answered(answer) if answer.quiet_feed)
    });
    let tells = kept.jobs.iter().any(|job| job.service() == ListService::Anilist);
    if is_wanted && tells {
        feed::silence(lock.person()).await?;
    }
    let done = apply(lock, parts, run, kept, became).await;
    if let Err(error) = feed::restore(lock.person()).await {
        tracing::warn!("[Lists] AniList's feed is still switched off: {error}");
    }
    done
}

/// Tells all services side by side.
async fn apply(
    lock: &ListLock,
    parts: &[Part],
    run: RunId,
    kept: Kept,
    became: &mut [(ListService, Became)],
) -> Result<()> {
    let person = lock.person();
    let book = Book::new(person, kept.memories);
    let now = person.services.clock.now();
    let applying = Applying { lock, book: &book, run, places: AtomicUsize::new(0), now };
    let queues = parts.iter().map(|part| {
        let service = part.service();
        let jobs: Vec<_> = kept.jobs.iter().filter(|job| job.service() == service).collect();
        let removals = kept.removals.iter().filter(|removal| removal.service == service);
        let removals: Vec<_> = removals.collect();
        let (applying, remote) = (&applying, Arc::clone(&part.remote));
        async move { (service, applying.queue(&*remote, &jobs, &removals).await) }
    });
    for (service, tally) in join_all(queues).await {
        let tally = tally?;
        if let Some((_, one)) = became.iter_mut().find(|(at, _)| *at == service) {
            if let Some(failed) = tally.failure.as_ref().map(Became::failed) {
                (one.failure, one.refused) = (failed.failure, failed.refused);
            }
            one.tally = tally;
        }
    }
    Ok(())
}

/// Keeps how a run ended, with every service and with the runs.
async fn finish(
    person: &Arc<Person>,
    parts: &[Part],
    mut row: RunRow,
    done: Result<Done>,
) -> Result<()> {
    let (became, counts, error) = match done {
        Ok((became, counts)) => (became, counts, None),
        Err(error) => (Vec::new(), ListCounts::default(), Some(error)),
    };
    let mut partial = false;
    for part in parts {
        let service = part.service();
        let one = became.iter().find(|(at, _)| *at == service).map(|(_, one)| one);
        let (outcome, trouble) = judge(one, error.as_ref());
        partial |= outcome != Outcome::Success;
        if let Some(trouble) = &trouble {
            tracing::warn!("[Lists] {}: {trouble}", service.name());
        }
        integration::change(person, service, |integration| {
            let before = integration.last.clone();
            let known = before.as_ref().map_or((0, 0), |last| (last.anime, last.manga));
            let (anime, manga) = one.and_then(|one| one.count).unwrap_or(known);
            let error = trouble.clone();
            integration.last = Some(Last { at: row.started_at, outcome, error, anime, manga });
            integration.syncs += 1;
            integration.refused = one.is_some_and(|one| one.refused);
            if let Some(one) = one.filter(|one| one.count.is_some()) {
                integration.held = one.held;
            }
            if outcome == Outcome::Success || outcome == Outcome::Partial {
                integration.confirmed = false;
                if integration.contact() == Contact::First
                    && matches!(integration.meeting, Meeting::Answered(_))
                    && one.is_some_and(|one| one.count.is_some())
                {
                    integration.meeting = Meeting::Known;
                }
            }
        })
        .await?;
    }
    row.finished_at = Some(person.services.clock.now());
    let state = if partial { RunState::Partial } else { RunState::Complete };
    let is_quiet = counts == ListCounts { held: counts.held, ..ListCounts::default() };
    (row.state, row.report) = match error {
        Some(error) => (RunState::Failed, RunReport::Failed(error.failure())),
        None => (state, RunReport::Done(Box::new(report(row.id, state, counts)))),
    };
    if is_quiet && row.state == RunState::Complete && row.trigger == RunTrigger::Auto {
        return Ok(());
    }
    let oldest = person.store.runs(KEPT_RUNS).await?.last().map_or(row.id, |run| run.id);
    let mut writes = told::forget_before(person, oldest).await?;
    writes.push(Write::Run(row));
    Ok(person.store.write(writes).await?)
}

/// How a sync of a service went.
fn judge(one: Option<&Became>, error: Option<&Error>) -> (Outcome, Option<String>) {
    let Some(one) = one else {
        return (Outcome::Failed, error.map(Error::sentence));
    };
    if let Some(guard) = one.guard {
        return (Outcome::Failed, Some(guard.words().to_owned()));
    }
    if let Some(failure) = &one.failure {
        let some = one.tally.written + one.tally.deleted > 0;
        return (if some { Outcome::Partial } else { Outcome::Failed }, Some(failure.clone()));
    }
    match one.tally.refused.first() {
        Some((title, why)) => (Outcome::Partial, Some(format!("{title} was not taken: {why}"))),
        None => (Outcome::Success, None),
    }
}

fn report(run: RunId, state: RunState, counts: ListCounts) -> Report {
    let ListCounts { written, deleted, changed_here, .. } = counts;
    let message = format!(
        "{written} entries were written, {deleted} were deleted, and {changed_here} titles changed here"
    );
    Report {
        run_id: run,
        message,
        state,
        next_attempt: None,
        cause: None,
        remaining: 0,
        rewatches: None,
        counts: ReportCounts::Lists(counts),
    }
}
