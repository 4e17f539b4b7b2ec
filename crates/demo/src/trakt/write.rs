//! Adding to the history and removing from it.

use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::{Value, json};

use anilist_trakt_sync_core::domain::{HistoryId, Item, WatchedAt};

use super::super::http::{Reply, Request};
use super::super::server::State;
use super::super::stats::{Stats, Write};
use super::super::world::World;
use super::media_body::{Named, Resolved, mistakes, resolve};

/// `POST /sync/history`. Nothing is checked for uniqueness: the same item at the same time twice is
/// two plays.
pub(super) fn add(state: &mut State, request: &Request, now: Timestamp) -> Reply {
    state.stats.history_posts += 1;
    let body = match read_body(state, request, "/sync/history") {
        Ok(body) => body,
        Err(reply) => return reply,
    };
    let resolved = resolve(&state.world, &body, now);
    count(&mut state.stats, &resolved);
    let (mut movies, mut episodes) = (0_u32, 0_u32);
    for named in &resolved.named {
        match named.item {
            Item::Movie { .. } => movies += 1,
            Item::Episode { .. } => episodes += 1,
        }
        add_play(state, named, now);
    }
    Reply::json(
        201,
        &json!({
            "added": {"movies": movies, "episodes": episodes},
            "updated": {"movies": 0, "episodes": 0},
            "not_found": resolved.not_found.json(),
        }),
    )
}

/// Keeps the body for the statistics and refuses one that Trakt could not have understood.
fn read_body(state: &mut State, request: &Request, path: &'static str) -> Result<Value, Reply> {
    let Some(body) = request.json() else {
        state.stats.body_violations.push(format!("{path}: the body is not JSON"));
        return Err(Reply::empty(400));
    };
    state.stats.writes.push(Write { path, body: body.clone() });
    let mistakes = mistakes(&body);
    if mistakes.is_empty() {
        return Ok(body);
    }
    state.stats.body_violations.extend(mistakes.iter().map(|one| format!("{path}: {one}")));
    Err(Reply::json(422, &json!({"errors": mistakes})))
}

fn count(stats: &mut Stats, resolved: &Resolved) {
    stats.whole_show_adds += resolved.whole_shows;
    stats.whole_season_adds += resolved.whole_seasons;
    stats.not_found += resolved.not_found.count;
    stats.largest_post = stats.largest_post.max(resolved.items);
    if resolved.items == 0 {
        stats.body_violations.push("/sync/history: nothing is in it".into());
    }
}

fn add_play(state: &mut State, named: &Named, now: Timestamp) {
    let at = moment(&state.world, named, now);
    let earlier = state.world.history.of(named.item);
    let same = |at: WatchedAt| match at {
        WatchedAt::Unknown => Timestamp::UNIX_EPOCH,
        WatchedAt::At(moment) => moment,
    };
    let counts = &mut state.stats;
    counts.plays_added += 1;
    counts.repeat_plays += u32::from(!earlier.is_empty());
    counts.duplicate_plays += u32::from(earlier.iter().any(|play| play.watched_at == same(at)));
    if named.watched_at.as_deref().is_some_and(|text| text.contains('T') && !text.ends_with('Z')) {
        counts.body_violations.push("/sync/history: watched_at does not end in Z".into());
    }
    state.world.history.add(named.item, at, now);
}

/// Left out means now; `released` is the moment it first aired.
fn moment(world: &World, named: &Named, now: Timestamp) -> WatchedAt {
    match named.watched_at.as_deref() {
        None => WatchedAt::at(now),
        Some("unknown") => WatchedAt::Unknown,
        Some("released") => WatchedAt::at(released(world, named.item).unwrap_or(now)),
        Some(text) => WatchedAt::at(text.parse().unwrap_or(now)),
    }
}

fn released(world: &World, item: Item) -> Option<Timestamp> {
    match item {
        Item::Movie { movie } => {
            let day = world.catalogue.movie(movie)?.released;
            jiff::tz::Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()
        }
        Item::Episode { show, slot } => {
            world.catalogue.show(show)?.episodes.episode(slot)?.first_aired
        }
    }
}

/// `POST /sync/history/remove`. With `ids` exactly those plays go; with items every play of them.
pub(super) fn remove(state: &mut State, request: &Request, now: Timestamp) -> Reply {
    let body = match read_body(state, request, "/sync/history/remove") {
        Ok(body) => body,
        Err(reply) => return reply,
    };
    let resolved = resolve(&state.world, &body, now);
    let (mut movies, mut episodes) = (0, 0);
    let mut count = |item: Item, plays: usize| match item {
        Item::Movie { .. } => movies += plays,
        Item::Episode { .. } => episodes += plays,
    };
    for named in &resolved.named {
        count(named.item, state.world.history.remove_item(named.item, now));
    }
    let sent: Vec<u64> =
        body["ids"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
    let wanted: HashSet<HistoryId> = sent.iter().map(|&id| HistoryId(id)).collect();
    let gone = state.world.history.remove_ids(&wanted, now);
    for play in &gone {
        count(play.item, 1);
    }
    let found: HashSet<u64> = gone.iter().map(|play| play.id.0).collect();
    let unknown: Vec<u64> = sent.into_iter().filter(|id| !found.contains(id)).collect();
    let mut not_found = resolved.not_found.json();
    not_found["ids"] = json!(unknown);
    let deleted = json!({"movies": movies, "episodes": episodes});
    Reply::json(200, &json!({"deleted": deleted, "not_found": not_found}))
}
