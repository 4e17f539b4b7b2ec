//! What another service answered, read within bounds.

use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde::de::DeserializeOwned;

use super::error::{Fault, ProviderError};
use super::reach::is_off_limits;
use super::retry;
use anilist_trakt_sync_core::domain::Service;

/// An answer, whole.
pub struct Answer {
    service: Service,
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    /// Reads the body to its end, and no further than `limit` bytes after decompression.
    pub(super) async fn read(
        service: Service,
        mut response: reqwest::Response,
        limit: u64,
    ) -> Result<Self, Fault> {
        if response.content_length().is_some_and(|announced| announced > limit) {
            return Err(Fault::TooLarge { limit });
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(broken)? {
            if (body.len() + chunk.len()) as u64 > limit {
                return Err(Fault::TooLarge { limit });
            }
            body.extend_from_slice(&chunk);
        }
        let status = response.status().as_u16();
        Ok(Self { service, status, headers: std::mem::take(response.headers_mut()), body })
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Whether the status is a 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A header, if it is there and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as it came.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Whether it is a page for people: what edges and maintenance send in place of JSON.
    pub fn is_html(&self) -> bool {
        is_html_type(&self.headers) || first_byte(&self.body) == Some(b'<')
    }

    /// The body as JSON; the error names the path that failed.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, ProviderError> {
        self.decode(|path, cause| format!("{path}: {cause}"))
    }

    /// The body as JSON that holds secrets: the error names the path and nothing of the content.
    pub fn secret_json<T: DeserializeOwned>(&self) -> Result<T, ProviderError> {
        self.decode(|path, _| format!("{path} cannot be read"))
    }

    fn decode<T: DeserializeOwned>(
        &self,
        detail: impl Fn(&serde_path_to_error::Path, &serde_json::Error) -> String,
    ) -> Result<T, ProviderError> {
        let unexpected = |detail| Fault::UnexpectedBody { detail }.at(self.service);
        if self.is_html() {
            return Err(unexpected("an HTML page in place of JSON".to_owned()));
        }
        // Keeping track of the path takes as long as reading, so only what cannot be read is read
        // with it.
        if let Ok(value) = serde_json::from_slice(&self.body) {
            return Ok(value);
        }
        let mut json = serde_json::Deserializer::from_slice(&self.body);
        let value = serde_path_to_error::deserialize(&mut json)
            .map_err(|error| unexpected(detail(error.path(), error.inner())))?;
        json.end().map_err(|_| unexpected("something follows the JSON".to_owned()))?;
        Ok(value)
    }

    /// The time before which this answer asks to send nothing more.
    pub(super) fn retry_after(&self, now: Timestamp) -> Option<Timestamp> {
        let text = self.header("retry-after")?;
        retry::parse_retry_after(text, now)
    }
}

/// Whether the headers announce a page for people.
pub(super) fn is_html_type(headers: &HeaderMap) -> bool {
    let text = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    text.is_some_and(|text| text.trim_start().to_ascii_lowercase().starts_with("text/html"))
}

/// The first byte that is not white space.
pub(super) fn first_byte(bytes: &[u8]) -> Option<u8> {
    bytes.iter().copied().find(|byte| !byte.is_ascii_whitespace())
}

/// The fault behind a transport error. The address is left out, as it may hold a key.
pub(super) fn broken(error: reqwest::Error) -> Fault {
    let error = error.without_url();
    if is_off_limits(&error) {
        return Fault::OffLimits;
    }
    let is_connected = !error.is_connect();
    if error.is_timeout() && is_connected {
        return Fault::TimedOut;
    }
    let mut cause: &dyn std::error::Error = &error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    let cause = cause.to_string();
    if is_connected { Fault::BrokenOff { cause } } else { Fault::Unreachable { cause } }
}
