//! Whether somebody asks for a route, or a browser only comes by.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};

use super::access::Caller;
use crate::hub::error::{Error, Result};

/// How a request came about. What posts by `GET`, as schedulers ask it, takes it as an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Visit {
    /// A program or a script of the service's own page asks.
    Meant,
    /// A browser opens an address, or loads it as a picture, a frame or a script: any page can make
    /// it do so, and a person may not know.
    Passing,
}

impl Visit {
    fn of(method: &Method, headers: &HeaderMap, caller: Option<&Caller>) -> Self {
        let reads = matches!(*method, Method::GET | Method::HEAD);
        // No page can make a browser send a token.
        let has_token = caller.is_some_and(Caller::has_token);
        let passes = is_loaded(headers) || wants_a_page(headers);
        let passes = passes || (!has_token && speaks_for_a_person(headers));
        if reads && passes { Self::Passing } else { Self::Meant }
    }

    /// Refuses what no person and no program has asked for.
    pub(super) fn must_be_meant(self) -> Result<()> {
        match self {
            Self::Meant => Ok(()),
            Self::Passing => {
                let message = "a browser starts no run by opening an address".to_owned();
                Err(Error::Forbidden { message, hint: "start it at /sync, or POST /api/full-sync" })
            }
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Infallible> {
        let caller = parts.extensions.get();
        Ok(Self::of(&parts.method, &parts.headers, caller))
    }
}

/// What a browser says of a request that no script made
/// (<https://www.w3.org/TR/fetch-metadata/>). Programs that know `fetch` say `cors`, as scripts do.
fn is_loaded(headers: &HeaderMap) -> bool {
    let told = |name, scripts: &[&str]| {
        let values = headers.get_all(name).iter();
        values.into_iter().any(|value| !scripts.iter().any(|script| value == *script))
    };
    told("sec-fetch-mode", &["cors", "same-origin"])
        || told("sec-fetch-dest", &["empty"])
        || headers.contains_key("sec-purpose")
        || headers.contains_key("purpose")
}

/// Over plain HTTP from another machine browsers say only what they would like to have.
fn wants_a_page(headers: &HeaderMap) -> bool {
    let Some(kinds) = headers.get(header::ACCEPT) else { return false };
    let kinds = kinds.to_str().unwrap_or_default().trim_start().to_ascii_lowercase();
    ["text/html", "application/xhtml", "image/", "text/css", "audio/", "video/"]
        .iter()
        .any(|kind| kinds.starts_with(kind))
}

/// Browsers say with everything, scripts of other pages included, which language a person reads.
/// Programs say none, or any.
fn speaks_for_a_person(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT_LANGUAGE).is_some_and(|language| language != "*")
}
