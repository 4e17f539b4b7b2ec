//! When episodes of titles air, by AniList's schedule.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Mutex;

use super::kept::Held;
use super::{SHORTLY, Sources};
use crate::anilist::TITLES_PER_PAGE;
use crate::domain::{AnilistId, ScheduledEpisode};
use crate::library::calendar::{Schedules, renewed};
use crate::outbound::ProviderError;

/// How long a schedule is good. AniList moves an episode days ahead, and seldom.
const SOME_HOURS: Duration = Duration::from_hours(6);

/// The turn to ask for schedules, one after the other: who comes second finds what the first one kept. It holds
/// the last outage, so that those who wait do not each run into it.
#[derive(Debug, Clone, Default)]
pub(super) struct Turns(Arc<Mutex<Option<Outage>>>);

#[derive(Debug)]
struct Outage {
    error: ProviderError,
    until: Timestamp,
}

/// When episodes of titles air, as far as that is known.
#[derive(Debug, Clone, Default)]
pub struct Airings {
    /// By title. One of which AniList has no schedule has none here either.
    pub schedules: Schedules,
    /// When the oldest part of this was answered; none where nothing had to be asked for.
    pub as_of: Option<Timestamp>,
    /// Whether a part is older than it should be, because AniList does not answer.
    pub is_stale: bool,
    /// Titles of which nothing is known, because AniList does not answer.
    pub missing: usize,
    /// Why it does not.
    pub outage: Option<ProviderError>,
}

/// What is kept of one title.
type Known = (AnilistId, Option<Held<Vec<ScheduledEpisode>>>);

impl Sources {
    /// When episodes of these titles air: what is kept of them, and for the others one question for 50. What
    /// is too old is given where AniList does not answer, and said to be so.
    pub async fn airings(&self, ids: &[AnilistId]) -> Airings {
        let mut known = self.known(ids).await;
        let due = known.iter().filter(|one| is_due(one)).count();
        let mut outage = None;
        if due > 0 {
            let mut turn = self.turns.0.lock().await;
            known = self.known(ids).await;
            outage = self.ask_for_due(&mut known, &mut turn).await;
        }
        let stale = known.iter().flat_map(|(_, held)| held).filter(|held| !held.is_good).count();
        self.kept.count_together(ids.len() - due, due, stale);
        Airings { outage, ..together(&known) }
    }

    async fn known(&self, ids: &[AnilistId]) -> Vec<Known> {
        let keys: Vec<String> = ids.iter().copied().map(key_of).collect();
        ids.iter().copied().zip(self.kept.held(&keys).await).collect()
    }

    /// Asks for what is not known or too old. Tells why it could not ask for all of it.
    async fn ask_for_due(
        &self,
        known: &mut [Known],
        turn: &mut Option<Outage>,
    ) -> Option<ProviderError> {
        let now = self.kept.now();
        if let Some(outage) = turn.as_ref().filter(|outage| now < outage.until) {
            return Some(outage.error.clone());
        }
        let mut due: Vec<&mut Known> = known.iter_mut().filter(|one| is_due(one)).collect();
        let mut failed = None;
        for part in due.chunks_mut(TITLES_PER_PAGE) {
            if let Err(error) = self.ask_for_part(part).await {
                let is_of_this = error.fault.is_of_one_question();
                failed = Some(error);
                // Who says nothing of one question may say something of the next.
                if !is_of_this {
                    break;
                }
            }
        }
        let outage = |error| Outage { error, until: now + SHORTLY };
        *turn = failed.clone().map(outage);
        failed
    }

    /// Asks for at most 50, and keeps what is answered. A title that AniList does not have airs nothing.
    async fn ask_for_part(&self, part: &mut [&mut Known]) -> Result<(), ProviderError> {
        let ids: Vec<AnilistId> = part.iter().map(|(id, _)| *id).collect();
        let mut told = self.anilist.airings(&ids).await?;
        let now = self.kept.now();
        let mut answers = Vec::with_capacity(part.len());
        for (id, held) in part {
            let before = held.take().map(|held| held.value).unwrap_or_default();
            let value = renewed(&before, told.remove(id).unwrap_or_default(), now);
            answers.push((key_of(*id), value.clone()));
            *held = Some(Held { value, fetched_at: now, is_good: true });
        }
        self.kept.keep(&answers, SOME_HOURS).await;
        Ok(())
    }
}

/// The question for one title. Whoever asks is no part of it.
fn key_of(id: AnilistId) -> String {
    format!("airings:anilist:{id}")
}

fn is_due((_, held): &Known) -> bool {
    held.as_ref().is_none_or(|held| !held.is_good)
}

fn together(known: &[Known]) -> Airings {
    let mut airings = Airings::default();
    for (id, held) in known {
        let Some(Held { value, fetched_at, is_good }) = held else {
            airings.missing += 1;
            continue;
        };
        airings.as_of = Some(airings.as_of.map_or(*fetched_at, |at| at.min(*fetched_at)));
        airings.is_stale |= !is_good;
        airings.schedules.insert(*id, value.clone());
    }
    airings
}
