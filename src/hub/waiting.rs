//! The titles that wait for a decision, and what a person decides of them.

use crate::domain::{AnilistId, Waiting};
use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::placing::reuse::moved;
use crate::store::{WaitingChange, Write};

/// What waits, and what a person chose not to be asked about. What was placed by hand waits no longer.
pub async fn all(person: &Person) -> Result<Vec<Waiting>> {
    let mut rows = person.store.waiting().await?;
    rows.retain(|row| row.is_open() || row.ignored);
    Ok(rows)
}

/// Whether a person wants to be asked about a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ignored {
    /// No.
    Yes,
    /// Yes.
    No,
}

/// Leaves a title alone, or asks about it again.
pub async fn set_ignored(person: &Person, id: AnilistId, ignored: Ignored) -> Result<()> {
    let rows = person.store.waiting().await?;
    let Some(row) = rows.into_iter().find(|row| row.entry.media.id == id) else {
        let message = format!("nothing waits for a decision under AniList {id}");
        return Err(Error::not_found(message, "GET /api/unmapped lists what does"));
    };
    let now = Waiting { ignored: ignored == Ignored::Yes, ..row.clone() };
    let change = WaitingChange::to(Some(&row), now);
    Ok(person.store.write(vec![Write::ChangeWaiting(change)]).await?)
}

/// Leaves what was posted in an earlier place as it is, and counts it as settled. Gives the title's own
/// numbers of it.
pub async fn keep(person: &Person, id: AnilistId) -> Result<Vec<u32>> {
    let evidence = person.store.evidence(id).await?.unwrap_or_default();
    let row = person.store.placements(&[id]).await?.remove(&id);
    let Some(mut row) = row.filter(|row| !moved(row).is_empty()) else {
        return Err(nothing_moved(id));
    };
    let kept: Vec<u32> = moved(&row).iter().map(|moved| moved.abs).collect();
    for place in &mut row.earlier {
        place.kept = true;
    }
    let waiting = person.store.waiting().await?;
    let waiting = waiting.into_iter().find(|waiting| waiting.entry.media.id == id);
    let mut writes = vec![Write::Placement { row, evidence }];
    writes.extend(waiting.map(|waiting| without(&waiting, &kept)));
    person.store.write(writes).await?;
    Ok(kept)
}

fn nothing_moved(id: AnilistId) -> Error {
    let message = format!("nothing of this title was posted elsewhere before: {id}");
    Error::not_found(message, "GET /api/unmapped lists what waits, each with its reason")
}

/// A waiting title of which these episodes wait no longer.
fn without(waiting: &Waiting, settled: &[u32]) -> Write {
    let episodes: Vec<u32> =
        waiting.episodes.iter().copied().filter(|abs| !settled.contains(abs)).collect();
    if episodes.is_empty() {
        return Write::ChangeWaiting(WaitingChange::off(waiting));
    }
    let rest = Waiting { episodes, ..waiting.clone() };
    Write::ChangeWaiting(WaitingChange::to(Some(waiting), rest))
}
