//! Sending requests.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use backon::Retryable;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{AGE, DATE, HeaderMap};
use tokio::time::Instant;

use super::answer::{Answer, broken};
use super::clients::{BuildError, Clients};
use super::error::{Fault, ProviderError};
use super::gate::Gate;
use super::lane::{Lane, Pace};
use super::quota::Share;
use super::request::{Request, Retry, Turn};
use super::tally::Tally;
use super::{classify, retry};
use crate::clock::Clock;
use anilist_trakt_sync_core::domain::{AccountId, Service, ServiceKind};

/// How fast to ask, and how long to wait.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The lanes that have a pace. Any other goes as fast as it is asked.
    pub paces: Vec<(Lane, Pace)>,
    /// The longest wait for a gate that is slept.
    pub patience: Duration,
    /// The wait before the first repeat of a request; the next is twice as long.
    pub first_backoff: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            paces: Vec::new(),
            patience: Duration::from_secs(5),
            first_backoff: Duration::from_millis(250),
        }
    }
}

/// The one HTTP client. Clones share everything.
#[derive(Debug, Clone)]
pub struct Outbound(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clients: Clients,
    clock: Clock,
    limits: Limits,
    gates: Mutex<Gates>,
    last: Mutex<HashMap<(Service, Option<AccountId>), Outcome>>,
    tally: Tally,
    told: Mutex<Option<Told>>,
}

/// The gates of the lanes that are asked by.
#[derive(Debug, Default)]
struct Gates {
    known: Vec<(Lane, Option<AccountId>, Arc<Gate>)>,
    /// Until when a service's edge asked all of its lanes to wait, those that come later included.
    edges: HashMap<Service, Timestamp>,
    /// Until when lanes that come later wait, by their names and by the person who was told.
    noted: HashMap<(String, AccountId), Timestamp>,
}

impl Gates {
    fn find(&self, lane: Lane, person: Option<&AccountId>) -> Option<&Arc<Gate>> {
        let is_it = |(known, of, _): &&(Lane, Option<AccountId>, Arc<Gate>)| {
            *known == lane && of.as_ref() == person
        };
        self.known.iter().find(is_it).map(|(_, _, gate)| gate)
    }

    /// Those that requests of a person to a service go through; all of the service where nobody is named.
    fn of<'a>(
        &'a self,
        service: Service,
        person: Option<&'a AccountId>,
    ) -> impl Iterator<Item = &'a Arc<Gate>> {
        let is_met = move |of: Option<&AccountId>| person.is_none() || of.is_none() || of == person;
        let known = self.known.iter();
        let met =
            known.filter(move |(lane, of, _)| lane.service() == service && is_met(of.as_ref()));
        met.map(|(_, _, gate)| gate)
    }

    /// Until when a lane was to wait before anything went through it.
    fn take_noted(&mut self, lane: Lane, person: Option<&AccountId>) -> Option<Timestamp> {
        let is_of = |name: &str, of: &AccountId| {
            name == lane.name() && person.is_none_or(|person| person == of)
        };
        let noted = self.noted.extract_if(|(name, of), _| is_of(name, of));
        noted.map(|(_, until)| until).max()
    }
}

/// What time a service told, and when that was. Between two answers it goes on by itself, so that
/// it does not depend on what is done to this machine's clock.
#[derive(Debug, Clone, Copy)]
struct Told {
    time: Timestamp,
    at: std::time::Instant,
    /// What this machine's clock showed.
    shown: Timestamp,
}

/// How far the two clocks of this machine may part before what was told is no longer gone by.
const CLOCKS_MAY_PART: SignedDuration = SignedDuration::from_secs(5);

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// When.
    pub at: Timestamp,
    /// What was wrong, if anything.
    pub fault: Option<Fault>,
}

impl Outbound {
    /// Builds the client. The clock gives the times in errors; waits are slept in real time.
    pub fn new(limits: Limits, clock: Clock) -> Result<Self, BuildError> {
        let clients = Clients::new()?;
        let (gates, last) = (Mutex::default(), Mutex::default());
        let (tally, told) = (Tally::default(), Mutex::default());
        Ok(Self(Arc::new(Inner { clients, clock, limits, gates, last, tally, told })))
    }

    /// Sends a request and reads the answer.
    ///
    /// A request that is safe to repeat is tried up to three times while the service fails or asks
    /// to wait for no more than three seconds. Every other fault is the caller's at once.
    pub async fn send(&self, request: &Request) -> Result<Answer, ProviderError> {
        let attempt = || async {
            let response = self.open(request).await?;
            self.read(request, response, request.limit).await
        };
        self.repeat(request, attempt).await
    }

    /// Everything that was counted.
    pub fn tally(&self) -> &Tally {
        &self.0.tally
    }

    /// The time by this client's clock.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// The gate of a lane, for a person where each has one. It is made with its first request.
    fn gate(&self, lane: Lane, person: Option<&AccountId>) -> Arc<Gate> {
        let person = lane.gate_of(person);
        let mut gates = self.gates();
        if let Some(gate) = gates.find(lane, person.as_ref()) {
            return Arc::clone(gate);
        }
        let pace = self.0.limits.paces.iter().find(|(paced, _)| *paced == lane);
        let quota = pace.and_then(|(_, pace)| pace.quota());
        let gate = Arc::new(Gate::new(quota, self.0.clock.clone()));
        let edge = gates.edges.get(&lane.service()).copied();
        let asked = [edge, gates.take_noted(lane, person.as_ref())];
        asked.into_iter().flatten().for_each(|until| gate.block(until));
        gates.known.push((lane, person, Arc::clone(&gate)));
        gate
    }

    /// The gates of a lane: one, or one for each person who asked.
    pub(super) fn gates_of(&self, lane: Lane) -> Vec<Arc<Gate>> {
        let gates = self.gates();
        let known = gates.known.iter().filter(|(known, ..)| *known == lane);
        known.map(|(_, _, gate)| Arc::clone(gate)).collect()
    }

    /// The lanes that have a pace.
    pub(super) fn paces(&self) -> &[(Lane, Pace)] {
        &self.0.limits.paces
    }

    /// The gate that a request goes through.
    fn gate_for(&self, request: &Request) -> Arc<Gate> {
        self.gate(request.lane, request.person.as_ref())
    }

    /// Locked for an instant.
    fn gates(&self) -> MutexGuard<'_, Gates> {
        self.0.gates.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn patience(&self, request: &Request) -> Duration {
        request.patience.unwrap_or(self.0.limits.patience)
    }

    /// Runs `attempt`, again where that is safe. The only loop of repeats there is.
    pub(super) async fn repeat<T, F: Future<Output = Result<T, Fault>>>(
        &self,
        request: &Request,
        mut attempt: impl FnMut() -> F,
    ) -> Result<T, ProviderError> {
        let gate = self.gate_for(request);
        gate.deposit();
        let result = match request.retry {
            Retry::Never => attempt().await,
            Retry::Safe => {
                attempt
                    .retry(retry::backoff(self.0.limits.first_backoff))
                    .adjust(|fault, backoff| {
                        let patience = self.patience(request);
                        let delay = retry::delay(fault, backoff?, self.now(), patience)?;
                        let repeats = gate.pay_for_repeat();
                        if repeats {
                            self.0.tally.repeated(request.lane.service());
                        }
                        repeats.then_some(delay)
                    })
                    .await
            }
        };
        result.map_err(|fault| fault.at(request.lane.service()))
    }

    /// Passes the gate, sends, and waits for the head of the answer.
    pub(super) async fn open(&self, request: &Request) -> Result<reqwest::Response, Fault> {
        request.reach.check(&request.url)?;
        let (service, gate) = (request.lane.service(), self.gate_for(request));
        if !request.has_turn() {
            gate.pass(self.patience(request), request.share).await?;
        }
        gate.sent();
        let began = Instant::now();
        let result = self.prepared(request)?.send().await.map_err(broken);
        let status = result.as_ref().ok().map(|response| response.status().as_u16());
        self.0.tally.asked(service, status);
        // Whoever has the address of a webhook can write there.
        let is_secret = service.kind() == ServiceKind::Webhook;
        let path = if is_secret { "/…" } else { request.url.path() };
        let method = request.method.as_str();
        let ms = began.elapsed().as_millis();
        tracing::debug!(%service, method, path, status, ms, "asked");
        match result {
            Ok(response) => {
                self.listen(service, response.headers());
                Ok(response)
            }
            Err(fault) => {
                self.learn(request, Some(&fault));
                Err(fault)
            }
        }
    }

    /// Takes note of the time that an API tells. A host of files may answer from a cache, with the
    /// time at which that was filled.
    fn listen(&self, service: Service, headers: &HeaderMap) {
        if service.kind() != ServiceKind::Account {
            return;
        }
        // What comes from a cache tells when that was filled.
        if headers.contains_key(AGE) {
            return;
        }
        let date = headers.get(DATE).and_then(|date| date.to_str().ok());
        if let Some(date) = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok()) {
            let told =
                Told { time: date.timestamp(), at: self.0.clock.instant(), shown: self.now() };
            *self.0.told.lock().unwrap_or_else(PoisonError::into_inner) = Some(told);
        }
    }

    /// What time it is by what a service told last, to the second. Before one of them was
    /// asked, this machine's own time.
    pub fn true_time(&self) -> Timestamp {
        let told = *self.0.told.lock().unwrap_or_else(PoisonError::into_inner);
        let going_on = |told: Told| {
            let since = self.0.clock.instant().saturating_duration_since(told.at);
            told.time.checked_add(since).ok()
        };
        told.and_then(going_on).unwrap_or_else(|| self.now())
    }

    /// Whether [`Self::true_time`] can be gone by. A machine that slept, or whose clock was set,
    /// has to ask again: the clock that cannot be set stands still in its sleep.
    pub fn is_time_known(&self) -> bool {
        let told = *self.0.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.is_none_or(|told| self.agree_since(told))
    }

    fn agree_since(&self, told: Told) -> bool {
        let passed = self.0.clock.instant().saturating_duration_since(told.at);
        let passed = SignedDuration::try_from(passed).unwrap_or(SignedDuration::MAX);
        let shown = self.now().duration_since(told.shown);
        shown.saturating_sub(passed).abs() <= CLOCKS_MAY_PART
    }

    /// How far this machine's clock is ahead of the services', as far as is known.
    pub fn clock_ahead(&self) -> Option<SignedDuration> {
        let told = *self.0.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.filter(|told| self.agree_since(*told))?;
        Some(self.now().duration_since(self.true_time()))
    }

    /// Waits for the turn of one request of this kind for a person, and books it.
    pub async fn turn(&self, lane: Lane, person: &AccountId) -> Result<Turn, ProviderError> {
        let passed = self.gate(lane, Some(person)).pass(self.0.limits.patience, Share::All).await;
        passed.map(|()| Turn(lane)).map_err(|fault| fault.at(lane.service()))
    }

    /// The waits that a person meets and that are not over: the lane's name and the wait's end. Those of
    /// lanes that nothing went through yet, which another process noted, are among them.
    pub fn waits(&self, person: &AccountId) -> Vec<(String, Timestamp)> {
        let (now, gates) = (self.now(), self.gates());
        let known = gates.known.iter();
        let met = known.filter(|(_, of, _)| of.as_ref().is_none_or(|of| of == person));
        let blocked =
            met.filter_map(|(lane, _, gate)| Some((lane.name().to_owned(), gate.blocked()?)));
        let noted = gates.noted.iter().filter(|((_, of), until)| of == person && **until > now);
        let noted = noted.map(|((name, _), until)| (name.clone(), *until));
        blocked.chain(noted).collect()
    }

    /// Lets no request of a person through the lane of this name before `until`, as a service asked
    /// another process.
    pub fn wait(&self, lane: &str, person: &AccountId, until: Timestamp) {
        let mut gates = self.gates();
        let is_it = |(known, of, _): &&(Lane, Option<AccountId>, Arc<Gate>)| {
            known.name() == lane && of.as_ref().is_none_or(|of| of == person)
        };
        match gates.known.iter().find(is_it) {
            Some((_, _, gate)) => gate.block(until),
            None => longest(gates.noted.entry((lane.to_owned(), person.clone())), until),
        }
    }

    fn prepared(&self, request: &Request) -> Result<reqwest::RequestBuilder, Fault> {
        let client = self.0.clients.of(request.reach, request.lane.service().kind())?;
        let builder = client.request(request.method.clone(), request.url.clone());
        let builder = builder.headers(request.headers.clone()).timeout(request.timeout);
        Ok(match &request.body {
            Some(body) => builder.body(body.clone()),
            None => builder,
        })
    }

    /// Reads the answer, judges it, and lets the gate learn from it.
    pub(super) async fn read(
        &self,
        request: &Request,
        response: reqwest::Response,
        limit: u64,
    ) -> Result<Answer, Fault> {
        let lane = request.lane;
        let read = Answer::read(lane.service(), response, limit).await;
        let fault = match &read {
            Ok(answer) => classify::fault(lane, answer, request.expected, self.now()),
            Err(fault) => Some(fault.clone()),
        };
        self.learn(request, fault.as_ref());
        if let Ok(answer) = &read {
            self.gate_for(request).hear(answer.header("x-ratelimit-remaining"));
        }
        if let (Ok(answer), Some(fault)) = (&read, &fault) {
            self.heed(request, answer, fault);
        }
        match fault {
            Some(fault) => Err(fault),
            None => read,
        }
    }

    /// Closes the gate for as long as the answer asks to wait.
    pub(super) fn heed(&self, request: &Request, answer: &Answer, fault: &Fault) {
        let until = match fault {
            Fault::RateLimited { until } => Some(*until),
            Fault::Outage { .. } => answer.retry_after(self.now()),
            Fault::Blocked => request.lane.banned_for().map(|time| self.now() + time),
            _ => None,
        };
        let Some(until) = until else { return };
        // The edge counts every request; the service itself counts each kind on its own.
        if !answer.is_html() {
            return self.gate_for(request).block(until);
        }
        let service = request.lane.service();
        let mut gates = self.gates();
        longest(gates.edges.entry(service), until);
        gates.of(service, None).for_each(|gate| gate.block(until));
    }

    /// Takes note of how a request ended.
    pub(super) fn learn(&self, request: &Request, fault: Option<&Fault>) {
        self.gate_for(request).learn(fault);
        let outcome = Outcome { at: self.now(), fault: fault.cloned() };
        let mut last = self.0.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.insert((request.lane.service(), request.person.clone()), outcome);
    }

    /// How the last request to a service ended that was for this person or for nobody, if there was one.
    pub fn last_outcome(&self, service: Service, person: &AccountId) -> Option<Outcome> {
        let last = self.0.last.lock().unwrap_or_else(PoisonError::into_inner);
        let met = [None, Some(person.clone())].map(|of| last.get(&(service, of)));
        met.into_iter().flatten().max_by_key(|outcome| outcome.at).cloned()
    }

    /// The services that are asked, and those that may be.
    pub fn services(&self) -> BTreeSet<Service> {
        let paced = self.0.limits.paces.iter().map(|(lane, _)| lane.service());
        let gates = self.gates();
        let asked = gates.known.iter().map(|(lane, _, _)| lane.service());
        Service::ALL.into_iter().chain(paced).chain(asked).collect()
    }

    /// Lets one request try at once at a service that is left alone as it keeps failing: a person asks, who may know
    /// that it is back. What it asked to wait stands.
    pub fn try_now(&self, service: Service, person: &AccountId) {
        self.gates().of(service, Some(person)).for_each(|gate| gate.try_now());
    }

    /// Why nothing goes out to a service for this person now, or for anybody: it asked to wait, or it
    /// keeps failing.
    pub fn closed(&self, service: Service, person: Option<&AccountId>) -> Option<Fault> {
        let gates = self.gates();
        let closed = gates.of(service, person).filter_map(|gate| gate.closed());
        closed.max_by_key(Fault::retry_at)
    }
}

/// Of two waits for the same, the longer one holds.
fn longest<K>(known: Entry<'_, K, Timestamp>, until: Timestamp) {
    known.and_modify(|known| *known = until.max(*known)).or_insert(until);
}
