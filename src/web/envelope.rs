//! How a failed operation is told: `{"error", "code", "hint"}` with the fitting status.

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::answers::Failure;
use crate::hub::error::Error;

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        log_cause(&self);
        told(&self)
    }
}

/// The answer of a failure whose cause is in the log already.
pub(super) fn told(error: &Error) -> Response {
    let since = match error {
        Error::RunInProgress { since } => Some(*since),
        _ => None,
    };
    let item_id = match error {
        Error::InLibrary { item } => Some(*item),
        _ => None,
    };
    let body = Failure {
        error: error.sentence(),
        detail: None,
        code: error.code(),
        hint: error.hint(),
        since,
        item_id,
    };
    let mut response = (status(error), Json(&body)).into_response();
    response.extensions_mut().insert(body);
    if let Some((name, value)) = told_in_a_header(error) {
        response.headers_mut().insert(name, value);
    }
    response
}

/// A failure as the tracker's clients read it: with its sentence as `detail` as well.
pub(super) fn with_detail(mut response: Response) -> Response {
    let Some(mut failure) = response.extensions_mut().remove::<Failure>() else { return response };
    failure.detail = Some(failure.error.clone());
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    let body = Json(failure).into_response().into_body();
    Response::from_parts(parts, body)
}

/// What the status asks to be said in a header as well (RFC 9110, sections 10.2.3 and 11.6.1).
fn told_in_a_header(error: &Error) -> Option<(HeaderName, HeaderValue)> {
    match error {
        Error::Unauthorized | Error::WrongToken => {
            Some((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")))
        }
        Error::Busy => Some((header::RETRY_AFTER, HeaderValue::from_static("1"))),
        Error::TooManyAttempts { seconds } => Some((header::RETRY_AFTER, (*seconds).into())),
        _ => None,
    }
}

/// The cause of a fault of ours never reaches the client; it is logged here, once.
fn log_cause(error: &Error) {
    match error {
        Error::Internal(cause) => tracing::error!("An unexpected fault: {cause}"),
        Error::Store(cause) => tracing::error!("{cause}"),
        Error::BadRequest { .. }
        | Error::Invalid { .. }
        | Error::WrongPassword
        | Error::NameTaken
        | Error::InLibrary { .. }
        | Error::RegistrationClosed
        | Error::TooLarge { .. }
        | Error::FileTooLarge { .. }
        | Error::Unreadable { .. }
        | Error::AddressTooLong { .. }
        | Error::TooSlow { .. }
        | Error::Unauthorized
        | Error::WrongToken
        | Error::TooManyAttempts { .. }
        | Error::Busy
        | Error::Forbidden { .. }
        | Error::NotFound { .. }
        | Error::MethodNotAllowed { .. }
        | Error::RunInProgress { .. }
        | Error::FirstSyncUnanswered { .. }
        | Error::TooManyPlays { .. }
        | Error::Refused { .. }
        | Error::Halted { .. }
        | Error::AccountGone
        | Error::Provider(_) => {}
    }
}

fn status(error: &Error) -> StatusCode {
    match error {
        Error::BadRequest { .. } | Error::WrongPassword | Error::NameTaken => {
            StatusCode::BAD_REQUEST
        }
        Error::Invalid { .. } | Error::Unreadable { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        Error::TooLarge { .. } | Error::FileTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Error::AddressTooLong { .. } => StatusCode::URI_TOO_LONG,
        Error::TooSlow { .. } => StatusCode::REQUEST_TIMEOUT,
        Error::Unauthorized | Error::WrongToken => StatusCode::UNAUTHORIZED,
        Error::TooManyAttempts { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::Forbidden { .. } | Error::RegistrationClosed => StatusCode::FORBIDDEN,
        Error::NotFound { .. } => StatusCode::NOT_FOUND,
        Error::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
        Error::InLibrary { .. }
        | Error::RunInProgress { .. }
        | Error::FirstSyncUnanswered { .. }
        | Error::TooManyPlays { .. }
        | Error::Refused { .. }
        | Error::AccountGone => StatusCode::CONFLICT,
        Error::Busy | Error::Halted { .. } | Error::Provider(_) | Error::Store(_)
            if error.may_pass() =>
        {
            StatusCode::SERVICE_UNAVAILABLE
        }
        Error::Provider(_) => StatusCode::BAD_GATEWAY,
        Error::Busy | Error::Halted { .. } | Error::Store(_) | Error::Internal(_) => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

/// Marks an answer as good for this moment only.
pub(super) const NO_STORE: (HeaderName, HeaderValue) =
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
