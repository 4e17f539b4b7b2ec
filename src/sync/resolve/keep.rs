//! Keeps decisions for later runs: as they are compared with others, and written down.

use std::collections::{BTreeSet, HashMap};

use super::{Resolver, Title, compare, save};
use crate::domain::{AnilistId, Placement, PlacementRow, Progress, TraktShowId};
use crate::hub::error::{Error, Result};
use crate::placing::claims::Claim;
use crate::placing::decision::Decision;
use crate::placing::evidence::Evidence;
use crate::placing::reuse::{self, Circumstances};
use crate::store::Write;

impl Resolver<'_> {
    /// Compares the decisions with those of other entries and with earlier ones. Gives the new ones
    /// as they are kept.
    pub(super) async fn compare(
        &self,
        titles: &[Title<'_>],
        progress: &HashMap<AnilistId, Progress>,
        decisions: &mut HashMap<AnilistId, Decision>,
    ) -> Result<HashMap<AnilistId, PlacementRow>> {
        let saved = self.saved.values();
        let placed: Vec<_> = titles.iter().map(|title| (title.entry, title.settled)).collect();
        compare::compare(self.asking.means, &placed, saved, progress, decisions).await?;
        let mut rows = HashMap::new();
        for title in titles {
            let Some(decision) = decisions.get_mut(&title.id()) else { continue };
            let row = self.row(title, decision);
            let kept = row.as_ref().or(title.before.as_ref());
            decision.moved = kept.map(reuse::moved).unwrap_or_default();
            rows.extend(row.map(|row| (title.id(), row)));
        }
        Ok(rows)
    }

    /// The decision as it is kept; none when it is an earlier one.
    fn row(&self, title: &Title<'_>, decision: &Decision) -> Option<PlacementRow> {
        let around = Circumstances {
            basis: title.basis,
            looked_at: self.looked_at(title, decision),
            shows: self.shelf.shows(),
            before: title.before.as_ref(),
            settled: title.settled,
            waiting: &title.waiting,
            now: self.asking.means.clock.now(),
        };
        (!decision.is_remembered).then(|| reuse::row(title.entry, decision, &around))
    }

    fn looked_at(&self, title: &Title<'_>, decision: &Decision) -> Vec<TraktShowId> {
        let named = self.shows_of(title);
        let placed = decision.placement.as_ref().and_then(Placement::show);
        let all: BTreeSet<_> = named.chain(placed).filter(|id| self.shelf.has(*id)).collect();
        all.into_iter().collect()
    }

    /// Keeps new decisions with their evidence, and as mappings where they changed.
    pub(super) async fn keep(
        &mut self,
        titles: &[Title<'_>],
        decisions: &HashMap<AnilistId, Decision>,
        rows: &mut HashMap<AnilistId, PlacementRow>,
    ) -> Result<()> {
        let clock = self.asking.means.clock;
        let mut writes = Vec::new();
        for title in titles {
            let Some(decision) = decisions.get(&title.id()) else { continue };
            let Some(row) = rows.remove(&title.id()) else { continue };
            // The mapping of a refused film tells the next run what not to propose.
            let saved = self.saved.get(&title.id());
            let saved = saved.filter(|_| decision.placement.is_some() || !title.is_refused);
            let targets = |claim: &Claim| self.targets.of(claim).flatten();
            let now = clock.now();
            writes.extend(save::change(title.entry, &title.claims, targets, decision, saved, now));
            if !is_same(title.before.as_ref(), &row) {
                let evidence = serde_json::to_string(&Evidence::of(title.entry, decision))
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
