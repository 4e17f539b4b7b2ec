//! One answer for each of our query documents.

pub(super) mod library;

use jiff::Timestamp;
use serde_json::{Value, json};

use anilist_trakt_sync_core::domain::{AnilistId, FuzzyDate, ListStatus, Media, ScheduledEpisode};

use super::super::world::{Activity, ListEntry, Oddity, Shown, World};
use super::{Caller, Refusal, titles};

/// AniList gives 50 rows on a page at most.
pub(super) const PAGE: usize = 50;

/// AniList gives 25 episodes of a schedule on a page at most.
const SCHEDULE_PAGE: usize = 25;
/// AniList gives 500 entries in a chunk at most.
const CHUNK: usize = 500;

/// The order in which AniList groups a list.
const GROUPS: [ListStatus; 6] = [
    ListStatus::Current,
    ListStatus::Repeating,
    ListStatus::Completed,
    ListStatus::Paused,
    ListStatus::Dropped,
    ListStatus::Planning,
];

/// The field at the top of an operation, for those that are known.
pub(super) fn root_field(operation: &str) -> Option<&str> {
    match operation {
        "ListChunk" | "LibraryChunk" => Some("MediaListCollection"),
        "ChangedEntries" | "LibraryEntries" | "LibraryChanged" | "Activities" | "Entry"
        | "Prequels" | "Airings" | "SearchTitles" | "Titles" | "TitlesOfMal" => Some("Page"),
        "Feed" => Some("Viewer"),
        "Viewer" | "User" | "Media" => Some(operation),
        _ => None,
    }
}

/// The `data` of an operation's answer.
pub(super) fn data(
    world: &World,
    operation: &str,
    variables: &Value,
    caller: Caller,
    now: Timestamp,
) -> Result<Value, Refusal> {
    match operation {
        "Viewer" => viewer(world, caller),
        "Feed" => feed(world, caller),
        "User" => user(world, variables),
        "ListChunk" => list_chunk(world, variables),
        "LibraryChunk" => library::chunk(world, variables, caller),
        "LibraryEntries" => library::entries(world, variables, caller),
        "LibraryChanged" => library::changed(world, variables, caller),
        "ChangedEntries" => changed_entries(world, variables),
        "Activities" => activities(world, variables),
        "Entry" => entry(world, variables),
        "Media" => media(world, variables),
        "Relations" => relations(world, variables),
        "Schedules" => schedules(world, variables),
        "Airings" => airings(world, variables, now),
        "SearchTitles" => titles::search(world, variables),
        "Titles" => titles::by_id(world, variables),
        "TitlesOfMal" => titles::by_mal_id(world, variables),
        other => Err(Refusal::new(501, format!("this imitation does not know the query {other}"))),
    }
}

fn viewer(world: &World, caller: Caller) -> Result<Value, Refusal> {
    match caller {
        Caller::Person => Ok(json!({"Viewer": account(world)})),
        Caller::Anyone => Err(Refusal::new(401, "Unauthorized.")),
    }
}

fn feed(world: &World, caller: Caller) -> Result<Value, Refusal> {
    if caller == Caller::Anyone {
        return Err(Refusal::new(401, "Unauthorized."));
    }
    let all = ["CURRENT", "PLANNING", "COMPLETED", "DROPPED", "PAUSED", "REPEATING"];
    let is_off = |status: &str| world.person.untold.iter().any(|untold| untold == status);
    let told = all.map(|status| json!({"disabled": is_off(status), "type": status}));
    Ok(json!({"Viewer": {"options": {"disabledListActivity": told}}}))
}

fn account(world: &World) -> Value {
    json!({"id": world.person.anilist_id, "name": world.person.name})
}

fn user(world: &World, variables: &Value) -> Result<Value, Refusal> {
    let name = variables["name"].as_str().ok_or_else(|| missing("name", "String!"))?;
    if name.eq_ignore_ascii_case(&world.person.name) {
        Ok(json!({"User": account(world)}))
    } else {
        Err(Refusal::new(404, "Not Found."))
    }
}

fn list_chunk(world: &World, variables: &Value) -> Result<Value, Refusal> {
    known_user(world, variables)?;
    let chunk = number(variables, "chunk")?.max(1);
    let wanted = statuses(&variables["statuses"])?;
    let matching: Vec<_> =
        world.list.iter().filter(|entry| wanted.contains(&entry.status)).collect();
    Ok(grouped(&matching, chunk, |entry| row(world, entry)))
}

/// A chunk of a list, by status and by custom list, as AniList groups it.
fn grouped(all: &[&ListEntry], chunk: usize, row: impl Fn(&ListEntry) -> Value) -> Value {
    let part: Vec<_> = all.iter().copied().skip((chunk - 1) * CHUNK).take(CHUNK).collect();
    let rows_of = |wanted: &dyn Fn(&ListEntry) -> bool| {
        part.iter().filter(|entry| wanted(entry)).map(|entry| row(entry)).collect::<Vec<_>>()
    };
    let by_status = GROUPS.iter().map(|&status| {
        rows_of(&|entry| entry.status == status && entry.shown == Shown::Everywhere)
    });
    let mut names: Vec<&String> = part.iter().flat_map(|entry| &entry.custom_lists).collect();
    names.sort_unstable();
    names.dedup();
    let custom = names.into_iter().map(|name| rows_of(&|entry| entry.custom_lists.contains(name)));
    let lists: Vec<_> = by_status
        .chain(custom)
        .filter(|rows| !rows.is_empty())
        .map(|rows| json!({"entries": rows}))
        .collect();
    let more = all.len() > chunk * CHUNK;
    json!({"MediaListCollection": {"hasNextChunk": more, "lists": lists}})
}

fn changed_entries(world: &World, variables: &Value) -> Result<Value, Refusal> {
    known_user(world, variables)?;
    let mut sorted: Vec<_> = world.list.iter().collect();
    sorted.sort_by_key(|entry| std::cmp::Reverse(entry.updated_at));
    Ok(page(number(variables, "page")?, "mediaList", &sorted, |entry| row(world, entry)))
}

fn activities(world: &World, variables: &Value) -> Result<Value, Refusal> {
    known_user(world, variables)?;
    let since = variables["since"].as_i64().unwrap_or(i64::MIN);
    let mut newer: Vec<_> =
        world.activities.iter().filter(|activity| activity.created_at > since).collect();
    newer.sort_by_key(|activity| std::cmp::Reverse(activity.id));
    Ok(page(number(variables, "page")?, "activities", &newer, |activity| activity_row(activity)))
}

fn entry(world: &World, variables: &Value) -> Result<Value, Refusal> {
    known_user(world, variables)?;
    let id = media_id(variables, "mediaId")?;
    let found = world.list.iter().filter(|entry| entry.media == id);
    let rows: Vec<_> = found.map(|entry| row(world, entry)).collect();
    Ok(json!({"Page": {"mediaList": rows}}))
}

fn media(world: &World, variables: &Value) -> Result<Value, Refusal> {
    let found = world.media.get(&media_id(variables, "id")?);
    let found = found.ok_or_else(|| Refusal::new(404, "Not Found."))?;
    Ok(json!({"Media": media_row(world, found)}))
}

fn relations(world: &World, variables: &Value) -> Result<Value, Refusal> {
    of_each(world, variables, |id| related(world, id))
}

fn schedules(world: &World, variables: &Value) -> Result<Value, Refusal> {
    let number = number(variables, "page")?.max(1);
    of_each(world, variables, |id| {
        let all = world.schedules.get(&id).map_or(&[][..], Vec::as_slice);
        let rows = all.iter().skip((number - 1) * SCHEDULE_PAGE).take(SCHEDULE_PAGE);
        let nodes: Vec<_> = rows.copied().map(scheduled).collect();
        let more = all.len() > number * SCHEDULE_PAGE;
        json!({
            "id": id,
            "airingSchedule": {"nodes": nodes, "pageInfo": {"hasNextPage": more}},
        })
    })
}

/// Only what has not aired.
fn airings(world: &World, variables: &Value, now: Timestamp) -> Result<Value, Refusal> {
    of_each(world, variables, |id| {
        let all = world.schedules.get(&id).into_iter().flatten().copied();
        let rows = all.filter(|one| one.airs_at > now).take(SCHEDULE_PAGE).map(scheduled);
        json!({"id": id, "airingSchedule": {"nodes": rows.collect::<Vec<_>>()}})
    })
}

/// A row for each of the titles that are asked for.
fn of_each(
    world: &World,
    variables: &Value,
    row: impl Fn(AnilistId) -> Value,
) -> Result<Value, Refusal> {
    let ids = variables["ids"].as_array().ok_or_else(|| missing("ids", "[Int]"))?;
    let ids: Vec<_> = ids.iter().filter_map(Value::as_u64).take(PAGE).collect();
    let asked = world.media.keys().filter(|id| ids.contains(&u64::from(id.0)));
    Ok(json!({"Page": {"media": asked.map(|id| row(*id)).collect::<Vec<_>>()}}))
}

fn related(world: &World, id: AnilistId) -> Value {
    let prequels = world.prequels.get(&id).into_iter().flatten();
    let edges: Vec<_> = prequels
        .filter_map(|id| world.media.get(id))
        .map(|media| {
            let node = json!({
                "id": media.id,
                "type": "ANIME",
                "format": media.format,
                "episodes": media.episodes,
                "startDate": date(media.start_date),
            });
            json!({"relationType": "PREQUEL", "node": node})
        })
        .collect();
    json!({"id": id, "relations": {"edges": edges}})
}

fn page<T>(number: usize, name: &str, rows: &[T], shape: impl Fn(&T) -> Value) -> Value {
    let number = number.max(1);
    let part: Vec<_> = rows.iter().skip((number - 1) * PAGE).take(PAGE).map(shape).collect();
    let more = rows.len() > number * PAGE;
    json!({"Page": {"pageInfo": {"hasNextPage": more}, name: part}})
}

fn row(world: &World, entry: &ListEntry) -> Value {
    let odd = world.odd.get(&entry.media);
    if odd == Some(&Oddity::Null) {
        return Value::Null;
    }
    json!({
        "id": entry.id(),
        "status": if odd.is_some() { json!("ON_FIRE") } else { json!(entry.status) },
        "progress": entry.progress,
        "repeat": entry.repeat,
        "updatedAt": entry.updated_at,
        "private": entry.private,
        "completedAt": date(entry.completed_at),
        "media": world.media.get(&entry.media).map(|media| media_row(world, media)),
    })
}

fn media_row(world: &World, media: &Media) -> Value {
    json!({
        "id": media.id,
        "idMal": media.mal_id,
        "title": {"romaji": media.titles.romaji, "english": media.titles.english},
        "format": media.format,
        "episodes": media.episodes,
        "status": media.airing.status,
        "startDate": date(media.start_date),
        "endDate": date(media.airing.end_date),
        "nextAiringEpisode": media.airing.next.map(scheduled),
        "relations": {"edges": media.parent.into_iter().map(parent_edge).collect::<Vec<_>>()},
        "coverImage": cover(world, media.cover.as_deref()).map(|url| json!({"medium": url})),
    })
}

/// The address of a picture.
pub(super) fn cover(world: &World, cover: Option<&str>) -> Option<String> {
    let cover = cover?;
    Some(if cover.starts_with('/') { format!("{}{cover}", world.url) } else { cover.to_owned() })
}

fn parent_edge(id: AnilistId) -> Value {
    json!({"relationType": "PARENT", "node": {"id": id, "type": "ANIME"}})
}

fn scheduled(one: ScheduledEpisode) -> Value {
    json!({"episode": one.episode, "airingAt": one.airs_at.as_second()})
}

fn activity_row(activity: &Activity) -> Value {
    json!({
        "id": activity.id,
        "status": activity.status.text(),
        "progress": activity.progress,
        "createdAt": activity.created_at,
        "media": {"id": activity.media},
    })
}

fn date(date: FuzzyDate) -> Value {
    json!({"year": date.year, "month": date.month, "day": date.day})
}

fn known_user(world: &World, variables: &Value) -> Result<(), Refusal> {
    if number(variables, "userId")? == world.person.anilist_id as usize {
        Ok(())
    } else {
        Err(Refusal::new(404, "User not found"))
    }
}

fn media_id(variables: &Value, name: &str) -> Result<AnilistId, Refusal> {
    let number = number(variables, name)?;
    Ok(AnilistId(u32::try_from(number).map_err(|_| missing(name, "Int!"))?))
}

pub(super) fn number(variables: &Value, name: &str) -> Result<usize, Refusal> {
    let number = variables[name].as_u64().and_then(|number| usize::try_from(number).ok());
    number.ok_or_else(|| missing(name, "Int!"))
}

pub(super) fn missing(name: &str, kind: &str) -> Refusal {
    Refusal::new(400, format!("Variable \"${name}\" of required type \"{kind}\" was not provided."))
}

/// The statuses asked for; none given means all.
fn statuses(value: &Value) -> Result<Vec<ListStatus>, Refusal> {
    if value.is_null() {
        return Ok(GROUPS.to_vec());
    }
    serde_json::from_value(value.clone())
        .map_err(|error| Refusal::new(400, format!("Variable \"$statuses\": {error}")))
}
