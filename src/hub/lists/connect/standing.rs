//! How a person is connected with the services that keep lists, without asking any of them.

use jiff::{SignedDuration, Timestamp};

use super::myanimelist;
use crate::domain::Service;
use crate::hub::anilist;
use crate::hub::connections::{Renews, SignIn, SignInState, State, met, told};
use crate::hub::error::Result;
use crate::hub::lists::integration::{self, External, Integration};
use crate::hub::person::Person;
use crate::merge::ListService;
use crate::outbound::{Fault, ProviderError};
use crate::store::keys;

/// AniList's sign-ins are never renewed, and a new one takes a person.
const ANILIST_WARNING: SignedDuration = SignedDuration::from_hours(30 * 24);
/// The others are renewed long before they end, unless something keeps them from it.
const WARNING: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How a person is connected with a service.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Which.
    pub service: ListService,
    /// Whether they are signed in there.
    pub is_connected: bool,
    /// How the service stands, as far as it is known here.
    pub state: State,
    /// What to do, where there is something to do.
    pub hint: Option<&'static str>,
    /// When the sign-in ends, where nothing renews it before and that is known.
    pub expires_at: Option<Timestamp>,
    /// As whom, now or the last time.
    pub external: Option<External>,
    /// The id of the app that they sign in with.
    pub client_id: Option<String>,
    /// What is kept of the list, where they ever connected it or set something for it.
    pub kept: Option<Integration>,
}

/// What of a list waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Fields that wait for the person.
    pub held: usize,
    /// Changes that are still to be told to the service.
    pub pending: usize,
}

/// What waits of a person's list at a service. TO BE FILLED IN by the sync of lists.
pub fn counts(_person: &Person, _service: ListService) -> Counts {
    Counts::default()
}

/// How a person is connected with every service that keeps lists.
pub async fn standing(person: &Person) -> Result<Vec<Standing>> {
    let kept = integration::all(person).await?;
    let of = |wanted: ListService| {
        kept.iter().find(|(service, _)| *service == wanted).map(|(_, kept)| kept.clone())
    };
    let mut all = Vec::new();
    for service in ListService::ALL {
        let (found, kept) = (look(person, service).await?, of(service));
        all.push(found.with(person, service, kept));
    }
    Ok(all)
}

/// How a person's Trakt is connected, which has a history in place of a list.
#[derive(Debug, Clone)]
pub struct OfTrakt {
    /// Whether they are signed in there.
    pub is_connected: bool,
    /// How it stands, as far as it is known here.
    pub state: State,
    /// What to do, where there is something to do.
    pub hint: Option<&'static str>,
    /// When the sign-in ends, where nothing renews it.
    pub expires_at: Option<Timestamp>,
    /// When it was last synced.
    pub last_sync: Option<Timestamp>,
    /// Whether it is synced by itself.
    pub is_scheduled: bool,
}

/// How a person's Trakt is connected.
pub async fn of_trakt(person: &Person) -> Result<OfTrakt> {
    let sign_in = person.trakt.sign_in();
    let Found { fault, ends_at, .. } = of_sign_in(sign_in).await?;
    let fault = fault
        .filter(|_| sign_in.has_app())
        .or_else(|| (!sign_in.has_app()).then_some(Fault::NotConfigured));
    let is_connected = fault.is_none();
    let (outbound, account) = (&person.services.outbound, person.store.account());
    let fault = fault.or_else(|| met(outbound, Service::TRAKT, account));
    let is_near =
        ends_at.is_some_and(|end| end.duration_since(person.services.clock.now()) < WARNING);
    let (state, hint) = match &fault {
        Some(fault) => Some(told(Service::TRAKT, fault)),
        None => is_near.then(|| (State::ExpiresSoon, Service::TRAKT.about().sign_in)),
    }
    .map_or((State::Ok, None), |(state, hint)| (state, Some(hint)));
    let stored = person.store.config(&[keys::LAST_RUN, keys::LAST_SYNC_AUTO]).await?;
    let times = stored.into_iter().flatten().filter_map(|text| text.parse().ok());
    let (last_sync, is_scheduled) = (times.max(), person.schedule.is_some());
    Ok(OfTrakt { is_connected, state, hint, expires_at: ends_at, last_sync, is_scheduled })
}

/// What is known of a sign-in.
struct Found {
    /// Why there is none that can be used.
    fault: Option<Fault>,
    ends_at: Option<Timestamp>,
    external: Option<External>,
    client_id: Option<String>,
}

async fn look(person: &Person, service: ListService) -> Result<Found> {
    match service {
        ListService::Anilist => Ok(of_anilist(person)),
        ListService::Myanimelist => {
            let app = myanimelist::app(person).ok().map(|app| app.id);
            let found = of_sign_in(&person.myanimelist).await?;
            let is_new = found.fault == Some(Fault::SignedOut) && app.is_none();
            let fault = if is_new { Some(Fault::NotConfigured) } else { found.fault };
            Ok(Found { client_id: app, fault, ..found })
        }
        ListService::Kitsu => of_sign_in(&person.kitsu).await,
    }
}

fn of_anilist(person: &Person) -> Found {
    let anilist::Standing { is_connected, signed_in, has_app, .. } = anilist::standing(person);
    let missing =
        if has_app || signed_in.is_some() { Fault::SignedOut } else { Fault::NotConfigured };
    Found {
        fault: (!is_connected).then_some(missing),
        ends_at: signed_in.as_ref().and_then(|one| one.expires_at),
        external: signed_in.map(|one| External { id: one.user, name: one.name }),
        client_id: anilist::app(person).ok().map(|app| app.id),
    }
}

async fn of_sign_in<P: Renews>(sign_in: &SignIn<P>) -> Result<Found> {
    let fault = match sign_in.state().await {
        Ok(SignInState::SignedIn { .. }) => None,
        Ok(SignInState::SignedOut | SignInState::NotConfigured) => Some(Fault::SignedOut),
        Err(ProviderError { fault: sealed @ Fault::Sealed { .. }, .. }) => Some(sealed),
        Err(error) => return Err(error.into()),
    };
    Ok(Found { fault, ends_at: sign_in.ends_at().await, external: None, client_id: None })
}

impl Found {
    fn with(self, person: &Person, service: ListService, kept: Option<Integration>) -> Standing {
        let Self { fault, ends_at, external, client_id } = self;
        let is_connected = fault.is_none();
        let known = || kept.as_ref().and_then(|kept| kept.person.clone());
        let external = external.or_else(known);
        let (outbound, account) = (&person.services.outbound, person.store.account());
        let fault = fault.or_else(|| met(outbound, service.service(), account));
        let (state, hint) = match &fault {
            Some(Fault::SignedOut) if external.is_none() => {
                (State::SignedOut, Some(first(service)))
            }
            Some(fault) => {
                let (state, hint) = told(service.service(), fault);
                (state, Some(hint))
            }
            None if is_near(service, ends_at, person.services.clock.now()) => {
                (State::ExpiresSoon, Some(again(service)))
            }
            None => (State::Ok, None),
        };
        let expires_at = ends_at.filter(|_| is_connected);
        Standing { service, is_connected, state, hint, expires_at, external, client_id, kept }
    }
}

fn is_near(service: ListService, ends_at: Option<Timestamp>, now: Timestamp) -> bool {
    let warning = if service == ListService::Anilist { ANILIST_WARNING } else { WARNING };
    ends_at.is_some_and(|end| end.duration_since(now) < warning)
}

/// The next step of who was never connected.
fn first(service: ListService) -> &'static str {
    match service {
        ListService::Anilist => "connect AniList",
        ListService::Myanimelist => "connect MyAnimeList",
        ListService::Kitsu => service.service().about().set_up,
    }
}

/// The next step before a sign-in ends.
fn again(service: ListService) -> &'static str {
    match service {
        ListService::Anilist => "connect AniList again before then",
        ListService::Myanimelist | ListService::Kitsu => service.service().about().renew,
    }
}
