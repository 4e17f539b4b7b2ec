//! How the services stand that this one depends on, and what a person can do about it.
//!
//! An account is asked for with one cheap request, and the answer is good for a few minutes; what
//! any other request meets in between is newer and wins. A service that asked to wait, or that is
//! left alone because it keeps failing, is not asked at all.

mod anilist_account;
mod renews;
mod sign_in;
mod terms;
mod tokens;
mod trakt_account;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

pub use self::anilist_account::AniListAccount;
pub use self::renews::Renews;
pub use self::sign_in::{SignIn, SignInSettings, SignInState, Written};
pub use self::tokens::Records;
pub use self::trakt_account::TraktAccount;
use crate::clock::{Clock, age};
use crate::domain::{AccountId, Service, ServiceKind};
use crate::hub::error::{Error, Result};
use crate::outbound::{Fault, Outbound, Outcome, ProviderError};

/// How long an answer that all is well is good for.
const GOOD_FOR: SignedDuration = SignedDuration::from_mins(5);
/// The same for any other answer.
const BAD_FOR: SignedDuration = SignedDuration::from_mins(1);
/// How long a service may take to answer before it counts as not reachable.
const PATIENCE: Duration = Duration::from_secs(8);
/// AniList's tokens cannot be renewed, and a new one takes a person: warn in time.
const ANILIST_WARNING: SignedDuration = SignedDuration::from_hours(30 * 24);
/// A Trakt sign-in without a refresh token ends; one with it is renewed long before this.
const TRAKT_WARNING: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A token that should have been renewed by now.
const OVERDUE: SignedDuration = SignedDuration::from_mins(10);

/// How a service stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It answers, and takes the sign-in where it needs one.
    Ok,
    /// The same, and its sign-in ends before long.
    ExpiresSoon,
    /// Nothing is set up for it.
    NotConfigured,
    /// Only a new sign-in helps.
    SignedOut,
    /// It does not take the API app.
    AppGone,
    /// It has locked the account.
    AccountLocked,
    /// It asked to wait.
    RateLimited,
    /// It cannot be reached, is having an outage, or sends what is no answer.
    Unreachable,
    /// It answers, and refuses what was asked.
    Refused,
    /// Nobody has asked it since this process began.
    Untried,
}

/// One service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Which.
    pub name: Service,
    /// How it stands.
    pub state: State,
    /// One sentence.
    pub message: String,
    /// What to do, where there is something to do.
    pub hint: Option<&'static str>,
    /// Whose account it is, if it is known.
    pub account: Option<String>,
    /// When its sign-in ends, if that is known.
    pub expires_at: Option<Timestamp>,
    /// When it may be asked again, if it said so.
    pub retry_at: Option<Timestamp>,
    /// When it was last asked, if it was.
    pub checked_at: Option<Timestamp>,
}

/// What was found by asking for the account.
#[derive(Debug, Clone)]
struct Probe {
    at: Timestamp,
    /// The sign-in that was asked with: another one is asked about anew.
    with: String,
    answer: std::result::Result<Option<String>, Fault>,
}

impl Probe {
    /// Whether it still tells the truth, as far as can be known without asking.
    fn holds(&self, with: &str, now: Timestamp, last: Option<&Outcome>) -> bool {
        let good_for = if self.answer.is_ok() { GOOD_FOR } else { BAD_FOR };
        let was_away = self.answer.as_ref().is_err_and(is_away);
        let is_back = last.is_some_and(|last| last.at > self.at && last.fault.is_none());
        self.with == with
            && age(self.at, now).is_some_and(|age| age < good_for)
            && !(was_away && is_back)
    }
}

/// The answers of the last minutes.
#[derive(Debug, Default)]
pub struct Connections {
    anilist: Slot,
    trakt: Slot,
}

/// Locked while its service is asked, so that ten pages cause one request.
type Slot = Mutex<Option<Probe>>;

/// What is asked how it stands, and what is known of that.
#[derive(Debug, Clone, Copy)]
pub struct Clients<'a> {
    /// The list.
    pub anilist: &'a AniListAccount,
    /// Whose they are.
    pub account: &'a AccountId,
    /// The history, with its sign-in.
    pub trakt: &'a TraktAccount,
    /// Whether there is a key for TMDB.
    pub has_tmdb: bool,
    /// What every request met.
    pub outbound: &'a Outbound,
    /// The time.
    pub clock: &'a Clock,
    /// The answers of the last minutes.
    pub answers: &'a Connections,
}

/// How every service stands.
pub async fn connections(clients: Clients<'_>) -> Result<Vec<Connection>> {
    let (anilist, trakt) = tokio::join!(anilist(clients), trakt(clients));
    let is_passive =
        |service: &Service| matches!(service.kind(), ServiceKind::Catalogue | ServiceKind::File);
    let others = Service::ALL.into_iter().filter(is_passive);
    let mut all = vec![anilist, trakt?];
    all.extend(others.map(|service| passive(clients, service)));
    Ok(all)
}

async fn anilist(clients: Clients<'_>) -> Connection {
    let service = Service::ANILIST;
    let expires_at = clients.anilist.owner().token_expiry();
    let now = clients.clock.now();
    let answer = if expires_at.is_some_and(|end| end <= now) {
        found(None, Err(Fault::SignedOut))
    } else {
        let ask = async { Ok(Some(clients.anilist.viewer().await?.name)) };
        let with = clients.anilist.owner().identity();
        ask_or_remember(clients, service, &clients.answers.anilist, with, ask).await
    };
    let soon = expires_at.is_some_and(|end| end.duration_since(now) < ANILIST_WARNING);
    let hint = "make a new AniList token before then and set ANILIST_ACCESS_TOKEN";
    let connection = describe(service, answer, expires_at);
    if soon { connection.ending(hint) } else { connection }
}

async fn trakt(clients: Clients<'_>) -> Result<Connection> {
    let service = Service::TRAKT;
    let answer = match clients.trakt.sign_in().state().await {
        Ok(SignInState::NotConfigured) if clients.trakt.sign_in().has_app() => {
            return Ok(nobody_yet());
        }
        Ok(SignInState::NotConfigured) => found(None, Err(Fault::NotConfigured)),
        Ok(SignInState::SignedOut) => found(None, Err(Fault::SignedOut)),
        Err(ProviderError { fault: sealed @ Fault::Sealed { .. }, .. }) => found(None, Err(sealed)),
        Err(error) => return Err(error.into()),
        Ok(SignInState::SignedIn { .. }) => {
            let with = clients.trakt.sign_in().identity().await;
            let ask = clients.trakt.username();
            ask_or_remember(clients, service, &clients.answers.trakt, with, ask).await
        }
    };
    // Asking may have renewed the sign-in, or found it dead.
    let (expires_at, renews) = match clients.trakt.sign_in().state().await {
        Ok(SignInState::SignedIn { expires_at, renews }) => (expires_at, renews),
        _ => (None, false),
    };
    let warning = if renews { OVERDUE } else { TRAKT_WARNING };
    let now = clients.clock.now();
    let soon = expires_at.is_some_and(|end| end.duration_since(now) < warning);
    let connection = describe(service, answer, expires_at);
    Ok(if soon { connection.ending("sign in to Trakt again at /") } else { connection })
}

/// The app is set up, and nobody has signed in.
fn nobody_yet() -> Connection {
    let signed_out = describe(Service::TRAKT, found(None, Err(Fault::SignedOut)), None);
    Connection {
        message: "nobody has signed in to Trakt yet".to_owned(),
        hint: Some("sign in at /"),
        ..signed_out
    }
}

/// A service without an account of the person: what the last request to it met.
fn passive(clients: Clients<'_>, service: Service) -> Connection {
    let last = clients.outbound.last_outcome(service, clients.account);
    let at = last.as_ref().map(|last| last.at);
    let fault = clients
        .outbound
        .closed(service, Some(clients.account))
        .or_else(|| last.clone().and_then(|last| last.fault));
    let is_missing = service == Service::TMDB && !clients.has_tmdb;
    let answer = match fault {
        _ if is_missing => found(None, Err(Fault::NotConfigured)),
        // A service that has not what it was asked for does answer.
        None | Some(Fault::NotFound) => found(at, Ok(None)),
        Some(fault) => found(at, Err(fault)),
    };
    let connection = describe(service, answer, None);
    if at.is_none() && connection.state == State::Ok {
        let message = format!("{service} was not asked since the service began");
        return Connection { state: State::Untried, message, ..connection };
    }
    connection
}

/// What is known of an account, and since when.
struct Found {
    at: Option<Timestamp>,
    answer: std::result::Result<Option<String>, Fault>,
}

fn found(at: Option<Timestamp>, answer: std::result::Result<Option<String>, Fault>) -> Found {
    Found { at, answer }
}

async fn ask_or_remember(
    clients: Clients<'_>,
    service: Service,
    slot: &Slot,
    with: String,
    ask: impl Future<Output = std::result::Result<Option<String>, ProviderError>>,
) -> Found {
    let mut memory = slot.lock().await;
    let now = clients.clock.now();
    let last = clients.outbound.last_outcome(service, clients.account);
    if let Some(closed) = clients.outbound.closed(service, Some(clients.account)) {
        return found(last.map(|last| last.at), Err(closed));
    }
    if let Some(probe) = memory.as_ref().filter(|probe| probe.holds(&with, now, last.as_ref())) {
        return match last.filter(|last| last.at > probe.at) {
            Some(Outcome { at, fault: Some(fault) }) if tells_of_all(&fault) => {
                found(Some(at), Err(fault))
            }
            _ => found(Some(probe.at), probe.answer.clone()),
        };
    }
    let answer = match tokio::time::timeout(PATIENCE, ask).await {
        Ok(answer) => answer.map_err(|error| error.fault),
        Err(_) => Err(Fault::TimedOut),
    };
    let at = clients.clock.now();
    *memory = Some(Probe { at, with, answer: answer.clone() });
    found(Some(at), answer)
}

/// What keeps a service from answering just now, as far as the requests of the last minutes tell.
pub fn met(outbound: &Outbound, service: Service, account: &AccountId) -> Option<Fault> {
    let closed = || outbound.closed(service, Some(account));
    let last = || outbound.last_outcome(service, account);
    let is_recent = |last: &Outcome| age(last.at, outbound.now()).is_some_and(|age| age < GOOD_FOR);
    closed().or_else(|| last().filter(is_recent)?.fault.filter(is_away))
}

/// How a service stands that met this, and the next step.
pub fn told(service: Service, fault: &Fault) -> (State, &'static str) {
    (state(fault), Error::Provider(fault.clone().at(service)).hint())
}

/// Whether the service is not there, or something else answers for it.
fn is_away(fault: &Fault) -> bool {
    fault.is_failure()
        || matches!(
            fault,
            Fault::Blocked
                | Fault::Redirected { .. }
                | Fault::UnexpectedBody { .. }
                | Fault::TooLarge { .. }
                | Fault::BreakerOpen { .. }
        )
}

/// Whether what one request met is so for all of them.
fn tells_of_all(fault: &Fault) -> bool {
    is_away(fault)
        || matches!(fault, Fault::SignedOut | Fault::AppGone | Fault::AccountLocked)
        || matches!(fault, Fault::RateLimited { .. })
}

fn describe(service: Service, found: Found, expires_at: Option<Timestamp>) -> Connection {
    let Found { at, answer } = found;
    let blank = Connection {
        name: service,
        state: State::Ok,
        message: format!("{service} answers"),
        hint: None,
        account: None,
        expires_at,
        retry_at: None,
        checked_at: at,
    };
    match answer {
        Ok(None) => blank,
        Ok(Some(name)) => Connection {
            message: format!("signed in to {service} as {name}"),
            account: Some(name),
            ..blank
        },
        Err(fault) => {
            let (state, retry_at) = (state(&fault), fault.retry_at());
            let error = Error::Provider(fault.at(service));
            let (message, hint) = (error.sentence(), Some(hint(&error)));
            Connection { state, message, hint, retry_at, ..blank }
        }
    }
}

impl Connection {
    /// The same, with the warning that it ends.
    fn ending(self, hint: &'static str) -> Self {
        match (self.state, self.expires_at) {
            (State::Ok, Some(end)) => Self {
                state: State::ExpiresSoon,
                message: format!("the sign-in to {} ends soon: {end:.0}", self.name),
                hint: Some(hint),
                ..self
            },
            _ => self,
        }
    }
}

fn state(fault: &Fault) -> State {
    match fault {
        Fault::NotConfigured => State::NotConfigured,
        Fault::SignedOut | Fault::Sealed { .. } => State::SignedOut,
        Fault::AppGone => State::AppGone,
        Fault::AccountLocked => State::AccountLocked,
        Fault::RateLimited { .. } => State::RateLimited,
        Fault::Blocked
        | Fault::Outage { .. }
        | Fault::Unreachable { .. }
        | Fault::BrokenOff { .. }
        | Fault::TimedOut
        | Fault::BreakerOpen { .. }
        | Fault::Redirected { .. }
        | Fault::OffLimits
        | Fault::UnexpectedBody { .. }
        | Fault::TooLarge { .. }
        | Fault::Local { .. } => State::Unreachable,
        Fault::AccountLimit | Fault::VipOnly | Fault::NotFound | Fault::Refused { .. } => {
            State::Refused
        }
    }
}

/// Asked for an account by its name, "no such item" means that name.
fn hint(error: &Error) -> &'static str {
    match error {
        Error::Provider(ProviderError { service, fault: Fault::NotFound })
            if *service == Service::ANILIST =>
        {
            "check ANILIST_USERNAME"
        }
        _ => error.hint(),
    }
}
