//! The person's lists, written.

use jiff::Timestamp;
use serde_json::{Map, Value as Json};

use super::list::{find, one};
use super::{Asked, document, forbidden, invalid, not_found, problem, word};
use crate::http::Reply;
use crate::server::State;
use crate::stats::Write;
use crate::world::KitsuTold;
use anilist_trakt_sync_core::library::{Kind, Status};
use anilist_trakt_sync_core::merge::{Count, Field, Value};

const STATUSES: [(&str, Status); 5] = [
    ("current", Status::Current),
    ("planned", Status::Planning),
    ("completed", Status::Completed),
    ("on_hold", Status::OnHold),
    ("dropped", Status::Dropped),
];

pub(super) fn create(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Reply> {
    let data = data_of(state, asked, "/library-entries")?;
    let relation = |name: &str| &data["relationships"][name]["data"];
    let is_own = is_number(&relation("user")["id"], state.world.kitsu.person.id);
    if !asked.is_person || !is_own {
        return Err(forbidden());
    }
    let told = told(&data["attributes"])?;
    if told.fields.get(Field::Status).is_none() {
        return Err(invalid(("status", "can't be blank")));
    }
    let named = [Kind::Anime, Kind::Manga].into_iter().find_map(|kind| {
        let id = relation(word(kind))["id"].as_str()?;
        Some((kind, id.parse().ok()?))
    });
    let (kind, work) = named.ok_or_else(|| invalid(("media", "must exist")))?;
    let kitsu = &mut state.world.kitsu;
    if kitsu.entry_of(kind, work).is_some() {
        let field = if kind == Kind::Anime { "animeId" } else { "mangaId" };
        return Err(invalid((field, "has already been taken")));
    }
    let id = kitsu.save(kind, work, &told, asked.now).map_err(invalid)?;
    answered(state, asked, 201, id)
}

pub(super) fn change(state: &mut State, asked: &Asked<'_>, id: u64) -> Result<Reply, Reply> {
    let data = data_of(state, asked, "/library-entries/{id}")?;
    if !is_number(&data["id"], id) {
        let detail = format!("The URL does not support the key {}", data["id"]);
        return Err(problem(400, "110", "Key is not included in URL", &detail));
    }
    let entry = find(&state.world.kitsu, asked, id)?;
    let (kind, work) = (entry.kind, entry.work);
    if !asked.is_person {
        return Err(forbidden());
    }
    let told = told(&data["attributes"])?;
    state.world.kitsu.save(kind, work, &told, asked.now).map_err(invalid)?;
    answered(state, asked, 200, id)
}

pub(super) fn remove(state: &mut State, asked: &Asked<'_>, id: u64) -> Result<Reply, Reply> {
    find(&state.world.kitsu, asked, id)?;
    if !asked.is_person {
        return Err(forbidden());
    }
    state.world.kitsu.remove(id);
    Ok(Reply::empty(204))
}

fn answered(state: &State, asked: &Asked<'_>, status: u16, id: u64) -> Result<Reply, Reply> {
    let kitsu = &state.world.kitsu;
    let entry = kitsu.entries.iter().find(|entry| entry.id == id);
    let entry = entry.ok_or_else(|| not_found(&id.to_string()))?;
    Ok(document(status, &one(kitsu, asked, entry)))
}

/// The record in the body, which is kept for who compares it with the contract.
fn data_of(state: &mut State, asked: &Asked<'_>, path: &'static str) -> Result<Json, Reply> {
    let body = asked.request.json().unwrap_or_default();
    state.stats.writes.push(Write { path, body: body.clone() });
    let data = body.get("data").filter(|data| data["type"] == "libraryEntries").cloned();
    data.ok_or_else(|| {
        state.stats.body_violations.push(format!("Kitsu {path}: {body}"));
        problem(400, "106", "Missing Parameter", "The required parameter, data, is missing.")
    })
}

/// Ids are texts.
fn is_number(id: &Json, number: u64) -> bool {
    id.as_str().is_some_and(|id| id == number.to_string())
}

/// What the attributes say.
fn told(attributes: &Json) -> Result<KitsuTold, Reply> {
    let mut told = KitsuTold::default();
    for (name, value) in attributes.as_object().unwrap_or(&Map::new()) {
        take(&mut told, name, value)?;
    }
    Ok(told)
}

fn take(told: &mut KitsuTold, name: &str, value: &Json) -> Result<(), Reply> {
    let mut put = |field, value| told.fields.put(field, Some(value));
    match name {
        "status" => put(Field::Status, Value::Status(status(value)?)),
        "progress" => put(Field::Progress, Value::Count(Count::Of(number(value, "progress")?))),
        "volumesOwned" => told.volumes_owned = Some(number(value, "volumesOwned")?),
        "reconsuming" => put(Field::Repeating, Value::Flag(value == true)),
        "reconsumeCount" => put(Field::Repeats, Value::Number(repeats(value)?)),
        "notes" => put(Field::Notes, Value::Text(value.as_str().map(str::to_owned))),
        "private" => put(Field::Private, Value::Flag(value == true)),
        "ratingTwenty" => put(Field::Score, Value::Number(twenty(value)?)),
        "startedAt" => told.started_at = Some(instant(value)),
        "finishedAt" => told.finished_at = Some(instant(value)),
        _ => {
            return Err(problem(
                400,
                "105",
                "Param not allowed",
                &format!("{name} is not allowed."),
            ));
        }
    }
    Ok(())
}

fn status(value: &Json) -> Result<Status, Reply> {
    let known = STATUSES.iter().find(|(word, _)| value == word).map(|(_, status)| *status);
    known.ok_or_else(|| invalid(("status", "is not a valid status")))
}

fn number(value: &Json, field: &'static str) -> Result<u32, Reply> {
    let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
    number.ok_or_else(|| invalid((field, "must be greater than or equal to 0")))
}

fn repeats(value: &Json) -> Result<u32, Reply> {
    match number(value, "reconsumeCount")? {
        repeats @ 0..=50 => Ok(repeats),
        _ => Err(invalid(("reconsumeCount", "must be less than or equal to 50"))),
    }
}

fn twenty(value: &Json) -> Result<u32, Reply> {
    match value.as_u64() {
        None if value.is_null() => Ok(0),
        Some(twenty @ 2..=20) => Ok(u32::try_from(twenty).unwrap_or_default()),
        _ => Err(invalid(("ratingTwenty", "must be greater than or equal to 2"))),
    }
}

/// Nonsense is no time.
fn instant(value: &Json) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}
