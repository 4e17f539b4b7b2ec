//! Trakt's tokens, authorization codes and device codes.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::super::server::Decision;
use super::super::world::Person;

/// Seconds between two polls of a device code.
pub(super) const POLL_SECONDS: i64 = 5;
/// Life of a device code or an authorization code, in seconds.
pub(super) const CODE_SECONDS: i64 = 600;

/// Every token and code that was ever handed out.
pub(crate) struct Tokens {
    access: HashMap<String, Access>,
    refresh: HashMap<String, Refresh>,
    codes: HashMap<String, Code>,
    devices: HashMap<String, Device>,
    /// Numbers tokens and codes, so that each is another text.
    count: u32,
}

struct Access {
    expires_at: Timestamp,
    refresh: String,
}

struct Refresh {
    access: String,
    life: Life,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Life {
    Fresh,
    Spent,
}

struct Code {
    redirect_uri: String,
    expires_at: Timestamp,
}

struct Device {
    state: DeviceState,
    expires_at: Timestamp,
    last_poll: Option<Timestamp>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum DeviceState {
    Pending,
    Approved,
    Denied,
    Used,
}

/// A pair as it was handed out.
pub(super) struct Pair {
    pub(super) access: String,
    pub(super) refresh: String,
}

/// Why a refresh token is not accepted.
#[derive(PartialEq, Eq)]
pub(super) enum Refused {
    Unknown,
    Reused,
}

/// What a poll of a device code finds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Poll {
    Unknown,
    Pending,
    TooFast,
    Denied,
    Expired,
    Used,
    Approved,
}

impl Tokens {
    /// Accepts the person's first pair.
    pub(crate) fn new(person: &Person, now: Timestamp) -> Self {
        let mut tokens = Self {
            access: HashMap::new(),
            refresh: HashMap::new(),
            codes: HashMap::new(),
            devices: HashMap::new(),
            count: 1,
        };
        let pair =
            Pair { access: person.access_token.clone(), refresh: person.refresh_token.clone() };
        tokens.accept(&pair, person.access_token_seconds, now);
        tokens
    }

    /// Whether an access token is known and in date.
    pub(super) fn is_good(&self, token: &str, now: Timestamp) -> bool {
        self.access.get(token).is_some_and(|access| access.expires_at > now)
    }

    /// A new pair.
    pub(super) fn issue(&mut self, seconds: i64, now: Timestamp) -> Pair {
        self.count += 1;
        let pair = Pair {
            access: format!("demo-access-{}", self.count),
            refresh: format!("demo-refresh-{}", self.count),
        };
        self.accept(&pair, seconds, now);
        pair
    }

    fn accept(&mut self, pair: &Pair, seconds: i64, now: Timestamp) {
        let access = Access { expires_at: after(now, seconds), refresh: pair.refresh.clone() };
        self.access.insert(pair.access.clone(), access);
        let refresh = Refresh { access: pair.access.clone(), life: Life::Fresh };
        self.refresh.insert(pair.refresh.clone(), refresh);
    }

    /// Uses a refresh token up. The access token that came with it ends too (assumed).
    pub(super) fn spend(&mut self, token: &str) -> Result<(), Refused> {
        let refresh = self.refresh.get_mut(token).ok_or(Refused::Unknown)?;
        if refresh.life == Life::Spent {
            return Err(Refused::Reused);
        }
        refresh.life = Life::Spent;
        self.access.remove(&refresh.access);
        Ok(())
    }

    /// Ends an access token and its refresh token.
    pub(super) fn revoke(&mut self, token: &str) {
        if let Some(access) = self.access.remove(token) {
            self.refresh.remove(&access.refresh);
        }
    }

    /// Ends everything.
    pub(crate) fn revoke_all(&mut self) {
        self.access.clear();
        self.refresh.clear();
    }

    /// Ends all access tokens at this moment.
    pub(crate) fn expire_all(&mut self, now: Timestamp) {
        self.access.values_mut().for_each(|access| access.expires_at = now);
    }

    /// A code for the authorize page's redirect.
    pub(super) fn new_code(&mut self, redirect_uri: &str, now: Timestamp) -> String {
        self.count += 1;
        let code = format!("code-{}", self.count);
        let expires_at = after(now, CODE_SECONDS);
        self.codes.insert(code.clone(), Code { redirect_uri: redirect_uri.to_owned(), expires_at });
        code
    }

    /// Uses a code up. Any that begins with `demo` is good, for people who try things out.
    pub(super) fn redeem(&mut self, code: &str, redirect_uri: &str, now: Timestamp) -> bool {
        let known = |code: Code| code.redirect_uri == redirect_uri && code.expires_at > now;
        code.starts_with("demo") || self.codes.remove(code).is_some_and(known)
    }

    /// A device code and the code that the person types in.
    pub(super) fn new_device(&mut self, now: Timestamp) -> (String, String) {
        self.count += 1;
        let code = format!("device-{}", self.count);
        let expires_at = after(now, CODE_SECONDS);
        let device = Device { state: DeviceState::Pending, expires_at, last_poll: None };
        self.devices.insert(code.clone(), device);
        (code, format!("DE{:06X}", self.count))
    }

    /// The person decides about every code that waits.
    pub(crate) fn decide(&mut self, decision: Decision) {
        let state = match decision {
            Decision::Approve => DeviceState::Approved,
            Decision::Deny => DeviceState::Denied,
        };
        let waiting = self.devices.values_mut().filter(|one| one.state == DeviceState::Pending);
        waiting.for_each(|device| device.state = state);
    }

    /// Polls a device code; an approved one is used up by it.
    pub(super) fn poll(&mut self, code: &str, now: Timestamp) -> Poll {
        let Some(device) = self.devices.get_mut(code) else { return Poll::Unknown };
        let too_fast = device.last_poll.is_some_and(|last| now < after(last, POLL_SECONDS));
        device.last_poll = Some(now);
        match device.state {
            DeviceState::Used => Poll::Used,
            DeviceState::Denied => Poll::Denied,
            _ if device.expires_at <= now => Poll::Expired,
            _ if too_fast => Poll::TooFast,
            DeviceState::Pending => Poll::Pending,
            DeviceState::Approved => {
                device.state = DeviceState::Used;
                Poll::Approved
            }
        }
    }
}

fn after(moment: Timestamp, seconds: i64) -> Timestamp {
    moment.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}
