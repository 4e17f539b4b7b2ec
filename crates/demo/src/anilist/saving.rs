//! Changing the person's list.
//!
//! There is no GraphQL engine here: an entry's variables are those that end with its place in the request, as this
//! program's own documents name them.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value as Json, json};

use anilist_trakt_sync_core::domain::{AnilistId, FuzzyDate, ListStatus};
use anilist_trakt_sync_core::library::{Kind, Status};
use anilist_trakt_sync_core::merge::{
    Around, Catalogue, Count, Entry, Field, ListService, Native, PerField, Value,
};

use super::super::world::{ListEntry, World};
use super::answers::library::said;
use super::answers::missing;
use super::{Caller, Refusal};

/// Whether an operation changes something.
pub(super) fn changes(operation: &str) -> bool {
    matches!(operation, "SaveEntries" | "DeleteEntry" | "SetFeed")
}

/// The `data` of a change's answer.
pub(super) fn data(
    world: &mut World,
    operation: &str,
    variables: &Json,
    caller: Caller,
    now: Timestamp,
) -> Result<Json, Refusal> {
    if caller != Caller::Person {
        return Err(Refusal::new(401, "Unauthorized."));
    }
    match operation {
        "DeleteEntry" => delete(world, variables),
        "SetFeed" => set_feed(world, variables),
        _ => save(world, variables, now),
    }
}

fn delete(world: &mut World, variables: &Json) -> Result<Json, Refusal> {
    let id = variables["id"].as_u64().ok_or_else(|| missing("id", "Int"))?;
    let before = world.list.len() + world.manga_list.len();
    for list in [&mut world.list, &mut world.manga_list] {
        list.retain(|entry| u64::from(entry.id()) != id);
    }
    if world.list.len() + world.manga_list.len() == before {
        return Err(Refusal::new(404, "Not Found."));
    }
    Ok(json!({"DeleteMediaListEntry": {"deleted": true}}))
}

fn set_feed(world: &mut World, variables: &Json) -> Result<Json, Refusal> {
    let feed =
        variables["feed"].as_array().ok_or_else(|| missing("feed", "[ListActivityOptionInput]"))?;
    let off = feed.iter().filter(|told| told["disabled"] == true);
    world.person.untold = off.filter_map(|told| told["type"].as_str().map(str::to_owned)).collect();
    Ok(json!({"UpdateUser": {"id": world.person.anilist_id}}))
}

/// All of a request or nothing: AniList does not say which one it refuses.
fn save(world: &mut World, variables: &Json, now: Timestamp) -> Result<Json, Refusal> {
    let none = || missing("mediaId0", "Int");
    let variables = variables.as_object().ok_or_else(none)?;
    let mut changed = Vec::new();
    for place in 0..variables.len() {
        let Some(title) = variables.get(&format!("mediaId{place}")).and_then(Json::as_u64) else {
            break;
        };
        let title = AnilistId(u32::try_from(title).map_err(|_| none())?);
        changed.push(saved(world, variables, place, title, now)?);
    }
    let mut data = Map::new();
    for (place, (kind, entry)) in changed.into_iter().enumerate() {
        data.insert(format!("e{place}"), said(&entry));
        let list = if kind == Kind::Anime { &mut world.list } else { &mut world.manga_list };
        match list.iter_mut().find(|known| known.media == entry.media) {
            Some(known) => *known = entry,
            None => list.push(entry),
        }
    }
    Ok(Json::Object(data))
}

fn saved(
    world: &World,
    variables: &Map<String, Json>,
    place: usize,
    title: AnilistId,
    now: Timestamp,
) -> Result<(Kind, ListEntry), Refusal> {
    let catalogue = catalogue(world, title)
        .ok_or_else(|| Refusal::new(400, "validation: The selected media id is invalid."))?;
    let list = if catalogue.kind == Kind::Anime { &world.list } else { &world.manga_list };
    let had = list.iter().find(|entry| entry.media == title);
    let told = told(variables, place).map_err(|name| missing(name, "another value"))?;
    let around = Around { catalogue, today: now.to_zoned(TimeZone::UTC).date() };
    let native = had.map(native);
    let made = (ListService::Anilist.profile().rewrite)(native.as_ref(), &told, around)
        .map_err(|_| Refusal::new(400, "validation: The score may not be greater than 100."))?;
    let mut entry = had.cloned().unwrap_or_else(|| ListEntry::new(title, ListStatus::Planning, 0));
    write(&mut entry, &made.0);
    if native.as_ref() != Some(&made) {
        entry.updated_at = now.as_second();
    }
    Ok((catalogue.kind, entry))
}

fn catalogue(world: &World, title: AnilistId) -> Option<Catalogue> {
    if let Some(media) = world.media.get(&title) {
        return Some(Catalogue { total: media.episodes, ..Catalogue::unknown(Kind::Anime) });
    }
    let manga = world.manga.iter().find(|manga| manga.anilist == Some(title))?;
    // AniList does not count what still comes out.
    let whole = |count: u32| manga.is_finished().then_some(count);
    let (total, volumes) = (whole(manga.chapters), whole(manga.volumes));
    Some(Catalogue { total, volumes, ..Catalogue::unknown(Kind::Manga) })
}

/// What a request tells of one entry.
fn told(variables: &Map<String, Json>, place: usize) -> Result<PerField<Value>, &'static str> {
    let mut told = PerField::default();
    let given = |name: &str| variables.get(&format!("{name}{place}"));
    let number = |json: &Json| json.as_u64().and_then(|number| u32::try_from(number).ok());
    if let Some(word) = given("status") {
        let word: ListStatus = serde_json::from_value(word.clone()).map_err(|_| "status")?;
        let (status, repeating) = status(word);
        told.put(Field::Status, Some(Value::Status(status)));
        told.put(Field::Repeating, Some(Value::Flag(repeating)));
    }
    for (name, field) in [("repeat", Field::Repeats), ("scoreRaw", Field::Score)] {
        if let Some(json) = given(name) {
            told.put(field, Some(Value::Number(number(json).ok_or(name)?)));
        }
    }
    for (name, field) in [("progress", Field::Progress), ("progressVolumes", Field::Volumes)] {
        if let Some(json) = given(name) {
            told.put(field, Some(Value::Count(Count::Of(number(json).ok_or(name)?))));
        }
    }
    for (name, field) in [("startedAt", Field::Started), ("completedAt", Field::Finished)] {
        if let Some(json) = given(name) {
            let date: FuzzyDate = serde_json::from_value(json.clone()).map_err(|_| name)?;
            told.put(field, Some(Value::Date(date)));
        }
    }
    if let Some(json) = given("notes") {
        let text = json.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        told.put(Field::Notes, Some(Value::Text(text)));
    }
    if let Some(json) = given("private") {
        told.put(Field::Private, Some(Value::Flag(json.as_bool().ok_or("private")?)));
    }
    Ok(told)
}

fn status(word: ListStatus) -> (Status, bool) {
    match word {
        ListStatus::Current => (Status::Current, false),
        ListStatus::Repeating => (Status::Current, true),
        ListStatus::Completed => (Status::Completed, false),
        ListStatus::Paused => (Status::OnHold, false),
        ListStatus::Dropped => (Status::Dropped, false),
        ListStatus::Planning => (Status::Planning, false),
    }
}

fn word(status: Status, repeating: bool) -> ListStatus {
    match status {
        Status::Current if repeating => ListStatus::Repeating,
        Status::Current => ListStatus::Current,
        Status::Completed => ListStatus::Completed,
        Status::OnHold => ListStatus::Paused,
        Status::Dropped => ListStatus::Dropped,
        Status::Planning => ListStatus::Planning,
    }
}

pub(crate) fn native(entry: &ListEntry) -> Native {
    let (status, repeating) = status(entry.status);
    Native(Entry {
        status,
        repeating,
        repeats: entry.repeat,
        progress: Count::Of(entry.progress),
        volumes: Count::Of(entry.volumes),
        score: entry.score,
        started: entry.started_at,
        finished: entry.completed_at,
        notes: entry.notes.clone(),
        private: entry.private,
    })
}

fn write(entry: &mut ListEntry, made: &Entry) {
    entry.status = word(made.status, made.repeating);
    entry.repeat = made.repeats;
    entry.progress = made.progress.number(0);
    entry.volumes = made.volumes.number(0);
    entry.score = made.score;
    entry.started_at = made.started;
    entry.completed_at = made.finished;
    entry.notes.clone_from(&made.notes);
    entry.private = made.private;
}
