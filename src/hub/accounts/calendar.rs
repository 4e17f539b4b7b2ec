//! The secret address of a person's calendar. It opens the calendar alone, and a new one ends the one before.

use jiff::Timestamp;
use secrecy::SecretString;

use super::credentials::{hash, removal};
use super::{Accounts, chance};
use crate::domain::{AccountId, Credential, CredentialKind};
use crate::hub::error::Result;

/// That there is an address, without the secret in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarAddress {
    /// When it was made.
    pub created_at: Timestamp,
    /// When an app last asked for it, to the hour.
    pub used_at: Option<Timestamp>,
}

impl Accounts {
    /// The address of an account's calendar, if it has one.
    pub async fn calendar_address(&self, account: &AccountId) -> Result<Option<CalendarAddress>> {
        let all = self.listed(account, CredentialKind::Calendar).await?;
        Ok(all.first().map(CalendarAddress::of))
    }

    /// Makes the address of an account's calendar, and gives the secret in it, this once. The one before is good
    /// no more.
    pub async fn make_calendar_address(
        &self,
        account: &AccountId,
    ) -> Result<(SecretString, CalendarAddress)> {
        let secret = chance()?;
        let kind = CredentialKind::Calendar;
        let made = self.credential(kind, hash(&secret), account, "", None);
        self.withdraw_calendar_address(account).await?;
        self.put(&made).await?;
        Ok((secret.into(), CalendarAddress::of(&made)))
    }

    /// Takes the address away. Tells whether there was one.
    pub async fn withdraw_calendar_address(&self, account: &AccountId) -> Result<bool> {
        let all = self.listed(account, CredentialKind::Calendar).await?;
        self.take(all.iter().flat_map(|one| removal(account, &one.key)).collect()).await?;
        Ok(!all.is_empty())
    }

    /// Whose calendar this secret opens, if that person may be served. It is looked up by its hash, so how long
    /// that takes tells nothing of a secret that is nearly right.
    pub async fn owner_of_calendar(&self, secret: &str) -> Result<Option<AccountId>> {
        let found = self.living(&hash(secret), CredentialKind::Calendar).await?;
        let Some(found) = found else { return Ok(None) };
        let is_served = match self.of_id(&found.account).await? {
            Some(account) => !account.disabled,
            // Where nobody signs in there is no account.
            None => found.account == AccountId::default(),
        };
        if is_served {
            self.was_used(&found).await;
        }
        Ok(is_served.then_some(found.account))
    }
}

impl CalendarAddress {
    fn of(credential: &Credential) -> Self {
        Self { created_at: credential.created_at, used_at: credential.used_at }
    }
}
