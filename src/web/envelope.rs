//! How a failed operation is told: `{"error", "code", "hint"}` with the fitting status.

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::error::Error;
use crate::outbound::{Fault, ProviderError, Upstream};
use crate::store::StoreError;

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        log_cause(&self);
        let mut body = json!({
            "error": self.sentence(),
            "code": self.code(),
            "hint": self.hint(),
        });
        if let Self::RunInProgress { since } = &self {
            body["since"] = json!(since);
        }
        (status(&self), Json(body)).into_response()
    }
}

/// The cause of a fault of ours never reaches the client; it is logged here, once.
fn log_cause(error: &Error) {
    match error {
        Error::Internal(cause) => tracing::error!("An unexpected fault: {cause}"),
        Error::Store(cause) => tracing::error!("{cause}"),
        Error::BadRequest { .. }
        | Error::TooLarge { .. }
        | Error::Unauthorized
        | Error::Forbidden { .. }
        | Error::NotFound { .. }
        | Error::MethodNotAllowed { .. }
        | Error::RunInProgress { .. }
        | Error::TooManyPlays { .. }
        | Error::Refused { .. }
        | Error::Provider(_) => {}
    }
}

fn status(error: &Error) -> StatusCode {
    match error {
        Error::BadRequest { .. } => StatusCode::BAD_REQUEST,
        Error::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Error::Unauthorized => StatusCode::UNAUTHORIZED,
        Error::Forbidden { .. } => StatusCode::FORBIDDEN,
        Error::NotFound { .. } => StatusCode::NOT_FOUND,
        Error::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
        Error::RunInProgress { .. } | Error::TooManyPlays { .. } | Error::Refused { .. } => {
            StatusCode::CONFLICT
        }
        Error::Provider(error) => provider_status(error),
        Error::Store(StoreError::Unavailable(_)) => StatusCode::SERVICE_UNAVAILABLE,
        Error::Store(StoreError::Corrupt { .. } | StoreError::NotEmpty) | Error::Internal(_) => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

/// A mapping file that cannot be had is a 502 whatever the reason, as documented.
fn provider_status(error: &ProviderError) -> StatusCode {
    let is_file =
        matches!(error.upstream, Upstream::Otaku | Upstream::Fribbs | Upstream::AniBridge);
    match error.fault {
        Fault::RateLimited { .. } | Fault::BreakerOpen { .. } | Fault::NotConfigured
            if !is_file =>
        {
            StatusCode::SERVICE_UNAVAILABLE
        }
        _ => StatusCode::BAD_GATEWAY,
    }
}

/// Marks an answer as good for this moment only.
pub(super) const NO_STORE: (HeaderName, HeaderValue) =
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
