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
    /// What of it waits.
    pub counts: Counts,
}

/// What of a list waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Fields that wait for the person.
    pub held: usize,
    /// Changes here that are still to be told by themselves: 1 stands for any number of them.
    pub pending: usize,
}

impl Counts {
    fn of(kept: &Integration, is_behind: bool) -> Self {
        let follows = kept.is_synced_by_itself();
        Self { held: kept.held, pending: usize::from(follows && is_behind) }
    }
}

/// How a person is connected with every service that keeps lists.
pub async fn standing(person: &Person) -> Result<Vec<Standing>> {
    let kept = integration::all_as_they_went(person).await?;
    let of = |wanted: ListService| {
        kept.iter().find(|(service, _)| *service == wanted).map(|(_, kept)| kept.clone())
    };
    let states = person.store.config(&[keys::LIBRARY, keys::LISTS_STATE]).await?;
    let is_behind = states[0] != states[1];
    let mut all = Vec::new();
    for service in ListService::ALL {
        let (found, kept) = (look(person, service).await?, of(service));
        let counts = kept.as_ref().map(|kept| Counts::of(kept, is_behind)).unwrap_or_default();
        all.push(Standing { counts, ..found.with(person, service, kept) });
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
    let (service, sign_in) = (Service::TRAKT, person.trakt.sign_in());
    let Found { fault, ends_at, .. } = of_sign_in(sign_in).await?;
    let is_connected = fault.is_none();
    let about = service.about();
    let nobody = if sign_in.has_app() {
        (State::SignedOut, "sign in at /")
    } else {
        (State::NotConfigured, about.set_up)
    };
    let hints = Hints { nobody, again: about.sign_in };
    let (state, hint) = judged(person, service, fault, (ends_at, WARNING), &hints);
    let stored = person.store.config(&[keys::LAST_RUN, keys::LAST_SYNC_AUTO]).await?;
    let times = stored.into_iter().flatten().filter_map(|text| text.parse().ok());
    let (last_sync, is_scheduled) = (times.max(), person.schedule.is_some());
    Ok(OfTrakt { is_connected, state, hint, expires_at: ends_at, last_sync, is_scheduled })
}

/// What is known of a sign-in.
struct Found {
    /// Why there is none that can be used; [`Fault::NotConfigured`] where nobody signed in.
    fault: Option<Fault>,
    ends_at: Option<Timestamp>,
    external: Option<External>,
}

/// The next steps of a person.
struct Hints {
    /// Of who never signed in, and how it stands then.
    nobody: (State, &'static str),
    /// Of who has to sign in again.
    again: &'static str,
}

async fn look(person: &Person, service: ListService) -> Result<Found> {
    match service {
        ListService::Anilist => Ok(of_anilist(person)),
        ListService::Myanimelist => of_sign_in(&person.myanimelist).await,
        ListService::Kitsu => of_sign_in(&person.kitsu).await,
    }
}

fn of_anilist(person: &Person) -> Found {
    let anilist::Standing { is_connected, signed_in, .. } = anilist::standing(person);
    Found {
        fault: (!is_connected).then_some(Fault::NotConfigured),
        ends_at: signed_in.as_ref().and_then(|one| one.expires_at),
        external: signed_in.map(|one| External { id: one.user, name: one.name }),
    }
}

async fn of_sign_in<P: Renews>(sign_in: &SignIn<P>) -> Result<Found> {
    let fault = match sign_in.state().await {
        Ok(SignInState::SignedIn { .. }) => None,
        Ok(SignInState::SignedOut) => Some(Fault::SignedOut),
        Ok(SignInState::NotConfigured) => Some(Fault::NotConfigured),
        Err(ProviderError { fault: sealed @ Fault::Sealed { .. }, .. }) => Some(sealed),
        Err(error) => return Err(error.into()),
    };
    Ok(Found { fault, ends_at: sign_in.ends_at().await, external: None })
}

/// The id of the app that the person signs in with, where there is one.
fn client_id(person: &Person, service: ListService) -> Option<String> {
    let app = match service {
        ListService::Anilist => anilist::app(person),
        ListService::Myanimelist => myanimelist::app(person),
        ListService::Kitsu => return None,
    };
    app.ok().map(|app| app.id)
}

impl Found {
    fn with(self, person: &Person, service: ListService, kept: Option<Integration>) -> Standing {
        let Self { fault, ends_at, external } = self;
        let is_refused = kept.as_ref().is_some_and(|kept| kept.refused);
        let fault = fault.or_else(|| is_refused.then_some(Fault::SignedOut));
        let is_connected = fault.is_none();
        let external = external.or_else(|| kept.as_ref()?.person.clone());
        // Who was signed in before has to do so again.
        let was = |fault: &Fault| *fault == Fault::NotConfigured && external.is_some();
        let fault = fault.map(|fault| if was(&fault) { Fault::SignedOut } else { fault });
        let client_id = client_id(person, service);
        let hints = hints(service, client_id.is_some());
        let warning = if service == ListService::Anilist { ANILIST_WARNING } else { WARNING };
        let (state, hint) = judged(person, service.service(), fault, (ends_at, warning), &hints);
        let expires_at = ends_at.filter(|_| is_connected);
        let counts = Counts::default();
        Standing {
            service,
            is_connected,
            state,
            hint,
            expires_at,
            external,
            client_id,
            kept,
            counts,
        }
    }
}

/// How a service stands whose sign-in has this fault, or none; and what to do.
fn judged(
    person: &Person,
    service: Service,
    fault: Option<Fault>,
    (ends_at, warning): (Option<Timestamp>, SignedDuration),
    hints: &Hints,
) -> (State, Option<&'static str>) {
    let (outbound, account) = (&person.services.outbound, person.store.account());
    let now = person.services.clock.now();
    let is_near = ends_at.is_some_and(|end| end.duration_since(now) < warning);
    let (state, hint) = match fault.or_else(|| met(outbound, service, account)) {
        Some(Fault::NotConfigured) => hints.nobody,
        Some(Fault::SignedOut) => (State::SignedOut, hints.again),
        Some(fault) => told(service, &fault),
        None if is_near => (State::ExpiresSoon, hints.again),
        None => return (State::Ok, None),
    };
    (state, Some(hint))
}

fn hints(service: ListService, has_app: bool) -> Hints {
    let about = service.service().about();
    let (set_up, first, again) = match service {
        ListService::Anilist => (
            "make an app at AniList, Settings, Developer, and set ANILIST_CLIENT_ID and ANILIST_CLIENT_SECRET",
            "connect AniList",
            "connect AniList again",
        ),
        ListService::Myanimelist => (about.set_up, "connect MyAnimeList", about.renew),
        ListService::Kitsu => (about.set_up, about.set_up, about.renew),
    };
    let knows_apps = service != ListService::Kitsu;
    let nobody = if knows_apps && !has_app {
        (State::NotConfigured, set_up)
    } else {
        (State::SignedOut, first)
    };
    Hints { nobody, again }
}
