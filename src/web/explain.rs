//! Why an entry is placed where it is.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::params::{Query, anilist_id};
use crate::app::App;
use crate::domain::{Item, Placement, Slot};
use crate::error::Result;
use crate::mapping::place::{Judged, Target};
use crate::sync::plan::Corrections;
use crate::sync::single::{Located, locate};

pub(super) async fn explain(State(app): State<Arc<App>>, query: Query) -> Result<Json<Value>> {
    let id = anilist_id(&query)?;
    let located = locate(&app, id).await?;
    Ok(Json(describe(&located)))
}

fn describe(located: &Located) -> Value {
    let media = &located.entry.media;
    let decision = &located.decision;
    let chosen = |judged: &Judged| {
        decision.source == Some(judged.source)
            && decision.placement.as_ref() == Some(&judged.placement)
    };
    let candidates: Vec<Value> =
        decision.judged.iter().map(|judged| candidate(judged, chosen(judged))).collect();
    json!({
        "anilistId": media.id,
        "title": media.titles.display(),
        "format": media.format,
        "episodeCount": media.episodes,
        "startDate": media.start_date.day(),
        "watched": located.entry.watched(),
        "verdict": decision.verdict,
        "source": decision.source,
        "reason": decision.reason,
        "sentence": decision.reason.map(crate::domain::Reason::sentence),
        "detail": decision.detail,
        "placement": decision.placement,
        "episodes": episodes(located),
        "candidates": candidates,
    })
}

fn candidate(judged: &Judged, chosen: bool) -> Value {
    let target = match judged.target {
        Target::Show(id) => json!({ "kind": "show", "id": id }),
        Target::Movie(id) => json!({ "kind": "movie", "id": id }),
    };
    json!({
        "source": judged.source,
        "target": target,
        "rule": judged.rule.to_string(),
        "placement": judged.placement,
        "checks": judged.findings,
        "chosen": chosen,
    })
}

/// Each episode of the entry with its slot on Trakt, corrections included.
fn episodes(located: &Located) -> Vec<Value> {
    let Some(placement) = &located.decision.placement else { return Vec::new() };
    let corrections = Corrections::new(&located.overrides);
    let entry = located.entry.media.id;
    let last = placement.len().max(located.entry.watched());
    (1..=last)
        .filter_map(|abs| {
            let corrected = corrections.of(entry, placement.show(), abs);
            let slot = corrected.map(|(_, slot)| slot).or_else(|| placed(placement, abs))?;
            Some(episode(located, abs, slot, corrected.is_some()))
        })
        .collect()
}

fn placed(placement: &Placement, abs: u32) -> Option<Slot> {
    match placement.item(abs)? {
        Item::Episode { slot, .. } => Some(slot),
        Item::Movie { .. } => None,
    }
}

fn episode(located: &Located, abs: u32, slot: Slot, overridden: bool) -> Value {
    let show = located.decision.placement.as_ref().and_then(Placement::show);
    let listed =
        show.and_then(|id| located.shows.get(&id)?.as_ref()).and_then(|show| show.episode(slot));
    json!({
        "abs": abs,
        "season": slot.season,
        "number": slot.number,
        "firstAired": listed.and_then(|episode| episode.first_aired),
        "overridden": overridden,
    })
}
