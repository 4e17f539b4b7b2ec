//! Keeps decisions for later runs: as they are compared with others, and written down.

use std::collections::{BTreeSet, HashMap};

use super::{Resolver, Trial, compare, save};
use crate::domain::{AnilistId, Placement, PlacementRow, Settled, TraktShowId};
use crate::hub::error::{Error, Result};
use crate::placing::claims::Claim;
use crate::placing::decision::Decision;
use crate::placing::evidence::Evidence;
use crate::placing::reuse::{self, Circumstances};
use crate::store::Write;

impl Resolver<'_> {
    /// Compares the decisions with those of other entries and with earlier ones, and adds to new ones
    /// how they are kept.
    pub(super) async fn compare(
        &self,
        trials: &mut [Trial<'_>],
        settled: &HashMap<AnilistId, Settled>,
    ) -> Result<()> {
        compare::compare(self.asking.means, trials, self.saved.values(), settled).await?;
        for trial in trials {
            trial.row = trial.decision.as_ref().and_then(|decision| self.row(trial, decision));
            let kept = trial.row.as_ref().or(trial.before.as_ref());
            if let Some(decision) = &mut trial.decision {
                decision.moved = kept.map(reuse::moved).unwrap_or_default();
            }
        }
        Ok(())
    }

    /// The decision as it is kept; none when it is an earlier one.
    fn row(&self, trial: &Trial<'_>, decision: &Decision) -> Option<PlacementRow> {
        let around = Circumstances {
            basis: trial.basis,
            looked_at: self.looked_at(trial, decision),
            shows: self.shelf.shows(),
            before: trial.before.as_ref(),
            settled: trial.settled(),
            waiting: trial.waiting(),
            now: self.asking.means.clock.now(),
        };
        (!decision.is_remembered).then(|| reuse::row(trial.entry(), decision, &around))
    }

    fn looked_at(&self, trial: &Trial<'_>, decision: &Decision) -> Vec<TraktShowId> {
        let named = self.shows_of(trial);
        let placed = decision.placement.as_ref().and_then(Placement::show);
        let all: BTreeSet<_> = named.chain(placed).filter(|id| self.shelf.has(*id)).collect();
        all.into_iter().collect()
    }

    /// Keeps new decisions with their evidence, and as mappings where they changed.
    pub(super) async fn keep(&mut self, trials: &mut [Trial<'_>]) -> Result<()> {
        let clock = self.asking.means.clock;
        let mut writes = Vec::new();
        for trial in trials {
            let Some(row) = trial.row.take() else { continue };
            let Some(decision) = &trial.decision else { continue };
            // The mapping of a refused film tells the next run what not to propose.
            let saved = self.saved.get(&trial.id());
            let saved = saved.filter(|_| decision.placement.is_some() || !trial.is_refused());
            let targets = |claim: &Claim| self.targets.of(claim).flatten();
            let (entry, now) = (trial.entry(), clock.now());
            writes.extend(save::change(entry, &trial.claims, targets, decision, saved, now));
            if !is_same(trial.before.as_ref(), &row) {
                let evidence = serde_json::to_string(&Evidence::of(entry, decision))
                    .map_err(|cause| Error::Internal(cause.to_string()))?;
                writes.push(Write::Placement { row, evidence });
            }
        }
        if writes.is_empty() {
            return Ok(());
        }
        for write in &writes {
            match write {
                Write::Mapping(mapping) => {
                    self.saved.insert(mapping.anilist_id, mapping.clone());
                }
                Write::RemoveMapping(id) => {
                    self.saved.remove(id);
                }
                _ => {}
            }
        }
        self.asking.write(writes).await
    }
}

/// Whether a decision is the same as before but for its time.
fn is_same(before: Option<&PlacementRow>, row: &PlacementRow) -> bool {
    before.is_some_and(|before| PlacementRow { placed_at: row.placed_at, ..before.clone() } == *row)
}
