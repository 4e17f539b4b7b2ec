//! What a person says of where a title belongs: checked against what Trakt has, saved, and told to
//! what waits.

use crate::domain::{
    AnilistId, Mapping, MappingKind, MediaType, Override, Placement, Reason, Show, Slot,
    TraktMovieId, TraktShowId, Waiting,
};
use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::placing::share::{Merged, Policy, Share, Summary, merge};
use crate::store::{WaitingChange, Write};
use crate::sync::resolve::{Copy, listing};

/// Saves a mapping, if Trakt has what it names.
pub async fn map(person: &Person, mapping: Mapping) -> Result<()> {
    check_mapping(person, &mapping).await?;
    save(person, vec![Write::Mapping(mapping)]).await
}

/// Saves a correction of one episode, if Trakt lists the slot that it names.
pub async fn correct(person: &Person, correction: Override) -> Result<()> {
    let slot = correction.slot();
    let Found { show, has_it } =
        look(person, correction.trakt_id, |s| s.episode(slot).is_some()).await?;
    if !has_it {
        return Err(no_slot(show.id, slot));
    }
    save(person, vec![Write::Override(correction)]).await
}

/// All corrections of the person.
pub async fn all(person: &Person) -> Result<Share> {
    let mappings = person.store.mappings().await?;
    let overrides = person.store.overrides().await?;
    Ok(Share::of(&mappings, &overrides))
}

/// Whether something is changed, or only looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trial {
    /// What would be changed is told, and nothing is.
    Dry,
    /// It is changed.
    Real,
}

/// Takes over what a file of corrections says.
pub async fn import(
    person: &Person,
    file: &Share,
    policy: Policy,
    trial: Trial,
) -> Result<Summary> {
    let mappings = person.store.mappings().await?;
    let overrides = person.store.overrides().await?;
    let Merged { mappings, overrides, summary } =
        merge(file, &mappings, &overrides, policy, person.services.clock.now());
    let overrides = overrides.into_iter().map(Write::Override);
    let writes: Vec<Write> = mappings.into_iter().map(Write::Mapping).chain(overrides).collect();
    if trial == Trial::Real && !writes.is_empty() {
        save(person, writes).await?;
        tracing::info!("[Mapping] A file brought {} corrections", summary.added + summary.replaced);
    }
    Ok(summary)
}

/// Which episode a correction is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Which {
    /// The show.
    pub show: TraktShowId,
    /// The title's own episode number.
    pub abs: u32,
    /// The title, where it is limited to one.
    pub title: Option<AnilistId>,
}

/// Takes the correction of an episode back.
pub async fn uncorrect(person: &Person, which: Which) -> Result<()> {
    let all = person.store.overrides().await?;
    let is_it = |one: &Override| {
        (one.trakt_id, one.abs, one.anilist_id) == (which.show, which.abs, which.title)
    };
    let Some(found) = all.into_iter().find(is_it) else {
        let Which { show, abs, .. } = which;
        let message = format!("there is no correction of episode {abs} of Trakt show {show}");
        return Err(Error::not_found(message, "GET /api/overrides lists them"));
    };
    Ok(person.store.write(vec![Write::RemoveOverride(found)]).await?)
}

/// Saves corrections. What waits and is placed by them waits for nobody any more; the next sync
/// looks at it.
async fn save(person: &Person, mut writes: Vec<Write>) -> Result<()> {
    let waiting = person.store.waiting().await?;
    let stored = person.store.overrides().await?;
    let decided = waiting.iter().filter(|row| is_decided(row, &writes, &stored)).map(decided);
    let decided: Vec<Write> = decided.collect();
    writes.extend(decided);
    Ok(person.store.write(writes).await?)
}

/// Takes a mapping back that a person made. A title that waited before waits again.
pub async fn unmap(person: &Person, id: AnilistId) -> Result<()> {
    let saved = person.store.some_mappings(&[id]).await?;
    if saved.get(&id).is_none_or(|saved| saved.kind != MappingKind::Manual) {
        let message = format!("there is no manual mapping of AniList {id}");
        return Err(Error::not_found(message, "GET /api/mappings lists them"));
    }
    let waiting = person.store.waiting().await?;
    let is_it = |row: &Waiting| row.entry.media.id == id && row.reason == Reason::Decided;
    let row = waiting.into_iter().find(is_it).map(|row| {
        let detail = "its mapping by hand was taken back".to_owned();
        let open = Waiting { reason: Reason::NoCandidate, detail, ..row.clone() };
        Write::ChangeWaiting(WaitingChange::to(Some(&row), open))
    });
    let writes = [Write::RemoveMapping(id)].into_iter().chain(row).collect();
    Ok(person.store.write(writes).await?)
}

/// The show that a title is placed on, for a correction that names the title alone.
pub async fn show_of(person: &Person, id: AnilistId) -> Result<Option<TraktShowId>> {
    let row = person.store.placements(&[id]).await?.remove(&id);
    Ok(row.and_then(|row| row.placement.as_ref().and_then(Placement::show)))
}

/// Whether these writes say all that was open about a title. What was posted elsewhere before stays
/// open: only the person knows whether it is to stay there.
fn is_decided(row: &Waiting, writes: &[Write], stored: &[Override]) -> bool {
    let id = row.entry.media.id;
    if row.reason == Reason::Moved {
        return false;
    }
    let new = writes.iter().filter_map(|write| match write {
        Write::Override(correction) => Some(correction),
        _ => None,
    });
    let own = |one: &&Override| one.anilist_id == Some(id);
    let touched = new.clone().any(|one| own(&one));
    let corrected: Vec<u32> = new.chain(stored).filter(own).map(|one| one.abs).collect();
    let all = !row.episodes.is_empty() && row.episodes.iter().all(|abs| corrected.contains(abs));
    (touched && all) || writes.iter().any(|write| is_mapping_of(write, id))
}

fn is_mapping_of(write: &Write, id: AnilistId) -> bool {
    matches!(write, Write::Mapping(mapping)
        if mapping.anilist_id == id && mapping.kind == MappingKind::Manual)
}

fn decided(row: &Waiting) -> Write {
    let detail = Reason::Decided.sentence().to_owned();
    let decided = Waiting { reason: Reason::Decided, detail, ..row.clone() };
    Write::ChangeWaiting(WaitingChange::to(Some(row), decided))
}

/// A show as Trakt lists it, and whether it has what was looked for.
struct Found {
    show: Show,
    has_it: bool,
}

/// Looks for something in a show. What the stored copy lacks may be listed by now.
async fn look(person: &Person, id: TraktShowId, has_it: impl Fn(&Show) -> bool) -> Result<Found> {
    for copy in [Copy::Stored, Copy::Fresh] {
        let listed = listing(person.means(), id, copy).await?;
        match listed {
            Some(show) if has_it(&show) => return Ok(Found { show, has_it: true }),
            Some(show) if copy == Copy::Fresh => return Ok(Found { show, has_it: false }),
            Some(_) | None => {}
        }
    }
    let message = format!("Trakt has no show with this number, or no episode of it: {id}");
    Err(Error::bad_request(message, "look for it on Trakt, and use the number of the right one"))
}

async fn check_mapping(person: &Person, mapping: &Mapping) -> Result<()> {
    match (mapping.media_type, mapping.season) {
        (Some(MediaType::Movie), _) => check_film(person, mapping.trakt_id).await,
        (Some(MediaType::Show), _) | (None, Some(_)) => check_show(person, mapping).await,
        // It follows the title whether it is a show or a film.
        (None, None) => match check_show(person, mapping).await {
            Err(Error::BadRequest { .. }) => check_film(person, mapping.trakt_id).await,
            checked => checked,
        },
    }
}

async fn check_show(person: &Person, mapping: &Mapping) -> Result<()> {
    let (season, offset) = (mapping.season, mapping.offset.unwrap_or(0));
    let listed = |show: &Show, season| u32::try_from(show.season(season).len()).unwrap_or(u32::MAX);
    let has_it = |show: &Show| season.is_none_or(|season| offset < listed(show, season));
    let Found { show, has_it } = look(person, TraktShowId(mapping.trakt_id), has_it).await?;
    match season {
        Some(season) if !has_it => Err(no_season(show.id, season, offset, listed(&show, season))),
        _ => Ok(()),
    }
}

async fn check_film(person: &Person, id: u64) -> Result<()> {
    if person.trakt.client().film(TraktMovieId(id)).await?.is_some() {
        return Ok(());
    }
    let message = format!("Trakt has no film with this number: {id}");
    Err(Error::bad_request(message, "look for it on Trakt, and use the number of the right one"))
}

fn no_slot(show: TraktShowId, slot: Slot) -> Error {
    let message = format!("Trakt's show {show} has no {slot}");
    Error::bad_request(message, "use a season and a number that the show has on Trakt")
}

fn no_season(show: TraktShowId, season: u16, offset: u32, listed: u32) -> Error {
    let message = match listed {
        0 => format!("Trakt's show {show} has no season {season}"),
        _ => format!(
            "season {season} of Trakt's show {show} has {listed} episodes, so none comes after {offset}"
        ),
    };
    Error::bad_request(
        message,
        "use a season that the show has on Trakt, and an offset below its length",
    )
}
