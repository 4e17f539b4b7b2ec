//! Reading request bodies.

use std::collections::HashMap;
use std::convert::Infallible;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse as _;
use serde_json::{Map, Value};

use super::params::pairs;
use crate::hub::error::{Error, Result};

/// No body of this API is larger, in bytes.
pub(super) const LIMIT: usize = 256 * 1024;

/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a file may take to arrive: the largest that is taken, at 170 kB a second.
const FILE_PATIENCE: Duration = Duration::from_mins(5);

/// A body, or why there is none. What is wrong with it is told after who asks is known.
pub(super) struct Body(std::result::Result<Bytes, Missing>);

enum Missing {
    TooLarge,
    TooSlow(Duration),
    CutOff,
}

impl Body {
    /// Reads it within [`PATIENCE`], and within the bound that the route has.
    pub(super) async fn read(request: Request) -> Self {
        Self::read_within(request, PATIENCE).await
    }

    async fn read_within(request: Request, patience: Duration) -> Self {
        Self(match tokio::time::timeout(patience, Bytes::from_request(request, &())).await {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(rejection)) => {
                let is_large = rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE;
                Err(if is_large { Missing::TooLarge } else { Missing::CutOff })
            }
            Err(_) => Err(Missing::TooSlow(patience)),
        })
    }
}

impl Body {
    pub(super) fn bytes(self, limit: usize) -> Result<Bytes> {
        self.0.map_err(|missing| match missing {
            Missing::TooLarge => Error::TooLarge { limit },
            Missing::TooSlow(patience) => Error::TooSlow { seconds: patience.as_secs() },
            Missing::CutOff => Error::bad_request("the body did not arrive whole", "send it again"),
        })
    }
}

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Infallible;

    async fn from_request(request: Request, _: &S) -> std::result::Result<Self, Infallible> {
        Ok(Self::read(request).await)
    }
}

/// A body that is a file, which may take longer to arrive.
pub(super) struct FileBody {
    pub(super) body: Body,
    /// What the request says of it.
    pub(super) media_type: Option<String>,
}

impl<S: Send + Sync> FromRequest<S> for FileBody {
    type Rejection = Infallible;

    async fn from_request(request: Request, _: &S) -> std::result::Result<Self, Infallible> {
        let media_type = request.headers().get(header::CONTENT_TYPE);
        let media_type = media_type.and_then(|value| value.to_str().ok()).map(str::to_owned);
        Ok(Self { body: Body::read_within(request, FILE_PATIENCE).await, media_type })
    }
}

/// The fields of a form, the last of each name.
pub(super) fn form(body: Body) -> Result<HashMap<String, String>> {
    let bytes = body.bytes(LIMIT)?;
    Ok(pairs(bytes.trim_ascii()).collect())
}

/// The body as a JSON object.
pub(super) fn json_object(body: Body) -> Result<Value> {
    json_object_within(body, LIMIT)
}

/// The fields of a JSON object.
pub(super) fn json_fields(body: Body) -> Result<Map<String, Value>> {
    fields(&body.bytes(LIMIT)?)
}

/// The same where none need be sent; then it is null.
pub(super) fn json_object_or_none(body: Body) -> Result<Value> {
    let bytes = body.bytes(LIMIT)?;
    if bytes.trim_ascii().is_empty() { Ok(Value::Null) } else { fields(&bytes).map(Value::Object) }
}

/// The body as a JSON object, on a route with a bound of its own.
pub(super) fn json_object_within(body: Body, limit: usize) -> Result<Value> {
    fields(&body.bytes(limit)?).map(Value::Object)
}

fn fields(bytes: &[u8]) -> Result<Map<String, Value>> {
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(Error::bad_request("the body is not a JSON object", "send {\"name\": value}")),
        Err(cause) => {
            let message = format!("the body is not JSON: {cause}");
            Err(Error::bad_request(message, "send a JSON object"))
        }
    }
}
