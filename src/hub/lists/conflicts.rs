//! What only the person can say: which of several values holds, and what a deletion means.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value as Json;

use super::integration;
use super::lock::ListLock;
use super::memory::{self, Memory, Open};
use super::planning::choice;
use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::library::{Author, Item, ItemId, Kind, Library};
use crate::merge::{Entry, Field, Link, ListService, Value};
use crate::store::Write;

/// The field's name of what was deleted at a service.
pub const DELETED: &str = "deleted";

/// Something that only the person can say.
#[derive(Debug, Clone)]
pub struct Conflict {
    /// Its name, by which it is answered.
    pub id: String,
    /// The item.
    pub item: ItemId,
    /// Its name.
    pub title: String,
    /// Anime or manga.
    pub kind: Kind,
    /// The field's name, or [`DELETED`].
    pub field: String,
    /// What each side says, canonical; the library's is named `library`.
    pub values: BTreeMap<&'static str, Option<Value>>,
    /// What was last agreed.
    pub agreed: Option<Value>,
    /// What would be a good answer.
    pub suggestion: Option<Value>,
    /// Why it is asked, for programs.
    pub reason: String,
    /// Since when it waits.
    pub since: Timestamp,
}

/// All that waits for the person, the oldest first.
pub async fn all(person: &Person) -> Result<Vec<Conflict>> {
    let memories = memory::all(person).await?;
    Ok(among(&*person.library().read().await?, &memories))
}

fn among(library: &Library, memories: &BTreeMap<ItemId, Memory>) -> Vec<Conflict> {
    let mut found: Vec<Conflict> = memories
        .iter()
        .filter_map(|(id, memory)| Some((library.get(*id)?, memory)))
        .flat_map(|(item, memory)| of(item, memory))
        .collect();
    found.sort_by(|one, other| (one.since, &one.id).cmp(&(other.since, &other.id)));
    found
}

fn of(item: &Item, memory: &Memory) -> Vec<Conflict> {
    let held = memory.held.iter().filter_map(|(name, open)| held(item, name, open));
    let asked = memory.asked.iter().map(|(service, since)| Conflict {
        id: format!("{}:{DELETED}:{}", item.id, service.id()),
        item: item.id,
        title: item.work.title.clone(),
        kind: item.kind,
        field: DELETED.to_owned(),
        values: BTreeMap::from([(service.id(), None)]),
        agreed: None,
        suggestion: None,
        reason: DELETED.to_owned(),
        since: *since,
    });
    held.chain(asked).collect()
}

fn held(item: &Item, name: &str, open: &Open) -> Option<Conflict> {
    let field = Field::named(name)?;
    let said = Entry::said(&item.entry, item.work.max_progress.unwrap_or_default());
    let mut values = BTreeMap::from([("library", Some(said.get(field)))]);
    for says in &open.claims {
        if let Some(service) = says.service {
            values.insert(service.id(), says.value.get(field).cloned());
        }
    }
    Some(Conflict {
        id: format!("{}:{name}", item.id),
        item: item.id,
        title: item.work.title.clone(),
        kind: item.kind,
        field: name.to_owned(),
        values,
        agreed: open.agreed.get(field).cloned(),
        suggestion: open.suggestion.get(field).cloned(),
        reason: open.reason.clone(),
        since: open.since,
    })
}

/// Which conflicts are answered.
#[derive(Debug, Clone)]
pub enum Which {
    /// Those of these names.
    Ids(Vec<String>),
    /// All of a field, or those of some items.
    Field {
        /// The field's name.
        field: String,
        /// The items; none stands for all.
        items: Option<Vec<ItemId>>,
    },
}

impl Which {
    fn is(&self, conflict: &Conflict) -> bool {
        match self {
            Self::Ids(ids) => ids.contains(&conflict.id),
            Self::Field { field, items } => {
                conflict.field == *field
                    && items.as_ref().is_none_or(|items| items.contains(&conflict.item))
            }
        }
    }
}

/// What came of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolved {
    /// How many conflicts are settled.
    pub resolved: usize,
    /// To how many the answer says nothing.
    pub failed: usize,
}

/// Settles conflicts as the person says. The next run tells the services.
pub async fn resolve(person: &Arc<Person>, which: &Which, choose: &Json) -> Result<Resolved> {
    let lock = ListLock::acquire(person).await?;
    let done = settle_and_count(lock.person(), which, choose).await;
    lock.release().await;
    done
}

async fn settle_and_count(person: &Arc<Person>, which: &Which, choose: &Json) -> Result<Resolved> {
    let resolved = settle(person, which, choose).await?;
    count(person).await?;
    Ok(resolved)
}

/// Counts anew what waits at each service.
async fn count(person: &Person) -> Result<()> {
    let memories = memory::all(person).await?;
    for (service, _) in integration::all(person).await? {
        let held = memories.values().map(|memory| memory.waits_at(service)).sum();
        integration::change(person, service, |integration| integration.held = held).await?;
    }
    Ok(())
}

async fn settle(person: &Arc<Person>, which: &Which, choose: &Json) -> Result<Resolved> {
    let memories = memory::all(person).await?;
    let conflicts = among(&*person.library().read().await?, &memories);
    let wanted: Vec<&Conflict> = conflicts.iter().filter(|one| which.is(one)).collect();
    person
        .library()
        .change_with(Author::You, |_, draft| {
            let mut touched: BTreeMap<ItemId, Memory> = BTreeMap::new();
            let mut failed = 0;
            for conflict in &wanted {
                let Some(known) = memories.get(&conflict.item) else { continue };
                let memory = touched.entry(conflict.item).or_insert_with(|| known.clone());
                let settled = if conflict.field == DELETED {
                    settle_deletion(conflict, memory, choose, |id| draft.remove(id))
                } else {
                    let item = draft.get(conflict.item).cloned();
                    let value = item.and_then(|item| answer(conflict, memory, &item, choose));
                    match value {
                        Some(value) => {
                            let field = Field::named(&conflict.field);
                            draft
                                .change(conflict.item, |item| {
                                    if let Some(field) = field {
                                        set(item, field, &value);
                                    }
                                    Ok(())
                                })
                                .map_err(Error::from)?;
                            true
                        }
                        None => false,
                    }
                };
                failed += usize::from(!settled);
            }
            let writes: Result<Vec<Write>> =
                touched.iter().map(|(id, memory)| memory::write(*id, memory)).collect();
            let resolved = wanted.len() - failed;
            Ok((Resolved { resolved, failed }, writes?))
        })
        .await
        .map(|(resolved, _)| resolved)
}

/// The value that is chosen for a field. What the services hold is no news from then on.
fn answer(conflict: &Conflict, memory: &mut Memory, item: &Item, choose: &Json) -> Option<Value> {
    let field = Field::named(&conflict.field)?;
    let held = memory.held.get(&conflict.field)?.held(field)?;
    let said = Entry::said(&item.entry, item.work.max_progress.unwrap_or_default());
    let value = held.answer(&choice(field, choose)?, &said.get(field))?;
    for (service, bond) in &mut memory.tie.lists {
        if let Some(native) = held.native_of(*service) {
            bond.base = bond.base.settled(field, native);
        }
    }
    memory.tie.agreed.put(field, Some(value.clone()));
    memory.held.remove(&conflict.field);
    Some(value)
}

fn set(item: &mut Item, field: Field, value: &Value) {
    let most = item.work.max_progress.unwrap_or_default();
    let mut said = Entry::said(&item.entry, most);
    said.set(field, value);
    said.tell(&mut item.entry, most);
}

/// What a deletion at a service means: `library` keeps the title off that list, the service's own name deletes it
/// everywhere.
fn settle_deletion(
    conflict: &Conflict,
    memory: &mut Memory,
    choose: &Json,
    mut remove: impl FnMut(ItemId) -> bool,
) -> bool {
    let services: Vec<ListService> = memory.asked.keys().copied().collect();
    let Some(service) =
        services.into_iter().find(|service| conflict.id.ends_with(&format!(":{}", service.id())))
    else {
        return false;
    };
    let everywhere = match choose.as_str() {
        Some("library" | "furthest") => false,
        Some(word) if ListService::named(word) == Some(service) => true,
        _ => return false,
    };
    memory.asked.remove(&service);
    if let Some(bond) = memory.tie.lists.get_mut(&service) {
        bond.link = Link::Gone;
    }
    if everywhere {
        for bond in memory.tie.lists.values_mut() {
            bond.delete = true;
        }
        remove(conflict.item);
    }
    true
}
