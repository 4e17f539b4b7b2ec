//! Trakt's JSON of shows, films, seasons and episodes, short and full.

use jiff::Timestamp;
use serde_json::{Value, json};

use anilist_trakt_sync_core::domain::Episode;

use super::super::world::{TraktMovie, TraktShow};

/// How much of an item is told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    Short,
    Full,
}

/// A moment as Trakt writes it.
pub(super) fn time(moment: Timestamp) -> String {
    format!("{moment:.3}")
}

/// Adds the fields of `more` to `base`.
pub(super) fn merged(mut base: Value, more: Value) -> Value {
    if let (Value::Object(base), Value::Object(more)) = (&mut base, more) {
        base.extend(more);
    }
    base
}

/// Episodes outside the specials that aired before `now`.
pub(super) fn aired(episodes: &[Episode], now: Timestamp) -> usize {
    episodes.iter().filter(|episode| episode.first_aired.is_some_and(|at| at <= now)).count()
}

pub(super) fn show(show: &TraktShow, detail: Detail, now: Timestamp) -> Value {
    let short = json!({
        "title": show.title,
        "year": show.year,
        "ids": {
            "trakt": show.id, "slug": show.slug, "tvdb": show.tvdb, "imdb": show.imdb,
            "tmdb": show.tmdb,
        },
    });
    if detail == Detail::Short {
        return short;
    }
    let regular = show.episodes.regular();
    let first = regular.first().and_then(|episode| episode.first_aired);
    merged(
        short,
        json!({
            "overview": "", "first_aired": first.map(time), "runtime": 24, "country": "jp",
            "status": "ended", "language": "ja", "genres": ["anime"],
            "aired_episodes": aired(regular, now), "original_title": show.title,
        }),
    )
}

pub(super) fn movie(movie: &TraktMovie, detail: Detail) -> Value {
    let short = json!({
        "title": movie.title,
        "year": movie.released.year(),
        "ids": {
            "trakt": movie.id, "slug": movie.slug, "imdb": movie.imdb, "tmdb": movie.tmdb,
        },
    });
    if detail == Detail::Short {
        return short;
    }
    merged(
        short,
        json!({
            "overview": "", "released": movie.released.to_string(), "runtime": 105,
            "country": "jp", "status": "released", "language": "ja", "genres": ["anime"],
            "original_title": movie.title,
        }),
    )
}

/// Without `full` an episode has neither its absolute number nor its air date.
pub(super) fn episode(episode: &Episode, detail: Detail) -> Value {
    let number = || format!("Episode {}", episode.slot.number);
    let title = episode.title.as_deref().map_or_else(number, str::to_owned);
    let short = json!({
        "season": episode.slot.season,
        "number": episode.slot.number,
        "title": title,
        "ids": {"trakt": episode.id, "tvdb": null, "imdb": null, "tmdb": null},
    });
    if detail == Detail::Short {
        return short;
    }
    merged(
        short,
        json!({
            "number_abs": episode.number_abs, "first_aired": episode.first_aired.map(time),
            "overview": null, "runtime": 24, "episode_type": "standard", "original_title": title,
        }),
    )
}

pub(super) fn season(show: &TraktShow, number: u16, detail: Detail, now: Timestamp) -> Value {
    let ids = json!({"trakt": show.season_id(number), "tvdb": null, "tmdb": null});
    let short = json!({"number": number, "ids": ids});
    if detail == Detail::Short {
        return short;
    }
    let episodes = show.episodes.season(number);
    let title = if number == 0 { "Specials".to_owned() } else { format!("Season {number}") };
    let full = json!({
        "title": title, "overview": null, "episode_count": episodes.len(),
        "aired_episodes": aired(episodes, now),
    });
    // The contract does not allow a null here, so a season without dates leaves the field out.
    let first = episodes.first().and_then(|episode| episode.first_aired).map(time);
    let dated = first.map_or_else(|| json!({}), |first| json!({"first_aired": first}));
    merged(merged(short, full), dated)
}
