//! `/sync/watched`: what was watched at least once, last watched first.
//!
//! Since July 2026 it is paged, and `seasons` is there only with `extended=progress`, which also
//! brings the page down to 100.

use jiff::Timestamp;
use serde_json::{Value, json};

use anilist_trakt_sync_core::domain::{Item, Slot, TraktMovieId, TraktShowId};

use super::super::http::{Reply, Request};
use super::super::world::{HistoryPlay, World};
use super::catalogue::detail;
use super::paging::{DEFAULT, MAXIMUM, page};
use super::shapes;

/// The plays of one show, by slot in order.
struct WatchedShow<'a> {
    show: TraktShowId,
    episodes: Vec<(Slot, &'a [HistoryPlay])>,
}

impl WatchedShow<'_> {
    fn plays(&self) -> impl Iterator<Item = &HistoryPlay> {
        self.episodes.iter().flat_map(|(_, plays)| plays.iter())
    }
}

fn last_watched<'a>(plays: impl Iterator<Item = &'a HistoryPlay>) -> Option<Timestamp> {
    plays.map(|play| play.watched_at).max()
}

fn grouped(world: &World, now: Timestamp) -> Vec<WatchedShow<'_>> {
    let mut shows: Vec<WatchedShow<'_>> = Vec::new();
    for (item, plays) in world.history.shown(now) {
        let Item::Episode { show, slot } = item else { continue };
        match shows.last_mut().filter(|last| last.show == show) {
            Some(last) => last.episodes.push((slot, plays)),
            None => shows.push(WatchedShow { show, episodes: vec![(slot, plays)] }),
        }
    }
    shows.sort_by_key(|show| std::cmp::Reverse(last_watched(show.plays())));
    shows
}

pub(super) fn shows(world: &World, request: &Request, now: Timestamp) -> Reply {
    let progress = request.extended("progress");
    let maximum = if progress { 100 } else { MAXIMUM };
    let detail = detail(request);
    page(request, &grouped(world, now), DEFAULT, maximum, |watched| {
        let show = world.catalogue.show(watched.show);
        let aired = show.map(|show| shapes::aired(show.episodes.regular(), now));
        let told = show.map(|show| shapes::show(show, detail, now)).unwrap_or_default();
        let row = json!({
            "plays": watched.plays().count(),
            "last_watched_at": last_watched(watched.plays()).map(shapes::time),
            "last_updated_at": last_added(watched.plays()).map(shapes::time),
            "reset_at": null,
            "show": shapes::merged(told, json!({"aired_episodes": aired})),
        });
        let seasons = if progress { json!({"seasons": seasons(watched)}) } else { json!({}) };
        shapes::merged(row, seasons)
    })
}

fn last_added<'a>(plays: impl Iterator<Item = &'a HistoryPlay>) -> Option<Timestamp> {
    plays.map(|play| play.added_at).max()
}

fn seasons(watched: &WatchedShow<'_>) -> Value {
    let by_season = watched.episodes.chunk_by(|(a, _), (b, _)| a.season == b.season);
    by_season
        .map(|episodes| {
            let number = episodes[0].0.season;
            let rows: Vec<Value> =
                episodes.iter().map(|(slot, plays)| episode(*slot, plays)).collect();
            json!({"number": number, "episodes": rows})
        })
        .collect()
}

fn episode(slot: Slot, plays: &[HistoryPlay]) -> Value {
    let last = last_watched(plays.iter()).map(shapes::time);
    json!({"number": slot.number, "plays": plays.len(), "last_watched_at": last})
}

pub(super) fn movies(world: &World, request: &Request, now: Timestamp) -> Reply {
    let film = |(item, plays)| match item {
        Item::Movie { movie } => Some((movie, plays)),
        Item::Episode { .. } => None,
    };
    let mut rows: Vec<(TraktMovieId, &[HistoryPlay])> =
        world.history.shown(now).filter_map(film).collect();
    rows.sort_by_key(|(_, plays)| std::cmp::Reverse(last_watched(plays.iter())));
    let detail = detail(request);
    page(request, &rows, DEFAULT, MAXIMUM, |(movie, plays)| {
        json!({
            "plays": plays.len(),
            "last_watched_at": last_watched(plays.iter()).map(shapes::time),
            "last_updated_at": last_added(plays.iter()).map(shapes::time),
            "movie": world.catalogue.movie(*movie).map(|movie| shapes::movie(movie, detail)),
        })
    })
}
