//! Making accounts.

use secrecy::SecretString;

use super::collections::{ACCOUNTS, IDENTITIES, NAMES, SERVICE};
use super::fields::{check_password, email, text, username};
use super::{Accounts, LAST_NUMBER, TRIES, written};
use crate::domain::{Account, AccountId, Role, Username};
use crate::hub::error::{Error, Result};
use crate::store::{At, Step};

/// Whether strangers may register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Door {
    /// After the first person, only with an invitation.
    #[default]
    Closed,
    /// `REGISTRATION=open`: everybody may.
    Open,
}

/// What somebody registers with.
#[derive(Debug)]
pub struct Newcomer {
    /// The name to sign in by.
    pub username: String,
    /// The password; none of who signs in elsewhere.
    pub password: Option<SecretString>,
    /// Their name for people.
    pub full_name: Option<String>,
    /// Where a code to set a new password is sent.
    pub email: Option<String>,
    /// An invitation, as it was shown.
    pub invitation: Option<String>,
    /// The person at an identity provider.
    pub identity: Option<String>,
}

impl Newcomer {
    /// Somebody of whom nothing is known but this.
    pub fn new(username: impl Into<String>, password: Option<SecretString>) -> Self {
        Self {
            username: username.into(),
            password,
            full_name: None,
            email: None,
            invitation: None,
            identity: None,
        }
    }
}

impl Accounts {
    /// Makes an account. The first one is the administrator's, whoever comes, and has what was there
    /// before there were accounts.
    pub async fn register(&self, newcomer: Newcomer, door: Door) -> Result<Account> {
        let name = username(&newcomer.username)?;
        let (full_name, email) = (text("full_name", newcomer.full_name)?, email(newcomer.email)?);
        if let Some(password) = &newcomer.password {
            check_password(&name, password)?;
        }
        // Before the password is hashed, which is dear.
        self.may_register(&name, newcomer.invitation.as_deref(), door).await?;
        let password = match newcomer.password {
            Some(password) => Some(self.passwords.hash(password).await?),
            None => None,
        };
        let blank = Account {
            number: 0,
            id: AccountId::default(),
            username: name.as_str().to_owned(),
            full_name,
            email,
            password,
            identity: newcomer.identity,
            version: 1,
            role: Role::Member,
            disabled: false,
            created_at: self.clock.now(),
        };
        self.add(&name, blank, newcomer.invitation.as_deref(), door).await
    }

    /// Whether there would be a place for this name now, and whether it is the first.
    async fn may_register(
        &self,
        name: &Username,
        invitation: Option<&str>,
        door: Door,
    ) -> Result<bool> {
        let is_first = self.store.is_empty(ACCOUNTS).await?;
        if !is_first && door == Door::Closed {
            let invitation = invitation.ok_or(Error::RegistrationClosed)?;
            self.living_invitation(invitation).await?.ok_or(Error::RegistrationClosed)?;
        }
        match self.store.document(NAMES, &name.key()).await? {
            Some(_) => Err(Error::NameTaken),
            None => Ok(is_first),
        }
    }

    /// Tries again when somebody else came in between.
    async fn add(
        &self,
        name: &Username,
        blank: Account,
        invitation: Option<&str>,
        door: Door,
    ) -> Result<Account> {
        for _ in 0..TRIES {
            // Before all else: whoever comes in between takes this number, and this is tried again.
            let last = self.store.document(SERVICE, LAST_NUMBER).await?;
            let number = last.as_deref().and_then(|text| text.parse().ok()).unwrap_or(0_u64) + 1;
            let is_first = self.may_register(name, invitation, door).await?;
            let id =
                if is_first { AccountId::default() } else { AccountId::new(format!("u{number}")) };
            let role = if is_first { Role::Administrator } else { Role::Member };
            let account = Account { number, id, role, ..blank.clone() };
            let mut steps = vec![
                Step::Is(At::new(SERVICE, LAST_NUMBER), last),
                Step::Put(At::new(SERVICE, LAST_NUMBER), number.to_string()),
                Step::Is(At::new(NAMES, name.key()), None),
                Step::Put(At::new(NAMES, name.key()), account.id.to_string()),
                Step::Is(At::new(ACCOUNTS, &account.id), None),
                Step::Put(At::new(ACCOUNTS, &account.id), written(&account)?),
            ];
            if let Some(identity) = &account.identity {
                steps.push(Step::Is(At::new(IDENTITIES, identity), None));
                steps.push(Step::Put(At::new(IDENTITIES, identity), account.id.to_string()));
            }
            if let (Some(invitation), false, Door::Closed) = (invitation, is_first, door) {
                steps.extend(self.use_up_invitation(invitation).await?);
            }
            if self.store.commit(steps).await? {
                self.seen.forget();
                return Ok(account);
            }
        }
        Err(Error::Busy)
    }
}
