//! Telling a service what came of a merge, one queue a service.
//!
//! An entry is looked at once more before it is told, and left to the next run where it is not what the plan was made
//! from. What is to be told is remembered before it is sent and what came of it after, so that a process may die at any
//! point: the next run reads the entry and knows whether it was told.

use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;

use super::job::{Job, Removal, with};
use super::lock::ListLock;
use super::memory::{Book, Memory, Parked};
use super::remote::{Remote, Telling, Untold};
use super::told::{self, Deed, Told};
use crate::domain::RunId;
use crate::hub::error::Result;
use crate::merge::{Act, Answered, CORRECTIONS, Link, ListService, PerField, Row, Saved, Written};
use crate::outbound::ProviderError;

/// How many entries are looked at before any of them is told.
const LOOKED_AT: usize = 50;

/// What came of a queue.
#[derive(Debug, Default)]
pub struct Tally {
    /// Entries that were changed or added.
    pub written: usize,
    /// Entries that were deleted.
    pub deleted: usize,
    /// Entries that the service does not take, with the reason.
    pub refused: Vec<(String, String)>,
    /// Why it ended early.
    pub failure: Option<ProviderError>,
}

/// What the queues of a run share.
#[derive(Debug)]
pub struct Applying<'a> {
    /// The proof that nobody else is at the lists.
    pub lock: &'a ListLock,
    /// What is remembered.
    pub book: &'a Book<'a>,
    /// The run.
    pub run: RunId,
    /// How many writes were answered in the run.
    pub places: AtomicUsize,
    /// The time at which the run began.
    pub now: Timestamp,
}

/// How a telling ended.
enum Outcome {
    Saved(Saved),
    Refused(String),
    Left,
    /// Nobody knows whether it was told: what is remembered of it stands until the entry is read.
    Open(ProviderError),
    /// It was not told.
    Failed(ProviderError),
}

impl Applying<'_> {
    /// Does all that is to be done at a service.
    pub async fn queue(
        &self,
        remote: &dyn Remote,
        jobs: &[&Job],
        removals: &[&Removal],
    ) -> Result<Tally> {
        let mut tally = Tally::default();
        for jobs in jobs.chunks(LOOKED_AT) {
            self.lock.check()?;
            if self.lock.person().services.is_stopping() {
                return Ok(tally);
            }
            let ready = self.ready(remote, jobs, &mut tally).await?;
            for batch in ready.chunks(remote.at_once()) {
                if tally.failure.is_some() {
                    return Ok(tally);
                }
                self.lock.check()?;
                self.tell(remote, batch, &mut tally).await?;
            }
        }
        for removal in removals {
            if tally.failure.is_some() {
                break;
            }
            self.lock.check()?;
            self.remove(remote, removal, &mut tally).await?;
        }
        Ok(tally)
    }

    /// Those that still are as they were planned for.
    async fn ready<'j>(
        &self,
        remote: &dyn Remote,
        jobs: &[&'j Job],
        tally: &mut Tally,
    ) -> Result<Vec<&'j Job>> {
        let asked: Vec<_> = jobs.iter().map(|job| job.at()).collect();
        let rows = match remote.look(&asked).await {
            Ok(rows) => rows,
            Err(error) => {
                tally.failure = Some(error);
                return Ok(Vec::new());
            }
        };
        let mut ready = Vec::with_capacity(jobs.len());
        for (job, row) in jobs.iter().copied().zip(rows) {
            if is_as_planned(job, row.as_ref()) {
                ready.push(job);
            } else {
                self.settle(job, Outcome::Left, tally).await?;
            }
        }
        Ok(ready)
    }

    async fn tell(&self, remote: &dyn Remote, batch: &[&Job], tally: &mut Tally) -> Result<()> {
        let tellings: Vec<Telling> = batch.iter().map(|job| job.telling()).collect();
        let answers = remote.tell(&tellings).await;
        for (job, answer) in batch.iter().zip(answers) {
            let outcome = match answer {
                Ok(saved) => self.correct(remote, job, saved).await,
                Err(untold) => outcome(untold),
            };
            self.settle(job, outcome, tally).await?;
        }
        Ok(())
    }

    /// Puts right what the service made of what it was told.
    async fn correct(&self, remote: &dyn Remote, job: &Job, saved: Saved) -> Outcome {
        let mut saved = saved;
        for _ in 0..CORRECTIONS {
            let left = job.service().profile().correction(&answered(job, &saved));
            if left.is_empty() {
                break;
            }
            let mut at = job.at();
            at.entry = Some(saved.entry);
            let target = with(&saved.native, &left);
            let telling = Telling { at, told: left, target };
            match remote.tell(&[telling]).await.into_iter().next() {
                Some(Ok(corrected)) => saved = corrected,
                Some(Err(Untold::Refused(_) | Untold::Gone)) | None => break,
                Some(Err(Untold::Failed(error))) => return Outcome::Open(error),
            }
        }
        Outcome::Saved(saved)
    }

    /// Remembers what came of it.
    async fn settle(&self, job: &Job, outcome: Outcome, tally: &mut Tally) -> Result<()> {
        let service = job.service();
        let unsent = |memory: &mut Memory| {
            if let Some(bond) = memory.tie.lists.get_mut(&service) {
                bond.base.pending = None;
            }
        };
        match outcome {
            Outcome::Saved(saved) => {
                tally.written += 1;
                let note = self.note(job, &saved)?;
                let learn = |memory: &mut Memory| learned(memory, job, &saved);
                self.book.amend(job.item, learn, vec![note]).await
            }
            Outcome::Refused(why) => {
                tracing::info!("[Lists] {} does not take {}: {why}", service.id(), job.title);
                tally.refused.push((job.title.clone(), why.clone()));
                let parked = Parked {
                    why,
                    told: job.next.told(),
                    total: job.catalogue().total,
                    since: self.now,
                };
                let park = |memory: &mut Memory| {
                    unsent(memory);
                    memory.parked.insert(service, parked);
                };
                self.book.amend(job.item, park, Vec::new()).await
            }
            Outcome::Left => self.book.amend(job.item, unsent, Vec::new()).await,
            Outcome::Open(error) => {
                tally.failure.get_or_insert(error);
                Ok(())
            }
            Outcome::Failed(error) => {
                tally.failure.get_or_insert(error);
                self.book.amend(job.item, unsent, Vec::new()).await
            }
        }
    }

    fn note(&self, job: &Job, saved: &Saved) -> Result<crate::store::Write> {
        let written = Written::of(&job.held, &saved.native);
        let told = Told {
            service: job.service(),
            item: job.item,
            title: job.title.clone(),
            kind: job.kind,
            ids: job.ids.clone(),
            entry: saved.entry,
            deed: if job.act == Act::Add { Deed::Added } else { Deed::Changed },
            before: written.before,
            after: written.after,
            undone: false,
        };
        told::write(self.run, self.places.fetch_add(1, Ordering::Relaxed), &told)
    }

    async fn remove(
        &self,
        remote: &dyn Remote,
        removal: &Removal,
        tally: &mut Tally,
    ) -> Result<()> {
        let service = removal.service;
        let looked = remote.look(std::slice::from_ref(&removal.at)).await;
        let row = match looked {
            Ok(rows) => rows.into_iter().next().flatten(),
            Err(error) => {
                tally.failure = Some(error);
                return Ok(());
            }
        };
        if row.as_ref().is_some_and(|row| row.native != removal.held) {
            return Ok(());
        }
        let outcome = match row {
            Some(_) => remote.delete(&removal.at).await,
            None => Ok(()),
        };
        match outcome {
            Ok(()) | Err(Untold::Gone) => {
                tally.deleted += 1;
                let note = self.note_of(removal)?;
                let forget = |memory: &mut Memory| {
                    if let Some(bond) = memory.tie.lists.get_mut(&service) {
                        bond.link = Link::Gone;
                        bond.delete = false;
                    }
                };
                self.book.amend(removal.item, forget, vec![note]).await
            }
            Err(Untold::Refused(why)) => {
                tally.refused.push((removal.title.clone(), why));
                Ok(())
            }
            Err(Untold::Failed(error)) => {
                tally.failure = Some(error);
                Ok(())
            }
        }
    }

    fn note_of(&self, removal: &Removal) -> Result<crate::store::Write> {
        let told = Told {
            service: removal.service,
            item: removal.item,
            title: removal.title.clone(),
            kind: removal.at.kind,
            ids: removal.at.ids.clone(),
            entry: removal.at.entry.unwrap_or_default(),
            deed: Deed::Deleted,
            before: removal.held.0.values(),
            after: PerField::default(),
            undone: false,
        };
        told::write(self.run, self.places.fetch_add(1, Ordering::Relaxed), &told)
    }
}

/// Whether an entry is what it was when the plan was made.
fn is_as_planned(job: &Job, row: Option<&Row>) -> bool {
    match (job.act, row) {
        (Act::Add, row) => row.is_none(),
        (_, Some(row)) => row.native == job.held,
        (_, None) => false,
    }
}

fn outcome(untold: Untold) -> Outcome {
    match untold {
        Untold::Refused(why) => Outcome::Refused(why),
        Untold::Gone => Outcome::Left,
        Untold::Failed(error) if error.fault.leaves_outcome_open() => Outcome::Open(error),
        Untold::Failed(error) => Outcome::Failed(error),
    }
}

fn answered<'a>(job: &'a Job, saved: &'a Saved) -> Answered<'a> {
    Answered {
        before: &job.next.native,
        told: &job.next.write,
        got: &saved.native,
        catalogue: job.catalogue(),
        at: saved.updated_at,
    }
}

/// What is known of an entry after a service answered.
fn learned(memory: &mut Memory, job: &Job, saved: &Saved) {
    let service: ListService = job.service();
    let bond = memory.tie.lists.entry(service).or_default();
    bond.base = job.next.base.answered(&answered(job, saved));
    (bond.link, bond.entry) = (Link::Linked, Some(saved.entry));
    memory.parked.remove(&service);
}
