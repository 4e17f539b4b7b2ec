//! Signing in elsewhere and coming back: the address to come back to, and the cookie of the browser in
//! which it began.

use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Uri};

use super::session::is_secure;
use crate::hub::error::{Error, Result};

/// The longest thing that another service sends along, in bytes.
pub(super) const LONGEST: usize = 4096;

/// This service's address of a path, under the name by which it is asked. A service that signs people in
/// knows the addresses of its apps, and sends nobody anywhere else.
pub(super) fn own_address(headers: &HeaderMap, uri: &Uri, path: &str) -> Result<String> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let forwarded = text("x-forwarded-host").and_then(|hosts| hosts.split(',').next());
    let host = forwarded.or_else(|| text("host")).map(str::trim);
    let host = host.or_else(|| uri.authority().map(Authority::as_str));
    let scheme = if is_secure(headers) { "https" } else { "http" };
    let host = host.filter(|host| !host.is_empty()).ok_or_else(|| {
        Error::bad_request("the request names no host", "open it by the service's own address")
    })?;
    Ok(format!("{scheme}://{host}{path}"))
}

/// A cookie of the browser in which a sign-in began.
pub(super) struct Kept {
    /// Its name.
    pub(super) name: &'static str,
    /// Where it is sent along.
    pub(super) path: &'static str,
}

impl Kept {
    /// Keeps a value for so many seconds.
    pub(super) fn for_seconds(
        &self,
        value: &str,
        life: i64,
        headers: &HeaderMap,
    ) -> Result<HeaderValue> {
        let secure = if is_secure(headers) { "; Secure" } else { "" };
        // Lax, so that it comes along when the other service sends the browser back.
        let Self { name, path } = self;
        let text =
            format!("{name}={value}; Path={path}; Max-Age={life}; HttpOnly; SameSite=Lax{secure}");
        HeaderValue::from_str(&text).map_err(|cause| Error::Internal(cause.to_string()))
    }

    /// Takes it away.
    pub(super) fn over(&self, headers: &HeaderMap) -> Result<HeaderValue> {
        self.for_seconds("", 0, headers)
    }
}
