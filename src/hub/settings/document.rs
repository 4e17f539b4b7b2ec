//! Settings as the store keeps them: a JSON object with what a person set, each under its name, and
//! secrets sealed.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use super::anilist::{self, Opened as OpenedSignIn};
use super::{Field, Settings, SignedIn};
use crate::domain::Service;
use crate::hub::error::{Error, Result};
use crate::outbound::Fault;
use crate::store::vault::{Opened, Vault, VaultError};
use crate::store::{StoreError, keys};

/// The document. What another version has written in it stays.
#[derive(Default)]
pub(super) struct Document(Map<String, Value>);

impl Document {
    /// What is stored.
    pub(super) fn read(stored: Option<&str>) -> Result<Self> {
        let Some(text) = stored else { return Ok(Self::default()) };
        serde_json::from_str(text).map(Self).map_err(|_| damaged("it is no JSON object"))
    }

    /// As it is stored; none when nothing is set.
    pub(super) fn text(&self) -> Option<SecretString> {
        (!self.0.is_empty()).then(|| Value::from(self.0.clone()).to_string().into())
    }

    /// Writes down what one is set to, or that it is not.
    pub(super) fn take(&mut self, field: Field, from: &Settings, vault: &Vault) -> Result<()> {
        let Some(value) = from.get(field) else {
            self.0.remove(field.name());
            return Ok(());
        };
        let value = match value {
            Value::String(secret) if field.is_secret() => {
                sealed(vault, field, &secret.into())?.into()
            }
            value => value,
        };
        self.0.insert(field.name().to_owned(), value);
        Ok(())
    }

    /// Seals what was stored before there was a key, or with an old one. Says whether there was any.
    /// What cannot be opened is sealed already.
    pub(super) fn seal_anew(&mut self, vault: &Vault) -> Result<bool> {
        let mut has_changed = false;
        for field in Field::ALL.iter().copied().filter(|field| field.is_secret()) {
            let Some(Ok(Opened { secret, is_current: false })) = self.opened(field, vault) else {
                continue;
            };
            let value = sealed(vault, field, &secret)?;
            self.0.insert(field.name().to_owned(), value.into());
            has_changed = true;
        }
        if let Some(Ok(OpenedSignIn { signed_in, is_current: false })) = self.sign_in(vault) {
            self.take_sign_in(Some(&signed_in), vault)?;
            has_changed = true;
        }
        Ok(has_changed)
    }

    /// Writes down as whom the person signed in to AniList, or forgets it.
    pub(super) fn take_sign_in(
        &mut self,
        signed_in: Option<&SignedIn>,
        vault: &Vault,
    ) -> Result<()> {
        match signed_in {
            Some(signed_in) => {
                let value = anilist::written(signed_in, vault)?;
                self.0.insert(anilist::NAME.to_owned(), value);
            }
            None => {
                self.0.remove(anilist::NAME);
            }
        }
        Ok(())
    }

    /// As whom the person signed in to AniList, if they did.
    fn sign_in(&self, vault: &Vault) -> Option<std::result::Result<OpenedSignIn, VaultError>> {
        anilist::read(self.0.get(anilist::NAME)?, vault).transpose()
    }

    /// What is set, but for what `is_wanted` leaves out. A secret that cannot be opened is left out as
    /// well. Of a token that is noted; nothing but news rests on an address.
    pub(super) fn settings(
        &self,
        vault: &Vault,
        is_wanted: impl Fn(Field) -> bool,
    ) -> Result<Settings> {
        let mut settings = Settings::default();
        for field in Field::ALL.iter().copied().filter(|field| is_wanted(*field)) {
            let text = match self.opened(field, vault) {
                Some(Ok(opened)) => opened.secret,
                Some(Err(cause)) if field == Field::WebhookUrl => {
                    tracing::warn!("Nobody is told of anything: the saved webhookUrl: {cause}");
                    continue;
                }
                Some(Err(cause))
                    if matches!(field, Field::AnilistClientSecret | Field::MalClientSecret) =>
                {
                    let name = field.name();
                    tracing::warn!("Nobody can sign in with the app: the saved {name}: {cause}");
                    continue;
                }
                Some(Err(cause)) => {
                    settings.unopened = Some(cause);
                    continue;
                }
                None => continue,
            };
            let set = settings.set(field, text.expose_secret());
            set.map_err(|wrong| damaged(&format!("{} {}", field.name(), wrong.what)))?;
        }
        match self.sign_in(vault) {
            Some(Ok(opened)) => settings.anilist = Some(opened.signed_in),
            Some(Err(cause)) => settings.unopened = settings.unopened.or(Some(cause)),
            None => {}
        }
        Ok(settings)
    }

    /// What is written down of a setting, as text.
    fn opened(
        &self,
        field: Field,
        vault: &Vault,
    ) -> Option<std::result::Result<Opened, VaultError>> {
        let text = match self.0.get(field.name())? {
            Value::Null => return None,
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        if field.is_secret() {
            return Some(vault.open(&record(field), &text));
        }
        Some(Ok(Opened { secret: text.into(), is_current: true }))
    }
}

/// The name that a secret is sealed under.
fn record(field: Field) -> String {
    format!("{}:{}", keys::SETTINGS, field.name())
}

fn sealed(vault: &Vault, field: Field, secret: &SecretString) -> Result<String> {
    vault.seal(&record(field), secret).map_err(|cause| Error::Internal(cause.to_string()))
}

pub(super) fn unread(cause: &VaultError) -> Error {
    Error::Provider(Fault::Sealed { cause: cause.to_string() }.at(Service::ANILIST))
}

fn damaged(cause: &str) -> Error {
    let (key, cause) = (keys::SETTINGS.to_owned(), cause.to_owned());
    Error::Store(StoreError::Corrupt { key, cause })
}
