//! Compares where entries were placed with where the person's other entries are.

use std::collections::{HashMap, HashSet};

use super::budget::Means;
use crate::domain::{
    AnilistId, Entry, Mapping, MediaType, Placement, PlacementRow, Progress, TraktShowId, Work,
};
use crate::hub::error::Result;
use crate::placing::checks::{Check, Finding, Outcome};
use crate::placing::decision::Decision;
use crate::placing::place::{Neighbour, Target};
use crate::placing::siblings::{Contest, Holder, Standing, Standoff, standoffs};

/// Notes on each decision which of its episodes another entry has the better claim to. `placed`:
/// the entries of this run, each with how many of its episodes are settled.
pub(super) async fn compare(
    Means { store, .. }: Means<'_>,
    placed: &[(&Entry, u32)],
    saved: impl Iterator<Item = &Mapping>,
    progress: &HashMap<AnilistId, Progress>,
    decisions: &mut HashMap<AnilistId, Decision>,
) -> Result<()> {
    let others = elsewhere(placed, saved, decisions);
    let rows = store.placements(&others).await?;
    let mut found = {
        let here = placed.iter().filter_map(|&(entry, settled)| {
            let standing = if settled > 0 { Standing::Earlier } else { Standing::Now };
            Holder::of(entry, decisions.get(&entry.media.id)?, standing)
        });
        let there = rows.values().filter_map(|row| holder_earlier(row, progress));
        standoffs(&here.chain(there).collect::<Vec<_>>())
    };
    for (entry, _) in placed {
        if let Some(decision) = decisions.get_mut(&entry.media.id) {
            note(decision, found.remove(&entry.media.id).unwrap_or_default());
        }
    }
    Ok(())
}

/// The entries that have a place on some shows, by this run or an earlier one.
pub(super) async fn placed<'a>(
    Means { store, .. }: Means<'_>,
    entries: impl Iterator<Item = &'a Entry>,
    saved: impl Iterator<Item = &'a Mapping>,
    shows: &HashSet<TraktShowId>,
    decisions: &HashMap<AnilistId, Decision>,
) -> Result<Vec<Neighbour>> {
    let mut found = Vec::new();
    let mut here = HashSet::new();
    for entry in entries {
        here.insert(entry.media.id);
        let Some(decision) = decisions.get(&entry.media.id) else { continue };
        let place = decision.placement.as_ref();
        found.extend(
            place.and_then(|place| Neighbour::new(entry.media.id, entry.media.episodes, place)),
        );
    }
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
fn elsewhere<'a>(
    placed: &[(&Entry, u32)],
    saved: impl Iterator<Item = &'a Mapping>,
    decisions: &HashMap<AnilistId, Decision>,
) -> Vec<AnilistId> {
    let here: HashSet<AnilistId> = placed.iter().map(|(entry, _)| entry.media.id).collect();
    let unsettled = placed.iter().filter(|(entry, settled)| *settled < entry.watched());
    let targets: HashSet<Target> = unsettled
        .filter_map(|(entry, _)| decisions.get(&entry.media.id)?.placement.as_ref())
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
    progress: &HashMap<AnilistId, Progress>,
) -> Option<Holder<'a>> {
    Some(Holder {
        entry: row.anilist_id,
        placement: row.placement.as_ref()?,
        watched: progress.get(&row.anilist_id)?.last_abs,
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
