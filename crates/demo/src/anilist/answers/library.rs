//! A list with all that a library keeps.

use serde_json::{Value, json};

use super::super::super::world::{ListEntry, Oddity, World};
use super::super::{Caller, Refusal, titles};
use super::{PAGE, date, grouped, known_user, missing, number, page};

/// One kind's list. What is private, only the person sees.
fn list<'a>(
    world: &'a World,
    variables: &Value,
    caller: Caller,
) -> Result<Vec<&'a ListEntry>, Refusal> {
    known_user(world, variables)?;
    let list = match variables["type"].as_str() {
        Some("ANIME") => &world.list,
        Some("MANGA") => &world.manga_list,
        _ => return Err(missing("type", "MediaType!")),
    };
    let shown = |entry: &&ListEntry| caller == Caller::Person || !entry.private;
    Ok(list.iter().filter(shown).collect())
}

/// A part of a list.
pub(super) fn chunk(world: &World, variables: &Value, caller: Caller) -> Result<Value, Refusal> {
    let list = list(world, variables, caller)?;
    let chunk = number(variables, "chunk")?.max(1);
    Ok(grouped(&list, chunk, |entry| row(world, entry)))
}

/// The entries of some titles.
pub(super) fn entries(world: &World, variables: &Value, caller: Caller) -> Result<Value, Refusal> {
    let mut list = list(world, variables, caller)?;
    let ids = variables["ids"].as_array().ok_or_else(|| missing("ids", "[Int!]!"))?;
    list.retain(|entry| ids.contains(&entry.media.0.into()));
    let rows: Vec<Value> = list.iter().take(PAGE).map(|entry| row(world, entry)).collect();
    Ok(json!({"Page": {"mediaList": rows}}))
}

/// A list, what changed last first.
pub(super) fn changed(world: &World, variables: &Value, caller: Caller) -> Result<Value, Refusal> {
    let mut list = list(world, variables, caller)?;
    list.sort_by_key(|entry| std::cmp::Reverse(entry.updated_at));
    Ok(page(number(variables, "page")?, "mediaList", &list, |entry| row(world, entry)))
}

fn row(world: &World, entry: &ListEntry) -> Value {
    let odd = world.odd.get(&entry.media);
    if odd == Some(&Oddity::Null) {
        return Value::Null;
    }
    let media = titles::title(world, entry.media).map(|mut media| {
        media["isFavourite"] = entry.favourite.into();
        media
    });
    let mut row = said(entry);
    row["media"] = media.unwrap_or_default();
    if odd.is_some() {
        row["status"] = "ON_FIRE".into();
    }
    row
}

/// What the person says of a title.
pub(in super::super) fn said(entry: &ListEntry) -> Value {
    json!({
        "id": entry.id(),
        "status": entry.status,
        "score": f64::from(entry.score),
        "progress": entry.progress,
        "progressVolumes": entry.volumes,
        "repeat": entry.repeat,
        "private": entry.private,
        "notes": entry.notes,
        "updatedAt": entry.updated_at,
        "startedAt": date(entry.started_at),
        "completedAt": date(entry.completed_at),
    })
}
