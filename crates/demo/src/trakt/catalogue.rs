//! Shows, their seasons, and films by id.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::http::{Reply, Request};
use super::super::world::{TraktMovie, TraktShow, World};
use super::shapes::{self, Detail};

pub(super) fn detail(request: &Request) -> Detail {
    if request.extended("full") { Detail::Full } else { Detail::Short }
}

/// A show by Trakt's number, its slug or its IMDb id.
fn find_show<'a>(world: &'a World, id: &str) -> Option<&'a TraktShow> {
    if let Ok(number) = id.parse() {
        return world.catalogue.show(number);
    }
    let named = |show: &&TraktShow| {
        show.slug == id || show.imdb.as_ref().is_some_and(|imdb| imdb.to_string() == id)
    };
    world.catalogue.shows().find(named)
}

/// A film by Trakt's number, its slug or its IMDb id.
fn find_movie<'a>(world: &'a World, id: &str) -> Option<&'a TraktMovie> {
    if let Ok(number) = id.parse() {
        return world.catalogue.movie(number);
    }
    let named = |movie: &&TraktMovie| {
        movie.slug == id || movie.imdb.as_ref().is_some_and(|imdb| imdb.to_string() == id)
    };
    world.catalogue.movies().find(named)
}

pub(super) fn show(world: &World, request: &Request, id: &str, now: Timestamp) -> Reply {
    find_show(world, id).map_or_else(
        || Reply::empty(404),
        |show| Reply::json(200, &shapes::show(show, detail(request), now)),
    )
}

pub(super) fn movie(world: &World, request: &Request, id: &str) -> Reply {
    find_movie(world, id).map_or_else(
        || Reply::empty(404),
        |movie| Reply::json(200, &shapes::movie(movie, detail(request))),
    )
}

/// `extended=full,episodes` tells everything; `extended=episodes` leaves counts, dates and absolute
/// numbers out, as Trakt does.
pub(super) fn seasons(world: &World, request: &Request, id: &str, now: Timestamp) -> Reply {
    let Some(show) = find_show(world, id) else { return Reply::empty(404) };
    let detail = detail(request);
    let season = |number: u16| {
        let season = shapes::season(show, number, detail, now);
        if !request.extended("episodes") {
            return season;
        }
        let listed = show.episodes.season(number).iter();
        let episodes: Vec<Value> = listed.map(|one| shapes::episode(one, detail)).collect();
        shapes::merged(season, json!({"episodes": episodes}))
    };
    Reply::json(200, &show.episodes.seasons().map(season).collect())
}
