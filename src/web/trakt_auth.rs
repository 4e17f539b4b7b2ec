//! Signing in to Trakt by a code that is pasted, or typed on Trakt's page.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::body::{Body, json_object};
use crate::app::App;
use crate::device::{self, DeviceSignIn, Invitation};
use crate::error::{Error, Result};
use crate::outbound::{Fault, ProviderError};
use crate::trakt::REDIRECT_URI;

pub(super) async fn address(State(app): State<Arc<App>>) -> Result<Json<Value>> {
    let auth_url = app.trakt_auth.authorize_url()?;
    Ok(Json(json!({ "authUrl": auth_url, "redirectUri": REDIRECT_URI })))
}

pub(super) async fn exchange(State(app): State<Arc<App>>, body: Body) -> Result<Json<Value>> {
    let body = json_object(body)?;
    let code = body["code"].as_str().map(str::trim).unwrap_or_default();
    if code.is_empty() {
        let hint = "paste the code that Trakt shows after you have allowed the app";
        return Err(Error::bad_request("code is missing", hint));
    }
    let expires_in = app.trakt_auth.exchange(code).await.map_err(refusal)?;
    tracing::info!("[Trakt] Signed in");
    Ok(Json(json!({ "message": "Trakt tokens updated", "expires_in": expires_in })))
}

/// Begins a sign-in by a code that is typed on Trakt's page.
pub(super) async fn begin_device(State(app): State<Arc<App>>) -> Result<Json<Invitation>> {
    device::begin(&app).await.map(Json)
}

/// How that sign-in stands.
pub(super) async fn look_at_device(State(app): State<Arc<App>>) -> Result<Json<DeviceSignIn>> {
    device::look(&app).await.map(Json)
}

/// A code that Trakt does not take is the caller's to mend.
fn refusal(error: ProviderError) -> Error {
    match error.fault {
        Fault::Refused { message, .. } => Error::bad_request(
            format!("Trakt refused the code: {message}"),
            "get a new code from the address that GET /api/trakt-auth gives",
        ),
        _ => Error::Provider(error),
    }
}
