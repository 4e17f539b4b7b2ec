//! Taking back what a run told services, where they still hold it. The next sync does not bring it back.

use std::sync::Arc;

use super::job::with;
use super::lock::ListLock;
use super::memory::{self, Book, Memory};
use super::remote::{Asked, Remote, Telling, Untold};
use super::sync::enabled;
use super::told::{self, Deed, Told};
use crate::domain::{
    Report, ReportCounts, RunId, RunMode, RunReport, RunRow, RunState, RunTrigger, UndoCounts,
};
use crate::hub::error::Result;
use crate::hub::person::Person;
use crate::library::Library;
use crate::merge::{
    Answered, Catalogue, Entry, Link, ListService, Native, PerField, Saved, Value, Written,
};
use crate::store::Write;

/// What came of one line.
enum Back {
    /// It is as it was.
    Done,
    /// It holds something else by now, which stays.
    Other,
    /// It is not there any more.
    Gone,
}

/// Takes back all that a run told, and says how much.
pub async fn undo(person: &Arc<Person>, run: RunId) -> Result<Report> {
    let lock = ListLock::acquire(person).await?;
    let done = take_back(&lock, run).await;
    lock.release().await;
    done
}

async fn take_back(lock: &ListLock, run: RunId) -> Result<Report> {
    let person = lock.person();
    let parts = enabled(person).await?;
    let lines = told::of(person, run).await?;
    let book = Book::new(person, memory::all(person).await?);
    let library = person.library().read().await?;
    let started_at = person.services.clock.now();
    let mut counts = UndoCounts { undoes: run, removed: 0, already_gone: 0, left_alone: 0 };
    let mut cause = None;
    // The newest first, as an entry may have been told twice.
    for (place, line) in lines.into_iter().rev().filter(|(_, line)| !line.undone) {
        lock.check()?;
        let Some(part) = parts.iter().find(|part| part.service() == line.service) else {
            cause = Some(format!("you are not signed in there: {}", line.service.name()));
            counts.left_alone += 1;
            continue;
        };
        let undone = Told { undone: true, ..line.clone() };
        let note = told::write(run, place, &undone)?;
        match one(&*part.remote, &book, &library, &line, note).await? {
            Ok(Back::Done) => counts.removed += 1,
            Ok(Back::Other) => counts.left_alone += 1,
            Ok(Back::Gone) => counts.already_gone += 1,
            Err(error) => {
                cause = Some(error);
                counts.left_alone += 1;
            }
        }
    }
    keep(person, run, started_at, counts, cause).await
}

async fn keep(
    person: &Person,
    run: RunId,
    started_at: jiff::Timestamp,
    counts: UndoCounts,
    cause: Option<String>,
) -> Result<Report> {
    let id = person.store.next_run_id().await?;
    let state = if cause.is_some() { RunState::Partial } else { RunState::Complete };
    let message = format!("{} entries are as they were before run {run}", counts.removed);
    let report = Report {
        run_id: id,
        message,
        state,
        next_attempt: None,
        cause,
        remaining: 0,
        rewatches: None,
        counts: ReportCounts::Undo(counts),
    };
    let row = RunRow {
        id,
        mode: RunMode::Undo,
        trigger: RunTrigger::Manual,
        started_at,
        finished_at: Some(person.services.clock.now()),
        state,
        report: RunReport::Done(Box::new(report.clone())),
        undone_by: None,
    };
    let mut writes = vec![Write::Run(row)];
    if state == RunState::Complete
        && let Some(undone) = person.store.run(run).await?
    {
        writes.push(Write::Run(RunRow { undone_by: Some(id), ..undone }));
    }
    person.store.write(writes).await?;
    Ok(report)
}

/// Takes one line back. The inner error is for a person to read.
async fn one(
    remote: &dyn Remote,
    book: &Book<'_>,
    library: &Library,
    line: &Told,
    note: Write,
) -> Result<std::result::Result<Back, String>> {
    let at = Asked { kind: line.kind, entry: Some(line.entry), ids: line.ids.clone() };
    let row = match remote.look(std::slice::from_ref(&at)).await {
        Ok(rows) => rows.into_iter().next().flatten(),
        Err(error) => return Ok(Err(error.to_string())),
    };
    let written = Written { before: line.before.clone(), after: line.after.clone() };
    match (line.deed, row) {
        (Deed::Deleted, Some(_)) => Ok(Ok(Back::Other)),
        (Deed::Deleted, None) => {
            let target = Native::of(&line.before);
            let at = Asked { entry: None, ..at };
            let told = told_of(&target);
            restore(remote, book, library, line, note, (at, Native::default(), told)).await
        }
        (_, None) => Ok(Ok(Back::Gone)),
        (Deed::Changed, Some(row)) => {
            let undo = written.undo(&row.native);
            if undo.is_empty() {
                return Ok(Ok(Back::Other));
            }
            restore(remote, book, library, line, note, (at, row.native, undo)).await
        }
        (Deed::Added, Some(row)) => {
            let is_same = line.after.iter().all(|(field, value)| row.native.0.get(field) == *value);
            if !is_same {
                return Ok(Ok(Back::Other));
            }
            match remote.delete(&at).await {
                Ok(()) | Err(Untold::Gone) => {
                    let forget = |memory: &mut Memory| {
                        if let Some(bond) = memory.tie.lists.get_mut(&line.service) {
                            bond.link = Link::Gone;
                        }
                    };
                    book.amend(line.item, forget, vec![note]).await?;
                    Ok(Ok(Back::Done))
                }
                Err(untold) => Ok(Err(words(&untold))),
            }
        }
    }
}

/// All that an entry holds which is not empty, and its status.
fn told_of(native: &Native) -> PerField<Value> {
    let empty = Native::default().0;
    PerField::of_each(|field| {
        let value = native.0.get(field);
        let is_said = value != empty.get(field) || field == crate::merge::Field::Status;
        is_said.then_some(value)
    })
}

async fn restore(
    remote: &dyn Remote,
    book: &Book<'_>,
    library: &Library,
    line: &Told,
    note: Write,
    (at, before, told): (Asked, Native, PerField<Value>),
) -> Result<std::result::Result<Back, String>> {
    let target = with(&before, &told);
    let telling = Telling { at, told: told.clone(), target };
    let saved = match remote.tell(&[telling]).await.into_iter().next() {
        Some(Ok(saved)) => saved,
        Some(Err(Untold::Gone)) | None => return Ok(Ok(Back::Gone)),
        Some(Err(untold)) => return Ok(Err(words(&untold))),
    };
    let has = library
        .get(line.item)
        .map(|item| Entry::said(&item.entry, item.work.max_progress.unwrap_or_default()));
    let learn = |memory: &mut Memory| {
        learned(memory, line.service, &before, &told, &saved, has.as_ref());
    };
    book.amend(line.item, learn, vec![note]).await?;
    Ok(Ok(Back::Done))
}

/// What is known of an entry after something was taken back: the library's own value is not told again.
fn learned(
    memory: &mut Memory,
    service: ListService,
    before: &Native,
    told: &PerField<Value>,
    saved: &Saved,
    library: Option<&Entry>,
) {
    let kind = memory.kind;
    let Some(bond) = memory.tie.lists.get_mut(&service) else { return };
    bond.entry = Some(saved.entry);
    let Some(entry) = library else {
        bond.link = Link::Dismissed;
        return;
    };
    let catalogue = Catalogue::alone(kind, bond.base.totals);
    let wanted = service.profile().project_all(entry, catalogue);
    let answered = Answered { before, told, got: &saved.native, catalogue, at: saved.updated_at };
    bond.link = Link::Linked;
    bond.base = bond.base.undone(&answered, &wanted);
}

fn words(untold: &Untold) -> String {
    match untold {
        Untold::Refused(why) => why.clone(),
        Untold::Gone => "the entry is not there any more".to_owned(),
        Untold::Failed(error) => error.to_string(),
    }
}
