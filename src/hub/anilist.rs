//! A person's AniList as a list that their library is kept in step with: signing in to it with a code, how
//! that stands, and taking the list in.
//!
//! Whoever signs in here is remembered also after they disconnect, so that nobody else's list comes in
//! its place unless the person says so.

pub mod import;

use jiff::Timestamp;
use secrecy::SecretString;

use crate::anilist::{App, ListOwner, Viewer};
use crate::domain::Service;
use crate::hub::accounts::{Began, Beginning, Purpose};
use crate::hub::connections::AniListAccount;
use crate::hub::error::{Error, Result};
use crate::hub::lists::connect::{Links, Whom, forget, is_another, untaken, welcome};
use crate::hub::lists::integration::{External, Integration};
use crate::hub::person::Person;
use crate::hub::settings::{Settings, SignedIn};
use crate::merge::ListService;
use crate::oauth::Given;
use crate::outbound::Fault;

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

/// What acts for who signed in here.
pub fn token(person: &Person) -> Option<SecretString> {
    living(&person.set, person.services.clock.now())?.token.clone()
}

/// The app to sign in with: the person's own, else that of the service.
pub(in crate::hub) fn app(person: &Person) -> Result<App> {
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
    let whom = if began.purpose == Purpose::AnyAnilist { Whom::Anybody } else { Whom::Known };
    let (signed_in, _) = enter(person, &app(person)?, (&began.back, code), whom).await?;
    Ok(signed_in)
}

/// Signs in as an app, with a code that was sent `back`. What is kept of the list goes with it.
pub(in crate::hub) async fn enter(
    person: &Person,
    app: &App,
    (back, code): (&str, &str),
    whom: Whom,
) -> Result<(SignedIn, Integration)> {
    let given = person.services.anilist_sign_in.exchange(app, back, code).await;
    let hint = "begin signing in to AniList again";
    let given = given.map_err(|error| untaken(error, "code", hint))?;
    let signed_in = signed_in(person, given).await?;
    let now = External { id: signed_in.user, name: signed_in.name.clone() };
    if is_another(ListService::Anilist, last(person).await?.as_ref(), &now, whom)? {
        // Nothing of theirs may meet what was of the one before.
        disconnect(person, Links::Forgotten).await?;
    }
    let kept = welcome(person, ListService::Anilist, &now).await?;
    person.in_force.keep_sign_in(Some(&signed_in)).await?;
    Ok((signed_in, kept))
}

/// Asks whose the token is.
async fn signed_in(person: &Person, given: Given) -> Result<SignedIn> {
    let services = &person.services;
    let owner = ListOwner::of(&given.access_token);
    let Viewer { id: user, name } = services.anilist.viewer(&owner).await?;
    let since = services.clock.now();
    let told = given.life.and_then(|life| since.checked_add(life).ok());
    let expires_at = told.or_else(|| owner.token_expiry());
    Ok(SignedIn { user, name, since, expires_at, token: Some(given.access_token) })
}

/// As whom the person signed in last.
async fn last(person: &Person) -> Result<Option<External>> {
    let before = person.in_force.read().await?.anilist.clone();
    Ok(before.map(|one| External { id: one.user, name: one.name }))
}

/// Takes the token away. Who it was stays known, unless that is to be forgotten too, with what was agreed on.
pub async fn disconnect(person: &Person, links: Links) -> Result<()> {
    if links == Links::Forgotten {
        forget(person, ListService::Anilist).await?;
    }
    let before = person.in_force.read().await?.anilist.clone();
    let kept = before.filter(|_| links == Links::Kept);
    let kept = kept.map(|one| SignedIn { token: None, expires_at: None, ..one });
    person.in_force.keep_sign_in(kept.as_ref()).await?;
    tracing::info!("[AniList] Disconnected");
    Ok(())
}

/// The list to take in.
fn list(person: &Person) -> Result<AniListAccount> {
    let owner = owner(person);
    if !owner.is_known() {
        return Err(Fault::NotConfigured.at(Service::ANILIST).into());
    }
    Ok(AniListAccount::new(person.services.anilist.clone(), owner))
}
