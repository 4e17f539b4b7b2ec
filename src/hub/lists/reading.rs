//! What a run has to know before it decides: the lists as they are, whether entries are gone, and what works are called
//! elsewhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::join_all;
use jiff::SignedDuration;

use super::integration::Way;
use super::known::KnownIds;
use super::memory;
use super::planning::{Desk, Gathered, Sought, chosen};
use super::remote::Asked;
use super::run::Part;
use crate::hub::error::Result;
use crate::hub::person::Person;
use crate::library::{Ids, Kind, Library};
use crate::merge::{Link, ListService, Plan};
use crate::outbound::ProviderError;

/// A work that a service does not know is asked for again after this.
const SOUGHT_AGAIN: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How often it is asked about entries by themselves before a plan stands.
const LOOKS: usize = 3;

/// Reads what a run needs, and asks about entries by themselves until a plan stands.
pub async fn prepare(
    person: &Arc<Person>,
    parts: &[Part],
    way: Way,
) -> Result<(Desk, Vec<(ListService, ProviderError)>)> {
    let reading = parts.iter().map(|part| async move {
        let kinds = [Kind::Anime, Kind::Manga].into_iter();
        let kinds: Vec<Kind> = kinds.filter(|kind| part.integration.set.has(*kind)).collect();
        (part, part.remote.read(&kinds).await)
    });
    let (read, memories, wishes, datasets) = tokio::join!(
        join_all(reading),
        memory::all(person),
        memory::wishes(person),
        person.services.datasets.fribbs.table(),
    );
    let (mut lists, mut failures) = (Vec::new(), Vec::new());
    for (part, answer) in read {
        match answer {
            Ok(rows) => lists.push(Gathered::new(part.service(), &part.integration, rows, way)),
            Err(error) => failures.push((part.service(), error)),
        }
    }
    let known = datasets.map_or_else(|_| KnownIds::default(), |table| KnownIds::of(&table));
    let (mut memories, wishes) = (memories?, wishes?);
    for (id, services) in &wishes {
        let Some(memory) = memories.get_mut(id) else { continue };
        for service in services {
            memory.tie.lists.entry(*service).or_default().delete = true;
        }
    }
    let choose = chosen(parts.iter().map(|part| &part.integration));
    let now = person.services.clock.now();
    let unknown = Sought::new();
    let mut desk = Desk { memories, wishes, lists, known, unknown, choose, now };
    look_closer(person, parts, &mut desk, &mut failures).await?;
    Ok((desk, failures))
}

/// Finds out what a plan cannot be made without: whether entries are gone, and what works are called elsewhere.
async fn look_closer(
    person: &Person,
    parts: &[Part],
    desk: &mut Desk,
    failures: &mut Vec<(ListService, ProviderError)>,
) -> Result<()> {
    let mut sought = Sought::new();
    for _ in 0..LOOKS {
        let library = person.library().read().await?;
        let plan = desk.plan(&library);
        let mut learned = false;
        for part in parts {
            let service = part.service();
            if desk.list(service).is_none() || plan.guards.contains_key(&service) {
                continue;
            }
            let asked = prove(part, &plan, desk).await;
            let found = match asked {
                Ok(proven) => find(part, &plan, &library, desk, &mut sought)
                    .await
                    .map(|found| proven || found),
                Err(error) => Err(error),
            };
            match found {
                Ok(more) => learned |= more,
                Err(error) => {
                    desk.lists.retain(|list| list.service != service);
                    failures.push((service, error));
                    learned = true;
                }
            }
        }
        if !learned {
            break;
        }
    }
    Ok(())
}

/// Asks for entries by themselves that a list does not prove.
async fn prove(
    part: &Part,
    plan: &Plan,
    desk: &mut Desk,
) -> std::result::Result<bool, ProviderError> {
    let service = part.service();
    let Some(list) = desk.lists.iter_mut().find(|list| list.service == service) else {
        return Ok(false);
    };
    let wanted = plan.works.iter().flat_map(|work| {
        let entries = work.prove.iter().filter(|(at, _)| *at == service);
        entries.map(move |(_, entry)| (work, *entry))
    });
    let wanted =
        wanted.filter(|(_, entry)| !list.gone.contains(entry) && !list.proven.contains(entry));
    let asked: Vec<(u64, Asked)> = wanted
        .filter_map(|(work, entry)| {
            let kind = desk.memories.get(&work.item?).map(|memory| memory.kind)?;
            Some((entry, Asked { kind, entry: Some(entry), ids: work.ids.clone() }))
        })
        .collect();
    if asked.is_empty() {
        return Ok(false);
    }
    let (entries, asked): (Vec<u64>, Vec<Asked>) = asked.into_iter().unzip();
    let rows = part.remote.look(&asked).await?;
    for (entry, row) in entries.into_iter().zip(rows) {
        match row {
            Some(row) => {
                list.rows.rows.retain(|known| known.entry != entry);
                list.proven.insert(row.entry);
                list.rows.rows.push(row);
            }
            None => {
                list.gone.insert(entry);
            }
        }
    }
    Ok(true)
}

/// Asks a service what it knows works as that it may have, or is to have.
async fn find(
    part: &Part,
    plan: &Plan,
    library: &Library,
    desk: &mut Desk,
    sought: &mut Sought,
) -> std::result::Result<bool, ProviderError> {
    let service = part.service();
    let Some(list) = desk.list(service) else { return Ok(false) };
    let mut wanted: BTreeMap<Kind, Vec<Ids>> = BTreeMap::new();
    for work in &plan.works {
        let item = work.item.and_then(|id| library.get(id));
        let kind = item.map(|item| item.kind).or(work.new.as_ref().map(|new| new.kind));
        let Some(kind) = kind.filter(|kind| list.kinds.contains(kind)) else { continue };
        let link = work.tie.lists.get(&service).map_or(Link::New, |bond| bond.link);
        let is_known = link != Link::New || work.ids.all().any(|id| service.has(&id));
        let rested = work.item.and_then(|id| desk.memories.get(&id)?.sought.get(&service));
        let rests = rested.is_some_and(|at| desk.now.duration_since(*at) < SOUGHT_AGAIN);
        if !is_known && !rests && sought.insert((service, kind, work.ids.all().collect())) {
            wanted.entry(kind).or_default().push(work.ids.clone());
        }
    }
    let mut learned = false;
    for (kind, works) in wanted {
        for (work, found) in works.iter().zip(part.remote.find(kind, &works).await?) {
            match found {
                Some(ids) => {
                    desk.known.add(kind, ids);
                    learned = true;
                }
                None => {
                    desk.unknown.insert((service, kind, work.all().collect()));
                }
            }
        }
    }
    Ok(learned)
}
