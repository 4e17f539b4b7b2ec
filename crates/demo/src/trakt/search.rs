//! Look-ups by another service's id, and by text.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use serde_json::{Value, json};

use anilist_trakt_sync_core::domain::{TraktEpisodeId, TraktMovieId, TraktShowId};

use super::super::http::{Reply, Request};
use super::super::world::{TraktMovie, TraktShow, World};
use super::catalogue::detail;
use super::paging::{MAXIMUM, page};
use super::shapes::{self, Detail};

/// Search answers 50 rows unless asked.
const DEFAULT: usize = 50;

/// `/search/{tmdb|imdb|tvdb|trakt}/{id}`: shows and films (and episodes) alike unless `type=`
/// narrows it; an unknown id is an empty list.
pub(super) fn look_up(
    world: &World,
    request: &Request,
    source: &str,
    id: &str,
    now: Timestamp,
) -> Reply {
    if !matches!(source, "tmdb" | "imdb" | "tvdb" | "trakt") {
        return Reply::empty(404);
    }
    let wants = |kind: &str| {
        request.param("type").is_none_or(|all| all.split(',').any(|one| one.trim() == kind))
    };
    let detail = detail(request);
    let catalogue = &world.catalogue;
    let mut hits = Vec::new();
    if wants("movie") {
        let found = catalogue.movies().filter(|movie| movie_has(movie, source, id));
        hits.extend(found.map(|movie| movie_hit(movie, detail, 1000)));
    }
    if wants("show") {
        let found = catalogue.shows().filter(|show| show_has(show, source, id));
        hits.extend(found.map(|show| show_hit(show, detail, now, 1000)));
    }
    if wants("episode") && source == "trakt" {
        hits.extend(episode_hit(world, id, detail, now));
    }
    page(request, &hits, DEFAULT, MAXIMUM, Value::clone)
}

fn show_has(show: &TraktShow, source: &str, id: &str) -> bool {
    match source {
        "trakt" => id.parse() == Ok(show.id),
        "tmdb" => show.tmdb.is_some_and(|tmdb| id.parse() == Ok(tmdb)),
        "tvdb" => show.tvdb.is_some_and(|tvdb| id.parse() == Ok(tvdb)),
        _ => show.imdb.as_ref().is_some_and(|imdb| imdb.to_string() == id),
    }
}

/// TheTVDB's ids never find a film.
fn movie_has(movie: &TraktMovie, source: &str, id: &str) -> bool {
    match source {
        "trakt" => id.parse() == Ok(movie.id),
        "tmdb" => movie.tmdb.is_some_and(|tmdb| id.parse() == Ok(tmdb)),
        "imdb" => movie.imdb.as_ref().is_some_and(|imdb| imdb.to_string() == id),
        _ => false,
    }
}

fn show_hit(show: &TraktShow, detail: Detail, now: Timestamp, score: u64) -> Value {
    json!({"type": "show", "score": score, "show": shapes::show(show, detail, now)})
}

fn movie_hit(movie: &TraktMovie, detail: Detail, score: u64) -> Value {
    json!({"type": "movie", "score": score, "movie": shapes::movie(movie, detail)})
}

fn episode_hit(world: &World, id: &str, detail: Detail, now: Timestamp) -> Option<Value> {
    let (show, slot) = world.catalogue.slot(id.parse::<TraktEpisodeId>().ok()?)?;
    let show = world.catalogue.show(show)?;
    Some(json!({
        "type": "episode", "score": 1000,
        "episode": shapes::episode(show.episodes.episode(slot)?, detail),
        "show": shapes::show(show, Detail::Short, now),
    }))
}

/// Something that a text can find.
enum Hit {
    Show(TraktShowId),
    Movie(TraktMovieId),
}

/// `/search/{show,movie}?query=[&years=2020 or 2019-2021]`: the best fit first. Scores are beyond
/// 53 bits, as the real ones.
pub(super) fn by_text(world: &World, request: &Request, kinds: &str, now: Timestamp) -> Reply {
    let wanted: Vec<&str> = kinds.split(',').collect();
    if !wanted.iter().all(|kind| ["show", "movie", "episode", "person", "list"].contains(kind)) {
        return Reply::empty(404);
    }
    let query = words(request.param("query").unwrap_or_default());
    let years = years(request);
    let mut hits = Vec::new();
    if wanted.contains(&"show") {
        let shows = world.catalogue.shows().filter(|show| years.contains(&show.year));
        hits.extend(shows.map(|show| (score(&show.title, &query), Hit::Show(show.id))));
    }
    if wanted.contains(&"movie") {
        let movies = world.catalogue.movies();
        let movies = movies.filter(|movie| years.contains(&movie.released.year()));
        hits.extend(movies.map(|movie| (score(&movie.title, &query), Hit::Movie(movie.id))));
    }
    hits.retain(|(score, _)| *score > 0);
    hits.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    let detail = detail(request);
    let base = 578_730_123_365_711_900_u64;
    page(request, &hits, DEFAULT, MAXIMUM, |(score, hit)| {
        let score = base + score;
        let shown = match hit {
            Hit::Show(id) => {
                world.catalogue.show(*id).map(|show| show_hit(show, detail, now, score))
            }
            Hit::Movie(id) => {
                world.catalogue.movie(*id).map(|movie| movie_hit(movie, detail, score))
            }
        };
        shown.unwrap_or_default()
    })
}

/// Trakt takes one year or a span; anything else narrows nothing.
fn years(request: &Request) -> RangeInclusive<i16> {
    let text = request.param("years").unwrap_or_default();
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (first.parse(), last.parse()) {
        (Ok(first), Ok(last)) => first..=last,
        _ => i16::MIN..=i16::MAX,
    }
}

fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let parts = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    parts.map(str::to_owned).collect()
}

/// 1000 for the same words, less for a title that begins with them or shares at least half; of
/// those the one with the fewest other words comes first.
fn score(title: &str, query: &[String]) -> u64 {
    let title = words(title);
    if query.is_empty() {
        return 0;
    }
    if title == query {
        return 1000;
    }
    if title.starts_with(query) {
        return 800;
    }
    let shared = query.iter().filter(|word| title.contains(word)).count();
    if shared * 2 < query.len() {
        return 0;
    }
    let others = title.len().saturating_sub(shared).min(100);
    (shared * 300 / query.len() - others) as u64
}
