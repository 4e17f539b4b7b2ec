//! When the episodes aired, by AniList's schedule, where that may settle what is open.

use std::collections::HashMap;

use super::{Resolver, Trial, falls_short};
use crate::anilist::TITLES_PER_PAGE;
use crate::domain::{AnilistId, ScheduledEpisode};
use crate::hub::error::Result;
use crate::placing::place::Target;
use crate::placing::schedule;

impl Resolver<'_> {
    /// Asks AniList for the days of what has no place on a show that is known, or not for all that was
    /// watched. What rests was asked for when it was looked up.
    pub(super) async fn follow_schedules(&mut self, trials: &mut [Trial<'_>]) -> Result<()> {
        let is_open = |trial: &&mut Trial<'_>| !trial.rests() && may_settle(trial);
        let mut open: Vec<_> = trials.iter_mut().filter(is_open).collect();
        for group in open.chunks_mut(TITLES_PER_PAGE) {
            let ids: Vec<_> = group.iter().map(|trial| trial.id()).collect();
            let Some(schedules) = self.schedules(&ids).await? else {
                // What has no place is left for the next call.
                for trial in group {
                    trial.decision.take_if(|decision| decision.placement.is_none());
                }
                continue;
            };
            for trial in group {
                let days = schedules.get(&trial.id()).map(|all| schedule::days(all));
                if let Some(days) = days.filter(|days| !days.is_empty()) {
                    trial.facts.days = days;
                    trial.decision = Some(self.decide(trial, trial.facts.clone()));
                }
            }
        }
        Ok(())
    }

    /// None when asking had to stop. Schedules only add to what is known: it goes on without those
    /// that AniList does not give.
    async fn schedules(&mut self, ids: &[AnilistId]) -> Result<Option<Schedules>> {
        if self.asking.must_stop() {
            return Ok(None);
        }
        match self.asking.means.anilist.schedules(ids).await {
            Ok(schedules) => Ok(Some(schedules)),
            Err(error) if error.fault.is_of_one_question() => {
                tracing::warn!("Schedules could not be read: {error}");
                Ok(Some(Schedules::new()))
            }
            Err(error) => self.asking.interrupt(error).map(|()| None),
        }
    }
}

type Schedules = HashMap<AnilistId, Vec<ScheduledEpisode>>;

/// Whether the days of the episodes may tell more than the first and the last.
fn may_settle(trial: &Trial<'_>) -> bool {
    let Some(decision) = trial.decision.as_ref().filter(|d| !d.is_remembered) else { return false };
    let is_on_show = decision
        .judged
        .iter()
        .any(|judged| matches!(judged.target, Target::Show(_)) && !judged.placement.is_empty());
    let has_several = trial.entry().media.episodes != Some(1);
    let is_undecided = decision.placement.is_none();
    is_on_show && has_several && (is_undecided || falls_short(decision, trial.entry()))
}
