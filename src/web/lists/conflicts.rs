//! What only the person can say of their lists.

use std::collections::BTreeMap;

use axum::Json;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value as JsonValue, json};
use utoipa::ToSchema;

use crate::hub::error::{Error, Result};
use crate::hub::lists::conflicts::{self, Conflict, Which};
use crate::library::{ItemId, Kind};
use crate::merge::Value;
use crate::web::answers::{BadBody, Invalid, List, Refused};
use crate::web::asker::Asker;
use crate::web::body::{Body, json_fields};

/// Something that waits for the person.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct ListConflict {
    /// Its name, by which it is answered.
    id: String,
    /// The item of the library.
    item_id: u64,
    /// Its name.
    title: String,
    /// anime or manga.
    r#type: &'static str,
    /// The field, or `deleted` for an entry that was deleted on one list.
    field: String,
    /// What each side says: library, anilist, myanimelist, kitsu.
    #[schema(value_type = Object)]
    values: BTreeMap<&'static str, JsonValue>,
    /// What was last agreed.
    #[schema(value_type = serde_json::Value)]
    agreed: JsonValue,
    /// What would be a good answer.
    #[schema(value_type = serde_json::Value)]
    suggestion: JsonValue,
    /// Why it is asked, for programs.
    reason: String,
    /// Since when it waits.
    since: Timestamp,
}

impl From<Conflict> for ListConflict {
    fn from(conflict: Conflict) -> Self {
        let value = |value: Option<Value>| value.map_or(JsonValue::Null, |value| json!(value));
        Self {
            id: conflict.id,
            item_id: conflict.item.0,
            title: conflict.title,
            r#type: match conflict.kind {
                Kind::Anime => "anime",
                Kind::Manga => "manga",
            },
            field: conflict.field,
            values: conflict.values.into_iter().map(|(by, said)| (by, value(said))).collect(),
            agreed: value(conflict.agreed),
            suggestion: value(conflict.suggestion),
            reason: conflict.reason,
            since: conflict.since,
        }
    }
}

/// All that waits for the person, the oldest first.
#[utoipa::path(
    get, path = "/api/v1/integrations/conflicts", tag = "lists",
    responses((status = 200, body = List<ListConflict>)),
)]
pub(in crate::web) async fn list_conflicts(
    Asker(person): Asker,
) -> Result<Json<List<ListConflict>>> {
    let all = conflicts::all(&person).await?;
    Ok(Json(List::of(all.into_iter().map(ListConflict::from).collect())))
}

/// An answer to conflicts: by their names, or to all of a field.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read field by field, to name what is wrong")]
pub(in crate::web) struct ResolveBody {
    /// The conflicts' names.
    ids: Option<Vec<String>>,
    /// All conflicts of this field.
    field: Option<String>,
    /// With `field`: those of these items alone.
    item_ids: Option<Vec<u64>>,
    /// library, anilist, myanimelist, kitsu, furthest, or an object with a value.
    #[schema(value_type = serde_json::Value)]
    choose: JsonValue,
}

/// What came of an answer.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct ConflictsResolved {
    /// How many conflicts are settled.
    resolved: usize,
    /// To how many the answer says nothing.
    failed: usize,
}

/// Settles conflicts. The next sync tells the services.
#[utoipa::path(
    post, path = "/api/v1/integrations/conflicts/resolve", tag = "lists",
    request_body(content = ResolveBody, example = json!({"field": "score", "choose": "anilist"})),
    responses((status = 200, body = ConflictsResolved), BadBody, Invalid, Refused),
)]
pub(in crate::web) async fn resolve_conflicts(
    Asker(person): Asker,
    body: Body,
) -> Result<Json<ConflictsResolved>> {
    let body = json_fields(body)?;
    let choose = body.get("choose").cloned().unwrap_or_default();
    if !(choose.is_string() || choose.get("value").is_some()) {
        let hint = "write library, anilist, myanimelist, kitsu, furthest, or {\"value\": …}";
        return Err(Error::invalid("choose", "it is no choice", hint));
    }
    let which = which(&body)?;
    let conflicts::Resolved { resolved, failed } =
        conflicts::resolve(&person, &which, &choose).await?;
    Ok(Json(ConflictsResolved { resolved, failed }))
}

fn which(body: &Map<String, JsonValue>) -> Result<Which> {
    let odd = |field| Error::invalid(field, "it is no list of them", "write a list");
    if let Some(ids) = body.get("ids") {
        let ids = ids.as_array().ok_or_else(|| odd("ids"))?;
        let ids: Option<Vec<String>> =
            ids.iter().map(|id| id.as_str().map(str::to_owned)).collect();
        return Ok(Which::Ids(ids.ok_or_else(|| odd("ids"))?));
    }
    let Some(field) = body.get("field").and_then(JsonValue::as_str) else {
        let hint = "name conflicts by ids, or all of a field by field";
        return Err(Error::invalid("ids", "nothing is named", hint));
    };
    let items = body.get("item_ids").map(|items| {
        let items = items.as_array().ok_or_else(|| odd("item_ids"))?;
        let items: Option<Vec<ItemId>> = items.iter().map(|id| id.as_u64().map(ItemId)).collect();
        items.ok_or_else(|| odd("item_ids"))
    });
    Ok(Which::Field { field: field.to_owned(), items: items.transpose()? })
}
