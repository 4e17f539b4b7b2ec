//! How many connections there may be, in all and from one address.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::AbortHandle;

use super::attempts::network;

/// Connections at a time. With what else is open it stays below 1,024, which is how many files a
/// process may open on many systems.
const MOST: usize = 512;
/// Connections that one address may have; a browser opens six.
const SHARE: usize = MOST / 4;
/// Connections that a trusted proxy may have, which asks for many.
const SHARE_OF_A_PROXY: usize = MOST / 2;
/// Connections beyond these, for who asks whether the service is well.
const SPARE: usize = 64;

/// Who connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Peer {
    /// A proxy that is trusted.
    Proxy,
    /// Anybody else.
    Other,
}

/// The places for connections. Clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Places(
    /// Held for a few instructions only.
    Arc<Mutex<Taken>>,
);

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    /// None of the counts is 0.
    by_address: HashMap<IpAddr, usize>,
}

/// One place, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Places,
    address: IpAddr,
}

impl Places {
    /// A place for a connection from there; none where there is none left, or none left for that
    /// address.
    pub(super) fn take(&self, address: IpAddr, peer: Peer) -> Option<Place> {
        let address = network(address);
        let share = match peer {
            Peer::Proxy => SHARE_OF_A_PROXY,
            Peer::Other => SHARE,
        };
        let mut taken = self.taken();
        let own = taken.by_address.get(&address).copied().unwrap_or_default();
        if taken.all >= MOST || own >= share {
            return None;
        }
        taken.all += 1;
        taken.by_address.insert(address, own + 1);
        Some(Place { places: self.clone(), address })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        taken.all -= 1;
        match taken.by_address.get_mut(&self.address) {
            Some(own) if *own > 1 => *own -= 1,
            _ => drop(taken.by_address.remove(&self.address)),
        }
    }
}

/// Connections beyond the places. The newest stay: who asks for health asks at once and is
/// answered at once, while who only takes places makes room for the next.
#[derive(Debug, Default)]
pub(super) struct Spare(VecDeque<AbortHandle>);

impl Spare {
    /// Takes one more, and ends the oldest where there are too many.
    pub(super) fn add(&mut self, connection: AbortHandle) {
        self.0.retain(|one| !one.is_finished());
        self.0.push_back(connection);
        if self.0.len() > SPARE
            && let Some(oldest) = self.0.pop_front()
        {
            oldest.abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(places: &Places, address: &str, peer: Peer) -> Vec<Place> {
        std::iter::from_fn(|| places.take(address.parse().unwrap(), peer)).collect()
    }

    #[test]
    fn no_address_takes_the_places_of_the_others_and_a_place_can_be_had_again() {
        let places = Places::default();
        let mut one = taken(&places, "203.0.113.1", Peer::Other);
        assert_eq!(one.len(), 128);
        let proxy = taken(&places, "127.0.0.1", Peer::Proxy);
        assert_eq!(proxy.len(), 256);
        let rest = taken(&places, "2001:db8:1:2::1", Peer::Other);
        assert_eq!(rest.len(), 128);
        assert!(
            places.take("203.0.113.2".parse().unwrap(), Peer::Other).is_none(),
            "all are taken"
        );
        one.pop();
        assert!(
            places.take("127.0.0.1".parse().unwrap(), Peer::Proxy).is_none(),
            "it has its share"
        );
        drop(rest);
        assert_eq!(taken(&places, "203.0.113.1", Peer::Other).len(), 1);
        drop((one, proxy));
        let taken = places.taken();
        assert_eq!((taken.all, taken.by_address.len()), (0, 0));
    }

    #[test]
    fn a_network_of_version_6_has_one_share() {
        let places = Places::default();
        let one = taken(&places, "2001:db8:1:2::1", Peer::Other);
        assert_eq!(one.len(), 128);
        assert_eq!(taken(&places, "2001:db8:1:2:ffff::1", Peer::Other).len(), 0);
        assert_eq!(taken(&places, "2001:db8:1:3::1", Peer::Other).len(), 128);
    }
}
