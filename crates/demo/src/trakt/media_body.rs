//! The body of a write to the history: which of our items it names, and which it names in vain.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use anilist_trakt_sync_core::domain::{Item, Slot, TraktEpisodeId, TraktShowId};

use super::super::world::{TraktMovie, TraktShow, World};

/// An item that a body names, with the `watched_at` that applies to it.
pub(super) struct Named {
    pub(super) item: Item,
    pub(super) watched_at: Option<String>,
}

/// What a body comes to.
#[derive(Default)]
pub(super) struct Resolved {
    pub(super) named: Vec<Named>,
    pub(super) not_found: NotFound,
    /// Items in the body, a whole show or season counting as one.
    pub(super) items: usize,
    pub(super) whole_shows: u32,
    pub(super) whole_seasons: u32,
}

/// What is not on Trakt, echoed as Trakt does.
#[derive(Default)]
pub(super) struct NotFound {
    movies: Vec<Value>,
    shows: Vec<Value>,
    seasons: Vec<Value>,
    episodes: Vec<Value>,
    pub(super) count: u32,
}

impl NotFound {
    pub(super) fn json(&self) -> Value {
        json!({
            "movies": self.movies, "shows": self.shows, "seasons": self.seasons,
            "episodes": self.episodes,
        })
    }
}

/// Mistakes that make a body unreadable for Trakt, such as a date that is none.
pub(super) fn mistakes(body: &Value) -> Vec<String> {
    let mut found = Vec::new();
    if !body.is_object() {
        found.push("the body is not an object".to_owned());
    }
    for name in ["movies", "shows", "seasons", "episodes", "ids"] {
        if !body[name].is_null() && !body[name].is_array() {
            found.push(format!("{name} is not an array"));
        }
    }
    check_dates(body, &mut found);
    found
}

fn check_dates(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(all) => all.iter().for_each(|one| check_dates(one, found)),
        Value::Object(fields) => {
            if let Some(date) = fields.get("watched_at").filter(|date| !is_date(date)) {
                found.push(format!("watched_at is not a date: {date}"));
            }
            fields.values().for_each(|one| check_dates(one, found));
        }
        _ => {}
    }
}

fn is_date(value: &Value) -> bool {
    match value.as_str() {
        Some("unknown" | "released") => true,
        Some(text) => text.parse::<Timestamp>().is_ok(),
        None => value.is_null(),
    }
}

/// Finds everything that a body names.
pub(super) fn resolve(world: &World, body: &Value, now: Timestamp) -> Resolved {
    let mut walk = Walk { world, now, out: Resolved::default() };
    for movie in list(&body["movies"]) {
        walk.movie(movie);
    }
    for show in list(&body["shows"]) {
        walk.show(show);
    }
    for season in list(&body["seasons"]) {
        walk.season_by_id(season);
    }
    for episode in list(&body["episodes"]) {
        walk.episode_by_id(episode);
    }
    walk.out
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The `watched_at` of the innermost object that has one.
fn date_of(levels: &[&Value]) -> Option<String> {
    levels.iter().find_map(|level| level["watched_at"].as_str().map(str::to_owned))
}

struct Walk<'a> {
    world: &'a World,
    now: Timestamp,
    out: Resolved,
}

impl Walk<'_> {
    fn name(&mut self, item: Item, watched_at: Option<String>) {
        self.out.named.push(Named { item, watched_at });
    }

    fn movie(&mut self, wanted: &Value) {
        self.out.items += 1;
        let found = self.world.catalogue.movies().find(|movie| is_movie(movie, &wanted["ids"]));
        if let Some(movie) = found {
            self.name(Item::Movie { movie: movie.id }, date_of(&[wanted]));
        } else {
            self.out.not_found.movies.push(wanted.clone());
            self.out.not_found.count += 1;
        }
    }

    fn show(&mut self, wanted: &Value) {
        let Some(show) = self.world.catalogue.shows().find(|show| is_show(show, &wanted["ids"]))
        else {
            self.out.items += 1;
            self.out.not_found.shows.push(wanted.clone());
            self.out.not_found.count += 1;
            return;
        };
        // An empty list counts as none at all, and a show without seasons means all of it.
        if list(&wanted["seasons"]).is_empty() {
            self.out.items += 1;
            self.out.whole_shows += 1;
            let date = date_of(&[wanted]);
            for season in show.episodes.seasons().filter(|&season| season > 0) {
                self.whole_season(show, season, date.as_ref());
            }
            return;
        }
        let missing: Vec<Value> = list(&wanted["seasons"])
            .iter()
            .filter_map(|season| self.season(show, season, wanted))
            .collect();
        if !missing.is_empty() {
            let echo = json!({"ids": wanted["ids"], "seasons": missing});
            self.out.not_found.episodes.push(echo);
        }
    }

    /// One season of a nested body; what of it does not exist comes back.
    fn season(&mut self, show: &TraktShow, season: &Value, parent: &Value) -> Option<Value> {
        let number = season["number"].as_u64().and_then(|number| u16::try_from(number).ok());
        if list(&season["episodes"]).is_empty() {
            self.season_without_episodes(show, number, season, parent);
            return None;
        }
        let mut missing = Vec::new();
        for episode in list(&season["episodes"]) {
            self.out.items += 1;
            let slot = slot(number, &episode["number"]);
            if let Some(slot) = slot.filter(|&slot| show.episodes.episode(slot).is_some()) {
                let date = date_of(&[episode, season, parent]);
                self.name(Item::Episode { show: show.id, slot }, date);
            } else {
                missing.push(episode.clone());
            }
        }
        self.out.not_found.count += u32::try_from(missing.len()).unwrap_or(u32::MAX);
        let echo = || json!({"number": season["number"], "episodes": missing});
        (!missing.is_empty()).then(echo)
    }

    fn season_without_episodes(
        &mut self,
        show: &TraktShow,
        number: Option<u16>,
        season: &Value,
        parent: &Value,
    ) {
        self.out.items += 1;
        let exists = number.filter(|&number| !show.episodes.season(number).is_empty());
        if let Some(number) = exists {
            self.out.whole_seasons += 1;
            self.whole_season(show, number, date_of(&[season, parent]).as_ref());
        } else {
            let echo = json!({"ids": parent["ids"], "seasons": [season]});
            self.out.not_found.seasons.push(echo);
            self.out.not_found.count += 1;
        }
    }

    fn whole_season(&mut self, show: &TraktShow, season: u16, date: Option<&String>) {
        let now = self.now;
        for episode in show.episodes.season(season) {
            if episode.first_aired.is_some_and(|at| at <= now) {
                self.name(Item::Episode { show: show.id, slot: episode.slot }, date.cloned());
            }
        }
    }

    fn season_by_id(&mut self, wanted: &Value) {
        self.out.items += 1;
        let found = wanted["ids"]["trakt"].as_u64().and_then(|id| {
            let show = self.world.catalogue.show(TraktShowId(id / 1_000))?;
            let season = show.episodes.seasons().find(|&one| show.season_id(one) == id)?;
            Some((show, season))
        });
        if let Some((show, season)) = found {
            self.out.whole_seasons += 1;
            self.whole_season(show, season, date_of(&[wanted]).as_ref());
        } else {
            self.out.not_found.seasons.push(wanted.clone());
            self.out.not_found.count += 1;
        }
    }

    fn episode_by_id(&mut self, wanted: &Value) {
        self.out.items += 1;
        let id = wanted["ids"]["trakt"].as_u64().map(TraktEpisodeId);
        if let Some((show, slot)) = id.and_then(|id| self.world.catalogue.slot(id)) {
            self.name(Item::Episode { show, slot }, date_of(&[wanted]));
        } else {
            self.out.not_found.episodes.push(echo(wanted));
            self.out.not_found.count += 1;
        }
    }
}

fn slot(season: Option<u16>, number: &Value) -> Option<Slot> {
    Some(Slot { season: season?, number: u32::try_from(number.as_u64()?).ok()? })
}

/// An unknown episode comes back with its ids and its date, and nothing else of what was sent.
fn echo(wanted: &Value) -> Value {
    let kept = ["ids", "watched_at"].into_iter().filter(|name| !wanted[name].is_null());
    let fields: Map<_, _> = kept.map(|name| (name.to_owned(), wanted[name].clone())).collect();
    Value::Object(fields)
}

/// Trakt's own id wins over the others, even when it is wrong.
fn is_show(show: &TraktShow, ids: &Value) -> bool {
    if let Some(id) = ids["trakt"].as_u64() {
        return show.id.0 == id;
    }
    let same =
        |own: Option<u32>, sent: &Value| own.is_some() && own.map(u64::from) == sent.as_u64();
    ids["slug"].as_str() == Some(&show.slug)
        || same(show.tvdb.map(|id| id.0), &ids["tvdb"])
        || same(show.tmdb.map(|id| id.0), &ids["tmdb"])
        || show.imdb.as_ref().is_some_and(|imdb| ids["imdb"] == imdb.to_string())
}

fn is_movie(movie: &TraktMovie, ids: &Value) -> bool {
    if let Some(id) = ids["trakt"].as_u64() {
        return movie.id.0 == id;
    }
    ids["slug"].as_str() == Some(&movie.slug)
        || movie.tmdb.is_some_and(|id| ids["tmdb"].as_u64() == Some(u64::from(id.0)))
        || movie.imdb.as_ref().is_some_and(|imdb| ids["imdb"] == imdb.to_string())
}
