//! What the pages for strangers have to know before they ask for anything.

use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;

use crate::hub::accounts::Door;
use crate::hub::error::Result;
use crate::web::access::Gate;
use crate::web::settings::Auth;

/// Who has to sign in, and who may register.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::web) struct Ways {
    /// How people sign in.
    auth: SignsIn,
    /// Who may register.
    registration: Registers,
    /// Whether people can sign in at an identity provider, by `GET /api/auth/oidc`.
    oidc: bool,
}

/// How people sign in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum SignsIn {
    /// Nobody does.
    Off,
    /// With `APP_TOKEN`.
    Token,
    /// With a name and its password.
    Accounts,
}

/// Who may register.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Registers {
    /// Nobody has an account: whoever comes first becomes administrator.
    First,
    /// Everybody.
    Open,
    /// Who has an invitation.
    Invited,
}

/// How people sign in here, and who may register. Needs no token.
#[utoipa::path(
    get, path = "/api/auth/ways", tag = "account",
    responses((status = 200, body = Ways)),
)]
pub(in crate::web) async fn ways(Extension(gate): Extension<Gate>) -> Result<Json<Ways>> {
    let auth = match gate.auth().await {
        Auth::Off => SignsIn::Off,
        Auth::Token => SignsIn::Token,
        Auth::Accounts => SignsIn::Accounts,
    };
    let registration = match gate.settings.access.door {
        _ if !gate.accounts().has_any().await? => Registers::First,
        Door::Open => Registers::Open,
        Door::Closed => Registers::Invited,
    };
    let oidc = gate.people.services().oidc.is_some();
    Ok(Json(Ways { auth, registration, oidc }))
}
