//! The pair of tokens, and how the store keeps it.

use std::time::Duration;

use super::terms::Terms;
use crate::domain::AccountId;
use crate::oauth::{App, Granted};
use crate::outbound::Fault;
use crate::store::keys::{
    KITSU_REFRESH_TOKEN, KITSU_TOKEN, KITSU_TOKEN_EXPIRES_AT, MYANIMELIST_REFRESH_TOKEN,
    MYANIMELIST_TOKEN, MYANIMELIST_TOKEN_EXPIRES_AT, MYANIMELIST_TOKEN_TERMS, TRAKT_REFRESH_TOKEN,
    TRAKT_TOKEN, TRAKT_TOKEN_EXPIRES_AT,
};
use crate::store::vault::{Opened, Vault, VaultError};
use crate::store::{AccountStore, StoreError, Write};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

/// A renewal takes a second or two; a holder that died blocks the others for no longer than this.
const LEASE: Duration = Duration::from_secs(30);
/// A token is renewed when it has no longer to live than this.
const MARGIN: Duration = Duration::from_mins(10);

/// An access token with what is needed to renew it.
#[derive(Debug, Clone)]
pub(super) struct Tokens {
    /// None in a sign-in that is dead, or that is configured by its refresh token alone.
    pub(super) access: Option<SecretString>,
    /// Single use.
    pub(super) refresh: Option<SecretString>,
    pub(super) expires_at: Option<Timestamp>,
    /// When to renew; never, when it is not known how long the token lives.
    pub(super) renew_at: Option<Timestamp>,
    /// As which app the pair was given and when, where that matters.
    pub(super) terms: Option<Terms>,
    /// The refresh token in the store, by which a later write tells that nobody else wrote.
    pub(super) stored_refresh: Option<SecretString>,
}

impl Tokens {
    /// The pair that was given at `now`, as an app where only that app can renew it. It may have been made earlier, and
    /// the service's clock may be ahead.
    pub(super) fn granted(reply: Granted, now: Timestamp, app: Option<App>) -> Self {
        let (life, made) = (reply.life(), reply.made(now));
        // A token that lives for an hour is renewed in its last ten minutes, one that lives for
        // months in the last twentieth of that time, a very short one half-way.
        let margin = |life: Duration| (life / 20).max(MARGIN.min(life / 2));
        let ahead = life.map(|life| made + life.saturating_sub(margin(life)));
        let terms = app.map(|app| Terms { app, since: now });
        Self {
            access: Some(reply.access_token),
            refresh: Some(reply.refresh_token),
            expires_at: life.map(|life| made + life),
            renew_at: first_of(ahead, terms.as_ref()),
            terms,
            stored_refresh: None,
        }
    }

    /// As which app the pair was given.
    pub(super) fn app(&self) -> Option<&App> {
        self.terms.as_ref().map(|terms| &terms.app)
    }

    /// When the sign-in ends, unless it is renewed before.
    pub(super) fn ends_at(&self) -> Option<Timestamp> {
        match (&self.refresh, &self.terms) {
            (None, _) => self.expires_at,
            (Some(_), terms) => terms.as_ref().map(Terms::ends_at),
        }
    }

    /// Whether the pair has to be renewed for it to last, used or not.
    pub(super) fn is_idle(&self, now: Timestamp) -> bool {
        self.refresh.is_some() && self.terms.as_ref().is_some_and(|terms| terms.rest_until() <= now)
    }

    /// Whether only a new sign-in helps: the service has refused the refresh token.
    pub(super) fn is_dead(&self) -> bool {
        self.access.is_none() && same(self.refresh.as_ref(), self.stored_refresh.as_ref())
    }

    /// Whether it is time to renew, and possible.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        self.refresh.is_some()
            && (self.access.is_none() || self.renew_at.is_some_and(|at| at <= now))
    }

    /// The access token, if it still lives at `now` as far as is known.
    pub(super) fn living(&self, now: Timestamp) -> Option<&SecretString> {
        self.access.as_ref().filter(|_| self.expires_at.is_none_or(|end| end > now))
    }
}

/// When a pair is renewed that is to be renewed ahead of its end, and that cannot be left for ever.
fn first_of(ahead: Option<Timestamp>, terms: Option<&Terms>) -> Option<Timestamp> {
    ahead.into_iter().chain(terms.map(Terms::rest_until)).min()
}

/// Whether two secrets are the same text.
pub(super) fn same(one: Option<&SecretString>, other: Option<&SecretString>) -> bool {
    one.map(ExposeSecret::expose_secret) == other.map(ExposeSecret::expose_secret)
}

/// Under which names a sign-in is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Records {
    /// The access token.
    pub access: &'static str,
    /// The refresh token. Without an access token beside it, it is a dead one.
    pub refresh: &'static str,
    /// When the access token ends, RFC 3339.
    pub expires_at: &'static str,
    /// The lock that one process holds while it renews.
    pub lock: &'static str,
    /// As which app the pair was given and when, where only that app can renew it.
    pub terms: Option<&'static str>,
}

impl Records {
    /// Trakt's, as they are documented.
    pub const TRAKT: Self = Self {
        access: TRAKT_TOKEN,
        refresh: TRAKT_REFRESH_TOKEN,
        expires_at: TRAKT_TOKEN_EXPIRES_AT,
        lock: "trakt-refresh",
        terms: None,
    };

    /// `MyAnimeList`'s.
    pub const MYANIMELIST: Self = Self {
        access: MYANIMELIST_TOKEN,
        refresh: MYANIMELIST_REFRESH_TOKEN,
        expires_at: MYANIMELIST_TOKEN_EXPIRES_AT,
        lock: "myanimelist-refresh",
        terms: Some(MYANIMELIST_TOKEN_TERMS),
    };

    /// Kitsu's.
    pub const KITSU: Self = Self {
        access: KITSU_TOKEN,
        refresh: KITSU_REFRESH_TOKEN,
        expires_at: KITSU_TOKEN_EXPIRES_AT,
        lock: "kitsu-refresh",
        terms: None,
    };

    /// The names of what is sealed.
    fn sealed(&self) -> impl Iterator<Item = &'static str> {
        [self.access, self.refresh].into_iter().chain(self.terms)
    }
}

/// Where the tokens are kept.
#[derive(Debug)]
pub(super) struct Keeper {
    store: AccountStore,
    records: Records,
    owner: String,
    configured: (Option<SecretString>, Option<SecretString>),
    vault: Vault,
}

impl Keeper {
    /// `configured` are the access and refresh token to begin with.
    pub(super) fn new(
        store: AccountStore,
        records: Records,
        owner: String,
        configured: (Option<SecretString>, Option<SecretString>),
        vault: Vault,
    ) -> Self {
        Self { store, records, owner, configured, vault }
    }

    /// Whose they are.
    pub(super) fn account(&self) -> &AccountId {
        self.store.account()
    }

    /// The tokens in force. Saved ones win over configured ones, unless they are dead and the
    /// configured ones are others.
    pub(super) async fn load(&self) -> Result<Option<Tokens>, Fault> {
        let Records { access, refresh, expires_at, terms, .. } = self.records;
        let names = [access, refresh, expires_at].into_iter().chain(terms).collect::<Vec<_>>();
        let values = self.store.config(&names).await.map_err(unkept)?;
        let mut values = values.into_iter().map(|value| value.filter(|text| !text.is_empty()));
        let mut next = || values.next().flatten();
        let access = self.opened(access, next().as_deref())?;
        let refresh = self.opened(refresh, next().as_deref())?;
        let (access, refresh) = (access.map(secret), refresh.map(secret));
        let expires_at = next().and_then(|text| text.parse::<Timestamp>().ok());
        let terms = terms.map(|record| self.opened(record, next().as_deref())).transpose()?;
        let terms = terms.flatten().and_then(|opened| Terms::read(&opened.secret));
        let ahead = expires_at.and_then(|end| end.checked_sub(MARGIN).ok());
        let stored = Tokens {
            access,
            refresh: refresh.clone(),
            expires_at,
            renew_at: first_of(ahead, terms.as_ref()),
            terms,
            stored_refresh: refresh,
        };
        if stored.access.is_some() {
            return Ok(Some(stored));
        }
        Ok(self.first(&stored).or_else(|| stored.refresh.is_some().then_some(stored)))
    }

    fn opened(&self, record: &str, stored: Option<&str>) -> Result<Option<Opened>, Fault> {
        stored.map(|text| self.vault.open(record, text)).transpose().map_err(unreadable)
    }

    /// Seals tokens that were stored before there was a key, or with an old one. Says whether there
    /// were any.
    pub(super) async fn seal_anew(&self) -> Result<bool, Fault> {
        let names: Vec<_> = self.records.sealed().collect();
        let stored = self.store.config(&names).await.map_err(unkept)?;
        let (mut writes, mut all_current) = (Vec::new(), true);
        for (name, text) in names.iter().zip(&stored) {
            let Some(opened) = self.opened(name, text.as_deref())? else { continue };
            all_current &= opened.is_current;
            writes.push(self.entry(name, Some(&opened.secret))?);
        }
        if all_current {
            return Ok(false);
        }
        // Another process may have renewed meanwhile; what it stored is sealed already.
        let refresh = stored.get(1).and_then(Option::as_deref);
        self.store.write_if(self.records.refresh, refresh, writes).await.map_err(unkept)
    }

    /// The configured tokens, where they are not the ones already found dead.
    fn first(&self, stored: &Tokens) -> Option<Tokens> {
        let (access, refresh) = self.configured.clone();
        let known = refresh.is_some() && same(refresh.as_ref(), stored.refresh.as_ref());
        ((access.is_some() || refresh.is_some()) && !known).then(|| Tokens {
            access,
            refresh,
            expires_at: None,
            renew_at: None,
            terms: None,
            stored_refresh: stored.refresh.clone(),
        })
    }

    /// Saves a renewed pair, unless somebody else has saved one since `expected` was read.
    pub(super) async fn save(
        &self,
        tokens: &Tokens,
        expected: Option<&SecretString>,
    ) -> Result<bool, Fault> {
        self.write_if(expected, self.writes(tokens)?).await
    }

    /// Saves the pair of a new sign-in, whatever was there.
    pub(super) async fn replace(&self, tokens: &Tokens) -> Result<(), Fault> {
        self.store.write(self.writes(tokens)?).await.map_err(unkept)
    }

    /// Takes the pair away, whoever has renewed it meanwhile.
    pub(super) async fn clear(&self) -> Result<(), Fault> {
        let names = self.records.sealed().chain([self.records.expires_at]);
        let writes = names.map(|key| Write::Config { key, value: None }).collect();
        self.store.write(writes).await.map_err(unkept)
    }

    /// Marks a sign-in as dead, for this and every other process, by leaving its refresh token
    /// alone in the store. Says whether it still was the one in force.
    pub(super) async fn bury(&self, tokens: &Tokens) -> Result<bool, Fault> {
        let dead = Tokens { access: None, expires_at: None, ..tokens.clone() };
        self.write_if(tokens.stored_refresh.as_ref(), self.writes(&dead)?).await
    }

    async fn write_if(
        &self,
        expected: Option<&SecretString>,
        writes: Vec<Write>,
    ) -> Result<bool, Fault> {
        // A secret is never sealed the same way twice, so the store is told what it has.
        let stored = self.store.config(&[self.records.refresh]).await;
        let stored = stored.map_err(unkept)?.into_iter().flatten().next();
        let found = self.opened(self.records.refresh, stored.as_deref())?.map(secret);
        if !same(found.as_ref(), expected) {
            return Ok(false);
        }
        let (key, stored) = (self.records.refresh, stored.as_deref());
        self.store.write_if(key, stored, writes).await.map_err(unkept)
    }

    fn writes(&self, tokens: &Tokens) -> Result<Vec<Write>, Fault> {
        let expires_at = tokens.expires_at.map(|end| end.to_string());
        let mut writes = vec![
            self.entry(self.records.access, tokens.access.as_ref())?,
            self.entry(self.records.refresh, tokens.refresh.as_ref())?,
            Write::Config { key: self.records.expires_at, value: expires_at },
        ];
        if let Some(record) = self.records.terms {
            let terms = tokens.terms.as_ref().map(Terms::text);
            writes.push(self.entry(record, terms.as_ref())?);
        }
        Ok(writes)
    }

    fn entry(&self, key: &'static str, secret: Option<&SecretString>) -> Result<Write, Fault> {
        let value = secret.map(|secret| self.vault.seal(key, secret)).transpose();
        Ok(Write::Config { key, value: value.map_err(unreadable)? })
    }

    /// Tries to take the lock for a renewal.
    pub(super) async fn lock(&self, now: Timestamp) -> Result<bool, Fault> {
        let answer = self.store.lock(self.records.lock, &self.owner, now, LEASE).await;
        Ok(answer.map_err(unkept)?.is_ok())
    }

    /// Gives the lock back. One that cannot be given back ends by itself.
    pub(super) async fn unlock(&self) {
        if let Err(cause) = self.store.unlock(self.records.lock, &self.owner).await {
            tracing::warn!(%cause, lock = self.records.lock, "the lock for renewing a sign-in was not given back");
        }
    }
}

fn secret(opened: Opened) -> SecretString {
    opened.secret
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn unreadable(cause: VaultError) -> Fault {
    Fault::Sealed { cause: cause.to_string() }
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn unkept(cause: StoreError) -> Fault {
    Fault::Local { cause: format!("the sign-in cannot be read or saved: {cause}") }
}
