//! Forgetting what was agreed with a service, when a person leaves it for good.

use std::sync::Arc;

use super::lock::ListLock;
use super::memory;
use crate::hub::error::Result;
use crate::hub::person::Person;
use crate::merge::{Link, ListService};
use crate::store::Write;

/// Forgets what binds titles to their entries at a service. What the person deleted stays deleted.
pub async fn forget(person: &Arc<Person>, service: ListService) -> Result<()> {
    let lock = ListLock::acquire(person).await?;
    let done = forget_all(lock.person(), service).await;
    lock.release().await;
    done
}

async fn forget_all(person: &Person, service: ListService) -> Result<()> {
    let mut writes: Vec<Write> = Vec::new();
    for (id, mut memory) in memory::all(person).await? {
        let Some(bond) = memory.tie.lists.get(&service) else { continue };
        if matches!(bond.link, Link::New | Link::Linked | Link::Asked) {
            memory.tie.lists.remove(&service);
        }
        memory.asked.remove(&service);
        memory.parked.remove(&service);
        memory.held.retain(|_, open| !open.concerns(service));
        writes.push(memory::write(id, &memory)?);
    }
    Ok(person.store.write(writes).await?)
}
