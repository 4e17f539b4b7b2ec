//! Compares where entries were placed with where the person's other entries are.

use std::collections::{HashMap, HashSet};

use super::Trial;
use super::budget::Means;
use crate::domain::{
    AnilistId, Mapping, MediaType, Placement, PlacementRow, Settled, TraktShowId, Work,
};
use crate::hub::error::Result;
use crate::placing::checks::{Check, Finding, Outcome};
use crate::placing::decision::Decision;
use crate::placing::place::{Neighbour, Target};
use crate::placing::siblings::{Contest, Holder, Standing, Standoff, standoffs};

/// Notes on each decision which of its episodes another entry has the better claim to.
pub(super) async fn compare(
    Means { store, .. }: Means<'_>,
    trials: &mut [Trial<'_>],
    saved: impl Iterator<Item = &Mapping>,
    settled: &HashMap<AnilistId, Settled>,
) -> Result<()> {
    let others = elsewhere(trials, saved);
    let rows = store.placements(&others).await?;
    let mut found = {
        let here = trials.iter().filter_map(|trial| {
            let standing = if trial.settled() > 0 { Standing::Earlier } else { Standing::Now };
            Holder::of(trial.entry(), trial.decision.as_ref()?, standing)
        });
        let there = rows.values().filter_map(|row| holder_earlier(row, settled));
        standoffs(&here.chain(there).collect::<Vec<_>>())
    };
    for trial in trials {
        let standoff = found.remove(&trial.id()).unwrap_or_default();
        if let Some(decision) = &mut trial.decision {
            note(decision, standoff);
        }
    }
    Ok(())
}

/// The entries that have a place on some shows, by this run or an earlier one.
pub(super) async fn placed<'a>(
    Means { store, .. }: Means<'_>,
    trials: &[Trial<'_>],
    saved: impl Iterator<Item = &'a Mapping>,
    shows: &HashSet<TraktShowId>,
) -> Result<Vec<Neighbour>> {
    let here: HashSet<AnilistId> = trials.iter().map(Trial::id).collect();
    let placed = trials.iter().filter_map(|trial| {
        let place = trial.decision.as_ref()?.placement.as_ref()?;
        Neighbour::new(trial.id(), trial.entry().media.episodes, place)
    });
    let mut found: Vec<Neighbour> = placed.collect();
    let is_beside = |mapping: &&Mapping| {
        mapping.media_type == Some(MediaType::Show)
            && shows.contains(&TraktShowId(mapping.trakt_id))
            && !here.contains(&mapping.anilist_id)
    };
    let elsewhere: Vec<_> = saved.filter(is_beside).map(|mapping| mapping.anilist_id).collect();
    let rows = store.placements(&elsewhere).await?;
    found.extend(rows.values().filter_map(|row| {
        Neighbour::new(row.anilist_id, row.work.map(Work::episodes), row.placement.as_ref()?)
    }));
    Ok(found)
}

/// Whether an entry was put where another one goes on.
pub(super) fn is_doubted(decision: &Decision, neighbours: &[Neighbour]) -> bool {
    let Some(Placement::Episodes { show, spans }) = &decision.placement else { return false };
    let Some(first) = spans.first().map(|span| span.start) else { return false };
    neighbours.iter().any(|other| {
        let number = first.number.saturating_sub(other.first.number);
        other.show == *show
            && other.first.season == first.season
            && first.number > other.first.number
            && (other.placed..other.count).contains(&number)
    })
}

/// Entries that this run does not look at, on a show or film on which it wants to post something.
fn elsewhere<'a>(trials: &[Trial<'_>], saved: impl Iterator<Item = &'a Mapping>) -> Vec<AnilistId> {
    let here: HashSet<AnilistId> = trials.iter().map(Trial::id).collect();
    let unsettled = trials.iter().filter(|trial| trial.settled() < trial.entry().watched());
    let targets: HashSet<Target> = unsettled
        .filter_map(|trial| trial.decision.as_ref()?.placement.as_ref())
        .map(Target::of)
        .collect();
    let on_target = |mapping: &&Mapping| {
        mapping
            .media_type
            .is_some_and(|kind| targets.contains(&Target::new(kind, mapping.trakt_id)))
    };
    let ids = saved.filter(on_target).map(|mapping| mapping.anilist_id);
    ids.filter(|id| !here.contains(id)).collect()
}

fn holder_earlier<'a>(
    row: &'a PlacementRow,
    settled: &HashMap<AnilistId, Settled>,
) -> Option<Holder<'a>> {
    Some(Holder {
        entry: row.anilist_id,
        placement: row.placement.as_ref()?,
        watched: settled.get(&row.anilist_id)?.last_abs,
        weight: row.weight,
        work: row.work,
        standing: Standing::Earlier,
    })
}

/// How it stands to the others, and what that says of the candidate that was chosen.
fn note(decision: &mut Decision, standoff: Standoff) {
    let contests = &standoff.contests;
    let finding = match contests.first() {
        None => Finding::usual(Check::Siblings, "no other entry claims its episodes"),
        Some(Contest { by, .. }) => {
            let detail = format!("{} of its episodes belong to AniList {by}", contests.len());
            Finding { outcome: Outcome::Failed, ..Finding::usual(Check::Siblings, detail) }
        }
    };
    let placement = decision.placement.clone();
    let chosen = decision.judged.iter_mut().find(|judged| {
        Some(judged.source) == decision.source && Some(&judged.placement) == placement.as_ref()
    });
    if let Some(judged) = chosen {
        judged.findings.push(finding);
    }
    decision.standoff = standoff;
}
