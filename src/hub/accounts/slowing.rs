//! Guessing is made slow, and nobody is locked out.
//!
//! Every address has a handful of tries, and so has every name; what was used comes back one by one. Who
//! signed in to a name from a network before is not held up by what strangers try on that name.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::hub::error::{Error, Result};

/// Tries that an address has at once, and how long one takes to come back.
const BY_ADDRESS: (u32, Duration) = (10, Duration::from_secs(6));
/// The same of a name, from all strangers together.
const BY_NAME: (u32, Duration) = (20, Duration::from_secs(3));
/// Addresses and names that are remembered at most; when there are more, those that are full again go.
const MOST: usize = 20_000;

/// Who tried how often, in the last minutes.
#[derive(Debug, Default)]
pub(super) struct Slowing(Mutex<Tries>);

#[derive(Debug, Default)]
struct Tries {
    by_address: HashMap<IpAddr, Bucket>,
    by_name: HashMap<String, Bucket>,
    /// From where a name was signed in to.
    known: HashMap<String, Vec<IpAddr>>,
}

/// When all that was used will have come back.
#[derive(Debug, Clone, Copy)]
struct Bucket(Instant);

impl Bucket {
    /// Takes one, or says how long it takes until there is one.
    fn take(before: Option<Self>, (most, each): (u32, Duration), now: Instant) -> Taken {
        let full_at = before.map_or(now, |bucket| bucket.0.max(now)) + each;
        let over = full_at.saturating_duration_since(now + each * most);
        if over.is_zero() { Ok(Self(full_at)) } else { Err(over) }
    }
}

type Taken = std::result::Result<Bucket, Duration>;

impl Slowing {
    /// Takes note of a try; one too many is refused before anything is looked at.
    pub(super) fn try_from(&self, address: IpAddr, name: &str) -> Result<()> {
        let now = Instant::now();
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = Bucket::take(tries.by_address.get(&address).copied(), BY_ADDRESS, now);
        let is_known = tries.known.get(name).is_some_and(|known| known.contains(&address));
        let named =
            (!is_known).then(|| Bucket::take(tries.by_name.get(name).copied(), BY_NAME, now));
        let own = own.map_err(too_many)?;
        let named = named.transpose().map_err(too_many)?;
        tries.make_room(now);
        tries.by_address.insert(address, own);
        if let Some(named) = named {
            tries.by_name.insert(name.to_owned(), named);
        }
        Ok(())
    }

    /// The same of a try that names nobody.
    pub(super) fn try_unnamed_from(&self, address: IpAddr) -> Result<()> {
        let now = Instant::now();
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = Bucket::take(tries.by_address.get(&address).copied(), BY_ADDRESS, now);
        let own = own.map_err(too_many)?;
        tries.make_room(now);
        tries.by_address.insert(address, own);
        Ok(())
    }

    /// Takes note that the right person came from here.
    pub(super) fn succeeded(&self, address: IpAddr, name: &str) {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tries.by_address.remove(&address);
        if tries.known.len() >= MOST {
            tries.known.clear();
        }
        let known = tries.known.entry(name.to_owned()).or_default();
        if !known.contains(&address) {
            known.truncate(7);
            known.insert(0, address);
        }
    }
}

impl Tries {
    fn make_room(&mut self, now: Instant) {
        if self.by_address.len() + self.by_name.len() >= MOST {
            self.by_address.retain(|_, bucket| bucket.0 > now);
            self.by_name.retain(|_, bucket| bucket.0 > now);
        }
    }
}

fn too_many(wait: Duration) -> Error {
    Error::TooManyAttempts { seconds: wait.as_secs() + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    fn passed(slowing: &Slowing, last: u8, name: &str, tries: usize) -> usize {
        (0..tries).filter(|_| slowing.try_from(address(last), name).is_ok()).count()
    }

    #[tokio::test(start_paused = true)]
    async fn a_thousand_tries_are_a_handful_and_then_one_at_a_time() {
        let slowing = Slowing::default();
        assert_eq!(passed(&slowing, 1, "mika", 1000), 10);
        tokio::time::advance(Duration::from_mins(1)).await;
        assert_eq!(passed(&slowing, 1, "mika", 1000), 10);
        tokio::time::advance(Duration::from_secs(6)).await;
        assert_eq!(passed(&slowing, 1, "mika", 1000), 1);
        let refused = slowing.try_from(address(1), "mika").unwrap_err();
        assert!(matches!(refused, Error::TooManyAttempts { seconds: 1..=7 }), "{refused:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn strangers_with_many_addresses_try_a_name_twenty_times_and_hold_up_nobody_who_was_here()
    {
        let slowing = Slowing::default();
        slowing.try_from(address(200), "mika").unwrap();
        slowing.succeeded(address(200), "mika");
        let tries: usize = (1..=100).map(|last| passed(&slowing, last, "mika", 10)).sum();
        assert_eq!(tries, 19);
        assert!(slowing.try_from(address(200), "mika").is_ok());
        // Another name is another's matter.
        assert!(slowing.try_from(address(101), "noa").is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_remembered_is_bounded() {
        let slowing = Slowing::default();
        for number in 0..3 * u32::try_from(MOST).unwrap() {
            let _ = slowing.try_from(IpAddr::from(number.to_be_bytes()), &format!("name-{number}"));
            if number % 1000 == 0 {
                tokio::time::advance(Duration::from_secs(10)).await;
            }
        }
        let tries = slowing.0.lock().unwrap();
        assert!(tries.by_address.len() + tries.by_name.len() <= MOST + 2);
    }
}
