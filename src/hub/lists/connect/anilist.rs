//! Signing in to AniList with a code that a client of the API brings.

use super::{Brought, Whom, unknown_app};
use crate::hub::anilist::{app, enter};
use crate::hub::error::{Error, Result};
use crate::hub::lists::integration::Integration;
use crate::hub::person::Person;
use crate::hub::settings::Field;

/// An app that comes along is kept for the next time.
pub(super) async fn with_code(
    person: &Person,
    brought: Brought,
    whom: Whom,
) -> Result<Integration> {
    let Brought { code, back, app: own, .. } = brought;
    let has_no_secret = own.as_ref().is_some_and(|own| own.secret.is_none());
    if has_no_secret {
        let hint = "copy it from AniList, Settings, Developer";
        return Err(Error::invalid("client_secret", "AniList gives every app a secret", hint));
    }
    let app = own.clone().map_or_else(|| app(person), Ok)?;
    let entered = enter(person, &app, (&back, &code), whom).await;
    let (_, kept) = entered.map_err(unknown_app)?;
    if let Some(own) = own {
        let changes = [
            (Field::AnilistClientId, Some(own.id.into())),
            (Field::AnilistClientSecret, own.secret),
        ];
        person.in_force.change(&changes).await?;
    }
    Ok(kept)
}
