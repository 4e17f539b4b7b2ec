//! A person's AniList as a list that their library is kept in step with: signing in to it with a code, how
//! that stands, and taking the list in.
//!
//! Whoever signs in here is remembered also after they disconnect, so that nobody else's list comes in
//! its place unless the person says so.

pub mod import;

use jiff::Timestamp;

use crate::anilist::{App, ListOwner, Viewer};
use crate::domain::Service;
use crate::hub::accounts::{Began, Beginning, Purpose};
use crate::hub::connections::AniListAccount;
use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::hub::settings::{Settings, SignedIn};
use crate::outbound::{Fault, ProviderError};

/// How a person's AniList stands, as far as is known without asking it.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Whether there is a token of who signed in here that has not ended.
    pub is_connected: bool,
    /// As whom they signed in here, now or the last time.
    pub signed_in: Option<SignedIn>,
    /// Whether there is an app to sign in with.
    pub has_app: bool,
    /// Whether there is a list to take in: that of who signed in, or one that is set.
    pub has_list: bool,
}

/// How it stands now.
pub fn standing(person: &Person) -> Standing {
    let signed_in = person.set.anilist.clone();
    Standing {
        is_connected: living(&person.set, person.services.clock.now()).is_some(),
        has_app: app(person).is_ok(),
        has_list: owner(person).is_known(),
        signed_in,
    }
}

/// The sign-in whose token has not ended.
fn living(set: &Settings, now: Timestamp) -> Option<&SignedIn> {
    let lives = |one: &&SignedIn| one.expires_at.is_none_or(|end| end > now);
    set.anilist.as_ref().filter(lives).filter(|one| one.token.is_some())
}

/// Whose list is taken in: that of who signed in here, else the one that is set.
fn owner(person: &Person) -> ListOwner {
    let signed_in = living(&person.set, person.services.clock.now());
    match signed_in.and_then(|one| one.token.clone()) {
        Some(token) => ListOwner::of(&token),
        None => person.anilist.owner().clone(),
    }
}

/// The app to sign in with: the person's own, else that of the service.
fn app(person: &Person) -> Result<App> {
    let Settings { anilist_client_id: id, anilist_client_secret: secret, .. } = &*person.set;
    if let (Some(id), secret @ Some(_)) = (id.clone(), secret.clone()) {
        return Ok(App { id, secret });
    }
    let service = person.services.anilist_app.clone();
    service.ok_or_else(|| Error::Refused {
        message: "there is no app to sign in to AniList with".to_owned(),
        hint: "make one at AniList, Settings, Developer, and set ANILIST_CLIENT_ID and ANILIST_CLIENT_SECRET, or the settings anilistClientId and anilistClientSecret",
    })
}

/// Where a person lets the app in.
#[derive(Debug)]
pub struct Begun {
    /// AniList's page.
    pub page: String,
    /// What the browser keeps meanwhile.
    pub beginning: Beginning,
}

/// Begins a sign-in, from which AniList sends the browser `back`.
pub async fn begin(person: &Person, purpose: Purpose, back: String) -> Result<Begun> {
    let (app, services) = (app(person)?, &person.services);
    let account = person.store.account().clone();
    let beginning = services.accounts.begin(purpose, back.clone(), Some(account)).await?;
    let page = services.anilist_sign_in.page(&app, &back, &beginning.state)?;
    Ok(Begun { page, beginning })
}

/// Ends a sign-in with the code that the browser brought back, and says as whom.
pub async fn arrive(person: &Person, began: &Began, code: &str) -> Result<SignedIn> {
    let (app, services) = (app(person)?, &person.services);
    let given = services.anilist_sign_in.exchange(&app, &began.back, code).await;
    let given = given.map_err(unexchanged)?;
    let token = given.access_token;
    let owner = ListOwner::of(&token);
    let Viewer { id: user, name } = services.anilist.viewer(&owner).await?;
    if began.purpose != Purpose::AnyAnilist {
        must_be_known(&person.set, user, &name)?;
    }
    let since = services.clock.now();
    let told = given.life.and_then(|life| since.checked_add(life).ok());
    let expires_at = told.or_else(|| owner.token_expiry());
    let signed_in = SignedIn { user, name, since, expires_at, token: Some(token) };
    person.in_force.keep_sign_in(Some(&signed_in)).await?;
    tracing::info!("[AniList] Signed in as {}", signed_in.name);
    Ok(signed_in)
}

/// A list of somebody else would be mixed with the one that is known.
fn must_be_known(set: &Settings, user: u64, name: &str) -> Result<()> {
    match &set.anilist {
        Some(before) if before.user != user => Err(Error::Refused {
            message: format!(
                "you signed in to AniList as {} before, and now as: {name}",
                before.name
            ),
            hint: "if that is meant, begin again and say so (another_user=true)",
        }),
        _ => Ok(()),
    }
}

/// Takes the token away. Who it was stays known, unless that is to be forgotten too.
pub async fn disconnect(person: &Person, forgets: bool) -> Result<()> {
    let before = person.in_force.read().await?.anilist.clone();
    let kept =
        before.filter(|_| !forgets).map(|one| SignedIn { token: None, expires_at: None, ..one });
    person.in_force.keep_sign_in(kept.as_ref()).await?;
    tracing::info!("[AniList] Disconnected");
    Ok(())
}

/// A code that AniList does not take is the caller's to mend, and so is an app that it does not know.
fn unexchanged(error: ProviderError) -> Error {
    match error.fault {
        Fault::Refused { message, .. } => Error::bad_request(
            format!("AniList refused the code: {message}"),
            "begin signing in to AniList again",
        ),
        _ => Error::Provider(error),
    }
}

/// The list to take in.
fn list(person: &Person) -> Result<AniListAccount> {
    let owner = owner(person);
    if !owner.is_known() {
        return Err(Fault::NotConfigured.at(Service::ANILIST).into());
    }
    Ok(AniListAccount::new(person.services.anilist.clone(), owner))
}
