//! Where a request comes from.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::request::Parts;

use super::settings::Networks;

/// The address of whoever asks. A trusted proxy says from whom it has the request, and that one may
/// be a trusted proxy again; the last that is none is who asks. What anybody else says of it counts
/// for nothing.
pub(super) fn address_of(request: &Parts, proxies: &Networks) -> IpAddr {
    let peer = request.extensions.get::<ConnectInfo<SocketAddr>>();
    let mut address = peer.map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |peer| peer.0.ip());
    let headers = request.headers.get_all("x-forwarded-for").into_iter().rev();
    let mut told = headers.flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
    while proxies.contain(address)
        && let Some(before) = told.next().and_then(parsed)
    {
        address = before;
    }
    address.to_canonical()
}

/// An address as proxies write it: some put quotes, brackets or a port with it.
fn parsed(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let bare = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    text.parse().ok().or_else(bare).or_else(with_port)
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn request(peer: &str, forwarded: &[&str]) -> Parts {
        let (mut request, ()) = Request::new(()).into_parts();
        request.extensions.insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        for value in forwarded {
            request.headers.append("x-forwarded-for", value.parse().unwrap());
        }
        request
    }

    fn proxies(list: &str) -> Networks {
        if list.is_empty() {
            return Networks::default();
        }
        Networks(list.split(',').map(|part| Networks::parse(part.trim()).unwrap()).collect())
    }

    #[test]
    fn a_trusted_proxy_is_believed_and_nobody_else() {
        for (trusted, peer, forwarded, address) in [
            ("", "127.0.0.1:1", &["203.0.113.7"][..], "203.0.113.7"),
            ("", "[::1]:1", &["203.0.113.7"], "203.0.113.7"),
            ("", "[::ffff:127.0.0.1]:1", &["203.0.113.7"], "203.0.113.7"),
            ("", "127.0.0.1:1", &["1.1.1.1, 203.0.113.7"], "203.0.113.7"),
            ("", "127.0.0.1:1", &["1.1.1.1", "203.0.113.7"], "203.0.113.7"),
            ("", "127.0.0.1:1", &["203.0.113.7:4711"], "203.0.113.7"),
            ("", "127.0.0.1:1", &["\"[2001:db8::1]:4711\""], "2001:db8::1"),
            ("", "127.0.0.1:1", &["[2001:db8::1]"], "2001:db8::1"),
            ("", "127.0.0.1:1", &[], "127.0.0.1"),
            ("", "127.0.0.1:1", &["unknown"], "127.0.0.1"),
            ("", "127.0.0.1:1", &["1.1.1.1, unknown"], "127.0.0.1"),
            ("", "127.0.0.1:1", &["1.1.1.1", ""], "127.0.0.1"),
            // A network of its own is no reason to be believed.
            ("", "10.0.0.2:1", &["203.0.113.7"], "10.0.0.2"),
            ("", "198.51.100.1:1", &["203.0.113.7"], "198.51.100.1"),
            ("", "[::ffff:198.51.100.1]:1", &[], "198.51.100.1"),
            ("10.0.0.0/8", "10.0.0.2:1", &["203.0.113.7"], "203.0.113.7"),
            ("10.0.0.0/8", "127.0.0.1:1", &["203.0.113.7"], "127.0.0.1"),
            // Two proxies, and somebody who makes up what was before the first.
            ("10.0.0.0/8", "10.0.0.2:1", &["6.6.6.6, 203.0.113.7, 10.0.0.1"], "203.0.113.7"),
            ("10.0.0.0/8", "10.0.0.2:1", &["6.6.6.6", "203.0.113.7", "10.0.0.1"], "203.0.113.7"),
            ("10.0.0.0/8", "10.0.0.2:1", &["10.0.0.3, 10.0.0.1"], "10.0.0.3"),
        ] {
            let of = address_of(&request(peer, forwarded), &proxies(trusted));
            assert_eq!(of.to_string(), address, "{trusted} {peer} {forwarded:?}");
        }
    }
}
