//! One title, looked at by itself.

use std::sync::Arc;

use super::collect::one;
use crate::domain::{AnilistId, Entry, Mapping, Override};
use crate::hub::error::{Error, Result};
use crate::hub::live::Teller;
use crate::hub::person::Person;
use crate::placing::decision::Decision;
use crate::placing::place::Shows;
use crate::plan::Title;
use crate::sync::resolve::{AllWaiting, Budget, Depth, Memory, Placed, Request, Resolver};

/// A title with its place.
#[derive(Debug)]
pub struct Located {
    /// The entry as it is on the list, or as a title nobody has begun.
    pub entry: Arc<Entry>,
    /// Where it belongs.
    pub decision: Decision,
    /// The shows that were looked at.
    pub shows: Shows,
    /// Corrections of single episodes.
    pub overrides: Vec<Override>,
}

/// How long looking at one title may take.
const BUDGET: std::time::Duration = std::time::Duration::from_mins(1);

/// Finds where a title belongs, and stores its show and placement.
pub async fn locate(person: &Person, id: AnilistId) -> Result<Located> {
    let entry = entry(person, id).await?;
    let overrides = person.store.overrides().await?;
    let waiting = waiting(person).await?;
    let resolver = resolver(person, &overrides, &waiting).await?;
    let settled = person.store.settled().await?;
    let title = Title::join(entry, &settled, &waiting);
    let request = Request {
        titles: vec![&title],
        settled: &settled,
        memory: Memory::Renew,
        depth: Depth::Anywhere,
    };
    let Placed { mut decisions, shows, interrupted } = resolver.place(request).await?;
    match decisions.pop().flatten() {
        Some(decision) => Ok(Located { entry: title.entry, decision, shows, overrides }),
        None => Err(Error::Refused {
            message: interrupted.map_or_else(
                || "the title could not be looked up".to_owned(),
                |interruption| interruption.cause,
            ),
            hint: "try again later",
        }),
    }
}

/// Finds where a title would belong with this mapping, and stores no more than the shows that had
/// to be fetched.
pub(super) async fn locate_with(person: &Person, mapping: Mapping) -> Result<Located> {
    let title = Title::new(entry(person, mapping.anilist_id).await?);
    let overrides = person.store.overrides().await?;
    let mut resolver =
        resolver(person, &overrides, &waiting(person).await?).await?.assuming(mapping);
    let decision = resolver.look(&title).await?;
    Ok(Located { entry: title.entry, decision, shows: resolver.shows().clone(), overrides })
}

/// The title's entry, which has to be one that AniList knows.
pub(super) async fn entry(person: &Person, id: AnilistId) -> Result<Arc<Entry>> {
    let entry = one(person, id).await?.ok_or_else(|| {
        let message = format!("AniList has no anime with this id: {id}");
        Error::not_found(message, "use the number from the title's AniList address")
    })?;
    Ok(Arc::new(entry))
}

/// What waits.
pub(super) async fn waiting(person: &Person) -> Result<AllWaiting> {
    let waiting = person.store.waiting().await?;
    Ok(waiting.into_iter().map(|row| (row.entry.media.id, Arc::new(row))).collect())
}

/// A resolver for a title that somebody asks about.
pub(super) async fn resolver<'a>(
    person: &'a Person,
    overrides: &[Override],
    waiting: &AllWaiting,
) -> Result<Resolver<'a>> {
    let asking =
        Budget::new(person.means(), person.services.clock.instant() + BUDGET, Teller::nobody());
    Resolver::new(asking, overrides, waiting).await
}
