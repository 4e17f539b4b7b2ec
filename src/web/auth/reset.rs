//! A new password for who forgot the old one.

use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Ok200, Peer, required};
use crate::hub::error::Result;
use crate::web::access::Gate;
use crate::web::answers::{BadBody, Invalid};
use crate::web::body::{Body, json_object};

/// Who forgot their password.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read field by field, to name what is wrong")]
pub(in crate::web) struct Forgotten {
    /// The name of the account.
    username: String,
}

/// What happens next.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct CodeSent {
    /// The same for every name.
    message: &'static str,
}

/// Sends a code by which a new password can be set, if there is such an account and a way to reach its
/// owner. The answer tells neither.
#[utoipa::path(
    post, path = "/api/auth/reset", tag = "account",
    request_body(content = Forgotten, example = json!({"username": "mika"})),
    responses((status = 202, body = CodeSent), BadBody, Invalid),
)]
pub(in crate::web) async fn reset(
    Extension(gate): Extension<Gate>,
    Peer(address): Peer,
    body: Body,
) -> Result<(StatusCode, Json<CodeSent>)> {
    let name = required(&json_object(body)?, "username")?;
    gate.accounts().may_ask_for_code(address, &name)?;
    // Apart, so that the answer takes as long for a name that nobody has.
    let people = std::sync::Arc::clone(&gate.people);
    gate.people.services().tasks.spawn(async move {
        if let Err(cause) = people.send_code(&name).await {
            tracing::warn!("[Accounts] A code for a new password was not sent: {cause}");
        }
    });
    let message =
        "if there is such an account, a code is on its way; the administrator can make one, too";
    Ok((StatusCode::ACCEPTED, Json(CodeSent { message })))
}

/// A new password, with the code that was sent.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read field by field, to name what is wrong")]
#[expect(clippy::struct_field_names, reason = "the field is called so")]
pub(in crate::web) struct NewPassword {
    /// The name of the account.
    username: String,
    /// The code.
    code: String,
    /// At least 8 characters, and not the name.
    new_password: String,
}

/// Sets a new password by a code. All sign-ins end. A code stands five wrong tries.
#[utoipa::path(
    post, path = "/api/auth/reset/confirm", tag = "account",
    request_body(content = NewPassword, example = json!({"username": "mika", "code": "K7M2Q9XA", "new_password": "battery staple"})),
    responses((status = 200, body = Ok200), BadBody, Invalid),
)]
pub(in crate::web) async fn confirm(
    Extension(gate): Extension<Gate>,
    Peer(address): Peer,
    body: Body,
) -> Result<Json<Ok200>> {
    let body = json_object(body)?;
    let (name, code) = (required(&body, "username")?, required(&body, "code")?);
    let password = required(&body, "new_password")?.into();
    gate.accounts().reset_password((&name, &code), password, address).await?;
    tracing::info!("[Accounts] A password was set by a code");
    Ok(Json(Ok200::YES))
}
