//! Signing in to `MyAnimeList`: with a code, and the proof that it was asked for here.

use super::{Brought, Entered, Whom, enter, unknown_app, untaken};
use crate::hub::accounts::{Began, Purpose};
use crate::hub::anilist::Begun;
use crate::hub::error::{Error, Result};
use crate::hub::lists::integration::{External, Integration};
use crate::hub::person::Person;
use crate::hub::settings::{Field, Settings};
use crate::mal;
use crate::merge::ListService;
use crate::oauth::{App, Granted, Proof};
use crate::outbound::Fault;

/// Begins a sign-in, from which `MyAnimeList` sends the browser `back`.
pub(super) async fn begin(person: &Person, purpose: Purpose, back: String) -> Result<Begun> {
    let (app, services) = (app(person)?, &person.services);
    let account = person.store.account().clone();
    let beginning = services.accounts.begin(purpose, back.clone(), Some(account)).await?;
    let proof = proof(&beginning.began.verifier)?;
    let page = services.mal_sign_in.page_for(&app, &back, &beginning.state, &proof)?;
    Ok(Begun { page, beginning })
}

/// Ends a sign-in with the code that the browser brought back.
pub async fn arrive(person: &Person, began: &Began, code: &str) -> Result<External> {
    let whom = if began.purpose == Purpose::AnyMyanimelist { Whom::Anybody } else { Whom::Known };
    let app = app(person)?;
    let proof = proof(&began.verifier)?;
    let kept = exchange(person, app, (&began.back, code, &proof), whom).await?;
    kept.person.ok_or_else(|| Error::Internal("nobody signed in".to_owned()))
}

/// Signs in with a code that was asked for elsewhere. An app that comes along is kept for the next time.
pub(super) async fn with_code(
    person: &Person,
    brought: Brought,
    whom: Whom,
) -> Result<Integration> {
    let Brought { code, back, verifier, app: own } = brought;
    let hint = "send the code_verifier that the code was asked for with";
    let missing = || Error::invalid("code_verifier", "MyAnimeList takes no code without it", hint);
    let proof = Proof::read(&verifier.ok_or_else(missing)?)
        .map_err(|wrong| Error::invalid("code_verifier", wrong.to_string(), hint))?;
    let app = own.clone().map_or_else(|| app(person), Ok)?;
    let kept = exchange(person, app, (&back, &code, &proof), whom).await;
    let kept = kept.map_err(unknown_app)?;
    if let Some(own) = own {
        let changes =
            [(Field::MalClientId, Some(own.id.into())), (Field::MalClientSecret, own.secret)];
        person.in_force.change(&changes).await?;
    }
    Ok(kept)
}

async fn exchange(
    person: &Person,
    app: App,
    (back, code, proof): (&str, &str, &Proof),
    whom: Whom,
) -> Result<Integration> {
    let services = &person.services;
    let given = services.mal_sign_in.exchange_with(&app, back, code, proof).await;
    let hint = "begin signing in to MyAnimeList again";
    let given = given.map_err(|error| untaken(error, "code", hint))?;
    let service = ListService::Myanimelist;
    let granted = Granted::of(given, None).ok_or_else(|| {
        let detail = "refresh_token is missing".to_owned();
        Fault::UnexpectedBody { detail }.at(service.service())
    })?;
    let mal::Person { id, name, .. } = services.mal.me(&granted.access_token).await?;
    let external = External { id, name };
    let entered = Entered { service, external, granted, app: Some(app) };
    enter(person, &person.myanimelist, entered, whom).await
}

/// The app to sign in with: the person's own, else that of the service.
pub(super) fn app(person: &Person) -> Result<App> {
    let Settings { mal_client_id: id, mal_client_secret: secret, .. } = &*person.set;
    if let Some(id) = id.clone() {
        return Ok(App { id, secret: secret.clone() });
    }
    let service = person.services.mal_app.clone();
    service.ok_or_else(|| Error::Refused {
        message: "there is no app to sign in to MyAnimeList with".to_owned(),
        hint: "make one at https://myanimelist.net/apiconfig, and set MAL_CLIENT_ID, or the setting malClientId",
    })
}

fn proof(verifier: &str) -> Result<Proof> {
    Proof::read(verifier).map_err(|wrong| Error::Internal(wrong.to_string()))
}
