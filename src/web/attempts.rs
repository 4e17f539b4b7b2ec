//! Wrong tokens, counted by where they come from and all together.
//!
//! The right token is looked at first and is never refused, so that nobody can shut out those who
//! have it. What keeps a guesser out is that no token is short enough to be guessed; the count
//! tells who guesses that it is noticed, and keeps guesses out of the log and the store.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::hub::error::{Error, Result};

/// Wrong tokens that one address may send in one [`WINDOW`].
const MOST: u32 = 10;
/// Wrong tokens that all addresses together may send in one [`WINDOW`]: whoever guesses may have
/// many addresses, or have a proxy say so.
const MOST_TOGETHER: u32 = 100;
/// Counted from the first of them.
const WINDOW: Duration = Duration::from_mins(5);

/// The wrong tokens of the last minutes.
#[derive(Debug, Default)]
pub(super) struct Attempts(
    /// Held for a few instructions only.
    Mutex<Wrong>,
);

#[derive(Debug, Default)]
struct Wrong {
    together: Count,
    /// As no more are counted than [`MOST_TOGETHER`] in one window, there are never more than twice
    /// as many addresses.
    by_address: HashMap<IpAddr, Count>,
}

/// How many came since the first.
#[derive(Debug, Default, Clone, Copy)]
struct Count {
    first: Timestamp,
    number: u32,
}

impl Count {
    /// Whether its window is over. A clock that was set back ends it as well.
    fn is_over(&self, now: Timestamp) -> bool {
        now < self.first || now >= self.first + WINDOW
    }

    /// When there are `most`: how many seconds are left of the window, rounded up.
    fn wait(&self, most: u32, now: Timestamp) -> Option<u64> {
        let is_full = self.number >= most && !self.is_over(now);
        let left = is_full.then(|| (self.first + WINDOW).duration_since(now))?;
        Some(u64::try_from(left.as_secs()).unwrap_or_default() + 1)
    }

    fn add(&mut self, now: Timestamp) {
        if self.number == 0 || self.is_over(now) {
            *self = Self { first: now, number: 0 };
        }
        self.number += 1;
    }
}

impl Attempts {
    /// Takes note of a wrong token. Where too many came before, it is refused for that.
    pub(super) fn wrong_from(&self, address: IpAddr, now: Timestamp) -> Result<()> {
        let network = network(address);
        let mut wrong = self.wrong();
        let own = wrong.by_address.get(&network).and_then(|count| count.wait(MOST, now));
        let all = wrong.together.wait(MOST_TOGETHER, now);
        if let Some(seconds) = own.max(all) {
            return Err(Error::TooManyAttempts { seconds });
        }
        wrong.by_address.retain(|_, count| !count.is_over(now));
        wrong.together.add(now);
        wrong.by_address.entry(network).or_default().add(now);
        Ok(())
    }

    fn wrong(&self) -> MutexGuard<'_, Wrong> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A household has a whole network of version 6 addresses, so the first half counts.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from(u128::from(address) >> 64 << 64)),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> Timestamp {
        "2026-11-21T12:00:00Z".parse().unwrap()
    }

    fn seconds(refused: Result<()>) -> u64 {
        match refused {
            Err(Error::TooManyAttempts { seconds }) => seconds,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_address_waits_after_ten_wrong_tokens_and_others_do_not() {
        let attempts = Attempts::default();
        let (one, other) = ([1, 1, 1, 1].into(), [2, 2, 2, 2].into());
        let now = noon();
        for _ in 0..MOST {
            attempts.wrong_from(one, now).unwrap();
        }
        assert_eq!(seconds(attempts.wrong_from(one, now)), 301);
        assert_eq!(seconds(attempts.wrong_from(one, now + Duration::from_mins(4))), 61);
        attempts.wrong_from(other, now).unwrap();
        for _ in 0..MOST {
            attempts.wrong_from(one, now + WINDOW).unwrap();
        }
        seconds(attempts.wrong_from(one, now + WINDOW));
    }

    #[test]
    fn one_network_of_version_6_is_one_address() {
        let attempts = Attempts::default();
        for n in 0..MOST {
            let address = format!("2001:db8:1:2:{n:x}::{n:x}").parse().unwrap();
            attempts.wrong_from(address, noon()).unwrap();
        }
        seconds(attempts.wrong_from("2001:db8:1:2:ffff::1".parse().unwrap(), noon()));
        attempts.wrong_from("2001:db8:1:3::1".parse().unwrap(), noon()).unwrap();
        for version_4_in_6 in ["::ffff:10.0.0.1", "::ffff:10.0.0.2"] {
            for _ in 0..MOST {
                attempts.wrong_from(version_4_in_6.parse().unwrap(), noon()).unwrap();
            }
        }
    }

    #[test]
    fn all_addresses_together_have_a_bound_and_what_is_remembered_too() {
        let attempts = Attempts::default();
        let taken = |now| {
            let tries =
                (0..20_000_u32).map(|n| attempts.wrong_from(IpAddr::from(n.to_be_bytes()), now));
            tries.flatten().count()
        };
        assert_eq!(taken(noon()), 100);
        assert_eq!(seconds(attempts.wrong_from([9, 9, 9, 9].into(), noon())), 301);
        assert_eq!(taken(noon() + WINDOW), 100);
        assert!(attempts.wrong().by_address.len() <= 200);
    }

    #[test]
    fn a_clock_that_was_set_back_leaves_nobody_waiting() {
        let attempts = Attempts::default();
        for _ in 0..MOST {
            attempts.wrong_from([1, 1, 1, 1].into(), noon()).unwrap();
        }
        let before = noon() - Duration::from_hours(48);
        attempts.wrong_from([1, 1, 1, 1].into(), before).unwrap();
    }
}
