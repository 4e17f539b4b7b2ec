//! Wrong tokens, counted by where they come from.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::{ConnectInfo, Request};
use jiff::Timestamp;

use crate::error::{Error, Result};

/// Wrong tokens that one address may send in one [`WINDOW`].
const MOST: u32 = 10;
/// Counted from the first of them.
const WINDOW: Duration = Duration::from_mins(5);
/// Addresses that are remembered.
const REMEMBERED: usize = 4096;

/// The wrong tokens of the last minutes.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    /// By address, when the first came and how many; held for a few instructions only.
    failed: Mutex<HashMap<IpAddr, (Timestamp, u32)>>,
}

impl Attempts {
    /// Whether this address may try a token now. When it may not, a right one is not looked at
    /// either: whoever guesses would learn that it was right.
    pub(super) fn allow(&self, address: IpAddr, now: Timestamp) -> Result<()> {
        match self.failed().get(&address) {
            Some(&(first, count)) if count >= MOST && now < first + WINDOW => {
                let left = (first + WINDOW).duration_since(now);
                let seconds = u64::try_from(left.as_secs()).unwrap_or_default() + 1;
                Err(Error::TooManyAttempts { seconds })
            }
            _ => Ok(()),
        }
    }

    /// Takes note of a wrong token.
    pub(super) fn failed_from(&self, address: IpAddr, now: Timestamp) {
        let mut failed = self.failed();
        if failed.len() >= REMEMBERED {
            failed.retain(|_, (first, _)| now < *first + WINDOW);
        }
        if failed.len() >= REMEMBERED {
            // As many addresses at once are an attack that no count by address can slow down.
            failed.clear();
        }
        let (first, count) = failed.entry(address).or_insert((now, 0));
        if now >= *first + WINDOW {
            (*first, *count) = (now, 0);
        }
        *count += 1;
    }

    fn failed(&self) -> MutexGuard<'_, HashMap<IpAddr, (Timestamp, u32)>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a request comes from. A proxy on this machine or in this network says from whom it has
/// the request; what anybody else says of it counts for nothing.
pub(super) fn address_of(request: &Request) -> IpAddr {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |peer| peer.0.ip().to_canonical());
    let forwarded = || {
        let last = request.headers().get_all("x-forwarded-for").iter().next_back()?;
        last.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
    };
    network(if is_near(peer) { forwarded().unwrap_or(peer) } else { peer })
}

fn is_near(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_loopback() || address.is_private(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local(),
    }
}

/// A household has a whole network of version 6 addresses, so the first half counts.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from(u128::from(address) >> 64 << 64)),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn request(peer: &str, forwarded: &[&str]) -> Request {
        let mut request = Request::new(Body::empty());
        request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        for value in forwarded {
            request.headers_mut().append("x-forwarded-for", value.parse().unwrap());
        }
        request
    }

    #[test]
    fn a_near_proxy_is_believed_and_nobody_else() {
        for (peer, forwarded, address) in [
            ("127.0.0.1:1", &["203.0.113.7"][..], "203.0.113.7"),
            ("127.0.0.1:1", &["1.1.1.1, 203.0.113.7"], "203.0.113.7"),
            ("127.0.0.1:1", &["1.1.1.1", "203.0.113.7"], "203.0.113.7"),
            ("10.0.0.2:1", &["203.0.113.7"], "203.0.113.7"),
            ("127.0.0.1:1", &[], "127.0.0.1"),
            ("127.0.0.1:1", &["unknown"], "127.0.0.1"),
            ("198.51.100.1:1", &["203.0.113.7"], "198.51.100.1"),
            ("[::ffff:198.51.100.1]:1", &[], "198.51.100.1"),
            ("[2001:db8:1:2:3:4:5:6]:1", &[], "2001:db8:1:2::"),
        ] {
            assert_eq!(address_of(&request(peer, forwarded)).to_string(), address, "{peer}");
        }
    }

    #[test]
    fn an_address_waits_after_ten_wrong_tokens_and_others_do_not() {
        let attempts = Attempts::default();
        let (one, other) = ([1, 1, 1, 1].into(), [2, 2, 2, 2].into());
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        for _ in 0..MOST {
            attempts.allow(one, now).unwrap();
            attempts.failed_from(one, now);
        }
        let refused = attempts.allow(one, now + Duration::from_mins(4)).unwrap_err();
        assert!(matches!(refused, Error::TooManyAttempts { seconds: 61 }), "{refused}");
        attempts.allow(other, now).unwrap();
        attempts.allow(one, now + WINDOW).unwrap();
        attempts.failed_from(one, now + WINDOW);
        attempts.allow(one, now + WINDOW).unwrap();
    }

    #[test]
    fn what_is_remembered_stays_bounded() {
        let attempts = Attempts::default();
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        for n in 0..20_000_u32 {
            attempts.failed_from(IpAddr::from(n.to_be_bytes()), now);
        }
        assert!(attempts.failed().len() <= REMEMBERED);
    }
}
