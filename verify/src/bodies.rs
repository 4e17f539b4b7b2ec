//! The bodies of `docs/API.md`: which fields each has, and what they hold.

use serde_json::Value;

use crate::{
    check::Verdict,
    shape::{Fields, Kind, array, counted_list, each, equal, has, newest_first},
};

const LOG: Fields =
    &[("id", Kind::Id), ("message", Kind::Text), ("level", Kind::Text), ("created_at", Kind::Time)];
const MAPPING: Fields = &[
    ("anilistId", Kind::Id),
    ("traktId", Kind::Id),
    ("tmdbId", Kind::Present),
    ("imdbId", Kind::Present),
    ("tvdbId", Kind::Present),
    ("type", Kind::Text),
    ("mediaType", Kind::Present),
];
const OVERRIDE: Fields =
    &[("traktId", Kind::Id), ("abs", Kind::Id), ("season", Kind::Count), ("episode", Kind::Id)];
const WAITING: Fields = &[
    ("anilistId", Kind::Id),
    ("title", Kind::Present),
    ("reason", Kind::Text),
    ("sentence", Kind::Text),
    ("episodes", Kind::Array),
    ("watched", Kind::Count),
    ("ignored", Kind::Flag),
    ("since", Kind::Time),
    ("hint", Kind::Text),
];
const RUN: Fields = &[
    ("id", Kind::Present),
    ("mode", Kind::Text),
    ("trigger", Kind::Text),
    ("startedAt", Kind::Time),
    ("finishedAt", Kind::MaybeTime),
    ("state", Kind::Text),
];
const TITLE: Fields = &[
    ("anilistShowId", Kind::Id),
    ("titleEnglish", Kind::Present),
    ("titleRomaji", Kind::Present),
    ("progress", Kind::Count),
    ("watchedAt", Kind::Present),
];
const PLAN: Fields = &[
    ("plan", Kind::Text),
    ("mode", Kind::Text),
    ("totals", Kind::Present),
    ("offset", Kind::Count),
    ("next", Kind::Present),
    ("plays", Kind::Array),
    ("skipped", Kind::Array),
    ("counts", Kind::Present),
    ("complete", Kind::Flag),
    ("nextAttempt", Kind::MaybeTime),
];
const PLAY: Fields = &[
    ("anilistId", Kind::Id),
    ("title", Kind::Present),
    ("abs", Kind::Id),
    ("kind", Kind::Text),
    ("watchedAt", Kind::WatchedAt),
    ("source", Kind::Text),
    ("verdict", Kind::Text),
];
const PLAN_COUNTS: Fields = &[
    ("entries", Kind::Count),
    ("found", Kind::Count),
    ("toPost", Kind::Count),
    ("alreadySynced", Kind::Count),
    ("skippedUnmapped", Kind::Count),
];

/// The answer of `/api/status`.
pub(crate) fn summary(body: &Value) -> Verdict {
    has(
        body,
        &[
            ("lastManualSync", Kind::MaybeTime),
            ("lastAutomatedSync", Kind::MaybeTime),
            ("lastCompletedSync", Kind::MaybeTime),
            ("lastWatchingSync", Kind::MaybeTime),
            ("running", Kind::Present),
            ("unmapped", Kind::Count),
        ],
    )?;
    match &body["running"] {
        Value::Null => Ok(()),
        run => has(run, &[("mode", Kind::Text), ("since", Kind::Time)]),
    }
}

/// How the other services stand.
pub(crate) fn connections(body: &Value) -> Verdict {
    let rows = body["connections"].as_array().map(Vec::as_slice).unwrap_or_default();
    let names: Value = rows.iter().map(|row| row["name"].clone()).collect();
    let expected = ["anilist", "trakt", "tmdb", "mangadex", "otaku", "fribbs", "anibridge"];
    equal("names", &names, &Value::from(expected.to_vec()))?;
    rows.iter().try_for_each(|row| {
        has(row, &[("state", Kind::Text), ("message", Kind::Text), ("checkedAt", Kind::MaybeTime)])
    })
}

/// Rows of what was synced, at most `most`.
pub(crate) fn progress(most: usize) -> impl Fn(&Value) -> Verdict {
    let row: Fields =
        &[("anilistId", Kind::Id), ("lastAbs", Kind::Count), ("updatedAt", Kind::Time)];
    counted_list(row, most, |_| true)
}

/// The progress of a title nobody has.
pub(crate) fn untouched(body: &Value) -> Verdict {
    equal("anilistId", &body["anilistId"], &Value::from(999_999_999))?;
    equal("lastAbs", &body["lastAbs"], &Value::from(0))
}

/// The last 50 runs.
pub(crate) fn runs() -> impl Fn(&Value) -> Verdict {
    counted_list(RUN, 50, |_| true)
}

/// What a library sync would look at.
pub(crate) fn preview() -> impl Fn(&Value) -> Verdict {
    counted_list(TITLE, usize::MAX, |_| true)
}

/// Manual and automatic mappings, each under its own name.
pub(crate) fn both_kinds(body: &Value) -> Verdict {
    has(body, &[("manual", Kind::Array), ("auto", Kind::Array)])?;
    ["manual", "auto"].into_iter().try_for_each(|kind| {
        let rows = array(&body[kind])?;
        each(rows, MAPPING)?;
        rows.iter().try_for_each(|row| equal("type", &row["type"], &Value::from(kind)))
    })
}

/// The plays of the next run.
pub(crate) fn plan(body: &Value) -> Verdict {
    has(body, PLAN)?;
    has(&body["counts"], PLAN_COUNTS)?;
    let plays = array(&body["plays"])?;
    each(plays, PLAY)?;
    plays.iter().try_for_each(|play| match play["kind"].as_str() {
        Some("movie") => has(play, &[("movie", Kind::Id)]),
        Some("episode") => {
            has(play, &[("show", Kind::Id), ("season", Kind::Count), ("number", Kind::Id)])
        }
        _ => Err(format!("a play's kind is neither episode nor movie: {}", play["kind"])),
    })
}

/// The last 200 log rows.
pub(crate) fn logs() -> impl Fn(&Value) -> Verdict {
    newest_first(LOG, 200)
}

/// A dataset's size, its age, and one more time by name.
pub(crate) fn dataset(other_time: &'static str) -> impl Fn(&Value) -> Verdict {
    move |body| {
        has(
            body,
            &[("count", Kind::Count), ("lastSync", Kind::MaybeTime), (other_time, Kind::MaybeTime)],
        )
    }
}

/// The per-episode corrections.
pub(crate) fn overrides() -> impl Fn(&Value) -> Verdict {
    counted_list(OVERRIDE, usize::MAX, |_| true)
}

/// Ignored titles are listed and not counted.
pub(crate) fn waiting_list() -> impl Fn(&Value) -> Verdict {
    counted_list(WAITING, usize::MAX, |item| item["ignored"] == false)
}

/// Where a person signs in to Trakt.
pub(crate) fn sign_in_start() -> impl Fn(&Value) -> Verdict {
    |body| has(body, &[("authUrl", Kind::Text), ("redirectUri", Kind::Text)])
}
