//! A person's sign-in: getting tokens, keeping them, and renewing them once and in time.
//!
//! A refresh token is good for one use, and two holders of the same pair break each other. So one
//! renewal goes on at a time, in this process and across processes; it begins by looking whether
//! somebody else has renewed; and the new pair is saved before it is used.

mod trakt;

use std::hash::{BuildHasher, DefaultHasher, Hash as _, Hasher as _, RandomState};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;
use tokio::time::timeout;
use tracing::Instrument as _;

use super::renews::Renews;
use super::tokens::{Keeper, Records, Tokens, same};
use crate::clock::age;
use crate::domain::AccountId;
use crate::oauth::{App, Granted, OAuth};
use crate::outbound::{CarriesFault, Credentials, Fault, ProviderError};
use crate::store::AccountStore;
use crate::store::vault::Vault;

/// How often and how far apart the lock is asked for while another process renews.
const LOCK_TRIES: u32 = 40;
const LOCK_PAUSE: Duration = Duration::from_millis(250);
/// Who only wants to know how the sign-in stands waits for a renewal no longer than this.
const LOOK: Duration = Duration::from_millis(250);
/// A token that the service rejected although it was just renewed is not sent again for so long.
const COOL_OFF: Duration = Duration::from_mins(10);
/// After a failed renewal of a token that still lives, the next try.
const TRY_AGAIN: Duration = Duration::from_mins(1);
/// That the person signed in anew or out in another process is noticed within this.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_mins(1);

/// The tokens to begin with, and how what is saved is sealed.
#[derive(Debug, Clone, Default)]
pub struct SignInSettings {
    /// Used while nothing is saved.
    pub access_token: Option<SecretString>,
    /// Used while nothing is saved.
    pub refresh_token: Option<SecretString>,
    /// Seals what is saved.
    pub vault: Vault,
}

/// What became of a write.
#[derive(Debug)]
pub enum Written<T> {
    /// The service answered.
    Answered(T),
    /// The service took the sign-in no more, and did nothing. That is renewed, which may have taken its
    /// time, so the write needs another turn.
    SignInRenewed,
}

/// How the sign-in stands, as far as is known without asking the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInState {
    /// No app is configured, or nobody has signed in yet.
    NotConfigured,
    /// The service refused the refresh token; only a new sign-in helps.
    SignedOut,
    /// There is a token.
    SignedIn {
        /// When it ends if it is not renewed; not known of configured tokens.
        expires_at: Option<Timestamp>,
        /// Whether it is renewed before that.
        renews: bool,
    },
}

/// The sign-in of one person at one service, shared by everything that asks it. `P` is how it is renewed: Trakt's way,
/// unless it is said.
#[derive(Debug)]
pub struct SignIn<P = OAuth> {
    protocol: P,
    keeper: Keeper,
    /// Held during a renewal, so that all who need the new token wait for that one.
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    tokens: Option<Tokens>,
    /// A renewed pair that the store did not take yet. The old one is used up, so this must not be
    /// lost, and it is not used before it is saved.
    unsaved: Option<Tokens>,
    rejected: Option<(SecretString, Timestamp)>,
    /// When the store was last looked at.
    looked_at: Option<Timestamp>,
}

impl<P: Renews> SignIn<P> {
    /// The sign-in of the person whose `store` it is, which keeps the tokens under these names.
    pub fn new(
        protocol: P,
        store: AccountStore,
        records: Records,
        settings: SignInSettings,
    ) -> Self {
        // Containers share process ids, so chance tells the owners of the lock apart.
        let owner = format!("{}-{:x}", std::process::id(), RandomState::new().hash_one(()));
        let SignInSettings { access_token, refresh_token, vault } = settings;
        let keeper = Keeper::new(store, records, owner, (access_token, refresh_token), vault);
        Self { protocol, keeper, state: Mutex::default() }
    }

    /// Seals saved tokens that are not sealed as they would be today. Says whether there were any.
    pub async fn seal_anew(&self) -> Result<bool, ProviderError> {
        // A renewal in this process would find another record than it read.
        let _state = self.state.lock().await;
        self.keeper.seal_anew().await.map_err(|fault| self.failed(fault))
    }

    /// Asks as the person. That the service takes the token no more means that nothing was done, so it
    /// is asked once more, with a renewed one.
    pub async fn signed_in<T, E: CarriesFault, F: Future<Output = Result<T, E>>>(
        self: &Arc<Self>,
        ask: impl Fn(Credentials) -> F,
    ) -> Result<T, E> {
        let token = self.token().await?;
        let first = ask(self.credentials(&token)).await;
        if !is_signed_out(&first) {
            return first;
        }
        let token = self.replacement(&token).await?;
        let second = ask(self.credentials(&token)).await;
        if is_signed_out(&second) {
            self.give_up(&token).await;
        }
        second
    }

    /// Asks as the person, once. Where the service takes the token no more, it is renewed, which may
    /// have taken its time.
    pub async fn signed_in_once<T, E: CarriesFault, F: Future<Output = Result<T, E>>>(
        self: &Arc<Self>,
        ask: impl FnOnce(Credentials) -> F,
    ) -> Result<Written<T>, E> {
        let token = self.token().await?;
        let answer = ask(self.credentials(&token)).await;
        if is_signed_out(&answer) {
            self.replacement(&token).await?;
            return Ok(Written::SignInRenewed);
        }
        answer.map(Written::Answered)
    }

    /// Whose sign-in it is.
    pub fn account(&self) -> &AccountId {
        self.keeper.account()
    }

    fn credentials(&self, token: &SecretString) -> Credentials {
        Credentials { token: token.clone(), person: self.account().clone() }
    }

    /// Keeps the tokens of a new sign-in, in place of those before; with the app that they were given to, where only
    /// that can renew them.
    pub async fn enter(&self, reply: Granted, app: Option<App>) -> Result<(), ProviderError> {
        let mut state = self.state.lock().await;
        let now = self.protocol.now();
        let mut tokens = Tokens::granted(reply, now, app);
        self.keeper.replace(&tokens).await.map_err(|fault| self.failed(fault))?;
        tokens.stored_refresh.clone_from(&tokens.refresh);
        *state = State { tokens: Some(tokens), looked_at: Some(now), ..State::default() };
        Ok(())
    }

    /// Takes the tokens away.
    pub async fn leave(&self) -> Result<(), ProviderError> {
        let mut state = self.state.lock().await;
        self.keeper.clear().await.map_err(|fault| self.failed(fault))?;
        *state = State::default();
        Ok(())
    }

    /// Renews what would be lost if nobody used it for long.
    pub async fn keep_alive(self: &Arc<Self>) -> Result<(), ProviderError> {
        match self.look().await {
            Ok(tokens) if tokens.is_idle(self.protocol.now()) => self.token().await.map(drop),
            Ok(_) | Err(Fault::NotConfigured | Fault::SignedOut) => Ok(()),
            Err(fault) => Err(self.failed(fault)),
        }
    }

    /// When the sign-in ends unless it is renewed before, where that is known.
    pub async fn ends_at(&self) -> Option<Timestamp> {
        self.look().await.ok()?.ends_at()
    }

    /// This fault, at the service.
    fn failed(&self, fault: Fault) -> ProviderError {
        fault.at(self.protocol.service())
    }

    /// How the sign-in stands. Asks the store, not the service, and waits for no answer of it either.
    pub async fn state(&self) -> Result<SignInState, ProviderError> {
        if !self.protocol.is_set_up() {
            return Ok(SignInState::NotConfigured);
        }
        match self.look().await {
            Ok(tokens) => Ok(SignInState::SignedIn {
                expires_at: tokens.expires_at,
                renews: tokens.refresh.is_some(),
            }),
            Err(Fault::NotConfigured) => Ok(SignInState::NotConfigured),
            Err(Fault::SignedOut) => Ok(SignInState::SignedOut),
            Err(fault) => Err(self.failed(fault)),
        }
    }

    /// Changes when another sign-in takes this one's place, and tells nothing about its tokens.
    pub async fn identity(&self) -> String {
        let refresh = self.look().await.ok().and_then(|tokens| tokens.refresh);
        let mut hasher = DefaultHasher::new();
        refresh.as_ref().map(ExposeSecret::expose_secret).hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }

    /// The access token to send, renewed if its time is nearly over.
    pub async fn token(self: &Arc<Self>) -> Result<SecretString, ProviderError> {
        let tokens = self
            .current(&mut *self.state.lock().await)
            .await
            .map_err(|fault| self.failed(fault))?;
        let due = tokens.is_due(self.protocol.now());
        if let (Some(access), false) = (tokens.access, due) {
            return Ok(access);
        }
        self.apart(|auth| async move { auth.renew_ahead().await }).await
    }

    /// Runs a renewal to its end even when the caller goes away: a refresh token whose answer is
    /// dropped is lost, and the sign-in with it.
    async fn apart<F>(
        self: &Arc<Self>,
        work: impl FnOnce(Arc<Self>) -> F,
    ) -> Result<SecretString, ProviderError>
    where
        F: Future<Output = Result<SecretString, Fault>> + Send + 'static,
    {
        let done = tokio::spawn(work(Arc::clone(self)).in_current_span()).await;
        let ended = |_| Err(Fault::Local { cause: "the renewal of the sign-in broke off".into() });
        done.unwrap_or_else(ended).map_err(|fault| self.failed(fault))
    }

    async fn renew_ahead(&self) -> Result<SecretString, Fault> {
        let mut state = self.state.lock().await;
        let tokens = self.current(&mut state).await?;
        if !tokens.is_due(self.protocol.now()) {
            return access(&state);
        }
        let Err(fault) = self.renew(&mut state, &tokens).await else { return access(&state) };
        let now = self.protocol.now();
        let living = tokens.living(now).cloned().ok_or_else(|| fault.clone())?;
        let service = self.protocol.service();
        tracing::warn!(%fault, "The sign-in to {service} was not renewed ahead of time");
        if let Some(tokens) = &mut state.tokens {
            tokens.renew_at = Some(now + TRY_AGAIN);
        }
        Ok(living)
    }

    /// A token other than the one that was answered with 401. Only the first of many callers with
    /// the same rejected token renews.
    async fn replacement(
        self: &Arc<Self>,
        rejected: &SecretString,
    ) -> Result<SecretString, ProviderError> {
        let rejected = rejected.clone();
        self.apart(|auth| async move { auth.replace(&rejected).await }).await
    }

    async fn replace(&self, rejected: &SecretString) -> Result<SecretString, Fault> {
        let mut state = self.state.lock().await;
        let tokens = self.current(&mut state).await?;
        if !same(tokens.access.as_ref(), Some(rejected)) {
            return access(&state);
        }
        if tokens.refresh.is_none() {
            self.reject(&mut state, rejected);
            return Err(Fault::SignedOut);
        }
        self.renew(&mut state, &tokens).await?;
        access(&state)
    }

    /// Takes note that even a replacement was answered with 401, so that the service is not hammered.
    async fn give_up(&self, rejected: &SecretString) {
        let mut state = self.state.lock().await;
        self.reject(&mut state, rejected);
    }

    fn reject(&self, state: &mut State, rejected: &SecretString) {
        state.rejected = Some((rejected.clone(), self.protocol.now() + COOL_OFF));
    }

    /// The tokens in force, read from the store when there are none here or they are dead.
    async fn current(&self, state: &mut State) -> Result<Tokens, Fault> {
        if let Some(unsaved) = state.unsaved.clone() {
            self.keep(state, unsaved).await?;
        }
        if state.tokens.as_ref().is_none_or(|tokens| self.is_useless(tokens, state)) {
            state.tokens = self.keeper.load().await?;
            state.looked_at = Some(self.protocol.now());
        }
        self.look_again(state).await;
        let tokens = state.tokens.clone().ok_or(Fault::NotConfigured)?;
        if self.is_useless(&tokens, state) { Err(Fault::SignedOut) } else { Ok(tokens) }
    }

    /// Takes over what another process has done meanwhile. A store that does not tell changes nothing.
    async fn look_again(&self, state: &mut State) {
        let now = self.protocol.now();
        let is_fresh = |at| age(at, now).is_some_and(|age| age < LOOK_AGAIN);
        if state.looked_at.is_some_and(is_fresh) {
            return;
        }
        let Ok(stored) = self.keeper.load().await else { return };
        state.looked_at = Some(now);
        let refresh = |tokens: &Option<Tokens>| tokens.as_ref()?.refresh.clone();
        if !same(refresh(&stored).as_ref(), refresh(&state.tokens).as_ref()) {
            state.tokens = stored;
        }
    }

    /// The tokens in force, or those in the store while a renewal goes on.
    async fn look(&self) -> Result<Tokens, Fault> {
        if let Ok(mut state) = timeout(LOOK, self.state.lock()).await {
            return self.current(&mut state).await;
        }
        let tokens = self.keeper.load().await?.ok_or(Fault::NotConfigured)?;
        if tokens.is_dead() { Err(Fault::SignedOut) } else { Ok(tokens) }
    }

    fn is_useless(&self, tokens: &Tokens, state: &State) -> bool {
        let now = self.protocol.now();
        tokens.is_dead()
            || state.rejected.as_ref().is_some_and(|(rejected, until)| {
                now < *until && same(tokens.access.as_ref(), Some(rejected))
            })
    }

    /// Replaces `old`, by the pair another process has saved or by a renewal.
    async fn renew(&self, state: &mut State, old: &Tokens) -> Result<(), Fault> {
        self.lock().await?;
        let result = self.renew_locked(state, old).await;
        self.keeper.unlock().await;
        result
    }

    async fn lock(&self) -> Result<(), Fault> {
        for _ in 0..LOCK_TRIES {
            if self.keeper.lock(self.protocol.now()).await? {
                return Ok(());
            }
            tokio::time::sleep(LOCK_PAUSE).await;
        }
        let cause = "another process has been renewing the sign-in for too long".to_owned();
        Err(Fault::Local { cause })
    }

    async fn renew_locked(&self, state: &mut State, old: &Tokens) -> Result<(), Fault> {
        let stored = self.keeper.load().await?.ok_or(Fault::NotConfigured)?;
        let others = !same(stored.refresh.as_ref(), old.refresh.as_ref());
        state.tokens = Some(stored.clone());
        if stored.is_dead() {
            return Err(Fault::SignedOut);
        }
        if others && stored.access.is_some() {
            return Ok(());
        }
        let refresh = stored.refresh.as_ref().ok_or(Fault::SignedOut)?;
        match self.protocol.renew(refresh, stored.app()).await {
            Ok(reply) => {
                let mut tokens = Tokens::granted(reply, self.protocol.now(), stored.app().cloned());
                tokens.stored_refresh = stored.stored_refresh;
                self.keep(state, tokens).await
            }
            Err(Fault::SignedOut) => self.bury(state, &stored).await,
            Err(fault) => Err(fault),
        }
    }

    /// Saves a renewed pair and only then puts it in force. When somebody else has saved another
    /// one meanwhile, that one is.
    async fn keep(&self, state: &mut State, mut tokens: Tokens) -> Result<(), Fault> {
        state.unsaved = Some(tokens.clone());
        let saved = self.keeper.save(&tokens, tokens.stored_refresh.as_ref()).await?;
        state.unsaved = None;
        if !saved {
            state.tokens = self.keeper.load().await?;
            return Ok(());
        }
        tokens.stored_refresh.clone_from(&tokens.refresh);
        state.tokens = Some(tokens);
        Ok(())
    }

    /// Remembers that a refresh token is dead, so that it is never sent again.
    async fn bury(&self, state: &mut State, dead: &Tokens) -> Result<(), Fault> {
        let buried = self.keeper.bury(dead).await?;
        state.tokens = self.keeper.load().await?;
        if buried { Err(Fault::SignedOut) } else { Ok(()) }
    }
}

fn access(state: &State) -> Result<SecretString, Fault> {
    let tokens = state.tokens.as_ref().ok_or(Fault::NotConfigured)?;
    tokens.access.clone().ok_or(Fault::SignedOut)
}

fn is_signed_out<T, E: CarriesFault>(answer: &Result<T, E>) -> bool {
    answer.as_ref().is_err_and(|error| matches!(error.fault(), Some(Fault::SignedOut)))
}
