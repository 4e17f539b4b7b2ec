//! The pair of tokens that a service gives.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Number;

use super::Given;

/// Tokens live for an hour at least. What is said to live for less than this would be renewed before every request.
const SHORTEST: Duration = Duration::from_mins(1);
/// What is said to live for longer is not said in seconds.
const LONGEST: Duration = Duration::from_hours(366 * 24);
/// An answer is minutes old at most, and clocks differ by minutes.
const OLDEST: Duration = Duration::from_hours(1);

/// The pair of tokens that a service answers to a grant.
#[derive(Debug, Deserialize)]
pub struct Granted {
    /// What acts for the person.
    pub access_token: SecretString,
    /// What gets the next pair; good for one use.
    pub refresh_token: SecretString,
    /// In seconds. Any number, as a pair that is not taken is lost: its refresh token was used up.
    #[serde(default)]
    expires_in: Option<Number>,
    #[serde(default)]
    created_at: Option<Number>,
}

impl Granted {
    /// The pair that a code or a renewal gave. A renewal that names no refresh token leaves the one `before` good
    /// (RFC 6749, 6). None where there is no refresh token at all.
    pub fn of(given: Given, before: Option<&SecretString>) -> Option<Self> {
        let refresh_token = given.refresh_token.or_else(|| before.cloned())?;
        let expires_in = given.life.map(|life| life.as_secs().into());
        Some(Self { access_token: given.access_token, refresh_token, expires_in, created_at: None })
    }

    /// How long the access token lives; not known, when what the service says makes no
    /// sense. It is then used until it is refused.
    pub fn life(&self) -> Option<Duration> {
        let life = Duration::try_from_secs_f64(self.expires_in.as_ref()?.as_f64()?).ok()?;
        (SHORTEST..=LONGEST).contains(&life).then_some(life)
    }

    /// When it was made. The service's clock may be ahead, and what was asked for just now is not old.
    pub fn made(&self, now: Timestamp) -> Timestamp {
        let told = self.created_at.as_ref().and_then(Number::as_i64);
        let made = told.and_then(|at| Timestamp::from_second(at).ok()).unwrap_or(now);
        let is_likely = made <= now && now.duration_since(made).unsigned_abs() < OLDEST;
        if is_likely { made } else { now }
    }
}
