//! Other people's accounts, for administrators.

use axum::{Extension, Json};
use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Ok200, Profile};
use crate::domain::{Account, AccountId, Role};
use crate::hub::error::{Error, Result};
use crate::web::access::{Caller, Gate};
use crate::web::answers::{BadBody, Invalid, List, Missing, Refused};
use crate::web::body::{Body, json_object};
use crate::web::params::{Segment, segment};

/// Everybody, in the order in which they came.
#[utoipa::path(
    get, path = "/api/admin/accounts", tag = "account",
    responses((status = 200, body = List<Profile>)),
)]
pub(in crate::web) async fn accounts(
    Extension(gate): Extension<Gate>,
) -> Result<Json<List<Profile>>> {
    let all = gate.accounts().all().await?;
    Ok(Json(List::of(all.into_iter().map(Profile::from).collect())))
}

/// One account.
#[utoipa::path(
    get, path = "/api/admin/accounts/{id}", tag = "account",
    params(("id" = u64, Path, description = "The number of the account.")),
    responses((status = 200, body = Profile), Missing),
)]
pub(in crate::web) async fn account(
    Extension(gate): Extension<Gate>,
    id: Segment,
) -> Result<Json<Profile>> {
    Ok(Json(numbered(&gate, id).await?.into()))
}

/// What is changed of somebody's account; what is left out stays.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read field by field, to name what is wrong")]
pub(in crate::web) struct AccountChange {
    /// Whether its owner is shut out.
    disabled: Option<bool>,
    /// Whether its owner manages the others.
    administrator: Option<bool>,
}

/// Shuts somebody out or lets them in, or makes them administrator or not.
#[utoipa::path(
    patch, path = "/api/admin/accounts/{id}", tag = "account",
    params(("id" = u64, Path, description = "The number of the account.")),
    request_body(content = AccountChange, example = json!({"disabled": true})),
    responses((status = 200, body = Profile), BadBody, Invalid, Missing, Refused),
)]
pub(in crate::web) async fn change_account(
    Extension(gate): Extension<Gate>,
    id: Segment,
    body: Body,
) -> Result<Json<Profile>> {
    let mut account = numbered(&gate, id).await?;
    let body = json_object(body)?;
    let (disabled, administrator) = (flag(&body, "disabled")?, flag(&body, "administrator")?);
    if let Some(disabled) = disabled {
        account = gate.accounts().set_disabled(&account.id, disabled).await?;
    }
    if let Some(administrator) = administrator {
        let role = if administrator { Role::Administrator } else { Role::Member };
        account = gate.accounts().set_role(&account.id, role).await?;
    }
    Ok(Json(account.into()))
}

fn flag(body: &Value, field: &'static str) -> Result<Option<bool>> {
    match body.get(field) {
        None => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(_) => {
            Err(Error::invalid(field, "this is neither true nor false", "send true or false"))
        }
    }
}

/// Removes an account and all that is its owner's.
#[utoipa::path(
    delete, path = "/api/admin/accounts/{id}", tag = "account",
    params(("id" = u64, Path, description = "The number of the account.")),
    responses((status = 200, body = Ok200), Missing, Refused),
)]
pub(in crate::web) async fn remove_account(
    Extension(gate): Extension<Gate>,
    id: Segment,
) -> Result<Json<Ok200>> {
    let account = numbered(&gate, id).await?;
    gate.accounts().remove(&account.id).await?;
    gate.people.forget(&account.id);
    tracing::info!("[Accounts] An account was removed: {}", account.username);
    Ok(Json(Ok200::YES))
}

/// A code that its owner sets a new password by.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct Code {
    /// Eight letters and digits, good once.
    code: String,
    /// When it ends.
    expires_at: Timestamp,
}

/// Makes a code by which somebody sets a new password at `/forgotten`.
#[utoipa::path(
    post, path = "/api/admin/accounts/{id}/reset", tag = "account",
    params(("id" = u64, Path, description = "The number of the account.")),
    responses((status = 200, body = Code), Missing, Refused),
)]
pub(in crate::web) async fn reset_account(
    Extension(gate): Extension<Gate>,
    id: Segment,
) -> Result<Json<Code>> {
    let account = numbered(&gate, id).await?;
    let made = gate.accounts().make_reset_code(&account.username).await?;
    let made = made.ok_or_else(|| Error::Refused {
        message: format!("this account is shut out: {}", account.username),
        hint: "let its owner in first",
    })?;
    Ok(Json(Code { code: made.code.expose_secret().to_owned(), expires_at: made.expires_at }))
}

/// An invitation. It is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct Invited {
    /// What somebody registers with, once: `/register?invitation=…`.
    invitation: String,
    /// When it ends.
    expires_at: Timestamp,
}

/// Makes an invitation for one more person.
#[utoipa::path(
    post, path = "/api/admin/invitations", tag = "account",
    responses((status = 200, body = Invited)),
)]
pub(in crate::web) async fn invite(
    Extension(gate): Extension<Gate>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Invited>> {
    let by = caller.shown().map_or_else(AccountId::default, |shown| shown.account.id.clone());
    let made = gate.accounts().invite(&by).await?;
    let invitation = made.invitation.expose_secret().to_owned();
    Ok(Json(Invited { invitation, expires_at: made.expires_at }))
}

async fn numbered(gate: &Gate, id: Segment) -> Result<Account> {
    let id = segment(id);
    let number: Option<u64> = id.parse().ok();
    let all = gate.accounts().all().await?;
    all.into_iter().find(|account| Some(account.number) == number).ok_or_else(|| {
        let message = format!("there is no such account: {}", crate::web::params::shown(&id));
        Error::not_found(message, "GET /api/admin/accounts lists them")
    })
}
