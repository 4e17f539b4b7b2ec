//! What opens the door to an account: its sign-ins, and tokens of programs.

use axum::{Extension, Json};
use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Me, Ok200, required};
use crate::domain::CredentialKind;
use crate::hub::accounts::{ApiToken, MadeToken, SessionRow};
use crate::hub::error::{Error, Result};
use crate::web::access::{Caller, Gate};
use crate::web::answers::{BadBody, Invalid, List, Missing};
use crate::web::body::{Body, json_object};
use crate::web::params::{Segment, segment};

/// A token of a program, without what opens the door.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct TokenRow {
    /// Its id.
    id: String,
    /// What its owner calls it.
    name: String,
    /// Whether it changes nothing.
    read_only: bool,
    /// When it was made.
    created_at: Timestamp,
    /// When it was last used, to the hour.
    last_used_at: Option<Timestamp>,
}

impl From<ApiToken> for TokenRow {
    fn from(token: ApiToken) -> Self {
        let ApiToken { id, name, read_only, created_at, used_at: last_used_at } = token;
        Self { id, name, read_only, created_at, last_used_at }
    }
}

/// The tokens of programs, the newest first.
#[utoipa::path(
    get, path = "/api/auth/tokens", tag = "account",
    responses((status = 200, body = List<TokenRow>), Missing),
)]
pub(in crate::web) async fn tokens(
    Extension(gate): Extension<Gate>,
    Me(account): Me,
) -> Result<Json<List<TokenRow>>> {
    let tokens = gate.accounts().tokens(&account.id).await?;
    Ok(Json(List::of(tokens.into_iter().map(TokenRow::from).collect())))
}

/// What a new token is for.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read field by field, to name what is wrong")]
pub(in crate::web) struct NewToken {
    /// What its owner calls it.
    name: String,
    /// Whether it changes nothing. Default: no.
    read_only: Option<bool>,
}

/// A token that was just made. It is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct ShownToken {
    /// What a program shows as its bearer token.
    token: String,
    /// All else.
    #[serde(flatten)]
    row: TokenRow,
}

/// Makes a token for a program. It is shown this once.
#[utoipa::path(
    post, path = "/api/auth/tokens", tag = "account",
    request_body(content = NewToken, example = json!({"name": "home assistant", "read_only": true})),
    responses((status = 200, body = ShownToken), Missing, BadBody, Invalid),
)]
pub(in crate::web) async fn make_token(
    Extension(gate): Extension<Gate>,
    Me(account): Me,
    body: Body,
) -> Result<Json<ShownToken>> {
    let body = json_object(body)?;
    let read_only = match body.get("read_only") {
        None | Some(serde_json::Value::Null) => false,
        Some(serde_json::Value::Bool(read_only)) => *read_only,
        Some(_) => {
            let wrong = "this is neither true nor false";
            return Err(Error::invalid("read_only", wrong, "send true or false"));
        }
    };
    let name = required(&body, "name")?;
    let MadeToken { token, row } = gate.accounts().make_token(&account.id, name, read_only).await?;
    Ok(Json(ShownToken { token: token.expose_secret().to_owned(), row: row.into() }))
}

/// Revokes a token.
#[utoipa::path(
    delete, path = "/api/auth/tokens/{id}", tag = "account",
    params(("id" = String, Path, description = "The token's id.")),
    responses((status = 200, body = Ok200), Missing),
)]
pub(in crate::web) async fn revoke_token(
    Extension(gate): Extension<Gate>,
    Me(account): Me,
    id: Segment,
) -> Result<Json<Ok200>> {
    gate.accounts().revoke(&account.id, CredentialKind::Token, &segment(id)).await?;
    Ok(Json(Ok200::YES))
}

/// A sign-in.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct Session {
    /// Its id.
    id: String,
    /// The browser or program, as it calls itself.
    agent: String,
    /// When it began.
    created_at: Timestamp,
    /// When it ends.
    expires_at: Option<Timestamp>,
    /// Whether it is the one that asks.
    current: bool,
}

/// The sign-ins of the account, the newest first.
#[utoipa::path(
    get, path = "/api/auth/sessions", tag = "account",
    responses((status = 200, body = List<Session>), Missing),
)]
pub(in crate::web) async fn sessions(
    Extension(gate): Extension<Gate>,
    Extension(caller): Extension<Caller>,
    Me(account): Me,
) -> Result<Json<List<Session>>> {
    let own = caller.shown().map(|shown| shown.credential.clone());
    let row = |SessionRow { id, label: agent, created_at, expires_at }: SessionRow| Session {
        current: own.as_ref() == Some(&id),
        id,
        agent,
        created_at,
        expires_at,
    };
    let sessions = gate.accounts().sessions(&account.id).await?;
    Ok(Json(List::of(sessions.into_iter().map(row).collect())))
}

/// How many sign-ins have ended.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct Ended {
    /// So many.
    ended: usize,
}

/// Ends all sign-ins of the account but the one that asks. Tokens of programs stay.
#[utoipa::path(
    delete, path = "/api/auth/sessions", tag = "account",
    responses((status = 200, body = Ended), Missing),
)]
pub(in crate::web) async fn end_other_sessions(
    Extension(gate): Extension<Gate>,
    Extension(caller): Extension<Caller>,
    Me(account): Me,
) -> Result<Json<Ended>> {
    let own = caller.shown().map(|shown| shown.credential.as_str());
    let ended = gate.accounts().end_other_sessions(&account.id, own).await?;
    Ok(Json(Ended { ended }))
}

/// Ends a sign-in.
#[utoipa::path(
    delete, path = "/api/auth/sessions/{id}", tag = "account",
    params(("id" = String, Path, description = "The sign-in's id.")),
    responses((status = 200, body = Ok200), Missing),
)]
pub(in crate::web) async fn end_session(
    Extension(gate): Extension<Gate>,
    Me(account): Me,
    id: Segment,
) -> Result<Json<Ok200>> {
    gate.accounts().revoke(&account.id, CredentialKind::Session, &segment(id)).await?;
    Ok(Json(Ok200::YES))
}
