//! How the services stand that this one depends on.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::domain;
use crate::hub::connections;

/// A service that is asked over HTTP, by its id.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Service(&'static str);

impl From<domain::Service> for Service {
    fn from(service: domain::Service) -> Self {
        Self(service.id())
    }
}

impl PartialSchema for Service {
    fn schema() -> RefOr<Schema> {
        let ids = domain::Service::ALL.map(domain::Service::id);
        let schema = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(ids));
        schema.description(Some("A service that is asked over HTTP.")).build().into()
    }
}

impl ToSchema for Service {}

words! {
    /// How a service stands.
    ConnectionState of connections::State, "snake_case" {
        Ok, ExpiresSoon, NotConfigured, SignedOut, AppGone, AccountLocked, RateLimited, Unreachable,
        Refused, Untried,
    }
}

/// One service.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::web) struct Connection {
    /// Which.
    name: Service,
    /// How it stands.
    state: ConnectionState,
    /// One sentence.
    message: String,
    /// What to do, where there is something to do.
    hint: Option<&'static str>,
    /// Whose account it is, if it is known.
    account: Option<String>,
    /// When its sign-in ends, if that is known.
    expires_at: Option<Timestamp>,
    /// When it may be asked again, if it said so.
    retry_at: Option<Timestamp>,
    /// When it was last asked, if it was.
    checked_at: Option<Timestamp>,
}

impl From<connections::Connection> for Connection {
    fn from(connection: connections::Connection) -> Self {
        Self {
            name: connection.name.into(),
            state: connection.state.into(),
            message: connection.message,
            hint: connection.hint,
            account: connection.account,
            expires_at: connection.expires_at,
            retry_at: connection.retry_at,
            checked_at: connection.checked_at,
        }
    }
}
