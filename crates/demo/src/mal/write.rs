//! What the person's programs write to their lists.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use anilist_trakt_sync_core::domain::FuzzyDate;
use anilist_trakt_sync_core::library::{Kind, Status};
use anilist_trakt_sync_core::merge::{Around, Count, Field, ListService, Native, PerField, Value};

use super::super::http::{Reply, Request};
use super::super::server::State;
use super::super::stats::Form;
use super::super::world::{Again, Approval, MalEntry};
use super::{bad_request, failure, lists, not_found, route_name};

/// All that comes only where it is asked for, which an answer to a write has.
const ALL: &str = "num_times_rewatched,num_times_reread,comments";

pub(super) fn update(
    state: &mut State,
    request: &Request,
    at: (Kind, u32),
    now: Timestamp,
) -> Reply {
    let Some(fields) = request.form() else {
        state.stats.header_violations.push("MyAnimeList form missing".to_owned());
        return bad_request("no form");
    };
    state.stats.forms.push(Form { route: route_name(request), fields: fields.clone() });
    let Some(title) = state.world.mal.titles.get(&at) else { return not_found() };
    if title.approval == Approval::Pending {
        return failure(400, "invalid_content", "Invalid content");
    }
    let had = state.world.mal.entries.get(&at);
    let written = told(&fields, at.0, had.map(|entry| &entry.native));
    let written = written.and_then(|(told, again)| {
        let today = TimeZone::UTC.to_datetime(now).date();
        let around = Around { catalogue: title.catalogue(at.0), today };
        let rewrite = ListService::Myanimelist.profile().rewrite;
        let native = rewrite(had.map(|entry| &entry.native), &told, around);
        native.map(|native| (native, again)).map_err(|_| "invalid value".to_owned())
    });
    match written {
        Ok((native, again)) => {
            let again = again.or(had.map(|entry| entry.again)).unwrap_or(Again::Completed);
            let entry = MalEntry { native, again, updated_at: now };
            let reply = Reply::json(200, &lists::status(&entry, ALL, at.0));
            state.world.mal.entries.insert(at, entry);
            reply
        }
        Err(message) => {
            state.stats.body_violations.push(format!("MyAnimeList form: {message}"));
            bad_request(&message)
        }
    }
}

type Told = (PerField<Value>, Option<Again>);

/// What a form means for an entry. One unknown field refuses all of it.
fn told(
    fields: &BTreeMap<String, String>,
    kind: Kind,
    had: Option<&Native>,
) -> Result<Told, String> {
    if fields.is_empty() {
        return Err("empty form".to_owned());
    }
    let mut told = PerField::default();
    let (mut status, mut flag) = (None, None);
    for (name, text) in fields {
        let invalid = || format!("invalid {name}");
        match field(name, kind) {
            None => return Err("This form should not contain extra fields.".to_owned()),
            Some(Field::Status) => status = Some(status_of(text, kind).ok_or_else(invalid)?),
            Some(Field::Repeating) => flag = Some(text.parse().map_err(|_| invalid())?),
            Some(field) => told.put(field, Some(value(field, text).ok_or_else(invalid)?)),
        }
    }
    let (status, again) = position(status, flag, had);
    told.put(Field::Status, Some(Value::Status(status.0)));
    told.put(Field::Repeating, Some(Value::Flag(status.1)));
    Ok((told, again))
}

/// How the person stands to the title, and how it is written that they watch it again. What is added without a status is
/// being watched.
fn position(
    status: Option<Status>,
    flag: Option<bool>,
    had: Option<&Native>,
) -> ((Status, bool), Option<Again>) {
    let before = had.map_or((Status::Current, false), |had| (had.0.status, had.0.repeating));
    let flag = flag.unwrap_or(before.1);
    match status {
        Some(Status::Completed) if flag => ((Status::Current, true), Some(Again::Completed)),
        Some(status) => ((status, flag), Some(Again::Watching).filter(|_| flag)),
        // The flag alone: what is completed is watched again, and what was watched again is completed.
        None if flag && before.0 == Status::Completed => {
            ((Status::Current, true), Some(Again::Completed))
        }
        None if !flag && before == (Status::Current, true) => ((Status::Completed, false), None),
        None => ((before.0, flag), None),
    }
}

fn field(name: &str, kind: Kind) -> Option<Field> {
    Some(match (name, kind) {
        ("status", _) => Field::Status,
        ("score", _) => Field::Score,
        ("start_date", _) => Field::Started,
        ("finish_date", _) => Field::Finished,
        ("comments", _) => Field::Notes,
        ("is_rewatching", Kind::Anime) | ("is_rereading", Kind::Manga) => Field::Repeating,
        ("num_times_rewatched", Kind::Anime) | ("num_times_reread", Kind::Manga) => Field::Repeats,
        ("num_watched_episodes", Kind::Anime) | ("num_chapters_read", Kind::Manga) => {
            Field::Progress
        }
        ("num_volumes_read", Kind::Manga) => Field::Volumes,
        _ => return None,
    })
}

fn status_of(text: &str, kind: Kind) -> Option<Status> {
    use Status::{Completed, Current, Dropped, OnHold, Planning};
    let all = [Planning, Current, Completed, OnHold, Dropped];
    all.into_iter().find(|status| lists::word(*status, kind) == text)
}

fn value(field: Field, text: &str) -> Option<Value> {
    Some(match field {
        Field::Progress | Field::Volumes => Value::Count(Count::Of(text.parse().ok()?)),
        Field::Score | Field::Repeats => Value::Number(text.parse().ok()?),
        Field::Started | Field::Finished if text.is_empty() => Value::Date(FuzzyDate::default()),
        Field::Started | Field::Finished => Value::Date(text.parse().ok()?),
        Field::Notes => Value::Text(Some(text.to_owned()).filter(|text| !text.is_empty())),
        Field::Status | Field::Repeating | Field::Private => return None,
    })
}
