//! Asking for a sync of lists: which services take part, and whether they may.

use std::sync::Arc;

use super::integration::{self, Integration, Meeting, Way};
use super::remote::Remote;
use super::remote::anilist::AniListRemote;
use super::remote::kitsu::KitsuRemote;
use super::remote::mal::MalRemote;
use super::run::{Part, Run, Wanted};
use crate::domain::RunTrigger;
use crate::hub::anilist;
use crate::hub::connections::SignInState;
use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::merge::ListService;

/// Begins a sync of one list or of all, and answers before it is done.
///
/// # Errors
///
/// A list that is not connected, or not to be synced, or whose first preview was not answered;
/// [`Error::RunInProgress`].
pub async fn begin(
    person: &Arc<Person>,
    service: Option<ListService>,
    way: Way,
    trigger: RunTrigger,
) -> Result<()> {
    let parts = match service {
        Some(service) => vec![one(person, service).await?],
        None => all(person).await?,
    };
    let wanted = Wanted { way, trigger };
    Run::begin(person, parts, &wanted).await?.go();
    Ok(())
}

async fn one(person: &Person, service: ListService) -> Result<Part> {
    let integration = integration::of(person, service).await?;
    let part = match integration {
        Some(integration) => part(person, service, integration).await?,
        None => None,
    };
    let part = part.ok_or_else(|| {
        let message = format!("you are not signed in there: {}", service.name());
        Error::not_found(message, "connect it in the settings")
    })?;
    if !part.integration.set.sync_enabled {
        let message = format!("it is not to be synced: {}", service.name());
        return Err(Error::bad_request(message, "switch its sync on in the settings"));
    }
    must_be_answered(&part)?;
    Ok(part)
}

async fn all(person: &Person) -> Result<Vec<Part>> {
    let parts = enabled(person).await?;
    parts.iter().try_for_each(must_be_answered)?;
    if parts.is_empty() {
        let message = "no list is connected".to_owned();
        return Err(Error::not_found(message, "connect one in the settings"));
    }
    Ok(parts)
}

fn must_be_answered(part: &Part) -> Result<()> {
    match part.integration.meeting {
        Meeting::Unanswered => Err(Error::FirstSyncUnanswered { service: part.service().name() }),
        Meeting::Answered(_) | Meeting::Known => Ok(()),
    }
}

/// All lists that are connected and to be synced.
pub async fn enabled(person: &Person) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    for (service, integration) in integration::all(person).await? {
        if integration.set.sync_enabled {
            parts.extend(part(person, service, integration).await?);
        }
    }
    Ok(parts)
}

/// A list, where the person has signed in.
async fn part(
    person: &Person,
    service: ListService,
    integration: Integration,
) -> Result<Option<Part>> {
    let services = &person.services;
    let Some(external) = &integration.person else { return Ok(None) };
    let remote: Arc<dyn Remote> = match service {
        ListService::Anilist => {
            let Some(token) = anilist::token(person) else { return Ok(None) };
            Arc::new(AniListRemote::new(services.anilist.clone(), token, external.id))
        }
        ListService::Myanimelist => {
            if person.myanimelist.state().await? == SignInState::NotConfigured {
                return Ok(None);
            }
            Arc::new(MalRemote::new(services.mal.clone(), Arc::clone(&person.myanimelist)))
        }
        ListService::Kitsu => {
            if person.kitsu.state().await? == SignInState::NotConfigured {
                return Ok(None);
            }
            Arc::new(KitsuRemote::new(services.kitsu.clone(), Arc::clone(&person.kitsu)))
        }
    };
    Ok(Some(Part { remote, integration }))
}
