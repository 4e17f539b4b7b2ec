//! When things last changed, and the account's settings.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::super::http::Reply;
use super::super::world::World;
use super::shapes::time;

/// The groups of `/sync/last_activities` and the times in each.
const GROUPS: [(&str, &[&str]); 12] = [
    (
        "movies",
        &[
            "watched_at",
            "collected_at",
            "rated_at",
            "watchlisted_at",
            "favorited_at",
            "commented_at",
            "paused_at",
            "hidden_at",
        ],
    ),
    (
        "episodes",
        &["watched_at", "collected_at", "rated_at", "watchlisted_at", "commented_at", "paused_at"],
    ),
    (
        "shows",
        &["rated_at", "watchlisted_at", "favorited_at", "commented_at", "hidden_at", "dropped_at"],
    ),
    ("seasons", &["rated_at", "watchlisted_at", "commented_at", "hidden_at"]),
    ("comments", &["liked_at", "reacted_at", "blocked_at"]),
    ("lists", &["liked_at", "reacted_at", "updated_at", "commented_at"]),
    ("watchlist", &["updated_at"]),
    ("favorites", &["updated_at"]),
    ("collaborations", &["updated_at"]),
    ("account", &["settings_at", "followed_at", "following_at", "pending_at", "requested_at"]),
    ("saved_filters", &["updated_at"]),
    ("notes", &["updated_at"]),
];

/// Only plays ever change here; everything else shows the day the account was made.
const NEVER: &str = "2014-01-01T00:00:00.000Z";

pub(super) fn last_activities(world: &World) -> Reply {
    let (movies, episodes) = (world.history.movies_changed(), world.history.episodes_changed());
    let text = |at: Option<Timestamp>| at.map_or_else(|| NEVER.to_owned(), time);
    let mut out = Map::new();
    out.insert("all".into(), json!(text(movies.max(episodes))));
    for (group, fields) in GROUPS {
        let at = |field: &str| match (group, field) {
            ("movies", "watched_at") => text(movies),
            ("episodes", "watched_at") => text(episodes),
            _ => NEVER.to_owned(),
        };
        let times: Map<_, _> =
            fields.iter().map(|&field| (field.to_owned(), json!(at(field)))).collect();
        out.insert(group.into(), Value::Object(times));
    }
    Reply::json(200, &Value::Object(out))
}

pub(super) fn settings(world: &World) -> Reply {
    let name = &world.person.name;
    Reply::json(
        200,
        &json!({
            "user": {
                "username": name, "private": false, "name": name, "vip": false, "vip_ep": false,
                "director": false, "ids": {"slug": name, "trakt": 4242, "uuid": "demo"},
                "joined_at": NEVER, "location": null, "about": null, "gender": null, "age": null,
                "images": {"avatar": {"full": "https://walter.trakt.tv/placeholder.png"}},
                "vip_og": false, "vip_years": 0, "vip_cover_image": null,
            },
            "account": {
                "timezone": "UTC", "date_format": "ymd", "time_24hr": true, "cover_image": null,
                "token": null, "display_ads": true,
            },
            "limits": {
                "list": {"count": 5, "item_count": 250}, "watchlist": {"item_count": 250},
                "favorites": {"item_count": 50},
            },
            "browsing": browsing(world.person.watch_only_once),
            "permissions": {"commenting": true, "liking": true, "following": true},
        }),
    )
}

/// How the person uses Trakt's own site. Only what they say about rewatches matters here.
fn browsing(watch_only_once: bool) -> Value {
    let shown = json!({"refresh": false, "simple_progress": false});
    let with = |more: Value| {
        let mut all = shown.clone();
        if let (Some(all), Some(more)) = (all.as_object_mut(), more.as_object()) {
            all.extend(more.clone());
        }
        all
    };
    json!({
        "hide_watching_now": false, "watch_only_once": watch_only_once,
        "other_site_ratings": false, "release_date_ignore_runtime": false,
        "display_early_ratings": false, "hide_episode_type_tags": false,
        "hide_unsaved_filters_prompt": false, "spoilers": {}, "welcome": {"exit_step": null},
        "calendar": {"hide_specials": false, "autoscroll": false},
        "progress": {
            "on_deck": with(json!({"sort_how": "asc", "only_favorites": false})),
            "watched": with(json!({
                "sort_how": "asc", "include_specials": false, "include_watchlisted": false,
                "include_collected": false, "use_last_activity": false, "grid_view": false,
            })),
        },
        "watchnow": {"favorites": [], "only_favorites": false},
        "genres": {}, "comments": {"blocked_uids": []},
        "recommendations": {"ignore_collected": false, "ignore_watchlisted": false},
        "rewatching": {"adjust_percentage": false},
        "profile": {
            "favorites": {"sort_by": "rank", "sort_how": "asc"},
            "most_watched_shows": {"sort_by": "plays", "tab": "all"},
            "most_watched_movies": {"sort_by": "plays", "tab": "all"},
        },
    })
}
