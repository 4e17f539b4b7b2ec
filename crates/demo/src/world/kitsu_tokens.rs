//! Who is signed in at Kitsu: the pairs of tokens that were given.

use jiff::{SignedDuration, Timestamp};

/// An access token lives for 30 days.
const LIFE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Every pair of tokens that was given.
#[derive(Debug, Clone, Default)]
pub struct KitsuTokens(Vec<Pair>);

#[derive(Debug, Clone)]
struct Pair {
    given: KitsuPair,
    app: Option<String>,
    ends: Timestamp,
    is_revoked: bool,
    is_renewed: bool,
}

/// A pair of tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KitsuPair {
    /// What acts for the person.
    pub access: String,
    /// What gets the next pair.
    pub refresh: String,
}

/// What a token is to Kitsu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KitsuToken {
    /// The person's.
    Good,
    /// It was the person's.
    Dead,
    /// Nobody's, which is no fault.
    Unknown,
}

impl KitsuTokens {
    /// A pair for an app, or for none. One that the app has already, and that is good, is given again.
    pub fn give(&mut self, app: Option<&str>, now: Timestamp) -> KitsuPair {
        let is_good = |pair: &&Pair| pair.app.as_deref() == app && pair.is_good(now);
        if let Some(pair) = self.0.iter().find(is_good) {
            return pair.given.clone();
        }
        let number = self.0.len() + 1;
        let (access, refresh) =
            (format!("demo-kitsu-access-{number}"), format!("demo-kitsu-refresh-{number}"));
        let given = KitsuPair { access, refresh };
        self.0.push(Pair {
            given: given.clone(),
            app: app.map(str::to_owned),
            ends: now.checked_add(LIFE).unwrap_or(Timestamp::MAX),
            is_revoked: false,
            is_renewed: false,
        });
        given
    }

    /// Uses a refresh token up: the access token that it came with ends for all who have it.
    pub fn renew(&mut self, refresh: &str, app: Option<&str>, now: Timestamp) -> Option<KitsuPair> {
        let is_it = |pair: &&mut Pair| {
            pair.given.refresh == refresh && pair.app.as_deref() == app && !pair.is_renewed
        };
        let pair = self.0.iter_mut().find(is_it)?;
        (pair.is_revoked, pair.is_renewed) = (true, true);
        Some(self.give(app, now))
    }

    /// What a token is now.
    pub fn look(&self, access: &str, now: Timestamp) -> KitsuToken {
        match self.0.iter().find(|pair| pair.given.access == access) {
            Some(pair) if pair.is_good(now) => KitsuToken::Good,
            Some(_) => KitsuToken::Dead,
            None => KitsuToken::Unknown,
        }
    }

    /// Ends all access tokens; their refresh tokens stay good.
    pub fn end_all(&mut self) {
        self.0.iter_mut().for_each(|pair| pair.is_revoked = true);
    }

    /// Forgets all pairs, as Kitsu does after long.
    pub fn forget_all(&mut self) {
        self.0.clear();
    }
}

impl Pair {
    fn is_good(&self, now: Timestamp) -> bool {
        !self.is_revoked && self.ends > now
    }
}
