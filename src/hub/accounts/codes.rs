//! What opens a door once: invitations, and codes to set a new password.

use std::net::IpAddr;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;

use super::collections::CREDENTIALS;
use super::credentials::{hash, removal};
use super::fields::check_password;
use super::jwt::{bytes_of_chance, chance};
use super::{Accounts, TRIES, key_of, nobody, written};
use crate::domain::{Account, AccountId, Credential, CredentialKind, Username};
use crate::hub::error::{Error, Result};
use crate::store::{At, Step};

/// How long an invitation is good for.
const INVITED_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long a code is.
const CODE_FOR: SignedDuration = SignedDuration::from_mins(15);
/// Wrong tries that a code stands.
const CODE_TRIES: u32 = 5;
/// Letters and digits that cannot be taken for one another.
const CODE_LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const CODE_LENGTH: usize = 8;

/// An invitation that was just made. It is shown this once.
#[derive(Debug)]
pub struct Invitation {
    /// What opens the door, once.
    pub invitation: SecretString,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// A code to set a new password. It is shown or sent this once.
#[derive(Debug)]
pub struct ResetCode {
    /// Whose it is.
    pub account: Account,
    /// Eight letters and digits.
    pub code: SecretString,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Accounts {
    /// Makes an invitation for one more person.
    pub async fn invite(&self, by: &AccountId) -> Result<Invitation> {
        let (shown, expires_at) = (chance()?, self.clock.now() + INVITED_FOR);
        let kind = CredentialKind::Invitation;
        self.put(&self.credential(kind, hash(&shown), by, "", Some(expires_at))).await?;
        Ok(Invitation { invitation: shown.into(), expires_at })
    }

    pub(super) async fn living_invitation(&self, shown: &str) -> Result<Option<Credential>> {
        self.living(&hash(shown), CredentialKind::Invitation).await
    }

    /// The steps that use an invitation up; they fail when somebody else was faster.
    pub(super) async fn use_up_invitation(&self, shown: &str) -> Result<Vec<Step>> {
        let found = self.living_invitation(shown).await?.ok_or(Error::RegistrationClosed)?;
        let still = Step::Is(At::new(CREDENTIALS, &found.key), Some(written(&found)?));
        Ok(std::iter::once(still).chain(removal(&found.account, &found.key)).collect())
    }

    /// Makes a code to set a new password by. The one before is good no more.
    pub async fn make_reset_code(&self, name: &str) -> Result<Option<ResetCode>> {
        let account = self.named(name).await?.filter(|account| !account.disabled);
        let Some(account) = account else { return Ok(None) };
        let (code, expires_at) = (code()?, self.clock.now() + CODE_FOR);
        let (kind, key) = (CredentialKind::Reset, reset_key(&account.id));
        let hashed = hash(&format!("{key} {code}"));
        self.put(&self.credential(kind, key, &account.id, &hashed, Some(expires_at))).await?;
        Ok(Some(ResetCode { account, code: code.into(), expires_at }))
    }

    /// Sets a new password by a code. Each wrong code is one of five tries, and a code is good once.
    pub async fn reset_password(
        &self,
        (name, code): (&str, &str),
        password: SecretString,
        from: IpAddr,
    ) -> Result<Account> {
        let wrong = || {
            Error::invalid("code", "this code is not good, or not any more", "ask for a new one")
        };
        self.slowing.try_from(from, &key_of(name))?;
        // A password that is refused says nothing of who there is, so this comes before the name is known.
        check_password(&Username::parse(name).ok_or_else(wrong)?, &password)?;
        let account = self.named(name).await?.ok_or_else(wrong)?;
        for _ in 0..TRIES {
            let key = reset_key(&account.id);
            let found = self.living(&key, CredentialKind::Reset).await?.ok_or_else(wrong)?;
            let still = Step::Is(At::new(CREDENTIALS, &key), Some(written(&found)?));
            let hashed = hash(&format!("{key} {}", code.trim().to_ascii_uppercase()));
            let is_right =
                verify_slices_are_equal(hashed.as_bytes(), found.label.as_bytes()).is_ok();
            let mut steps = vec![still];
            if is_right || found.tries + 1 >= CODE_TRIES {
                steps.extend(removal(&account.id, &key));
            } else {
                let tried = Credential { tries: found.tries + 1, ..found };
                steps.push(Step::Put(At::new(CREDENTIALS, &key), written(&tried)?));
            }
            if self.store.commit(steps).await? {
                if !is_right {
                    return Err(wrong());
                }
                return self.set_password(&account.id, password).await;
            }
        }
        Err(nobody())
    }
}

fn reset_key(account: &AccountId) -> String {
    format!("reset:{account}")
}

fn code() -> Result<String> {
    let letter = |byte: u8| char::from(CODE_LETTERS[usize::from(byte % 32)]);
    Ok(bytes_of_chance::<CODE_LENGTH>()?.into_iter().map(letter).collect())
}
