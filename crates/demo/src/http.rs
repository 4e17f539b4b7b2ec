//! Requests and answers as the imitations see them: plain data, so that a fault can change them.

use std::collections::BTreeMap;
use std::ops::Range;

use axum::body::{Body, Bytes};
use axum::extract::Query;
use axum::http::{HeaderMap, HeaderValue, Method, Response, Uri, header};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use serde_json::Value;

/// One request, with the upstream's prefix taken off its path.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Request {
    /// Reads the query string; one that cannot be read counts as empty.
    pub(super) fn new(
        method: Method,
        path: &str,
        uri: &Uri,
        headers: HeaderMap,
        body: Bytes,
    ) -> Self {
        let query = Query::try_from_uri(uri).map(|Query(pairs)| pairs).unwrap_or_default();
        Self { method, path: path.to_owned(), query, headers, body }
    }

    /// A header's text, without surrounding blanks; an empty one counts as missing.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let text = self.headers.get(name)?.to_str().ok()?.trim();
        (!text.is_empty()).then_some(text)
    }

    /// The first value of a query parameter.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All values of a query parameter.
    pub(super) fn params(&self, name: &str) -> Vec<&str> {
        let named = self.query.iter().filter(|(key, _)| key == name);
        named.map(|(_, value)| value.as_str()).collect()
    }

    /// Whether `extended=` names this level.
    pub(super) fn extended(&self, level: &str) -> bool {
        self.param("extended").is_some_and(|all| all.split(',').any(|one| one.trim() == level))
    }

    /// The parts of the path.
    pub(super) fn segments(&self) -> Vec<&str> {
        self.path.split('/').filter(|part| !part.is_empty()).collect()
    }

    /// Whether the body is declared to be JSON.
    pub(super) fn is_json(&self) -> bool {
        self.header("content-type").is_some_and(|kind| kind.starts_with("application/json"))
    }

    /// The body as JSON; an empty one is an empty object.
    pub(super) fn json(&self) -> Option<Value> {
        if self.body.is_empty() {
            return Some(Value::Object(serde_json::Map::new()));
        }
        serde_json::from_slice(&self.body).ok()
    }

    /// The fields of a form; none where the body is not declared to be one.
    pub(super) fn form(&self) -> Option<BTreeMap<String, String>> {
        let kind = self.header("content-type")?;
        kind.starts_with("application/x-www-form-urlencoded").then_some(())?;
        let body = std::str::from_utf8(&self.body).ok()?;
        // A form is written as a query is.
        let uri = format!("/?{body}").parse::<Uri>().ok()?;
        Query::try_from_uri(&uri).map(|Query(pairs)| pairs).ok()
    }

    /// The same with these of the episodes in its body alone, and with the others.
    pub(super) fn parted(&self, episodes: &Range<usize>) -> (Self, Self) {
        let with = |is_in: bool| {
            let mut body = self.json().unwrap_or_default();
            if let Some(rows) = body["episodes"].as_array_mut() {
                let mut at = 0..;
                rows.retain(|_| at.next().is_some_and(|at| episodes.contains(&at) == is_in));
            }
            Self { body: Bytes::from(body.to_string()), ..self.clone() }
        };
        (with(true), with(false))
    }

    /// What the `Authorization` header says.
    pub(super) fn credential(&self) -> Credential<'_> {
        let Some(text) = self.header("authorization") else { return Credential::Missing };
        let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
        if scheme.eq_ignore_ascii_case("bearer") {
            Credential::Bearer(token.trim())
        } else {
            Credential::Other
        }
    }
}

/// An `Authorization` header.
#[derive(Clone, Copy)]
pub(super) enum Credential<'a> {
    /// There is none.
    Missing,
    /// A bearer token.
    Bearer(&'a str),
    /// Anything else.
    Other,
}

/// One answer.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Reply {
    /// No body.
    pub(super) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// A JSON body.
    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self::bytes(status, "application/json; charset=utf-8", body.to_string().into_bytes())
    }

    /// A page, as edges and sign-in hosts send them.
    pub(super) fn html(status: u16, title: &str) -> Self {
        let page = format!(
            "<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
        );
        Self::bytes(status, "text/html; charset=UTF-8", page.into_bytes())
    }

    /// A body of any type.
    pub(super) fn bytes(status: u16, content_type: &str, body: Vec<u8>) -> Self {
        Self::empty(status).with("content-type", content_type).carrying(body)
    }

    /// The same with one more header.
    pub(super) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    fn carrying(mut self, body: Vec<u8>) -> Self {
        self.body = body;
        self
    }

    /// The answer as it goes out.
    pub(super) fn into_response(self) -> Response<Body> {
        let body = Body::from(self.body);
        head(self.status, &self.headers, body)
    }

    /// The answer's head with its true length, in front of a body that will not keep it.
    pub(super) fn head_over(&self, body: Body) -> Response<Body> {
        let mut headers = self.headers.clone();
        headers.push((header::CONTENT_LENGTH.to_string(), self.body.len().to_string()));
        head(self.status, &headers, body)
    }
}

/// The time that an answer tells (RFC 9110, 6.6.1).
pub(super) fn date(now: Timestamp) -> Option<HeaderValue> {
    let text = DateTimePrinter::new().timestamp_to_rfc9110_string(&now).ok()?;
    HeaderValue::from_str(&text).ok()
}

/// A head that cannot be built (a test asked for a header with a line break) is a plain 500.
fn head(status: u16, headers: &[(String, String)], body: Body) -> Response<Body> {
    let start = Response::builder().status(status);
    let builder = headers.iter().fold(start, |all, (name, value)| all.header(name, value));
    builder.body(body).unwrap_or_else(|_| {
        let mut broken = Response::new(Body::empty());
        *broken.status_mut() = axum::http::StatusCode::INTERNAL_SERVER_ERROR;
        broken
    })
}
