//! What a sync of lists would do.

use std::collections::BTreeMap;

use axum::Json;
use serde::Serialize;
use serde_json::Value as JsonValue;
use utoipa::ToSchema;

use crate::hub::error::{Error, Result};
use crate::hub::lists::preview::{AtService, Here, Line, Preview, Waits, preview};
use crate::library::{Change, Kind};
use crate::merge::{ListService, Value};
use crate::web::answers::{Invalid, Missing};
use crate::web::asker::Asker;
use crate::web::params::{Query, shown};

/// What a sync would do everywhere. Nothing of it was written.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct ListsPlan {
    /// At each list that is connected and to be synced, by its name.
    #[schema(value_type = Object)]
    services: BTreeMap<&'static str, ServicePlan>,
    /// In the library.
    library: LibraryPlan,
}

/// What a sync would do at a service.
#[derive(Debug, Serialize, ToSchema)]
struct ServicePlan {
    /// Whether the lists meet for the first time.
    first: bool,
    /// Entries that would be added.
    add: Vec<EntryChange>,
    /// Entries that would be changed.
    update: Vec<EntryChange>,
    /// Entries that would be deleted.
    delete: Vec<EntryChange>,
    /// Fields that wait for the person.
    held: Vec<EntryChange>,
    /// Entries that the service does not take as they are.
    parked: Vec<EntryChange>,
    /// Why nothing is written or believed before the person says so.
    guard: Option<GuardPlan>,
    /// Why it could not be read.
    error: Option<String>,
}

/// What stops a sync.
#[derive(Debug, Serialize, ToSchema)]
struct GuardPlan {
    /// Its name for programs.
    reason: &'static str,
    /// One sentence.
    message: &'static str,
}

/// An entry with what would become of it, in the service's own values.
#[derive(Debug, Serialize, ToSchema)]
struct EntryChange {
    /// The item of the library; null where it is not in it yet.
    item_id: Option<u64>,
    /// Its name.
    title: String,
    /// anime or manga.
    r#type: ListKind,
    /// The service's id of the entry; null where it has none.
    entry_id: Option<u64>,
    /// The fields, each with what it is and what it would be.
    #[schema(value_type = Object)]
    changes: BTreeMap<String, FromTo>,
    /// Why, where that is to be said.
    why: Option<String>,
}

/// Anime or manga.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum ListKind {
    Anime,
    Manga,
}

impl From<Kind> for ListKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Anime => Self::Anime,
            Kind::Manga => Self::Manga,
        }
    }
}

/// A value before and after.
#[derive(Debug, Serialize, ToSchema)]
struct FromTo {
    #[schema(value_type = serde_json::Value)]
    from: JsonValue,
    #[schema(value_type = serde_json::Value)]
    to: JsonValue,
}

/// What a sync would change in the library.
#[derive(Debug, Serialize, ToSchema)]
struct LibraryPlan {
    /// Titles that would be added.
    add: Vec<EntryChange>,
    /// Titles that would be changed.
    update: Vec<EntryChange>,
    /// Titles that would be deleted.
    delete: Vec<EntryChange>,
}

/// Reads the lists, merges, and writes nothing.
#[utoipa::path(
    get, path = "/api/v1/integrations/plan", tag = "lists",
    params(
        ("integration_type" = Option<String>, Query, description = "anilist, myanimelist, kitsu, or all, which is the default."),
        ("force_full_sync" = Option<String>, Query, description = "true: everything is read anew."),
    ),
    responses((status = 200, body = ListsPlan), Missing, Invalid),
)]
pub(in crate::web) async fn lists_plan(
    Asker(person): Asker,
    query: Query,
) -> Result<Json<ListsPlan>> {
    let only = match query.get("integration_type").map(String::as_str) {
        None | Some("all") => None,
        Some(name) => Some(ListService::named(name).ok_or_else(|| Error::Invalid {
            field: "integration_type".into(),
            message: format!("there is no such list: {}", shown(name)),
            hint: "name anilist, myanimelist or kitsu, or all",
        })?),
    };
    Ok(Json(preview(&person, only).await?.into()))
}

impl From<Preview> for ListsPlan {
    fn from(Preview { services, library }: Preview) -> Self {
        let services = services.into_iter().map(|(service, at)| (service.id(), at.into()));
        Self { services: services.collect(), library: library.into() }
    }
}

impl From<AtService> for ServicePlan {
    fn from(at: AtService) -> Self {
        let each = |lines: Vec<Line>| lines.into_iter().map(EntryChange::from).collect();
        Self {
            first: at.first,
            add: each(at.add),
            update: each(at.update),
            delete: each(at.delete),
            held: at.held.into_iter().map(EntryChange::from).collect(),
            parked: at
                .parked
                .into_iter()
                .map(|(line, parked)| EntryChange { why: Some(parked.why), ..line.into() })
                .collect(),
            guard: at.guard.map(|guard| GuardPlan { reason: guard.name(), message: guard.words() }),
            error: at.error,
        }
    }
}

fn json(value: Option<&Value>) -> JsonValue {
    value.map_or(JsonValue::Null, |value| serde_json::json!(value))
}

impl From<Line> for EntryChange {
    fn from(line: Line) -> Self {
        let changes = line.changes.iter().map(|(field, from, to)| {
            let change = FromTo { from: json(from.as_ref()), to: json(to.as_ref()) };
            (field.name().to_owned(), change)
        });
        Self {
            item_id: Some(line.item.0),
            title: line.title.clone(),
            r#type: line.kind.into(),
            entry_id: line.entry,
            changes: changes.collect(),
            why: None,
        }
    }
}

impl From<Waits> for EntryChange {
    fn from(waits: Waits) -> Self {
        let change = FromTo { from: JsonValue::Null, to: JsonValue::Null };
        Self {
            item_id: Some(waits.item.0),
            title: waits.title,
            r#type: waits.kind.into(),
            entry_id: None,
            changes: BTreeMap::from([(waits.field, change)]),
            why: Some(waits.reason),
        }
    }
}

impl From<Here> for LibraryPlan {
    fn from(here: Here) -> Self {
        let Here { add, update, delete, titles } = here;
        let change = |change: Change| {
            let (title, kind) =
                titles.get(&change.item).cloned().unwrap_or((String::new(), Kind::Anime));
            let changes = change
                .fields
                .into_iter()
                .map(|field| (field.field, FromTo { from: field.before, to: field.after }));
            EntryChange {
                item_id: (!change.added).then_some(change.item.0),
                title,
                r#type: kind.into(),
                entry_id: None,
                changes: changes.collect(),
                why: change.why,
            }
        };
        Self {
            add: add.into_iter().map(&change).collect(),
            update: update.into_iter().map(&change).collect(),
            delete: delete
                .iter()
                .map(|item| EntryChange {
                    item_id: Some(item.id.0),
                    title: item.work.title.clone(),
                    r#type: item.kind.into(),
                    entry_id: None,
                    changes: BTreeMap::new(),
                    why: None,
                })
                .collect(),
        }
    }
}
