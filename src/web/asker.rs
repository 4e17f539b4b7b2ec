//! The person on whose behalf a request is answered.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::hub::error::{Error, Result};
use crate::hub::person::Person;

/// Who asks, as the guard found out. A handler that takes one can only be reached by somebody, and
/// sees nothing of anybody else.
#[derive(Debug, Clone)]
pub(super) struct Asker(pub(super) Arc<Person>);

impl<S: Sync> FromRequestParts<S> for Asker {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let Self(person) = parts.extensions.get::<Self>().ok_or(Error::Unauthorized)?;
        Ok(Self(person.fresh().await))
    }
}
