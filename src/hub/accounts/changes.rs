//! Changing accounts, and removing them.

use std::net::IpAddr;

use secrecy::SecretString;

use super::collections::{ACCOUNTS, IDENTITIES, NAMES};
use super::fields::{check_password, email, text, username};
use super::{Accounts, TRIES, gone, key_of, nobody, read, written};
use crate::domain::{Account, AccountId, Role};
use crate::hub::error::{Error, Result};
use crate::store::{At, Step};

impl Accounts {
    /// Changes the account as it is now, and gives it as it is then. `change` may refuse.
    pub async fn change(
        &self,
        id: &AccountId,
        change: impl Fn(&mut Account) -> Result<()>,
    ) -> Result<Account> {
        for _ in 0..TRIES {
            let done = self.try_to_rewrite(id, |account, at| {
                change(account)?;
                Ok(vec![Step::Put(at, written(account)?)])
            });
            if let Some(changed) = done.await? {
                return Ok(changed);
            }
        }
        Err(Error::Busy)
    }

    /// Does to an account, as it is now, what the steps for its document say, and gives it as it is then;
    /// none when somebody else was faster.
    pub(super) async fn try_to_rewrite(
        &self,
        id: &AccountId,
        steps: impl FnOnce(&mut Account, At) -> Result<Vec<Step>>,
    ) -> Result<Option<Account>> {
        let before = self.store.document(ACCOUNTS, id.as_str()).await?.ok_or_else(nobody)?;
        let mut account: Account = read(id.as_str(), &before)?;
        let at = At::new(ACCOUNTS, id);
        let mut all = vec![Step::Is(at.clone(), Some(before))];
        all.extend(steps(&mut account, at)?);
        if !self.store.commit(all).await? {
            return Ok(None);
        }
        self.seen.forget();
        Ok(Some(account))
    }

    /// Changes what is for people; none leaves a field as it is.
    pub async fn describe(
        &self,
        id: &AccountId,
        full_name: Option<Option<String>>,
        address: Option<Option<String>>,
    ) -> Result<Account> {
        let full_name = full_name.map(|name| text("full_name", name)).transpose()?;
        let address = address.map(email).transpose()?;
        self.change(id, |account| {
            account.full_name = full_name.clone().unwrap_or_else(|| account.full_name.take());
            account.email = address.clone().unwrap_or_else(|| account.email.take());
            Ok(())
        })
        .await
    }

    /// Sets a new password. All sign-ins end, but for those that are made after.
    pub async fn set_password(&self, id: &AccountId, password: SecretString) -> Result<Account> {
        let account = self.of_id(id).await?.ok_or_else(nobody)?;
        check_password(&username(&account.username)?, &password)?;
        let hash = self.passwords.hash(password).await?;
        let changed = self
            .change(id, |account| {
                account.password = Some(hash.clone());
                account.version += 1;
                Ok(())
            })
            .await?;
        self.end_sessions(id).await?;
        Ok(changed)
    }

    /// Sets a new password for who knows the old one.
    pub async fn replace_password(
        &self,
        account: &Account,
        (old, new): (SecretString, SecretString),
        from: IpAddr,
    ) -> Result<Account> {
        self.must_know(account, old, "old_password", from).await?;
        self.set_password(&account.id, new).await
    }

    /// That it is meant, by the password. Who has none has shown enough by being signed in.
    pub async fn confirm(
        &self,
        account: &Account,
        password: SecretString,
        from: IpAddr,
    ) -> Result<()> {
        if account.password.is_none() {
            return Ok(());
        }
        self.must_know(account, password, "password", from).await
    }

    /// Fails, by the name of the field, where it is not the account's password.
    async fn must_know(
        &self,
        account: &Account,
        password: SecretString,
        field: &'static str,
        from: IpAddr,
    ) -> Result<()> {
        let known = self.by_password(&account.username, password, from).await;
        known.map(drop).map_err(|error| match error {
            Error::WrongPassword => Error::invalid(
                field,
                "this is not your password",
                "write the password that you signed in with",
            ),
            other => other,
        })
    }

    /// Takes note that somebody asks for a code; one too many is refused.
    pub fn may_ask_for_code(&self, from: IpAddr, name: &str) -> Result<()> {
        self.slowing.try_from(from, &key_of(name))
    }

    /// Shuts somebody out, or lets them in again.
    pub async fn set_disabled(&self, id: &AccountId, disabled: bool) -> Result<Account> {
        self.keep_an_administrator(id, disabled).await?;
        let changed = self
            .change(id, |account| {
                account.disabled = disabled;
                Ok(())
            })
            .await?;
        if disabled {
            self.end_sessions(id).await?;
        }
        Ok(changed)
    }

    /// Makes somebody an administrator, or a member again.
    pub async fn set_role(&self, id: &AccountId, role: Role) -> Result<Account> {
        self.keep_an_administrator(id, role == Role::Member).await?;
        self.change(id, |account| {
            account.role = role;
            Ok(())
        })
        .await
    }

    /// The last administrator stays one.
    async fn keep_an_administrator(&self, id: &AccountId, goes: bool) -> Result<()> {
        let is_other = |account: &Account| {
            account.id != *id && account.role == Role::Administrator && !account.disabled
        };
        let all = self.all().await?;
        let is_one = all.iter().any(|one| one.id == *id && one.role == Role::Administrator);
        if goes && is_one && !all.iter().any(is_other) {
            let message = "somebody has to be administrator, and nobody else is".to_owned();
            return Err(Error::Refused { message, hint: "make somebody else administrator first" });
        }
        Ok(())
    }

    /// Removes an account and all that is theirs.
    ///
    /// What goes on for it elsewhere keeps nothing more of it: in the step that takes the account away, the
    /// document appears that [`Life::Registered`](super::Life::Registered) names.
    pub async fn remove(&self, id: &AccountId) -> Result<()> {
        self.take_away(id, |account| Some(Step::Put(gone(account), String::new()))).await?;
        Ok(self.store.forget(id).await?)
    }

    /// Takes the account away and leaves what it had: that of the first account is then again of whoever
    /// uses the service, without signing in.
    pub async fn release(&self, id: &AccountId) -> Result<()> {
        self.take_away(id, |_| None).await
    }

    async fn take_away(
        &self,
        id: &AccountId,
        and: impl Fn(&Account) -> Option<Step>,
    ) -> Result<()> {
        if self.all().await?.len() > 1 {
            self.keep_an_administrator(id, true).await?;
        }
        self.end_all(id).await?;
        for _ in 0..TRIES {
            let done = self.try_to_rewrite(id, |account, at| {
                let name = username(&account.username)?.key();
                let mut steps = vec![Step::Remove(at), Step::Remove(At::new(NAMES, name))];
                let identity = account.identity.as_ref();
                steps.extend(identity.map(|known| Step::Remove(At::new(IDENTITIES, known))));
                steps.extend(and(account));
                Ok(steps)
            });
            if done.await?.is_some() {
                return Ok(());
            }
        }
        Err(Error::Busy)
    }
}
