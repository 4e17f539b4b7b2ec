//! What other works tell of an entry: those it continues, the one beside which it stands, and the
//! person's other entries.

use std::collections::HashMap;

use super::{Resolver, Trial, compare, prequel_chain};
use crate::domain::{AnilistId, MediaType, Prequel, TraktShowId};
use crate::hub::error::Result;
use crate::placing::claims::Claim;
use crate::placing::place::{Beside, Facts, Neighbour, Target};

impl Resolver<'_> {
    /// Where counting through a show, or a day, is all there is, what the entry continues and what
    /// it belongs to tells more.
    pub(super) async fn count_on(&mut self, trials: &mut [Trial<'_>]) -> Result<()> {
        let is_needed =
            |trial: &&mut Trial<'_>| trial.decision.as_ref().is_some_and(prequel_chain::is_needed);
        let trials: Vec<_> = trials.iter_mut().filter(is_needed).collect();
        let ids: Vec<_> = trials.iter().map(|trial| trial.id()).collect();
        let known = prequel_chain::read(&ids, &mut self.asking).await?;
        for trial in trials {
            let shows: Vec<_> = self.shows_of(trial).collect();
            let is_on = |prequel: &Prequel, show| self.is_on(prequel.id, show, &trial.claims);
            let facts = prequel_chain::facts(trial.id(), &shows, &known, is_on);
            let Some(facts) = facts.or_else(|| {
                (!self.asking.is_stopped()).then(|| prequel_chain::nothing_known(&shows))
            }) else {
                // It is left for the next call.
                trial.decision = None;
                continue;
            };
            trial.decision = Some(self.decide(trial, facts.clone()));
            trial.facts = facts;
        }
        Ok(())
    }

    /// Works of one show follow each other: where verified ones are tells of what has no place yet,
    /// and of what begins where another goes on.
    pub(super) async fn look_beside(&self, trials: &mut [Trial<'_>]) -> Result<()> {
        let is_open = |trial: &Trial<'_>| trial.decision.as_ref().is_some_and(|d| !d.is_remembered);
        let open = trials.iter().filter(|trial| is_open(trial));
        let shows = open.flat_map(|trial| self.shows_of(trial)).collect();
        let (means, saved) = (self.asking.means, self.saved.values());
        let all = compare::placed(means, trials, saved, &shows).await?;
        for trial in trials.iter_mut().filter(|trial| is_open(trial)) {
            let Some(decision) = &trial.decision else { continue };
            if decision.placement.is_some() && !compare::is_doubted(decision, &all) {
                continue;
            }
            let shows: Vec<_> = self.shows_of(trial).collect();
            let is_beside =
                |other: &&Neighbour| other.entry != trial.id() && shows.contains(&other.show);
            let neighbours: Vec<_> = all.iter().filter(is_beside).copied().collect();
            if !neighbours.is_empty() {
                let facts = std::mem::take(&mut trial.facts);
                trial.decision = Some(self.decide(trial, Facts { neighbours, ..facts }));
            }
        }
        Ok(())
    }

    /// On which of the shows the work is beside which an entry stands.
    pub(super) fn beside_on(&self, trial: &Trial<'_>) -> HashMap<TraktShowId, Beside> {
        let Some(parent) = trial.entry().media.parent else { return HashMap::new() };
        let shows = self.shows_of(trial);
        shows.map(|show| (show, self.is_on(parent, show, &trial.claims).into())).collect()
    }

    /// Whether a work belongs to a show that some claims name, as far as the datasets and the person
    /// tell: by what Trakt has it as, or else by the numbers of other catalogues.
    fn is_on(&self, work: AnilistId, show: TraktShowId, claims: &[Claim]) -> Option<bool> {
        let others = self.claims_of(work, MediaType::Show);
        let mut shows = self.targets.shows_of(&others).peekable();
        if shows.peek().is_some() {
            return Some(shows.any(|id| id == show));
        }
        let named = claims
            .iter()
            .filter(|claim| self.targets.of(claim).flatten() == Some(Target::Show(show)));
        let own: Vec<_> = named.flat_map(|claim| &claim.references).collect();
        let theirs: Vec<_> = others.iter().flat_map(|claim| &claim.references).collect();
        if own.iter().any(|own| theirs.contains(own)) {
            return Some(true);
        }
        let is_comparable = own.iter().any(|own| theirs.iter().any(|other| own.is_like(other)));
        is_comparable.then_some(false)
    }
}
