//! Signing in to Trakt by a code that is pasted, or typed on Trakt's page.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::answers::{BadBody, Elsewhere};
use super::asker::Asker;
use super::bodies::{DeviceSignIn, Invitation};
use super::body::{Body, json_object};
use crate::hub::device;
use crate::hub::error::{Error, Result};
use crate::hub::sign_in::{self, Address};

/// Where a person allows the app.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SignInAddress {
    /// The page to open.
    auth_url: String,
    /// What the app has to have as its redirect address.
    redirect_uri: &'static str,
}

/// Where a person allows the app, and gets a code.
#[utoipa::path(
    get, path = "/api/trakt-auth", tag = "sign-in",
    responses((status = 200, body = SignInAddress)),
)]
pub(super) async fn address(Asker(person): Asker) -> Result<Json<SignInAddress>> {
    let Address { page: auth_url, redirect_uri } = sign_in::address(&person)?;
    Ok(Json(SignInAddress { auth_url, redirect_uri }))
}

/// A code from Trakt's page.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read field by field, to name what is wrong")]
pub(super) struct PastedCode {
    /// As Trakt shows it.
    #[schema(min_length = 1)]
    code: String,
}

/// Signed in to Trakt.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TokensUpdated {
    /// One sentence.
    message: &'static str,
    /// How long the tokens live, in seconds; 0 when Trakt does not say. They are renewed before.
    expires_in: u32,
}

/// Signs in to Trakt with a code from its page.
#[utoipa::path(
    post, path = "/api/trakt-auth", tag = "sign-in",
    request_body(content = PastedCode, example = json!({"code": "0a1b2c3d"})),
    responses((status = 200, body = TokensUpdated), BadBody, Elsewhere),
)]
pub(super) async fn exchange(Asker(person): Asker, body: Body) -> Result<Json<TokensUpdated>> {
    let body = json_object(body)?;
    let code = body["code"].as_str().map(str::trim).unwrap_or_default();
    if code.is_empty() {
        let hint = "paste the code that Trakt shows after you have allowed the app";
        return Err(Error::bad_request("code is missing", hint));
    }
    let expires_in = sign_in::exchange(&person, code).await?;
    Ok(Json(TokensUpdated { message: "Trakt tokens updated", expires_in }))
}

/// Begins a sign-in by a code that is typed on Trakt's page.
#[utoipa::path(
    post, path = "/api/trakt-auth/device", tag = "sign-in",
    responses((status = 200, body = Invitation), Elsewhere),
)]
pub(super) async fn begin_device(Asker(person): Asker) -> Result<Json<Invitation>> {
    Ok(Json(device::begin(&person).await?.into()))
}

/// How that sign-in stands.
#[utoipa::path(
    get, path = "/api/trakt-auth/device", tag = "sign-in",
    responses((status = 200, body = DeviceSignIn), Elsewhere),
)]
pub(super) async fn look_at_device(Asker(person): Asker) -> Result<Json<DeviceSignIn>> {
    Ok(Json(device::look(&person).await?.into()))
}
