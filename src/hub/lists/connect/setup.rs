//! The apps with which a person signs in.

use crate::hub::error::{Error, Result};
use crate::hub::person::Person;
use crate::hub::settings::{Change, Field};
use crate::merge::ListService;
use crate::oauth::App;

/// Keeps an app of the person's own to sign in with. That connects nothing yet.
pub async fn set_up(person: &Person, service: ListService, app: App) -> Result<()> {
    let App { id, secret } = app;
    let changes: [Change; 2] = match service {
        ListService::Anilist if secret.is_none() => {
            let hint = "copy it from AniList, Settings, Developer";
            return Err(Error::invalid("client_secret", "AniList gives every app a secret", hint));
        }
        ListService::Anilist => {
            [(Field::AnilistClientId, Some(id.into())), (Field::AnilistClientSecret, secret)]
        }
        ListService::Myanimelist => {
            [(Field::MalClientId, Some(id.into())), (Field::MalClientSecret, secret)]
        }
        ListService::Kitsu => {
            let hint = "sign in with POST /api/v1/integrations/kitsu/connect";
            return Err(Error::invalid("integration_type", "Kitsu knows no apps", hint));
        }
    };
    person.in_force.change(&changes).await.map(drop)
}
