//! What opens a door: sessions, tokens of programs, invitations, and codes to set a new password. What is
//! shown to people is kept as its hash alone.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};

use super::collections::{CREDENTIALS, credentials_of};
use super::seen::Recalled;
use super::{Accounts, Claims, Shown, SignedIn, chance, read, text, written};
use crate::domain::{Account, AccountId, Credential, CredentialKind};
use crate::hub::error::{Error, Result};
use crate::store::{At, Step};

/// What a token of a program begins with, so that it can be told from others where it was lost.
const TOKEN_MARK: &str = "ats_";

/// Sessions that an account has at most; the oldest end.
const MOST_SESSIONS: usize = 50;
/// Tokens that an account has at most.
const MOST_TOKENS: usize = 50;

/// A sign-in, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Its key in the store.
    pub id: String,
    /// The browser or program.
    pub label: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
}

/// A token of a program, without what opens the door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// Its key in the store.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// Whether it changes nothing.
    pub read_only: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the hour.
    pub used_at: Option<Timestamp>,
}

/// A token that was just made. It is shown this once.
#[derive(Debug)]
pub struct MadeToken {
    /// What opens the door.
    pub token: SecretString,
    /// All else.
    pub row: ApiToken,
}

impl Accounts {
    /// Signs somebody in. `label` is the browser or program.
    pub async fn sign_in(
        &self,
        account: Account,
        label: &str,
        life: SignedDuration,
    ) -> Result<SignedIn> {
        let (name, version) = (account.username.clone(), account.version);
        let signed = self.begin_session(&account.id, (name, version), label, life).await?;
        Ok(SignedIn { account: Some(account), ..signed })
    }

    /// Signs in who has the service's own token.
    pub async fn sign_in_holder(
        &self,
        service: &SecretString,
        label: &str,
        life: SignedDuration,
    ) -> Result<SignedIn> {
        let mark = mark_of(service);
        self.begin_session(&AccountId::default(), (String::new(), mark), label, life).await
    }

    async fn begin_session(
        &self,
        account: &AccountId,
        (name, version): (String, u32),
        label: &str,
        life: SignedDuration,
    ) -> Result<SignedIn> {
        let (now, key) = (self.clock.now(), chance()?);
        let ends = now + life;
        let claims = Claims::new(name, version, key.clone(), now, ends);
        let token = SecretString::from(self.key().await?.sign(&claims)?);
        let session = self.credential(CredentialKind::Session, key, account, label, Some(ends));
        self.make_room(account, CredentialKind::Session, MOST_SESSIONS).await?;
        self.put(&session).await?;
        Ok(SignedIn { account: None, token, ends })
    }

    pub(super) fn credential(
        &self,
        kind: CredentialKind,
        key: String,
        account: &AccountId,
        label: &str,
        expires_at: Option<Timestamp>,
    ) -> Credential {
        Credential {
            key,
            kind,
            account: account.clone(),
            label: crate::plain::plain(label).chars().take(120).collect(),
            read_only: false,
            tries: 0,
            created_at: self.clock.now(),
            used_at: None,
            expires_at,
        }
    }

    pub(super) async fn put(&self, credential: &Credential) -> Result<()> {
        let at = At::new(CREDENTIALS, &credential.key);
        let listed = At::new(credentials_of(&credential.account), &credential.key);
        let steps = vec![Step::Put(at, written(credential)?), Step::Put(listed, String::new())];
        self.store.commit(steps).await?;
        Ok(())
    }

    /// The same sign-in with a new end, when it has less left than `fresh`.
    pub async fn renew(
        &self,
        shown: &str,
        fresh: SignedDuration,
        life: SignedDuration,
    ) -> Result<Option<SignedIn>> {
        let now = self.clock.now();
        let key = self.key().await?;
        let old = key.check(shown, now).filter(|claims| claims.exp < (now + fresh).as_second());
        let Some(old) = old else { return Ok(None) };
        let session = self.living(&old.jti, CredentialKind::Session).await?;
        let Some(session) = session else { return Ok(None) };
        let ends = now + life;
        let prolonged = Credential { expires_at: Some(ends), ..session.clone() };
        let at = At::new(CREDENTIALS, &session.key);
        let still = Step::Is(at.clone(), Some(written(&session)?));
        if !self.store.commit(vec![still, Step::Put(at, written(&prolonged)?)]).await? {
            return Ok(None);
        }
        let claims = Claims::new(old.sub, old.ver, old.jti, now, ends);
        Ok(Some(SignedIn { account: None, token: key.sign(&claims)?.into(), ends }))
    }

    /// Who shows this: what was signed for a session, or a program's token.
    pub async fn recognise(&self, shown: &str) -> Result<Option<Shown>> {
        let key = hash(shown);
        match self.seen.recall(&key) {
            Recalled::Person(known) => {
                let is_living = known.ends.is_none_or(|end| self.clock.now() < end);
                return Ok(is_living.then_some(*known));
            }
            Recalled::Nobody => return Ok(None),
            Recalled::Unknown => {}
        }
        let age = self.seen.age();
        let found = if shown.starts_with(TOKEN_MARK) {
            self.of_token(&key).await?
        } else {
            self.of_session(shown).await?
        };
        self.seen.keep(key, found.clone(), age);
        Ok(found)
    }

    /// Whether this was signed for who had the service's own token, and that is still the same.
    pub async fn is_holder(&self, shown: &str, service: &SecretString) -> Result<bool> {
        let now = self.clock.now();
        let Some(claims) = self.key().await?.check(shown, now) else { return Ok(false) };
        if !claims.sub.is_empty() || claims.ver != mark_of(service) {
            return Ok(false);
        }
        let key = format!("holder:{}", claims.jti);
        if let Some(known) = self.seen.recall_holder(&key) {
            return Ok(known);
        }
        let age = self.seen.age();
        let is_living = self.living(&claims.jti, CredentialKind::Session).await?.is_some();
        self.seen.keep_holder(key, is_living, age);
        Ok(is_living)
    }

    async fn of_session(&self, shown: &str) -> Result<Option<Shown>> {
        let Some(claims) = self.key().await?.check(shown, self.clock.now()) else {
            return Ok(None);
        };
        if claims.sub.is_empty() {
            return Ok(None);
        }
        let Some(session) = self.living(&claims.jti, CredentialKind::Session).await? else {
            return Ok(None);
        };
        let account = self.of_id(&session.account).await?;
        let is_right = |account: &Account| {
            !account.disabled && account.username == claims.sub && account.version == claims.ver
        };
        Ok(account.filter(is_right).map(|account| shown_by(account, session)))
    }

    async fn of_token(&self, key: &str) -> Result<Option<Shown>> {
        let Some(token) = self.living(key, CredentialKind::Token).await? else { return Ok(None) };
        let account = self.of_id(&token.account).await?.filter(|account| !account.disabled);
        let Some(account) = account else { return Ok(None) };
        self.was_used(&token).await;
        Ok(Some(shown_by(account, token)))
    }

    /// Notes at most once an hour that a token was used. That it cannot be noted keeps nobody out.
    async fn was_used(&self, token: &Credential) {
        let now = self.clock.now();
        let recently = |at: Timestamp| now.duration_since(at) < SignedDuration::from_hours(1);
        if token.used_at.is_some_and(recently) {
            return;
        }
        let used = Credential { used_at: Some(now), ..token.clone() };
        let (Ok(before), Ok(after)) = (written(token), written(&used)) else { return };
        let at = At::new(CREDENTIALS, &token.key);
        let steps = vec![Step::Is(at.clone(), Some(before)), Step::Put(at, after)];
        if let Err(cause) = self.store.commit(steps).await {
            tracing::warn!("[Accounts] It was not noted that a token was used: {cause}");
        }
    }

    /// What opens a door under this key, while it does.
    pub(super) async fn living(
        &self,
        key: &str,
        kind: CredentialKind,
    ) -> Result<Option<Credential>> {
        let found = self.store.documents(CREDENTIALS, &[key]).await?.into_iter().flatten().next();
        let found = found.map(|text| read::<Credential>(key, &text)).transpose()?;
        let now = self.clock.now();
        Ok(found.filter(|credential| credential.kind == kind && credential.is_living(now)))
    }

    /// What an account has of a kind, the newest first. What has ended is removed on the way.
    async fn listed(&self, account: &AccountId, kind: CredentialKind) -> Result<Vec<Credential>> {
        let keys = self.store.collection(&credentials_of(account)).await?;
        let keys: Vec<&str> = keys.iter().map(|(key, _)| key.as_str()).collect();
        let found = self.store.documents(CREDENTIALS, &keys).await?;
        let (mut all, mut ended) = (Vec::new(), Vec::new());
        for (key, text) in keys.iter().zip(found) {
            let credential = text.map(|text| read::<Credential>(key, &text)).transpose()?;
            match credential.filter(|credential| credential.is_living(self.clock.now())) {
                Some(credential) if credential.kind == kind => all.push(credential),
                Some(_) => {}
                None => ended.extend(removal(account, key)),
            }
        }
        if !ended.is_empty() {
            self.store.commit(ended).await?;
        }
        all.sort_by_key(|credential| std::cmp::Reverse(credential.created_at));
        Ok(all)
    }

    async fn make_room(
        &self,
        account: &AccountId,
        kind: CredentialKind,
        most: usize,
    ) -> Result<()> {
        let listed = self.listed(account, kind).await?;
        let old = listed.iter().skip(most - 1);
        let steps: Vec<Step> = old.flat_map(|old| removal(account, &old.key)).collect();
        if !steps.is_empty() {
            self.store.commit(steps).await?;
        }
        Ok(())
    }

    /// The sign-ins of an account.
    pub async fn sessions(&self, account: &AccountId) -> Result<Vec<SessionRow>> {
        let sessions = self.listed(account, CredentialKind::Session).await?;
        let row = |Credential { key: id, label, created_at, expires_at, .. }| SessionRow {
            id,
            label,
            created_at,
            expires_at,
        };
        Ok(sessions.into_iter().map(row).collect())
    }

    /// The tokens of an account.
    pub async fn tokens(&self, account: &AccountId) -> Result<Vec<ApiToken>> {
        let tokens = self.listed(account, CredentialKind::Token).await?;
        Ok(tokens.into_iter().map(token_row).collect())
    }

    /// Makes a token for a program.
    pub async fn make_token(
        &self,
        account: &AccountId,
        name: String,
        read_only: bool,
    ) -> Result<MadeToken> {
        let name = text("name", Some(name))?.ok_or_else(|| {
            Error::invalid("name", "a token has a name", "name the program that uses it")
        })?;
        if self.listed(account, CredentialKind::Token).await?.len() >= MOST_TOKENS {
            let message = format!("you have as many tokens as there can be: {MOST_TOKENS}");
            return Err(Error::Refused { message, hint: "revoke one that nothing uses any more" });
        }
        let token = format!("{TOKEN_MARK}{}", chance()?);
        let credential = self.credential(CredentialKind::Token, hash(&token), account, &name, None);
        let credential = Credential { read_only, ..credential };
        self.put(&credential).await?;
        Ok(MadeToken { token: token.into(), row: token_row(credential) })
    }

    /// Ends one session or token of an account.
    pub async fn revoke(&self, account: &AccountId, kind: CredentialKind, id: &str) -> Result<()> {
        let owned = self.living(id, kind).await?.filter(|found| found.account == *account);
        owned.ok_or_else(|| {
            let hint = "it may have ended; GET the list to see what there is";
            Error::not_found("you have no such thing", hint)
        })?;
        self.store.commit(removal(account, id).into()).await?;
        self.seen.forget();
        Ok(())
    }

    /// Ends what this was signed for, if it is a session.
    pub async fn sign_out(&self, shown: &str) -> Result<()> {
        let Some(claims) = self.key().await?.check(shown, self.clock.now()) else { return Ok(()) };
        if let Some(session) = self.living(&claims.jti, CredentialKind::Session).await? {
            self.store.commit(removal(&session.account, &session.key).into()).await?;
            self.seen.forget();
        }
        Ok(())
    }

    /// Ends all sign-ins of an account.
    pub async fn end_sessions(&self, account: &AccountId) -> Result<()> {
        self.end(account, |kind| matches!(kind, CredentialKind::Session | CredentialKind::Reset))
            .await
    }

    /// Ends everything that opens a door to an account.
    pub(super) async fn end_all(&self, account: &AccountId) -> Result<()> {
        self.end(account, |_| true).await
    }

    async fn end(&self, account: &AccountId, which: impl Fn(CredentialKind) -> bool) -> Result<()> {
        let keys = self.store.collection(&credentials_of(account)).await?;
        let keys: Vec<&str> = keys.iter().map(|(key, _)| key.as_str()).collect();
        let found = self.store.documents(CREDENTIALS, &keys).await?;
        let mut steps = Vec::new();
        for (key, text) in keys.iter().zip(found) {
            let kind = text.map(|text| read::<Credential>(key, &text)).transpose()?;
            if kind.is_none_or(|credential| which(credential.kind)) {
                steps.extend(removal(account, key));
            }
        }
        if !steps.is_empty() {
            self.store.commit(steps).await?;
        }
        self.seen.forget();
        Ok(())
    }
}

pub(super) fn removal(account: &AccountId, key: &str) -> [Step; 2] {
    [Step::Remove(At::new(CREDENTIALS, key)), Step::Remove(At::new(credentials_of(account), key))]
}

fn token_row(credential: Credential) -> ApiToken {
    let Credential { key: id, label: name, read_only, created_at, used_at, .. } = credential;
    ApiToken { id, name, read_only, created_at, used_at }
}

fn shown_by(account: Account, credential: Credential) -> Shown {
    let Credential { key, read_only, created_at: made_at, expires_at: ends, .. } = credential;
    Shown { account, credential: key, read_only, made_at, ends }
}

pub(super) fn hash(text: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes()))
}

/// Changes when the service gets another token, and tells nothing of it.
fn mark_of(service: &SecretString) -> u32 {
    let text = format!("service token {}", service.expose_secret());
    let hash = digest(&SHA256, text.as_bytes());
    hash.as_ref().iter().take(4).fold(0, |mark, byte| mark << 8 | u32::from(*byte))
}
