//! `GET /sync/history`, narrowed by type, item and time; newest first.

use jiff::Timestamp;
use serde_json::{Value, json};

use anilist_trakt_sync_core::domain::Item;

use super::super::http::{Reply, Request};
use super::super::world::{HistoryPlay, World};
use super::catalogue::detail;
use super::paging::{DEFAULT, MAXIMUM, page};
use super::shapes::{self, Detail};

pub(super) fn read(
    world: &World,
    request: &Request,
    kind: Option<&str>,
    id: Option<&str>,
    now: Timestamp,
) -> Reply {
    if !matches!(kind, None | Some("movies" | "shows" | "seasons" | "episodes")) {
        return Reply::empty(404);
    }
    let time = |name| request.param(name).and_then(|text| text.parse::<Timestamp>().ok());
    let (start, end) = (time("start_at"), time("end_at"));
    let mut plays: Vec<_> = world
        .history
        .shown(now)
        .flat_map(|(_, plays)| plays)
        .filter(|play| kind.is_none_or(|kind| is_of(world, play.item, kind, id)))
        .filter(|play| start.is_none_or(|start| play.watched_at >= start))
        .filter(|play| end.is_none_or(|end| play.watched_at <= end))
        .collect();
    plays.sort_by_key(|play| std::cmp::Reverse((play.watched_at, play.id)));
    let detail = detail(request);
    page(request, &plays, DEFAULT, MAXIMUM, |play| shape(world, play, detail, now))
}

/// Whether an item is of this type and, if an id is given, is it or belongs to it.
fn is_of(world: &World, item: Item, kind: &str, id: Option<&str>) -> bool {
    let same = |own: u64| id.is_none_or(|id| id.parse() == Ok(own));
    match (item, kind) {
        (Item::Movie { movie }, "movies") => same(movie.0),
        (Item::Episode { show, .. }, "shows") => same(show.0),
        (Item::Episode { show, slot }, "seasons") => {
            let season = world.catalogue.show(show).map(|show| show.season_id(slot.season));
            season.is_some_and(same)
        }
        (Item::Episode { show, slot }, "episodes") => {
            let show = world.catalogue.show(show);
            let episode = show.and_then(|show| show.episodes.episode(slot));
            episode.is_some_and(|episode| same(episode.id.0))
        }
        _ => false,
    }
}

fn shape(world: &World, play: &HistoryPlay, detail: Detail, now: Timestamp) -> Value {
    let base = json!({
        "id": play.id, "watched_at": shapes::time(play.watched_at), "action": "watch",
    });
    let item = match play.item {
        Item::Movie { movie } => {
            let movie = world.catalogue.movie(movie).map(|movie| shapes::movie(movie, detail));
            json!({"type": "movie", "movie": movie})
        }
        Item::Episode { show, slot } => {
            let show = world.catalogue.show(show);
            let episode = show.and_then(|show| show.episodes.episode(slot));
            json!({
                "type": "episode",
                "episode": episode.map(|episode| shapes::episode(episode, detail)),
                "show": show.map(|show| shapes::show(show, detail, now)),
            })
        }
    };
    shapes::merged(base, item)
}
