//! How the sync stands: when it last ran, when it runs next, whether it does now.

use jiff::Timestamp;

use super::error::Result;
use super::person::Person;
use crate::domain::{RunId, RunMode, RunState};
use crate::outbound::{Fault, ProviderError};
use crate::store::{LockHolder, RUN, keys};
use crate::sync::resume::Automation;

/// How a person's syncs stand. What failed, or posted nothing because it had to wait, is no sync.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// When the last full sync began that a person asked for.
    pub last_manual_sync: Option<String>,
    /// When the last one began that a scheduler asked for.
    pub last_automated_sync: Option<String>,
    /// When the service syncs by itself, or before when a scheduler's call runs nothing.
    pub next_automated_sync: Option<Timestamp>,
    /// When the completed part of the library was last synced.
    pub last_completed_sync: Option<String>,
    /// When the part that is being watched was.
    pub last_watching_sync: Option<String>,
    /// The run that goes on, if one does.
    pub running: Option<Running>,
    /// How many titles wait for a decision.
    pub waiting: usize,
}

/// A run that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// Its mode, once it has one.
    pub mode: Option<RunMode>,
    /// When it began.
    pub since: Timestamp,
    /// Its number, once it has one.
    pub run_id: Option<RunId>,
}

impl Standing {
    /// One look at the store, and a second one while a run goes on.
    pub async fn of(person: &Person) -> Result<Self> {
        let names = [
            keys::LAST_RUN,
            keys::LAST_SYNC_AUTO,
            keys::LAST_RUN_COMPLETED,
            keys::LAST_RUN_WATCHING,
            Automation::KEYS[0],
            Automation::KEYS[1],
        ];
        let seen = person.store.glance(&names, RUN).await?;
        let mut times = seen.config.into_iter();
        let mut next = || times.next().flatten();
        let (last_manual_sync, last_automated_sync) = (next(), next());
        let (last_completed_sync, last_watching_sync) = (next(), next());
        let automation = [next(), next()];
        let automation = automation.each_ref().map(Option::as_deref);
        let automation = Automation::new(automation, person.services.clock.now());
        Ok(Self {
            last_manual_sync,
            last_automated_sync,
            next_automated_sync: next_automated(person, automation),
            last_completed_sync,
            last_watching_sync,
            running: running(person, seen.holder).await?,
            waiting: seen.waiting,
        })
    }
}

/// When the last full sync began that a scheduler asked for.
pub async fn last_automated_sync(person: &Person) -> Result<Option<String>> {
    Ok(person.store.config(&[keys::LAST_SYNC_AUTO]).await?.into_iter().flatten().next())
}

/// Whether the settings are enough to sync with. Signing in to Trakt is none of them.
pub async fn is_set_up(person: &Person) -> Result<bool> {
    let has_key = match person.trakt.sign_in().state().await {
        Err(ProviderError { fault: Fault::Sealed { .. }, .. }) => false,
        known => known.map(|_| true)?,
    };
    Ok(person.anilist.owner().is_known() && person.trakt.sign_in().has_app() && has_key)
}

/// By the service's own schedule, or else by what a scheduler's call would do.
fn next_automated(person: &Person, automation: Automation) -> Option<Timestamp> {
    let Some(schedule) = &person.schedule else { return automation.due() };
    schedule.after(person.services.clock.now()).into_iter().chain(automation.next_attempt).min()
}

/// A run of a killed process is still recorded as running, so the lock decides.
async fn running(person: &Person, holder: Option<LockHolder>) -> Result<Option<Running>> {
    let Some(since) = holder.map(|holder| holder.since) else { return Ok(None) };
    let newest = person.store.runs(1).await?.into_iter().next();
    let running = newest.filter(|run| run.state == RunState::Running);
    let (run_id, mode) = running.map(|run| (run.id, run.mode)).unzip();
    Ok(Some(Running { mode, since, run_id }))
}
