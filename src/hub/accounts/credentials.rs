//! What opens a door: sessions, tokens of programs, invitations, codes to set a new password, and addresses of
//! calendars. What is shown to people is kept as its hash alone.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};

use super::collections::{CREDENTIALS, credentials_of};
use super::seen::Known;
use super::{Accounts, Claims, Recognised, Shown, SignedIn, chance, read, text, written};
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
        let (id, said) = (account.id, (account.username, account.version));
        self.begin_session(&id, said, label, life).await
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
        self.make_room(account).await?;
        self.put(&session).await?;
        Ok(SignedIn { token, ends })
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
        Ok(Some(SignedIn { token: key.sign(&claims)?.into(), ends }))
    }

    /// Who shows this: what was signed for a session, or a program's token. `service` is the service's own
    /// token, where people sign in with it.
    pub async fn recognise(
        &self,
        shown: &str,
        service: Option<&SecretString>,
    ) -> Result<Recognised> {
        Ok(match self.known_by(shown).await? {
            Known::Person(person) if person.ends.is_none_or(|end| self.clock.now() < end) => {
                Recognised::Person(person)
            }
            Known::Holder { mark, ends }
                if self.clock.now() < ends && service.map(mark_of) == Some(mark) =>
            {
                Recognised::Holder
            }
            Known::Person(_) | Known::Holder { .. } | Known::Nobody => Recognised::Nobody,
        })
    }

    /// What something that is shown was made for, as it was a moment ago at most.
    async fn known_by(&self, shown: &str) -> Result<Known> {
        let key = hash(shown);
        if let Some(known) = self.seen.recall(&key) {
            return Ok(known);
        }
        let age = self.seen.age();
        let known = if shown.starts_with(TOKEN_MARK) {
            self.of_token(&key).await?
        } else {
            self.of_session(shown).await?
        };
        self.seen.keep(key, known.clone(), age);
        Ok(known)
    }

    async fn of_session(&self, shown: &str) -> Result<Known> {
        let Some(claims) = self.key().await?.check(shown, self.clock.now()) else {
            return Ok(Known::Nobody);
        };
        let Some(session) = self.living(&claims.jti, CredentialKind::Session).await? else {
            return Ok(Known::Nobody);
        };
        if claims.sub.is_empty() {
            let ends = Timestamp::from_second(claims.exp).unwrap_or(Timestamp::UNIX_EPOCH);
            return Ok(Known::Holder { mark: claims.ver, ends });
        }
        let account = self.of_id(&session.account).await?;
        let is_right = |account: &Account| {
            !account.disabled && account.username == claims.sub && account.version == claims.ver
        };
        let account = account.filter(is_right);
        Ok(account.map_or(Known::Nobody, |account| shown_by(account, session)))
    }

    async fn of_token(&self, key: &str) -> Result<Known> {
        let Some(token) = self.living(key, CredentialKind::Token).await? else {
            return Ok(Known::Nobody);
        };
        let account = self.of_id(&token.account).await?.filter(|account| !account.disabled);
        let Some(account) = account else { return Ok(Known::Nobody) };
        self.was_used(&token).await;
        Ok(shown_by(account, token))
    }

    /// Notes at most once an hour that a token was used. That it cannot be noted keeps nobody out.
    pub(super) async fn was_used(&self, token: &Credential) {
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
        let found = self.store.document(CREDENTIALS, key).await?;
        let found = found.map(|text| read::<Credential>(key, &text)).transpose()?;
        let now = self.clock.now();
        Ok(found.filter(|credential| credential.kind == kind && credential.is_living(now)))
    }

    /// Everything that is listed for an account, by its key; none where it is gone.
    async fn all_of(&self, account: &AccountId) -> Result<Vec<(String, Option<Credential>)>> {
        let listed = self.store.collection(&credentials_of(account)).await?;
        let keys: Vec<&str> = listed.iter().map(|(key, _)| key.as_str()).collect();
        let found = self.store.documents(CREDENTIALS, &keys).await?;
        let both = listed.iter().zip(found).map(|((key, _), text)| {
            Ok((key.clone(), text.map(|text| read(key, &text)).transpose()?))
        });
        both.collect()
    }

    /// Takes steps, if there are any.
    pub(super) async fn take(&self, steps: Vec<Step>) -> Result<()> {
        if !steps.is_empty() {
            self.store.commit(steps).await?;
        }
        Ok(())
    }

    /// What an account has of a kind, the newest first. What has ended is removed on the way.
    pub(super) async fn listed(
        &self,
        account: &AccountId,
        kind: CredentialKind,
    ) -> Result<Vec<Credential>> {
        let (mut all, mut ended, now) = (Vec::new(), Vec::new(), self.clock.now());
        for (key, credential) in self.all_of(account).await? {
            match credential.filter(|credential| credential.is_living(now)) {
                Some(credential) if credential.kind == kind => all.push(credential),
                Some(_) => {}
                None => ended.extend(removal(account, &key)),
            }
        }
        self.take(ended).await?;
        all.sort_by_key(|credential| std::cmp::Reverse(credential.created_at));
        Ok(all)
    }

    /// Ends the oldest sign-ins, so that there is room for one more.
    async fn make_room(&self, account: &AccountId) -> Result<()> {
        let listed = self.listed(account, CredentialKind::Session).await?;
        let old = listed.iter().skip(MOST_SESSIONS - 1);
        self.take(old.flat_map(|old| removal(account, &old.key)).collect()).await
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

    /// Ends all sign-ins of an account but one, which need not be among them. Says how many there were.
    pub async fn end_other_sessions(
        &self,
        account: &AccountId,
        kept: Option<&str>,
    ) -> Result<usize> {
        let sessions = self.listed(account, CredentialKind::Session).await?;
        let others: Vec<_> = sessions.iter().filter(|one| Some(one.key.as_str()) != kept).collect();
        let steps = others.iter().flat_map(|one| removal(account, &one.key));
        self.take(steps.collect()).await?;
        self.seen.forget();
        Ok(others.len())
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
        let all = self.all_of(account).await?.into_iter();
        let ending = all.filter(|(_, one)| one.as_ref().is_none_or(|one| which(one.kind)));
        self.take(ending.flat_map(|(key, _)| removal(account, &key)).collect()).await?;
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

fn shown_by(account: Account, credential: Credential) -> Known {
    let Credential { key: credential, read_only, expires_at: ends, .. } = credential;
    Known::Person(Box::new(Shown { account, credential, read_only, ends }))
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
