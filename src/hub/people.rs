//! Everybody whom this process works for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::AccountId;
use crate::hub::accounts::ResetCode;
use crate::hub::error::Error;
use crate::hub::mail::MailError;
use crate::hub::person::{Person, PersonSettings};
use crate::hub::services::Services;
use crate::outbound::ProviderError;

/// The people of the service. A person is made when they are first asked for, and lives on as long as the
/// process or the account.
#[derive(Debug)]
pub struct People {
    services: Arc<Services>,
    /// What the environment sets, for the first account.
    settings: PersonSettings,
    known: Mutex<HashMap<AccountId, Arc<Person>>>,
}

impl People {
    /// Nobody yet. `settings` are the environment's, which are the first account's.
    pub fn new(services: Arc<Services>, settings: PersonSettings) -> Arc<Self> {
        Arc::new(Self { services, settings, known: Mutex::default() })
    }

    /// What everybody shares.
    pub fn services(&self) -> &Arc<Services> {
        &self.services
    }

    /// Whoever uses the service where nobody signs in, and later the first account.
    pub fn first(&self) -> Arc<Person> {
        self.of(&AccountId::default())
    }

    /// The person of an account.
    pub fn of(&self, account: &AccountId) -> Arc<Person> {
        let mut known = self.known();
        if let Some(person) = known.get(account) {
            return Arc::clone(person);
        }
        let settings = if *account == AccountId::default() {
            self.settings.clone()
        } else {
            self.settings.of_another(account)
        };
        let person = Person::new(&self.services, account.clone(), settings);
        known.insert(account.clone(), Arc::clone(&person));
        person
    }

    /// Sends who has this name a code to set a new password by, if there is a way to reach them: by mail,
    /// or else through their webhook.
    pub async fn send_code(&self, name: &str) -> Result<(), Unsent> {
        let Some(made) = self.services.accounts.make_reset_code(name).await? else { return Ok(()) };
        match (&self.services.mailer, &made.account.email) {
            (Some(mailer), Some(address)) => Ok(mailer.send_code(&made, address).await?),
            _ => self.tell_code(&made).await,
        }
    }

    async fn tell_code(&self, made: &ResetCode) -> Result<(), Unsent> {
        let name = &made.account.username;
        if let Some(notifier) = self.of(&made.account.id).fresh().await.notifier() {
            return Ok(notifier.send_code(made).await?);
        }
        tracing::warn!(
            "[Accounts] {name} asks for a new password, and there is neither mail nor a webhook to send a code by; `account reset {name}` makes one"
        );
        Ok(())
    }

    /// Forgets a person whose account is gone. A run of theirs that goes on is asked to stop.
    pub fn forget(&self, account: &AccountId) {
        let gone = self.known().remove(account);
        if let Some(person) = gone {
            person.live.cancel_any();
        }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<AccountId, Arc<Person>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a code was not sent.
#[derive(Debug, thiserror::Error)]
pub enum Unsent {
    /// There is none to be had.
    #[error(transparent)]
    Account(#[from] Error),
    /// By mail.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// Through the webhook.
    #[error(transparent)]
    Webhook(#[from] ProviderError),
}
