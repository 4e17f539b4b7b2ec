//! When the episodes aired, by AniList's schedule, where that may settle what is open.

use std::collections::{HashMap, HashSet};

use super::{Resolver, Title, falls_short};
use crate::anilist::TITLES_PER_PAGE;
use crate::domain::{AnilistId, ScheduledEpisode};
use crate::hub::error::Result;
use crate::placing::decision::Decision;
use crate::placing::place::{Facts, Target};
use crate::placing::schedule;

impl Resolver<'_> {
    /// Asks AniList for the days of what has no place on a show that is known, or not for all that was
    /// watched. What rests was asked for when it was looked up.
    pub(super) async fn follow_schedules(
        &mut self,
        titles: &[Title<'_>],
        rested: &HashSet<AnilistId>,
        facts: &mut HashMap<AnilistId, Facts>,
        decisions: &mut HashMap<AnilistId, Decision>,
    ) -> Result<()> {
        let is_open = |title: &&Title<'_>| {
            let decision = decisions.get(&title.id()).filter(|d| !d.is_remembered);
            !rested.contains(&title.id())
                && decision.is_some_and(|decision| may_settle(decision, title))
        };
        let open: Vec<_> = titles.iter().filter(is_open).collect();
        for group in open.chunks(TITLES_PER_PAGE) {
            let ids: Vec<_> = group.iter().map(|title| title.id()).collect();
            let Some(schedules) = self.schedules(&ids).await? else {
                // What has no place is left for the next call.
                for id in ids {
                    if decisions.get(&id).is_some_and(|decision| decision.placement.is_none()) {
                        decisions.remove(&id);
                    }
                }
                continue;
            };
            for title in group {
                let days = schedules.get(&title.id()).map(|all| schedule::days(all));
                if let Some(days) = days.filter(|days| !days.is_empty()) {
                    let facts = facts.entry(title.id()).or_default();
                    facts.days = days;
                    decisions.insert(title.id(), self.decide(title, facts.clone()));
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
fn may_settle(decision: &Decision, title: &Title<'_>) -> bool {
    let is_on_show = decision
        .judged
        .iter()
        .any(|judged| matches!(judged.target, Target::Show(_)) && !judged.placement.is_empty());
    let has_several = title.entry.media.episodes != Some(1);
    let is_undecided = decision.placement.is_none();
    is_on_show && has_several && (is_undecided || falls_short(decision, title.entry))
}
