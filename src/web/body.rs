//! Reading request bodies.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use serde_json::Value;

use crate::error::{Error, Result};

/// No body of this API is larger, in bytes.
pub(super) const LIMIT: usize = 256 * 1024;

/// A body that may have been too large or cut off.
pub(super) type Body = std::result::Result<Bytes, BytesRejection>;

/// The body as a JSON object.
pub(super) fn json_object(body: Body) -> Result<Value> {
    json_object_within(body, LIMIT)
}

/// The body as a JSON object, on a route with a bound of its own.
pub(super) fn json_object_within(body: Body, limit: usize) -> Result<Value> {
    let bytes = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge { limit },
        _ => Error::bad_request("the body did not arrive whole", "send it again"),
    })?;
    match serde_json::from_slice(&bytes) {
        Ok(object @ Value::Object(_)) => Ok(object),
        Ok(_) => Err(Error::bad_request("the body is not a JSON object", "send {\"name\": value}")),
        Err(cause) => {
            let message = format!("the body is not JSON: {cause}");
            Err(Error::bad_request(message, "send a JSON object"))
        }
    }
}
