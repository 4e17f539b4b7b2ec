//! Where a request may lead: anywhere, or only out of the network that the service is in.
//!
//! An address that somebody else has written down may be one that only the service can reach: its own
//! machine, its neighbours, the metadata of a cloud. A host that is an address is looked at before it is
//! asked, and a name when it is resolved, as the connection is made to what was found there and then.

use std::error::Error;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ipnet::{Ipv4Net, Ipv6Net};
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::error::Fault;

/// Where a request may lead.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reach {
    /// To any address, those beside this machine included.
    #[default]
    Anywhere,
    /// To addresses of the internet alone.
    Internet,
}

impl Reach {
    /// Refuses a host that is an address which must not be reached. A name is looked at when it is resolved.
    pub fn check(self, url: &Url) -> Result<(), Fault> {
        let outside = |host: &str| host.trim_matches(['[', ']']).parse().is_ok_and(is_of_internet);
        let may_lead_out = url.domain().is_some() || url.host_str().is_some_and(outside);
        if self == Self::Anywhere || may_lead_out { Ok(()) } else { Err(Fault::OffLimits) }
    }
}

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6(first: u16, second: u16, length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(first, second, 0, 0, 0, 0, 0, 0), length)
}

/// What is not reached over the internet, by IANA's IPv4 Special-Purpose Address Registry, and multicast.
const WITHIN_V4: [Ipv4Net; 16] = [
    v4(0, 0, 0, 0, 8),
    v4(10, 0, 0, 0, 8),
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    v4(169, 254, 0, 0, 16),
    v4(172, 16, 0, 0, 12),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(192, 168, 0, 0, 16),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
    v4(255, 255, 255, 255, 32),
];

/// All of IPv6 that is given out for the internet (RFC 4291, 2.4).
const INTERNET_V6: Ipv6Net = v6(0x2000, 0, 3);

/// What of it is not reached over the internet, by IANA's IPv6 Special-Purpose Address Registry. The last
/// two hold addresses of IPv4, of which nobody says that they are others'.
const WITHIN_V6: [Ipv6Net; 4] =
    [v6(0x2001, 0x0db8, 32), v6(0x3fff, 0, 20), v6(0x2001, 0, 23), v6(0x2002, 0, 16)];

/// Where a network without IPv4 finds the addresses of IPv4 (RFC 6052).
const NAT64: Ipv6Net = v6(0x0064, 0xff9b, 96);

/// Whether an address is one of the internet.
fn is_of_internet(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !WITHIN_V4.iter().any(|within| within.contains(&address)),
        IpAddr::V6(address) => match in_ipv6(address) {
            Some(address) => is_of_internet(address.into()),
            None => {
                INTERNET_V6.contains(&address)
                    && !WITHIN_V6.iter().any(|within| within.contains(&address))
            }
        },
    }
}

/// The address of IPv4 that an address of IPv6 stands for.
fn in_ipv6(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [.., a, b, c, d] = address.octets();
    let translated = NAT64.contains(&address).then(|| Ipv4Addr::new(a, b, c, d));
    address.to_ipv4_mapped().or(translated)
}

/// Resolves names as the system does, and gives those of their addresses that are of the internet.
#[derive(Debug)]
pub(super) struct InternetNames;

impl Resolve for InternetNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed = only_internet(found)?;
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Those of the addresses that are of the internet; an error where there are others alone.
fn only_internet(found: impl Iterator<Item = SocketAddr>) -> Result<Vec<SocketAddr>, OffLimits> {
    let allowed: Vec<_> = found.filter(|address| is_of_internet(address.ip())).collect();
    if allowed.is_empty() { Err(OffLimits) } else { Ok(allowed) }
}

/// A name leads into the network that the service is in.
#[derive(Debug, thiserror::Error)]
#[error("the name leads into the service's own network")]
struct OffLimits;

/// Whether a request went nowhere because of where it leads.
pub(super) fn is_off_limits(error: &(dyn Error + 'static)) -> bool {
    std::iter::successors(Some(error), |&error| error.source()).any(<dyn Error>::is::<OffLimits>)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WITHIN: [&str; 38] = [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.0.9",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.7",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "3fff::1",
        "fc00::1",
        "fd12:3456:789a::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "5f00::1",
    ];
    const OUTSIDE: [&str; 12] = [
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.1",
        "100.63.255.255",
        "100.128.0.1",
        "172.15.0.1",
        "172.32.0.1",
        "192.167.0.1",
        "223.255.255.255",
        "::ffff:1.1.1.1",
        "64:ff9b::1.1.1.1",
        "2606:4700::1111",
    ];

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn addresses_that_only_the_service_can_reach_are_told_from_those_of_the_internet() {
        for text in WITHIN {
            assert!(!is_of_internet(address(text)), "{text}");
        }
        for text in OUTSIDE {
            assert!(is_of_internet(address(text)), "{text}");
        }
    }

    #[test]
    fn of_what_a_name_leads_to_only_the_internet_is_connected_to() {
        let found = |texts: &[&str]| {
            let all: Vec<_> = texts.iter().map(|text| (address(text), 0).into()).collect();
            only_internet(all.into_iter())
        };
        let allowed = found(&["10.0.0.1", "1.1.1.1", "::1"]).unwrap();
        assert_eq!(allowed, [SocketAddr::from((address("1.1.1.1"), 0))]);
        assert!(found(&["127.0.0.1", "::1"]).is_err());
        assert!(found(&[]).is_err());
    }

    #[test]
    fn a_host_that_is_an_address_is_looked_at_however_it_is_written() {
        let check = |reach: Reach, host: &str| {
            reach.check(&Url::parse(&format!("http://{host}/hook")).unwrap())
        };
        for host in [
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "127.0.0.1.",
            "127%2e0.0.1",
            "１２７.0.0.1",
            "[::1]:8080",
            "[::ffff:7f00:1]",
            "somebody@10.0.0.1",
        ] {
            assert_eq!(check(Reach::Internet, host), Err(Fault::OffLimits), "{host}");
            assert_eq!(check(Reach::Anywhere, host), Ok(()), "{host}");
        }
        for host in ["ntfy.sh", "127.0.0.1.example", "1.1.1.1", "[2606:4700::1111]"] {
            assert_eq!(check(Reach::Internet, host), Ok(()), "{host}");
        }
    }
}
