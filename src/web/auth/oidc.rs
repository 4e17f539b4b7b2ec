//! Signing in at an identity provider.

use axum::Extension;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use secrecy::ExposeSecret as _;

use super::Peer;
use crate::domain::AccountId;
use crate::hub::accounts::{Began, PATIENCE};
use crate::hub::error::{Error, Result};
use crate::hub::oidc::Oidc;
use crate::web::access::{COMES_BACK, Caller, Gate};
use crate::web::answers::{BadInput, Elsewhere, Missing};
use crate::web::params::{Query, shown};
use crate::web::session::{self, agent, cookie_of, cookies_named, is_secure};

/// The cookie of the browser in which a sign-in began.
const NAME: &str = "anilist-trakt-sync-oidc";
const PATH: &str = "/api/auth/oidc";
/// The longest thing that a provider sends along, in bytes.
const LONGEST: usize = 4096;

/// Leads to the identity provider, and back from there signed in. Who is signed in already, by the cookie
/// of their browser, links their account to it.
#[utoipa::path(
    get, path = "/api/auth/oidc", tag = "sign-in",
    responses((status = 303, description = "The provider's page."), Missing, Elsewhere),
)]
pub(in crate::web) async fn begin(
    Extension(gate): Extension<Gate>,
    Extension(caller): Extension<Caller>,
    Peer(address): Peer,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response> {
    let oidc = provider(&gate)?;
    gate.accounts().may_begin(address)?;
    let account = linked(&caller)?;
    let beginning = gate.accounts().begin(back(&headers, &uri)?, account).await?;
    let page = oidc.page(&beginning).await?;
    let kept = beginning.browser.expose_secret();
    let cookie = cookie(kept, PATIENCE.as_secs(), is_secure(&headers))?;
    Ok(to(&page, [cookie]))
}

/// Takes a browser back that the identity provider sends, and signs it in.
#[utoipa::path(
    get, path = "/api/auth/oidc/callback", tag = "sign-in",
    params(
        ("state" = Option<String>, Query, description = "What the browser took along."),
        ("code" = Option<String>, Query, description = "What the provider gives for the sign-in."),
        ("error" = Option<String>, Query, description = "Why it gives none."),
    ),
    responses((status = 303, description = "The overview, signed in."), BadInput, Missing, Elsewhere),
)]
pub(in crate::web) async fn come_back(
    Extension(gate): Extension<Gate>,
    Extension(caller): Extension<Caller>,
    query: Query,
    headers: HeaderMap,
) -> Result<Response> {
    let over = cookie("", 0, is_secure(&headers))?;
    let mut answer = match arrive(&gate, &caller, &query, &headers).await {
        Ok(signed_in) => to("/", signed_in),
        Err(error) => error.into_response(),
    };
    answer.headers_mut().append(header::SET_COOKIE, over);
    Ok(answer)
}

/// The cookie of the new sign-in; none where somebody was signed in and linked their account.
async fn arrive(
    gate: &Gate,
    caller: &Caller,
    query: &Query,
    headers: &HeaderMap,
) -> Result<Option<HeaderValue>> {
    let (oidc, said) = (provider(gate)?, |name: &str| query.get(name).map(String::as_str));
    let began = began(gate, said("state").unwrap_or_default(), headers).await?;
    let code = code(said("code"), said("error"))?;
    let account = began.account.clone();
    if account.is_some() && account != linked(caller)? {
        let message = "who began this is not signed in any more".to_owned();
        return Err(Error::Forbidden { message, hint: "sign in, and link the account again" });
    }
    let stranger = oidc.who(code, began).await?;
    if let Some(account) = account {
        let account = gate.accounts().link(&account, &stranger.identity).await?;
        tracing::info!("[Accounts] An account was linked: {}", account.username);
        return Ok(None);
    }
    let account = gate.accounts().welcome(stranger, gate.settings.access.door).await?;
    tracing::info!("[Accounts] Signed in at the identity provider: {}", account.username);
    let signed = gate.accounts().sign_in(account, &agent(headers), session::LIFE).await?;
    cookie_of(gate, &signed, headers).map(Some)
}

/// What began with this state in this browser. It is used up by that.
async fn began(gate: &Gate, state: &str, headers: &HeaderMap) -> Result<Began> {
    for kept in cookies_named(headers, NAME).filter(|_| !state.is_empty()) {
        if let Some(began) = gate.accounts().came_back(state, kept).await? {
            return Ok(began);
        }
    }
    let message = "this sign-in did not begin in this browser, or is over".to_owned();
    Err(Error::Forbidden { message, hint: "sign in again, at /sign-in" })
}

fn code(code: Option<&str>, error: Option<&str>) -> Result<String> {
    match (code, error) {
        (_, Some(error)) => {
            let message = format!("the identity provider did not sign you in: {}", shown(error));
            Err(Error::Forbidden { message, hint: "sign in again, at /sign-in" })
        }
        (Some(code), None) if !code.is_empty() && code.len() <= LONGEST => Ok(code.to_owned()),
        _ => Err(Error::bad_request("code is missing", "sign in again, at /sign-in")),
    }
}

fn provider(gate: &Gate) -> Result<&Oidc> {
    gate.people.services().oidc.as_ref().ok_or_else(|| {
        let hint = "set OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET";
        Error::not_found("no identity provider is set up", hint)
    })
}

/// The account of who is signed in in this browser. A token that only reads links nothing.
fn linked(caller: &Caller) -> Result<Option<AccountId>> {
    match caller {
        Caller::Signed(shown) if shown.read_only => {
            let message = "this token may only read".to_owned();
            Err(Error::Forbidden { message, hint: "sign in by name and password" })
        }
        Caller::Signed(shown) => Ok(Some(shown.account.id.clone())),
        _ => Ok(None),
    }
}

/// Where the provider sends the browser back to: here, under the name by which it asks. The provider
/// knows the addresses of its apps, and sends nobody anywhere else.
fn back(headers: &HeaderMap, uri: &Uri) -> Result<String> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let forwarded = text("x-forwarded-host").and_then(|hosts| hosts.split(',').next());
    let host = forwarded.or_else(|| text("host")).map(str::trim);
    let host = host.or_else(|| uri.authority().map(Authority::as_str));
    let scheme = if is_secure(headers) { "https" } else { "http" };
    let host = host.filter(|host| !host.is_empty()).ok_or_else(|| {
        Error::bad_request("the request names no host", "open it by the service's own address")
    })?;
    Ok(format!("{scheme}://{host}{COMES_BACK}"))
}

fn cookie(value: &str, life: i64, is_secure: bool) -> Result<HeaderValue> {
    let secure = if is_secure { "; Secure" } else { "" };
    // Lax, so that it comes along when the provider sends the browser back.
    let text =
        format!("{NAME}={value}; Path={PATH}; Max-Age={life}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).map_err(|cause| Error::Internal(cause.to_string()))
}

fn to(address: &str, cookies: impl IntoIterator<Item = HeaderValue>) -> Response {
    let mut answer = (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response();
    for cookie in cookies {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    answer
}
