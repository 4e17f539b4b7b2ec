//! From which page a browser sends a request, and under which name.

use axum::extract::Request;
use axum::http::{HeaderMap, Method, Uri, header};

use super::params::shown;
use crate::error::{Error, Result};

/// A browser that another site sends here may look at pages, and do nothing.
pub(super) fn refuse_other_sites(request: &Request) -> Result<()> {
    let looks = matches!(*request.method(), Method::GET | Method::HEAD);
    let page = looks && !request.uri().path().starts_with("/api/");
    if page || !is_foreign(request.headers()) {
        return Ok(());
    }
    let message = "another site may not ask this".to_owned();
    Err(Error::Forbidden { message, hint: "open the service's own page" })
}

/// Browsers tell by `Sec-Fetch-Site` where a request comes from; over plain HTTP from another
/// machine, and in old ones, by `Origin` alone, and only when something is sent. Programs tell
/// nothing.
fn is_foreign(headers: &HeaderMap) -> bool {
    if let Some(site) = text(headers, "sec-fetch-site") {
        return matches!(site, "cross-site" | "same-site");
    }
    let Some(origin) = text(headers, "origin") else { return false };
    let ours = text(headers, "x-forwarded-host").or_else(|| text(headers, "host"));
    let from = origin.parse::<Uri>().ok();
    let from = from.as_ref().and_then(|origin| origin.authority());
    from.is_none_or(|from| ours.is_none_or(|ours| !from.as_str().eq_ignore_ascii_case(ours)))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// A page that a stranger's name was pointed at 127.0.0.1 for (DNS rebinding) sends that name.
pub(super) fn refuse_foreign_host(headers: &HeaderMap) -> Result<()> {
    let Some(host) = text(headers, header::HOST.as_str()) else { return Ok(()) };
    let name = host.rsplit_once(':').map_or(host, |(name, port)| {
        if port.bytes().all(|b| b.is_ascii_digit()) { name } else { host }
    });
    let address = name.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    if name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|ip| ip.is_loopback()) {
        return Ok(());
    }
    let message = format!("this name is not one of this machine: {}", shown(host));
    Err(Error::Forbidden { message, hint: "use http://127.0.0.1, or set APP_TOKEN" })
}
