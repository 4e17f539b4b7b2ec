//! Compares where entries were placed with where the person's other entries are.

use std::collections::{HashMap, HashSet};

use crate::app::App;
use crate::domain::{AnilistId, Entry};
use crate::error::Result;
use crate::mapping::checks::{Check, Finding, Outcome};
use crate::mapping::place::{Decision, Target};
use crate::mapping::siblings::{Contest, Holder, Standing, Standoff, standoffs};
use crate::store::{Mapping, PlacementRow, Progress};

/// Notes on each decision which of its episodes another entry has the better claim to. `placed`:
/// the entries of this run, each with how many of its episodes are settled.
pub(super) async fn compare(
    app: &App,
    placed: &[(&Entry, u32)],
    saved: impl Iterator<Item = &Mapping>,
    progress: &HashMap<AnilistId, Progress>,
    decisions: &mut HashMap<AnilistId, Decision>,
) -> Result<()> {
    let others = elsewhere(placed, saved, decisions);
    let rows = app.store.placements(&app.account, &others).await?;
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
    let (outcome, detail) = match contests.first() {
        None => (Outcome::Passed, "no other entry claims its episodes".to_owned()),
        Some(Contest { by, .. }) => {
            (Outcome::Failed, format!("{} of its episodes belong to AniList {by}", contests.len()))
        }
    };
    let placement = decision.placement.clone();
    let chosen = decision.judged.iter_mut().find(|judged| {
        Some(judged.source) == decision.source && Some(&judged.placement) == placement.as_ref()
    });
    if let Some(judged) = chosen {
        judged.findings.push(Finding { check: Check::Siblings, outcome, detail });
    }
    decision.standoff = standoff;
}
