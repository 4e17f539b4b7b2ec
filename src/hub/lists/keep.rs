//! What a plan makes of the library and of what is remembered, and what it leaves to do at services.

use std::collections::BTreeMap;

use super::job::{Job, Removal};
use super::memory::{self, Memory, Open};
use super::planning::Desk;
use super::remote::Asked;
use crate::hub::error::Result;
use crate::library::{Author, Draft, Ids, ItemId, Library, Refused};
use crate::merge::{Act, By, Field, ListService, Native, Next, PerField, Plan, Planned, Tie, Why};
use crate::store::{Topic, Write};

/// What a plan leaves to do.
#[derive(Debug, Default)]
pub struct Kept {
    /// What is remembered from now on.
    pub memories: BTreeMap<ItemId, Memory>,
    /// What is to be told.
    pub jobs: Vec<Job>,
    /// What is to be deleted.
    pub removals: Vec<Removal>,
    /// Titles that were changed, added or deleted in the library.
    pub changed_here: usize,
}

/// Changes the library as planned, and says what else is to be written with that.
pub fn keep(
    desk: &Desk,
    plan: &Plan,
    library: &Library,
    draft: &mut Draft<'_>,
) -> Result<(Kept, Vec<Write>)> {
    let mut kept = Kept { memories: desk.memories.clone(), ..Kept::default() };
    let mut writes = Vec::new();
    for planned in &plan.works {
        let Some(id) = settle(planned, draft, &mut kept).map_err(crate::hub::error::Error::from)?
        else {
            continue;
        };
        // Who adds again what they deleted gets another number, and what is remembered goes with it.
        let known = planned.item.unwrap_or(id);
        let before = desk.memories.get(&known);
        let mut now = remembered(desk, planned, before, draft, id);
        kept.plan_jobs(desk, planned, id, &mut now);
        if before != Some(&now) || known != id || desk.wishes.contains_key(&id) {
            writes.push(memory::write(id, &now)?);
            kept.memories.insert(id, now);
        }
        if known != id {
            writes.push(memory::forget(known));
            kept.memories.remove(&known);
        }
    }
    let wishes = desk.wishes.iter().filter(|(id, _)| library.get(**id).is_none());
    let granted = wishes.map(|(id, _)| Write::Note {
        topic: Topic::Wishes,
        key: memory::key(*id),
        note: None,
    });
    writes.extend(granted);
    Ok((kept, writes))
}

/// Changes the library. Gives the item's number, where there is one.
fn settle(
    planned: &Planned,
    draft: &mut Draft<'_>,
    kept: &mut Kept,
) -> std::result::Result<Option<ItemId>, Refused> {
    if let Some(mut new) = planned.new.clone() {
        let kind = new.kind;
        let mut ids = planned.ids.clone();
        ids.fill(&new.work.ids);
        new.work.ids = draft.free_ids(kind, &ids, None);
        let id = draft.add(new)?;
        kept.changed_here += 1;
        return Ok(Some(id));
    }
    let Some(id) = planned.item else { return Ok(None) };
    if planned.delete_here {
        kept.changed_here += usize::from(draft.remove(id));
        return Ok(Some(id));
    }
    let (Some(entry), Some(item)) = (&planned.entry, draft.get(id).cloned()) else {
        return Ok(Some(id));
    };
    let mut after = item.clone();
    let most = item.work.max_progress.unwrap_or_else(|| most(&planned.tie));
    entry.tell(&mut after.entry, most);
    let ids = draft.free_ids(item.kind, &planned.ids, Some(id));
    after.work.ids.fill(&ids);
    if after == item {
        return Ok(Some(id));
    }
    kept.changed_here += usize::from(after.entry != item.entry);
    draft.change(id, |item| {
        *item = after;
        Ok(())
    })?;
    if let Some((by, why)) = reason(&planned.why) {
        draft.explain(id, by, why);
    }
    Ok(Some(id))
}

/// The most episodes or chapters that a service counts of a work.
fn most(tie: &Tie) -> u32 {
    let totals = tie.lists.values().filter_map(|bond| bond.base.totals?.total);
    totals.max().unwrap_or_default()
}

fn remembered(
    desk: &Desk,
    planned: &Planned,
    before: Option<&Memory>,
    draft: &Draft<'_>,
    id: ItemId,
) -> Memory {
    let mut memory = match (before, draft.get(id)) {
        (Some(before), _) => before.clone(),
        (None, Some(item)) => Memory::of(item),
        // It was added and is gone within one run, which cannot be.
        (None, None) => Memory::unknown(planned.ids.clone()),
    };
    if let Some(item) = draft.get(id) {
        memory.ids = item.work.ids.clone();
        memory.title.clone_from(&item.work.title);
    }
    memory.tie = planned.tie.clone();
    for service in ListService::ALL {
        let asked = (service, memory.kind, planned.ids.all().collect());
        if !desk.unknown.is_empty() && desk.unknown.contains(&asked) {
            memory.sought.insert(service, desk.now);
        }
    }
    let read: Vec<ListService> = desk.lists.iter().map(|list| list.service).collect();
    let stays = |open: &Open| {
        open.claims.iter().filter_map(|says| says.service).any(|service| !read.contains(&service))
    };
    let old = std::mem::take(&mut memory.held);
    let kept = old.iter().filter(|(_, open)| stays(open));
    memory.held = kept.map(|(name, open)| (name.clone(), open.clone())).collect();
    for held in &planned.held {
        let name = held.field.name();
        let since = old.get(name).map_or(desk.now, |open| open.since);
        let agreed = planned.tie.agreed.get(held.field);
        memory.held.insert(name.to_owned(), Open::of(held, agreed, since));
    }
    let asked = std::mem::take(&mut memory.asked);
    let since = |service: &ListService| asked.get(service).copied().unwrap_or(desk.now);
    memory.asked = planned.asked.iter().map(|service| (*service, since(service))).collect();
    memory
}

impl Kept {
    fn plan_jobs(&mut self, desk: &Desk, planned: &Planned, id: ItemId, memory: &mut Memory) {
        for (act, next) in planned.writes() {
            let service = next.service;
            let entry = memory.tie.lists.get(&service).and_then(|bond| bond.entry);
            let held = entry.and_then(|entry| desk.list(service)?.native(entry)).cloned();
            let held = held.unwrap_or_default();
            let job = Job {
                item: id,
                title: memory.title.clone(),
                kind: memory.kind,
                ids: memory.ids.clone(),
                act: *act,
                entry: entry.filter(|_| *act != Act::Add),
                next: next.clone(),
                held,
            };
            if memory.is_parked(&job) {
                continue;
            }
            memory.parked.remove(&service);
            memory.is_about_to_tell(&job);
            self.jobs.push(job);
        }
        for (service, entry) in &planned.delete {
            let held = desk.list(*service).and_then(|list| list.native(*entry)).cloned();
            let at = Asked { kind: memory.kind, entry: Some(*entry), ids: memory.ids.clone() };
            let title = memory.title.clone();
            let held = held.unwrap_or_default();
            self.removals.push(Removal { item: id, title, service: *service, at, held });
        }
    }
}

impl Memory {
    /// What is remembered of a work that nobody has.
    fn unknown(ids: Ids) -> Self {
        Self {
            kind: crate::library::Kind::Anime,
            ids,
            title: String::new(),
            tie: Tie::default(),
            held: BTreeMap::new(),
            asked: BTreeMap::new(),
            sought: BTreeMap::new(),
            parked: BTreeMap::new(),
        }
    }

    /// Whether the service refused just this before.
    pub fn is_parked(&self, job: &Job) -> bool {
        let parked = self.parked.get(&job.service());
        parked.is_some_and(|parked| {
            parked.told == job.next.told() && parked.total == job.catalogue().total
        })
    }

    fn is_about_to_tell(&mut self, job: &Job) {
        let Next { base, native, .. } = &job.next;
        let told = job.next.told();
        if let Some(bond) = self.tie.lists.get_mut(&job.service()) {
            let held = if job.act == Act::Add { &Native::default() } else { &job.held };
            bond.base = base.telling(&told, held, native);
        }
    }
}

/// Who changed an item and why, for its history.
fn reason(why: &PerField<(Vec<By>, Why)>) -> Option<(Author, String)> {
    let changes: Vec<(Field, &Vec<By>, Why)> =
        why.iter().map(|(field, (by, why))| (field, by, *why)).collect();
    let services: Vec<ListService> = changes
        .iter()
        .flat_map(|(_, by, _)| by.iter())
        .filter_map(|by| match by {
            By::Service(service) => Some(*service),
            By::Library => None,
        })
        .collect();
    let author = match services.first()? {
        ListService::Anilist => Author::Anilist,
        ListService::Kitsu => Author::Kitsu,
        ListService::Myanimelist => Author::Myanimelist,
    };
    let words = changes.iter().map(|(field, by, why)| sentence(*field, by, *why));
    Some((author, words.collect::<Vec<_>>().join(" ")))
}

fn sentence(field: Field, by: &[By], why: Why) -> String {
    let names: Vec<&str> = by
        .iter()
        .map(|by| match by {
            By::Library => "the library",
            By::Service(service) => service.name(),
        })
        .collect();
    let names = names.join(" and ");
    let field = field.words();
    match why {
        Why::Alone => format!("{names} changed the {field}, and nobody else did."),
        Why::Fits => format!("{names} says the same of the {field} as the others, more exactly."),
        Why::Furthest => format!("Of the {field}, that of {names} is further."),
        Why::Finer => format!("{names} says more of the {field} than the others."),
        Why::Earlier => format!("The {field} of {names} is the earlier day."),
        Why::Status => format!("Of the {field}, that of {names} comes after the others."),
        Why::Hidden => format!("{names} keeps it private, and private it stays."),
        Why::Chosen => format!("You chose the {field} of {names}."),
    }
}
