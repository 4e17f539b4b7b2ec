//! From which page a browser sends a request, and under which name.

use std::net::IpAddr;

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method, Uri, header};

use super::access::{ANILIST_COMES_BACK, COMES_BACK, MYANIMELIST_COMES_BACK};
use super::params::shown;
use super::settings::WebSettings;
use crate::hub::error::{Error, Result};

/// A browser that another site sends here may look at pages, and do nothing; but for one that another
/// service sends back, which shows that it was sent there from here.
pub(super) fn refuse_other_sites(request: &Parts) -> Result<()> {
    let looks = matches!(request.method, Method::GET | Method::HEAD);
    let path = request.uri.path();
    let comes_back = [COMES_BACK, ANILIST_COMES_BACK, MYANIMELIST_COMES_BACK].contains(&path);
    let is_of_pages = ["/api/", "/covers/"].iter().any(|start| path.starts_with(start));
    let page = looks && (!is_of_pages || comes_back);
    if page || !is_foreign(&request.headers) {
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

/// Where no token is asked for: whoever comes through a proxy that was not spoken of, or under a
/// name that is not this service's.
pub(super) fn refuse_strangers(request: &Parts, settings: &WebSettings) -> Result<()> {
    let reach = Reach::of(settings);
    if reach == Reach::ThisMachine
        && let Some(header) = proxy_header(&request.headers)
    {
        let message =
            format!("a proxy stands in front, and this service asks nobody for a token: {header}");
        let hint = "set APP_TOKEN, or ALLOW_UNAUTHENTICATED=1 if the proxy keeps strangers out";
        return Err(Error::Forbidden { message, hint });
    }
    let allowed = &settings.access.allowed_hosts;
    match names(request).find(|name| !reach.answers_to(name, allowed)) {
        None => Ok(()),
        Some(name) => {
            let message = format!("this name is not one of this service: {}", shown(&name));
            let hint = "use http://127.0.0.1, set APP_TOKEN, or add the name to ALLOWED_HOSTS";
            Err(Error::Forbidden { message, hint })
        }
    }
}

/// Who can reach a service that asks for no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// What runs on this machine.
    ThisMachine,
    /// Whomever something in front lets through.
    Beyond,
}

impl Reach {
    fn of(settings: &WebSettings) -> Self {
        let is_near = settings.listen.ip().to_canonical().is_loopback() && !settings.access.fronted;
        if is_near { Self::ThisMachine } else { Self::Beyond }
    }

    /// Whether a `Host` is one of this service. A page that a stranger's name was pointed at this
    /// address for (DNS rebinding) sends that name, and no page can make a browser send an address
    /// in its place.
    fn answers_to(self, host: &str, allowed: &[String]) -> bool {
        let name = without_port(host).trim_end_matches('.');
        if name.eq_ignore_ascii_case("localhost") {
            return true;
        }
        match name.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(address) => self == Self::Beyond || address.to_canonical().is_loopback(),
            Err(_) => allowed.iter().any(|one| one.eq_ignore_ascii_case(name)),
        }
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

/// All names under which a request asks for this service. One that is not text is no name that is
/// allowed.
fn names(request: &Parts) -> impl Iterator<Item = String> {
    let headers = &request.headers;
    let host = headers.get_all(header::HOST).iter();
    let forwarded = headers.get_all("x-forwarded-host").iter();
    let told = host.chain(forwarded).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let told = told
        .flat_map(|line| line.split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>());
    told.chain(request.uri.authority().map(ToString::to_string))
}

/// What a proxy adds to a request. Programs and browsers send none of these.
fn proxy_header(headers: &HeaderMap) -> Option<&HeaderName> {
    const OTHERS: [&str; 3] = ["forwarded", "via", "x-real-ip"];
    headers
        .keys()
        .find(|name| name.as_str().starts_with("x-forwarded-") || OTHERS.contains(&name.as_str()))
}
