//! The people of the service: who they are, and what opens the door to them.
//!
//! An account is a document, and so is what is signed or made for it: a change of several is one step in
//! the store, so a name is given once and a code is good once, whichever of two processes asks first.
//! What was looked up is good for a few seconds, so that a page costs one look and not thirty.

mod calendar;
mod changes;
mod codes;
mod credentials;
mod fields;
mod identities;
mod jwt;
mod password;
mod registration;
mod seen;
mod slowing;

use std::net::IpAddr;
use std::sync::Arc;

use aws_lc_rs::hmac;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::{OnceCell, watch};

pub use self::calendar::CalendarAddress;
pub use self::codes::{Invitation, ResetCode};
pub use self::credentials::{ApiToken, MadeToken, SessionRow};
use self::fields::text;
pub use self::identities::{Began, Beginning, PATIENCE, Purpose, Stranger};
pub(crate) use self::jwt::chance;
use self::jwt::long_chance;
use self::jwt::{Claims, Key};
use self::password::Passwords;
pub use self::registration::{Door, Newcomer};
use self::seen::Seen;
use self::slowing::Slowing;
use crate::clock::Clock;
use crate::domain::{Account, AccountId, Role, Username};
use crate::hub::error::{Error, Result};
use crate::store::vault::Vault;
use crate::store::{At, Step, Store};

/// How long a program's sign-in is good for, as the tracker's clients expect it.
pub const LIFE: SignedDuration = SignedDuration::from_hours(24);

/// The fewest characters of a password, and the most bytes.
const PASSWORD_LENGTH: std::ops::RangeInclusive<usize> = 8..=1024;

/// The collections of documents. `docs/DATA.md` lists them.
mod collections {
    /// Accounts by id.
    pub(super) const ACCOUNTS: &str = "accounts";
    /// The ids of accounts by name, in small letters.
    pub(super) const NAMES: &str = "accounts:names";
    /// The ids of accounts by the person at an identity provider.
    pub(super) const IDENTITIES: &str = "accounts:identities";
    /// Sign-ins that began elsewhere, by the hash of their state.
    pub(super) const BEGAN: &str = "sign-ins:began";
    /// The numbers of accounts that were removed with all that was theirs. A number is given once.
    pub(super) const GONE: &str = "accounts:gone";
    /// Single values of the service.
    pub(super) const SERVICE: &str = "service";
    /// What opens doors, by its hash.
    pub(super) const CREDENTIALS: &str = "credentials";

    /// The keys of what an account has of these.
    pub(super) fn credentials_of(account: &crate::domain::AccountId) -> String {
        format!("credentials:{account}")
    }
}
use collections::{ACCOUNTS, GONE, NAMES, SERVICE};

/// The number that was given last, among [`SERVICE`].
const LAST_NUMBER: &str = "last-account";
/// The key that signs, among [`SERVICE`]; sealed with an encryption key.
const SIGNING_KEY: &str = "signing-key";

/// Who asks, by something that was signed or made for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Whose it is.
    pub account: Account,
    /// The key of the session or token in the store.
    pub credential: String,
    /// Whether it may only read.
    pub read_only: bool,
    /// When it ends; a token does not.
    pub ends: Option<Timestamp>,
}

/// Who shows something.
#[derive(Debug)]
pub enum Recognised {
    /// Somebody who has an account.
    Person(Box<Shown>),
    /// Who signed in with the service's own token, as it still is.
    Holder,
    /// Nobody: it opens no door.
    Nobody,
}

/// Whether something may be done for an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Life {
    /// It is there. The document will be there once it is removed with all that is its owner's.
    Registered(At),
    /// Somebody who needs no account.
    Unregistered,
    /// Its owner was shut out.
    ShutOut,
    /// It is no account any more.
    Gone,
}

/// A sign-in that was just made.
#[derive(Debug)]
pub struct SignedIn {
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
        let age = self.seen.age();
        let has_any = match self.store.is_empty(ACCOUNTS).await {
            Ok(is_empty) => !is_empty,
            // Who has accounts has them also while the store is away.
            Err(cause) => return self.seen.had_any().ok_or(cause.into()),
        };
        self.seen.knows_any(has_any, age);
        Ok(has_any)
    }

    /// Tells when this process changed something of who there is and what opens the door to them.
    pub fn changes(&self) -> watch::Receiver<()> {
        self.seen.changes()
    }

    /// Everybody, in the order in which they came.
    pub async fn all(&self) -> Result<Vec<Account>> {
        let age = self.seen.age();
        let documents = self.store.collection(ACCOUNTS).await?;
        self.seen.knows_any(!documents.is_empty(), age);
        let mut all = documents
            .iter()
            .map(|(key, text)| read(key, text))
            .collect::<Result<Vec<Account>>>()?;
        all.sort_by_key(|account| account.number);
        Ok(all)
    }

    /// The account of this id.
    pub async fn of_id(&self, id: &AccountId) -> Result<Option<Account>> {
        let found = self.store.document(ACCOUNTS, id.as_str()).await?;
        found.map(|text| read(id.as_str(), &text)).transpose()
    }

    /// Whether something may be done for an account now. Where nobody has one, nobody needs one; and what
    /// the first account had is of whoever uses the service without one.
    ///
    /// Where nobody had an account when that was last asked, the store is not.
    pub async fn life(&self, id: &AccountId) -> Result<Life> {
        let has_any = match self.seen.had_any() {
            Some(known) => known,
            None => self.has_any().await?,
        };
        if !has_any {
            return Ok(Life::Unregistered);
        }
        Ok(match self.of_id(id).await? {
            Some(account) if account.disabled => Life::ShutOut,
            Some(account) => Life::Registered(gone(&account)),
            None if *id == AccountId::default() => Life::Unregistered,
            None => Life::Gone,
        })
    }

    /// What somebody may do now. Who uses a service without an account there is its operator; of one that
    /// is gone, nobody is.
    pub async fn role_of(&self, id: &AccountId) -> Result<Role> {
        let without = if *id == AccountId::default() { Role::Administrator } else { Role::Member };
        Ok(self.of_id(id).await?.map_or(without, |account| account.role))
    }

    /// The account of this name, however it is written.
    pub async fn named(&self, name: &str) -> Result<Option<Account>> {
        let Some(name) = Username::parse(name) else { return Ok(None) };
        self.of_index(NAMES, &name.key()).await
    }

    async fn of_index(&self, index: &str, key: &str) -> Result<Option<Account>> {
        match self.store.document(index, key).await? {
            Some(id) => self.of_id(&AccountId::new(id)).await,
            None => Ok(None),
        }
    }

    /// The account of a name and its password. What is wrong of the two is not told, neither by words nor
    /// by the time it takes.
    pub async fn by_password(
        &self,
        name: &str,
        password: SecretString,
        from: IpAddr,
    ) -> Result<Account> {
        let key = key_of(name);
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

    /// The key that signs: `JWT_SECRET`, or one that is made at the first start and kept.
    async fn key(&self) -> Result<&Key> {
        self.key.get_or_try_init(async || Ok(Key::new(&self.signing_secret().await?))).await
    }

    async fn signing_secret(&self) -> Result<SecretString> {
        match &self.secret {
            Some(secret) => Ok(secret.clone()),
            None => self.kept_key().await,
        }
    }

    /// A key of the service for marks of another kind. Nothing that it marks is a sign-in.
    pub async fn key_for(&self, purpose: &str) -> Result<hmac::Key> {
        let secret = self.signing_secret().await?;
        let signing = hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes());
        let own = hmac::sign(&signing, format!("key for {purpose}").as_bytes());
        Ok(hmac::Key::new(hmac::HMAC_SHA256, own.as_ref()))
    }

    async fn kept_key(&self) -> Result<SecretString> {
        let sealed = |error: crate::store::vault::VaultError| {
            Error::Internal(format!("the key that signs sign-ins cannot be read: {error}"))
        };
        let at = At::new(SERVICE, SIGNING_KEY);
        for _ in 0..TRIES {
            if let Some(kept) = self.store.document(SERVICE, SIGNING_KEY).await? {
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

/// What the tries of a name are counted under: the same for all spellings, and for what is no name.
fn key_of(name: &str) -> String {
    Username::parse(name).map(|name| name.key()).unwrap_or_default()
}

/// What says that an account was removed. An id may be given again, and its number is not.
fn gone(account: &Account) -> At {
    At::new(GONE, account.number)
}

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
