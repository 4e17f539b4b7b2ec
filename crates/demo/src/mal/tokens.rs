//! `MyAnimeList`'s tokens and codes.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::super::world::Mal;

/// Every token and code that is good.
pub(crate) struct Tokens {
    /// Until when each is good.
    access: HashMap<String, Timestamp>,
    /// The access token that came with each.
    refresh: HashMap<String, String>,
    codes: HashMap<String, Code>,
    spent: Vec<String>,
    count: u32,
}

/// What a code was given for.
#[derive(PartialEq, Eq)]
pub(super) struct Code {
    pub(super) redirect: String,
    pub(super) challenge: String,
}

/// A pair as it was handed out.
pub(super) struct Pair {
    pub(super) access: String,
    pub(super) refresh: String,
}

impl Tokens {
    /// Accepts the person's first pair.
    pub(crate) fn new(mal: &Mal, now: Timestamp) -> Self {
        let access = HashMap::from([(mal.access_token.clone(), end(mal, now))]);
        let refresh = HashMap::from([(mal.refresh_token.clone(), mal.access_token.clone())]);
        Self { access, refresh, codes: HashMap::new(), spent: Vec::new(), count: 1 }
    }

    pub(super) fn is_good(&self, token: &str, now: Timestamp) -> bool {
        self.access.get(token).is_some_and(|end| *end > now)
    }

    pub(super) fn issue(&mut self, mal: &Mal, now: Timestamp) -> Pair {
        self.count += 1;
        let (access, refresh) =
            (format!("demo-mal-access-{}", self.count), format!("demo-mal-refresh-{}", self.count));
        self.access.insert(access.clone(), end(mal, now));
        self.refresh.insert(refresh.clone(), access.clone());
        Pair { access, refresh }
    }

    /// Uses a refresh token up, and ends the access token that came with it (assumed).
    pub(super) fn spend(&mut self, refresh: &str) -> bool {
        let Some(access) = self.refresh.remove(refresh) else { return false };
        self.access.remove(&access);
        self.spent.push(refresh.to_owned());
        true
    }

    pub(super) fn was_spent(&self, refresh: &str) -> bool {
        self.spent.iter().any(|spent| spent == refresh)
    }

    pub(super) fn give(&mut self, code: Code) -> String {
        self.count += 1;
        let text = format!("demo-mal-code-{}", self.count);
        self.codes.insert(text.clone(), code);
        text
    }

    /// Uses a code up. None where there is no such code.
    pub(super) fn redeem(&mut self, code: &str) -> Option<Code> {
        self.codes.remove(code)
    }

    pub(crate) fn expire_all(&mut self, now: Timestamp) {
        self.access.values_mut().for_each(|end| *end = now);
    }
}

fn end(mal: &Mal, now: Timestamp) -> Timestamp {
    let life = SignedDuration::from_secs(mal.access_token_seconds);
    now.checked_add(life).unwrap_or(Timestamp::MAX)
}
