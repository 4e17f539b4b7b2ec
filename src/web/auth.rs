//! Accounts by the tracker's routes: signing in, registering, and what is one's own.
//!
//! Fields are in `snake_case` here, and errors carry `detail`, as the clients of the tracker expect it.

pub(super) mod keys;
pub(super) mod oidc;
pub(super) mod people;
pub(super) mod reset;
pub(super) mod ways;

use std::net::IpAddr;

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::access::{Caller, Gate};
use super::answers::{BadBody, Invalid, Missing};
use super::body::{Body, form, json_object};
use super::session;
use super::settings::Auth;
use crate::domain::{Account, AccountId, Role};
use crate::hub::accounts::{LIFE, Newcomer};
use crate::hub::error::{Error, Result};
use crate::hub::state;

/// The account of whoever asks. Where nobody signs in it is the first one, if there is one.
pub(super) struct Me(pub(super) Account);

impl<S: Sync> FromRequestParts<S> for Me {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let caller = parts.extensions.get::<Caller>().ok_or(Error::Unauthorized)?;
        if let Some(shown) = caller.shown() {
            return Ok(Self(shown.account.clone()));
        }
        let gate = parts.extensions.get::<Gate>().ok_or(Error::Unauthorized)?.clone();
        let first = gate.accounts().of_id(&AccountId::default()).await?;
        first
            .map(Self)
            .ok_or_else(|| Error::not_found("nobody has an account yet", "register at /register"))
    }
}

/// The address of whoever asks.
pub(super) struct Peer(pub(super) IpAddr);

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let gate = parts.extensions.get::<Gate>().ok_or(Error::Unauthorized)?;
        Ok(Self(gate.address_of(parts)))
    }
}

/// Signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AccessToken {
    /// Shown as a bearer token for the next 24 hours.
    access_token: String,
    /// Always `bearer`.
    token_type: &'static str,
}

/// A name and its password.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read field by field, to name what is wrong")]
pub(super) struct PasswordForm {
    /// The name of the account.
    username: String,
    /// Its password.
    password: String,
    /// May be `password`, as OAuth has it.
    grant_type: Option<String>,
}

/// Signs a program in by name and password.
#[utoipa::path(
    post, path = "/api/auth/token", tag = "account",
    request_body(content = PasswordForm, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = AccessToken), BadBody, Invalid),
)]
pub(super) async fn token(
    Extension(gate): Extension<Gate>,
    Peer(address): Peer,
    headers: HeaderMap,
    request: Request,
) -> Result<Json<AccessToken>> {
    let fields = form(Body::read(request).await)?;
    let field = |name: &'static str| {
        let missing = || Error::invalid(name, "a field is missing", "send username and password");
        fields.get(name).cloned().ok_or_else(missing)
    };
    let (name, password) = (field("username")?, SecretString::from(field("password")?));
    let account = gate.accounts().by_password(&name, password, address).await?;
    let signed = gate.accounts().sign_in(account, &session::agent(&headers), LIFE).await?;
    let access_token = signed.token.expose_secret().to_owned();
    Ok(Json(AccessToken { access_token, token_type: "bearer" }))
}

/// What somebody registers with.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read field by field, to name what is wrong")]
pub(super) struct Registration {
    /// 3 to 32 of the letters a to z, digits, `_`, `.` and `-`; large and small letters are the same.
    username: String,
    /// At least 8 characters, and not the name.
    password: String,
    /// A name for people.
    full_name: Option<String>,
    /// Where a code to set a new password is sent.
    email: Option<String>,
    /// What an administrator made, where registration is closed.
    invitation: Option<String>,
}

/// Registered.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Registered {
    /// The number of the account.
    id: u64,
    /// Its name, as it was written.
    username: String,
}

/// Makes an account. The first one is the administrator's, and has what was there before.
#[utoipa::path(
    post, path = "/api/auth/register", tag = "account",
    request_body(content = Registration, example = json!({"username": "mika", "password": "correct horse"})),
    responses((status = 200, body = Registered), BadBody, Invalid),
)]
pub(super) async fn register(
    Extension(gate): Extension<Gate>,
    Extension(caller): Extension<Caller>,
    body: Body,
) -> Result<Json<Registered>> {
    // Or a stranger would become administrator of a service that asks everybody else for its token.
    if caller == Caller::Anyone && gate.auth().await == Auth::Token {
        let message = "who registers here has to have the service's token".to_owned();
        return Err(Error::Forbidden { message, hint: "sign in with it first, at /sign-in" });
    }
    let body = json_object(body)?;
    let newcomer = Newcomer {
        username: required(&body, "username")?,
        password: Some(required(&body, "password")?.into()),
        full_name: optional(&body, "full_name")?,
        email: optional(&body, "email")?,
        invitation: optional(&body, "invitation")?,
        identity: None,
    };
    let account = gate.accounts().register(newcomer, gate.settings.access.door).await?;
    tracing::info!("[Accounts] Somebody registered: {}", account.username);
    Ok(Json(Registered { id: account.number, username: account.username }))
}

/// An account, as its owner sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Profile {
    /// Its number.
    id: u64,
    /// The name to sign in by.
    username: String,
    /// The name for people.
    full_name: Option<String>,
    /// Where a code to set a new password is sent.
    email: Option<String>,
    /// Whether an administrator shut its owner out.
    disabled: bool,
    /// Whether its owner manages the others.
    administrator: bool,
    /// Whether there is a password; who signs in elsewhere has none.
    has_password: bool,
    /// When it was made.
    created_at: Timestamp,
}

impl From<Account> for Profile {
    fn from(account: Account) -> Self {
        Self {
            id: account.number,
            username: account.username,
            full_name: account.full_name,
            email: account.email,
            disabled: account.disabled,
            administrator: account.role == Role::Administrator,
            has_password: account.password.is_some(),
            created_at: account.created_at,
        }
    }
}

/// Who is signed in.
#[utoipa::path(
    get, path = "/api/auth/me", tag = "account",
    responses((status = 200, body = Profile), Missing),
)]
pub(super) async fn me(Me(account): Me) -> Json<Profile> {
    Json(account.into())
}

/// What is changed of an account; what is left out stays.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read field by field, to name what is wrong")]
pub(super) struct ProfileChange {
    /// The name for people; null takes it away.
    full_name: Option<String>,
    /// Where a code to set a new password is sent; null takes it away.
    email: Option<String>,
}

/// Changes the name for people, or the mail address.
#[utoipa::path(
    patch, path = "/api/auth/me", tag = "account",
    request_body(content = ProfileChange, example = json!({"full_name": "Mika S."})),
    responses((status = 200, body = Profile), Missing, BadBody, Invalid),
)]
pub(super) async fn change_me(
    Extension(gate): Extension<Gate>,
    Me(account): Me,
    body: Body,
) -> Result<Json<Profile>> {
    let body = json_object(body)?;
    let field = |name: &'static str| match body.get(name) {
        None => Ok(None),
        Some(_) => optional(&body, name).map(Some),
    };
    let (full_name, email) = (field("full_name")?, field("email")?);
    Ok(Json(gate.accounts().describe(&account.id, full_name, email).await?.into()))
}

/// The password, to show that it is meant.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read field by field, to name what is wrong")]
pub(super) struct Farewell {
    /// The account's password.
    password: String,
}

/// That it was done.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Ok200 {
    /// Always true.
    ok: bool,
}

impl Ok200 {
    pub(super) const YES: Self = Self { ok: true };
}

/// Removes the account and all that is its owner's.
#[utoipa::path(
    delete, path = "/api/auth/me", tag = "account",
    request_body(content = Farewell, example = json!({"password": "correct horse"})),
    responses((status = 200, body = Ok200), Missing, BadBody, Invalid),
)]
pub(super) async fn remove_me(
    Extension(gate): Extension<Gate>,
    Me(account): Me,
    Peer(address): Peer,
    body: Body,
) -> Result<Json<Ok200>> {
    let password = required(&json_object(body)?, "password")?;
    gate.accounts().confirm(&account, password.into(), address).await?;
    gate.accounts().remove(&account.id).await?;
    gate.people.forget(&account.id);
    tracing::info!("[Accounts] Somebody left: {}", account.username);
    Ok(Json(Ok200::YES))
}

/// A new password, with the old one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read field by field, to name what is wrong")]
pub(super) struct PasswordChange {
    /// The one that is good now.
    old_password: String,
    /// The one that is good from now on: at least 8 characters, and not the name.
    new_password: String,
}

/// Sets a new password. All other sign-ins end.
#[utoipa::path(
    post, path = "/api/auth/password", tag = "account",
    request_body(content = PasswordChange, example = json!({"old_password": "correct horse", "new_password": "battery staple"})),
    responses((status = 200, body = AccessToken), Missing, BadBody, Invalid),
)]
pub(super) async fn change_password(
    Extension(gate): Extension<Gate>,
    Extension(caller): Extension<Caller>,
    Me(account): Me,
    Peer(address): Peer,
    headers: HeaderMap,
    body: Body,
) -> Result<axum::response::Response> {
    let body = json_object(body)?;
    let passwords = (required(&body, "old_password")?, required(&body, "new_password")?);
    let (old, new) = (passwords.0.into(), passwords.1.into());
    let account = gate.accounts().replace_password(&account, (old, new), address).await?;
    tracing::info!("[Accounts] A password was changed: {}", account.username);
    // Who changed it stays signed in, in the way they were.
    let life = if caller.has_cookie() { session::LIFE } else { LIFE };
    let signed = gate.accounts().sign_in(account, &session::agent(&headers), life).await?;
    let access_token = signed.token.expose_secret().to_owned();
    let cookie = caller.has_cookie().then(|| session::cookie_of(&gate, &signed, &headers));
    let answer = Json(AccessToken { access_token, token_type: "bearer" });
    let mut answer = answer.into_response();
    if let Some(cookie) = cookie.transpose()? {
        answer.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(answer)
}

/// Everything of the account as one file. Tokens and passwords are left out.
#[utoipa::path(
    get, path = "/api/auth/export", tag = "account",
    responses((status = 200, body = Object), Missing),
)]
pub(super) async fn export(
    Extension(gate): Extension<Gate>,
    Me(account): Me,
) -> Result<impl IntoResponse> {
    let store = gate.people.of(&account.id).store.clone();
    let records = state::export_of(&store).await?;
    let records: Vec<Value> = records
        .iter()
        .map(serde_json::to_value)
        .collect::<std::result::Result<_, _>>()
        .map_err(|cause| Error::Internal(cause.to_string()))?;
    let file = serde_json::json!({
        "version": 1,
        "account": Profile::from(account),
        "records": records,
    });
    let disposition = "attachment; filename=\"account.json\"";
    Ok((StatusCode::OK, [(header::CONTENT_DISPOSITION, disposition)], Json(file)))
}

/// A text that has to be there.
pub(super) fn required(body: &Value, field: &'static str) -> Result<String> {
    let missing = || Error::invalid(field, "a text is missing", "send it as a string");
    body.get(field).and_then(Value::as_str).map(str::to_owned).ok_or_else(missing)
}

/// A text that may be left out, or null.
pub(super) fn optional(body: &Value, field: &'static str) -> Result<Option<String>> {
    match body.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(Error::invalid(field, "this is no text", "send it as a string")),
    }
}
