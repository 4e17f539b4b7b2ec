//! Signing in to Kitsu: with a password, which is used once.

use secrecy::SecretString;

use super::{Entered, Whom, enter, untaken};
use crate::hub::error::Result;
use crate::hub::lists::integration::{External, Integration};
use crate::hub::person::Person;
use crate::merge::ListService;

/// What a person signs in to Kitsu with.
#[derive(Debug)]
pub struct Password {
    /// Their e-mail address, or the name in the address of their profile; not the name that others see.
    pub username: String,
    /// It is sent to Kitsu and kept nowhere.
    pub password: SecretString,
}

pub(super) async fn with_password(
    person: &Person,
    given: &Password,
    whom: Whom,
) -> Result<Integration> {
    let services = &person.services;
    let granted = services.kitsu_sign_in.sign_in(&given.username, &given.password).await;
    let hint = "check both; Kitsu takes your e-mail address, or the name in the address of your profile there";
    let granted = granted.map_err(|error| untaken(error, "name and password", hint))?;
    let me = services.kitsu.me(&granted.access_token).await?;
    let external = External { id: me.id, name: me.name };
    let entered = Entered { service: ListService::Kitsu, external, granted, app: None };
    enter(person, &person.kitsu, entered, whom).await
}
