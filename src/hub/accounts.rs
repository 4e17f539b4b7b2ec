//! The people of the service: who they are, and what opens the door to them.
//!
//! An account is a document, and so is what is signed or made for it: a change of several is one step in
//! the store, so a name is given once and a code is good once, whichever of two processes asks first.
//! What was looked up is good for a few seconds, so that a page costs one look and not thirty.

mod credentials;
mod jwt;
mod password;
mod seen;
mod slowing;

use std::net::IpAddr;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::OnceCell;

pub use self::credentials::{ApiToken, Invitation, MadeToken, ResetCode, SessionRow};
use self::jwt::{Claims, Key, chance};
use self::password::Passwords;
use self::seen::Seen;
use self::slowing::Slowing;
use crate::clock::Clock;
use crate::domain::{Account, AccountId, NAME_LENGTH, Role, Username};
use crate::hub::error::{Error, Result};
use crate::store::vault::Vault;
use crate::store::{At, Step, Store};

/// How long a program's sign-in is good for, as the tracker's clients expect it.
pub const LIFE: SignedDuration = SignedDuration::from_hours(24);

/// The fewest characters of a password, and the most bytes.
const PASSWORD_LENGTH: std::ops::RangeInclusive<usize> = 8..=1024;
/// The most characters of a name for people or of an address.
const LONGEST_TEXT: usize = 200;

/// The collections of documents. `docs/DATA.md` lists them.
mod collections {
    /// Accounts by id.
    pub(super) const ACCOUNTS: &str = "accounts";
    /// The ids of accounts by name, in small letters.
    pub(super) const NAMES: &str = "accounts:names";
    /// The ids of accounts by the person at an identity provider.
    pub(super) const IDENTITIES: &str = "accounts:identities";
    /// Single values of the service.
    pub(super) const SERVICE: &str = "service";
    /// What opens doors, by its hash.
    pub(super) const CREDENTIALS: &str = "credentials";

    /// The keys of what an account has of these.
    pub(super) fn credentials_of(account: &crate::domain::AccountId) -> String {
        format!("credentials:{account}")
    }
}
use collections::{ACCOUNTS, IDENTITIES, NAMES, SERVICE};

/// The number that was given last, among [`SERVICE`].
const LAST_NUMBER: &str = "last-account";
/// The key that signs, among [`SERVICE`]; sealed with an encryption key.
const SIGNING_KEY: &str = "signing-key";

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

/// Who asks, by something that was signed or made for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Whose it is.
    pub account: Account,
    /// The key of the session or token in the store.
    pub credential: String,
    /// Whether it may only read.
    pub read_only: bool,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it ends; a token does not.
    pub ends: Option<Timestamp>,
}

/// A sign-in that was just made.
#[derive(Debug)]
pub struct SignedIn {
    /// Whose it is.
    pub account: Option<Account>,
    /// What to show from now on.
    pub token: SecretString,
    /// When it ends.
    pub ends: Timestamp,
}

/// Accounts, and what opens the door to them.
#[derive(Debug)]
pub struct Accounts {
    store: Arc<dyn Store>,
    clock: Clock,
    vault: Vault,
    secret: Option<SecretString>,
    key: OnceCell<Key>,
    passwords: Passwords,
    slowing: Slowing,
    seen: Seen,
}

impl Accounts {
    /// The accounts of a store. `secret` is `JWT_SECRET`; without one the service makes its own.
    pub fn new(
        store: Arc<dyn Store>,
        clock: Clock,
        vault: Vault,
        secret: Option<SecretString>,
    ) -> Self {
        let (passwords, slowing, seen) =
            (Passwords::default(), Slowing::default(), Seen::default());
        Self { store, clock, vault, secret, key: OnceCell::new(), passwords, slowing, seen }
    }

    /// Whether anybody has registered.
    pub async fn has_any(&self) -> Result<bool> {
        if let Some(known) = self.seen.has_any() {
            return Ok(known);
        }
        let has_any = match self.store.documents(SERVICE, &[LAST_NUMBER]).await {
            Ok(found) => {
                found.into_iter().flatten().next().is_some()
                    && !self.store.collection(NAMES).await?.is_empty()
            }
            // Who has accounts has them also while the store is away.
            Err(cause) => return self.seen.had_any().ok_or(cause.into()),
        };
        self.seen.knows_any(has_any);
        Ok(has_any)
    }

    /// Everybody, in the order in which they came.
    pub async fn all(&self) -> Result<Vec<Account>> {
        let documents = self.store.collection(ACCOUNTS).await?;
        let mut all = documents
            .iter()
            .map(|(key, text)| read(key, text))
            .collect::<Result<Vec<Account>>>()?;
        all.sort_by_key(|account| account.number);
        Ok(all)
    }

    /// The account of this id.
    pub async fn of_id(&self, id: &AccountId) -> Result<Option<Account>> {
        let found = self.store.documents(ACCOUNTS, &[id.as_str()]).await?;
        found.into_iter().flatten().next().map(|text| read(id.as_str(), &text)).transpose()
    }

    /// The account of this name, however it is written.
    pub async fn named(&self, name: &str) -> Result<Option<Account>> {
        let Some(name) = Username::parse(name) else { return Ok(None) };
        self.of_index(NAMES, &name.key()).await
    }

    async fn of_index(&self, index: &str, key: &str) -> Result<Option<Account>> {
        let found = self.store.documents(index, &[key]).await?;
        match found.into_iter().flatten().next() {
            Some(id) => self.of_id(&AccountId::new(id)).await,
            None => Ok(None),
        }
    }

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

    /// Whether there would be a place for this name now.
    async fn may_register(
        &self,
        name: &Username,
        invitation: Option<&str>,
        door: Door,
    ) -> Result<()> {
        let is_first = self.store.collection(ACCOUNTS).await?.is_empty();
        if !is_first && door == Door::Closed {
            let invitation = invitation.ok_or(Error::RegistrationClosed)?;
            self.living_invitation(invitation).await?.ok_or(Error::RegistrationClosed)?;
        }
        if self.store.documents(NAMES, &[&name.key()]).await?.into_iter().flatten().next().is_some()
        {
            return Err(Error::NameTaken);
        }
        Ok(())
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
            self.may_register(name, invitation, door).await?;
            let found = self.store.documents(SERVICE, &[LAST_NUMBER]).await?;
            let last = found.into_iter().flatten().next();
            let number = last.as_deref().and_then(|text| text.parse().ok()).unwrap_or(0_u64) + 1;
            let is_first = self.store.collection(ACCOUNTS).await?.is_empty();
            // Somebody else may have been the first since it was looked at above.
            if !is_first && door == Door::Closed && invitation.is_none() {
                return Err(Error::RegistrationClosed);
            }
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

    /// The account of a name and its password. What is wrong of the two is not told, neither by words nor
    /// by the time it takes.
    pub async fn by_password(
        &self,
        name: &str,
        password: SecretString,
        from: IpAddr,
    ) -> Result<Account> {
        let key = Username::parse(name).map(|name| name.key()).unwrap_or_default();
        self.slowing.try_from(from, &key)?;
        let too_long = password.expose_secret().len() > *PASSWORD_LENGTH.end();
        let account = self.named(name).await?.filter(|_| !too_long);
        let password = if too_long { SecretString::from("") } else { password };
        let hash = account.as_ref().and_then(|account| account.password.as_deref());
        let is_right = self.passwords.is(password, hash).await?;
        match account.filter(|account| is_right && !account.disabled) {
            Some(account) => {
                self.slowing.succeeded(from, &key);
                Ok(account)
            }
            None => Err(Error::WrongPassword),
        }
    }

    /// Changes the account as it is now, and gives it as it is then. `change` may refuse.
    pub async fn change(
        &self,
        id: &AccountId,
        change: impl Fn(&mut Account) -> Result<()>,
    ) -> Result<Account> {
        for _ in 0..TRIES {
            let found = self.store.documents(ACCOUNTS, &[id.as_str()]).await?;
            let before = found.into_iter().flatten().next().ok_or_else(nobody)?;
            let mut account: Account = read(id.as_str(), &before)?;
            change(&mut account)?;
            let at = At::new(ACCOUNTS, id);
            let steps = vec![Step::Is(at.clone(), Some(before)), Step::Put(at, written(&account)?)];
            if self.store.commit(steps).await? {
                self.seen.forget();
                return Ok(account);
            }
        }
        Err(Error::Busy)
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
        let known = self.by_password(&account.username, old, from).await;
        known.map_err(|error| match error {
            Error::WrongPassword => Error::invalid(
                "old_password",
                "this is not your password",
                "write the password that you signed in with",
            ),
            other => other,
        })?;
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
        let known = self.by_password(&account.username, password, from).await;
        known.map(drop).map_err(|error| match error {
            Error::WrongPassword => Error::invalid(
                "password",
                "this is not your password",
                "write the password that you signed in with",
            ),
            other => other,
        })
    }

    /// Takes note that somebody asks for a code; one too many is refused.
    pub fn may_ask_for_code(&self, from: IpAddr, name: &str) -> Result<()> {
        let key = Username::parse(name).map(|name| name.key()).unwrap_or_default();
        self.slowing.try_from(from, &key)
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
    pub async fn remove(&self, id: &AccountId) -> Result<()> {
        if self.all().await?.len() > 1 {
            self.keep_an_administrator(id, true).await?;
        }
        self.release(id).await?;
        Ok(self.store.forget(id).await?)
    }

    /// Takes the account away and leaves what it had: that of the first account is then again of whoever
    /// uses the service, without signing in.
    pub async fn release(&self, id: &AccountId) -> Result<()> {
        self.end_all(id).await?;
        for _ in 0..TRIES {
            let found = self.store.documents(ACCOUNTS, &[id.as_str()]).await?;
            let before = found.into_iter().flatten().next().ok_or_else(nobody)?;
            let account: Account = read(id.as_str(), &before)?;
            let name = username(&account.username)?.key();
            let at = At::new(ACCOUNTS, id);
            let mut steps = vec![
                Step::Is(at.clone(), Some(before)),
                Step::Remove(at),
                Step::Remove(At::new(NAMES, name)),
            ];
            steps.extend(account.identity.map(|known| Step::Remove(At::new(IDENTITIES, known))));
            if self.store.commit(steps).await? {
                self.seen.forget();
                return Ok(());
            }
        }
        Err(Error::Busy)
    }

    /// The key that signs: `JWT_SECRET`, or one that is made at the first start and kept.
    async fn key(&self) -> Result<&Key> {
        self.key
            .get_or_try_init(async || {
                let secret = match &self.secret {
                    Some(secret) => secret.clone(),
                    None => self.kept_key().await?,
                };
                Ok(Key::new(&secret))
            })
            .await
    }

    async fn kept_key(&self) -> Result<SecretString> {
        let sealed = |error: crate::store::vault::VaultError| {
            Error::Internal(format!("the key that signs sign-ins cannot be read: {error}"))
        };
        let at = At::new(SERVICE, SIGNING_KEY);
        for _ in 0..TRIES {
            if let Some(kept) =
                self.store.documents(SERVICE, &[SIGNING_KEY]).await?.into_iter().flatten().next()
            {
                return Ok(self.vault.open(SIGNING_KEY, &kept).map_err(sealed)?.secret);
            }
            let new = SecretString::from(chance()?);
            let kept = self.vault.seal(SIGNING_KEY, &new).map_err(sealed)?;
            if self
                .store
                .commit(vec![Step::Is(at.clone(), None), Step::Put(at.clone(), kept)])
                .await?
            {
                return Ok(new);
            }
        }
        Err(Error::Busy)
    }
}

/// How often a change is made anew when somebody else was faster.
const TRIES: usize = 20;

fn nobody() -> Error {
    Error::not_found("there is no such account", "GET /api/admin/accounts lists them")
}

fn read<T: serde::de::DeserializeOwned>(key: &str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|cause| {
        let (key, cause) = (key.to_owned(), cause.to_string());
        Error::Store(crate::store::StoreError::Corrupt { key, cause })
    })
}

fn written(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|cause| Error::Internal(cause.to_string()))
}

fn username(text: &str) -> Result<Username> {
    Username::parse(text).ok_or_else(|| {
        let (least, most) = (NAME_LENGTH.start(), NAME_LENGTH.end());
        Error::invalid(
            "username",
            format!("a name has {least} to {most} of the letters a to z, digits, _ . and -"),
            "choose another name",
        )
    })
}

fn check_password(name: &Username, password: &SecretString) -> Result<()> {
    let password = password.expose_secret();
    let wrong = if password.chars().count() < *PASSWORD_LENGTH.start() {
        "a password has at least 8 characters"
    } else if password.len() > *PASSWORD_LENGTH.end() {
        "a password has at most 1,024 bytes"
    } else if password.eq_ignore_ascii_case(name.as_str()) {
        "the password is the same as the name"
    } else {
        return Ok(());
    };
    Err(Error::invalid("password", wrong, "choose another password"))
}

/// A text for people; an empty one is none.
fn text(field: &'static str, text: Option<String>) -> Result<Option<String>> {
    let text = text.map(|text| crate::plain::plain(&text).trim().to_owned());
    match text.filter(|text| !text.is_empty()) {
        Some(text) if text.chars().count() > LONGEST_TEXT => Err(Error::invalid(
            field,
            format!("it has more than {LONGEST_TEXT} characters"),
            "write a shorter one",
        )),
        text => Ok(text),
    }
}

fn email(address: Option<String>) -> Result<Option<String>> {
    let address = text("email", address)?;
    let is_address = |address: &str| {
        let parts = address.split_once('@');
        let has_space = address.chars().any(|c| c.is_whitespace() || c.is_control());
        !has_space && parts.is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
    };
    match address {
        Some(address) if !is_address(&address) => Err(Error::invalid(
            "email",
            "this is no mail address",
            "write one like mika@example.org",
        )),
        address => Ok(address),
    }
}
