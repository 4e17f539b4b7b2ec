//! TMDB version 3: external ids and look-ups, with its key check and its error bodies.

use serde_json::{Value, json};

use anilist_trakt_sync_core::domain::{ImdbId, TvdbId};

use super::http::{Credential, Reply, Request};
use super::server::State;

/// Answers one request below `/tmdb`.
pub(super) fn answer(state: &mut State, request: &Request) -> Reply {
    let bearer = match request.credential() {
        Credential::Bearer(token) => Some(token),
        Credential::Missing | Credential::Other => None,
    };
    let key = request.param("api_key").or(bearer);
    if key != Some(state.world.person.tmdb_key.as_str()) {
        state.stats.header_violations.push("TMDB key missing or wrong".into());
        let message = "Invalid API key: You must be granted a valid key.";
        return Reply::json(401, &refusal(7, message));
    }
    let found = match request.segments()[..] {
        ["3", "tv", id, "external_ids"] => show_ids(state, id),
        ["3", "movie", id, "external_ids"] => movie_ids(state, id),
        ["3", "find", id] => return find(state, id, request.param("external_source")),
        _ => {
            state.stats.unknown_routes.push(format!("TMDB {} /{}", request.method, request.path));
            None
        }
    };
    let missing =
        || Reply::json(404, &refusal(34, "The resource you requested could not be found."));
    found.map_or_else(missing, |body| Reply::json(200, &body))
}

fn refusal(code: u32, message: &str) -> Value {
    json!({"success": false, "status_code": code, "status_message": message})
}

fn show_ids(state: &State, id: &str) -> Option<Value> {
    let id = id.parse().ok()?;
    let show = state.world.catalogue.shows().find(|show| show.tmdb == Some(id))?;
    Some(json!({
        "id": id, "imdb_id": show.imdb, "freebase_mid": null, "freebase_id": null,
        "tvdb_id": show.tvdb, "tvrage_id": null, "wikidata_id": null, "facebook_id": null,
        "instagram_id": null, "twitter_id": null,
    }))
}

fn movie_ids(state: &State, id: &str) -> Option<Value> {
    let id = id.parse().ok()?;
    let movie = state.world.catalogue.movies().find(|movie| movie.tmdb == Some(id))?;
    Some(json!({
        "id": id, "imdb_id": movie.imdb, "wikidata_id": null, "facebook_id": null,
        "instagram_id": null, "twitter_id": null,
    }))
}

/// TMDB finds shows by both sources and films by IMDb only.
fn find(state: &State, id: &str, source: Option<&str>) -> Reply {
    let catalogue = &state.world.catalogue;
    let is_it =
        |by: &str, other: Option<String>| source == Some(by) && other.as_deref() == Some(id);
    let imdb = |imdb: Option<ImdbId>| is_it("imdb_id", imdb.map(|imdb| imdb.to_string()));
    let tvdb = |tvdb: Option<TvdbId>| is_it("tvdb_id", tvdb.map(|tvdb| tvdb.to_string()));
    if !matches!(source, Some("imdb_id" | "tvdb_id")) {
        return Reply::json(
            400,
            &refusal(5, "Invalid parameters: Your request parameters are incorrect."),
        );
    }
    let shows = catalogue.shows().filter(|show| imdb(show.imdb) || tvdb(show.tvdb));
    let movies = catalogue.movies().filter(|movie| imdb(movie.imdb));
    let row = |id: Value, kind: &str, title: &str| {
        let name = if kind == "tv" { "name" } else { "title" };
        json!({"id": id, "media_type": kind, name: title, "adult": false, "original_language": "ja"})
    };
    let tv: Vec<_> = shows.map(|show| row(json!(show.tmdb), "tv", &show.title)).collect();
    let film: Vec<_> = movies.map(|movie| row(json!(movie.tmdb), "movie", &movie.title)).collect();
    Reply::json(
        200,
        &json!({
            "movie_results": film, "person_results": [], "tv_results": tv,
            "tv_episode_results": [], "tv_season_results": [],
        }),
    )
}
