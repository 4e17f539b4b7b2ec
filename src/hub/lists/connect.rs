//! Connecting a person with the services that keep their lists: signing in there, as whom, and out again.
//!
//! Whoever signed in is remembered also after they disconnect, so that nobody else's list comes in its place unless
//! the person says so.

mod anilist;
mod kitsu;
mod myanimelist;
mod setup;
mod standing;

use std::sync::Arc;

use super::integration::{self, Adds, External, Integration, Meeting};
use crate::hub::accounts::Purpose;
use crate::hub::anilist::Begun;
use crate::hub::connections::{Renews, SignIn};
use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::merge::ListService;
use crate::oauth::Granted;
use crate::outbound::{Fault, ProviderError};

pub use self::kitsu::Password;
pub use self::myanimelist::arrive;
pub use self::setup::set_up;
pub use self::standing::{Counts, OfTrakt, Standing, of_trakt, standing};
pub use crate::oauth::App;

/// As whom a person may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// As who they were before, if they ever signed in.
    Known,
    /// As anybody.
    Anybody,
}

/// What becomes of the links between items and entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Links {
    /// They wait until the same person signs in again.
    Kept,
    /// They are forgotten, and the lists meet anew.
    Forgotten,
}

/// A code that a client of the API brings, in place of the browser.
#[derive(Debug)]
pub struct Brought {
    /// What the service gave.
    pub code: String,
    /// Where the service sent it.
    pub back: String,
    /// The proof that it was asked for with; `MyAnimeList` takes no code without one.
    pub verifier: Option<String>,
    /// The app that it was given to, where it is none that is set up here.
    pub app: Option<App>,
}

/// Begins a sign-in, from which the service sends the browser `back`.
pub async fn begin(
    person: &Person,
    service: ListService,
    whom: Whom,
    back: String,
) -> Result<Begun> {
    match (service, whom) {
        (ListService::Anilist, Whom::Known) => {
            crate::hub::anilist::begin(person, Purpose::Anilist, back).await
        }
        (ListService::Anilist, Whom::Anybody) => {
            crate::hub::anilist::begin(person, Purpose::AnyAnilist, back).await
        }
        (ListService::Myanimelist, Whom::Known) => {
            myanimelist::begin(person, Purpose::Myanimelist, back).await
        }
        (ListService::Myanimelist, Whom::Anybody) => {
            myanimelist::begin(person, Purpose::AnyMyanimelist, back).await
        }
        (ListService::Kitsu, _) => Err(no_page()),
    }
}

/// Kitsu lets nobody in by a code.
pub fn no_page() -> Error {
    Error::Refused {
        message: "Kitsu has no page to sign in on for other programs".to_owned(),
        hint: "send your e-mail address and password with POST /api/v1/integrations/kitsu/connect",
    }
}

/// Signs in with a code.
pub async fn with_code(
    person: &Person,
    service: ListService,
    brought: Brought,
    whom: Whom,
) -> Result<Integration> {
    match service {
        ListService::Anilist => anilist::with_code(person, brought, whom).await,
        ListService::Myanimelist => myanimelist::with_code(person, brought, whom).await,
        ListService::Kitsu => {
            let hint = "send username and password";
            Err(Error::invalid("authorization_code", "Kitsu gives no codes", hint))
        }
    }
}

/// Signs in to Kitsu, which takes nothing but a password. It is sent once and kept nowhere.
pub async fn with_password(person: &Person, given: &Password, whom: Whom) -> Result<Integration> {
    kitsu::with_password(person, given, whom).await
}

/// Takes the sign-in away.
///
/// # Errors
///
/// [`Error::RunInProgress`] where the links are to be forgotten, and a sync goes on.
pub async fn disconnect(person: &Person, service: ListService, links: Links) -> Result<()> {
    if service == ListService::Anilist {
        return crate::hub::anilist::disconnect(person, links).await;
    }
    if links == Links::Forgotten {
        forget(person, service).await?;
    }
    match service {
        ListService::Anilist => {}
        ListService::Myanimelist => person.myanimelist.leave().await?,
        ListService::Kitsu => person.kitsu.leave().await?,
    }
    tracing::info!("[{}] Disconnected", service.service());
    Ok(())
}

/// Forgets what a service and the library have agreed on, and who the person was there: the lists meet anew.
pub(in crate::hub) async fn forget(person: &Person, service: ListService) -> Result<()> {
    if integration::of(person, service).await?.is_none() {
        return Ok(());
    }
    super::forget::forget(&Arc::new(person.clone()), service).await?;
    let forget = |kept: &mut Integration| {
        (kept.meeting, kept.adds) = (Meeting::default(), Adds::default());
        (kept.person, kept.confirmed) = (None, false);
    };
    integration::change(person, service, forget).await.map(drop)
}

/// Whether somebody who signs in is who was there before. Where they are not, it takes their word that it is meant.
pub(in crate::hub) fn is_another(
    service: ListService,
    before: Option<&External>,
    now: &External,
    whom: Whom,
) -> Result<bool> {
    let Some(before) = before.filter(|before| before.id != now.id) else { return Ok(false) };
    if whom == Whom::Anybody {
        return Ok(true);
    }
    let (name, service) = (&before.name, service.service());
    Err(Error::Refused {
        message: format!("you signed in to {service} as {name} before, and now as: {}", now.name),
        hint: "if that is meant, begin again and say so (another_user=true)",
    })
}

/// Takes note of who signed in.
pub(in crate::hub) async fn welcome(
    person: &Person,
    service: ListService,
    external: &External,
) -> Result<Integration> {
    let note = |kept: &mut Integration| {
        kept.person = Some(external.clone());
        kept.refused = false;
    };
    let kept = integration::change(person, service, note).await?;
    tracing::info!("[{}] Signed in as {}", service.service(), external.name);
    Ok(kept)
}

/// What a service gave for a sign-in, and to whom.
struct Entered {
    service: ListService,
    external: External,
    granted: Granted,
    app: Option<App>,
}

/// Lets a sign-in count. One of another person comes only after what was of the person before is gone, links first, so
/// that it never meets them, wherever this breaks off.
async fn enter<P: Renews>(
    person: &Person,
    sign_in: &SignIn<P>,
    entered: Entered,
    whom: Whom,
) -> Result<Integration> {
    let Entered { service, external, granted, app } = entered;
    let before = integration::of(person, service).await?.and_then(|kept| kept.person);
    if is_another(service, before.as_ref(), &external, whom)? {
        forget(person, service).await?;
        sign_in.leave().await?;
    }
    let kept = welcome(person, service, &external).await?;
    sign_in.enter(granted, app).await?;
    Ok(kept)
}

/// An app that the service does not know is the person's to mend: they sent it, or set it before.
fn unknown_app(error: Error) -> Error {
    match error {
        Error::Provider(ProviderError { fault: Fault::AppGone, service }) => Error::Refused {
            message: format!("this service does not know the app: {service}"),
            hint: "check client_id and client_secret, as they were sent or set",
        },
        other => other,
    }
}

/// A code or a password that a service does not take is the caller's to mend.
pub(in crate::hub) fn untaken(error: ProviderError, what: &str, hint: &'static str) -> Error {
    match error.fault {
        Fault::Refused { message, .. } => {
            Error::bad_request(format!("{} refused the {what}: {message}", error.service), hint)
        }
        _ => Error::Provider(error),
    }
}
