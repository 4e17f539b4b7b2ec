//! Which requests share a gate, and how fast they may go.

use std::time::Duration;

use jiff::Timestamp;

use super::answer::Answer;
use super::classify::common;
use super::error::Fault;
use super::quota::Quota;
use anilist_trakt_sync_core::domain::{AccountId, Service};

/// What an answer means that is not what was asked for: none when it is.
pub type Judge = fn(&Answer, Timestamp) -> Option<Fault>;

/// Requests to a service that share a gate: a rate, a waiting time and a breaker.
#[derive(Debug, Clone, Copy)]
pub struct Lane {
    name: &'static str,
    service: Service,
    judge: Judge,
    is_personal: bool,
    banned_for: Option<Duration>,
}

impl Lane {
    /// Some of the requests to a service. The name is the lane's own, and is kept in stores.
    pub const fn new(name: &'static str, service: Service, judge: Judge) -> Self {
        Self { name, service, judge, is_personal: false, banned_for: None }
    }

    /// All requests to a service whose statuses mean what they mean everywhere.
    pub fn of(service: Service) -> Self {
        let judge: Judge = |answer, now| (!answer.is_success()).then(|| common(answer, now));
        Self::new(service.id(), service, judge)
    }

    /// The service counts these requests for each person by itself, so each person has a gate.
    #[must_use]
    pub const fn for_each_person(self) -> Self {
        Self { is_personal: true, ..self }
    }

    /// Whoever is turned away by the service's edge was asked to stop, so it is left alone for so long.
    #[must_use]
    pub const fn left_alone_when_blocked(self, time: Duration) -> Self {
        Self { banned_for: Some(time), ..self }
    }

    /// How long it is left alone once its edge turned a request away; not at all unless said.
    pub(super) fn banned_for(self) -> Option<Duration> {
        self.banned_for
    }

    /// Whose gate a request of this person goes through; nobody's where all share one.
    pub(super) fn gate_of(self, person: Option<&AccountId>) -> Option<AccountId> {
        person.filter(|_| self.is_personal).cloned()
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// Whom the requests go to.
    pub fn service(self) -> Service {
        self.service
    }

    pub(super) fn judge(self, answer: &Answer, now: Timestamp) -> Option<Fault> {
        (self.judge)(answer, now)
    }
}

impl PartialEq for Lane {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Lane {}

/// How fast requests of a lane may go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// At most so many in any window of this length.
    Window(u32, Duration),
    /// One each time; zero for no limit.
    OneEach(Duration),
}

impl Pace {
    pub(super) fn quota(self) -> Option<Quota> {
        match self {
            Self::Window(requests, window) => Some(Quota::new(requests, window)),
            Self::OneEach(interval) if interval.is_zero() => None,
            Self::OneEach(interval) => Some(Quota::one_each(interval)),
        }
    }

    /// How many requests go out in which time; none where there is no limit.
    pub(super) fn limit(self) -> Option<(usize, Duration)> {
        match self {
            Self::Window(requests, window) => Some((usize::try_from(requests).ok()?, window)),
            Self::OneEach(interval) if interval.is_zero() => None,
            Self::OneEach(interval) => Some((1, interval)),
        }
    }
}
