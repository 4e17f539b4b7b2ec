//! Signing in at an identity provider.

use axum::Extension;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use secrecy::ExposeSecret as _;

use super::Peer;
use crate::domain::AccountId;
use crate::hub::accounts::{Began, PATIENCE, Purpose};
use crate::hub::error::{Error, Result};
use crate::hub::oidc::Oidc;
use crate::web::access::{COMES_BACK, Caller, Gate};
use crate::web::answers::{BadInput, Elsewhere, Missing};
use crate::web::coming_back::{Kept, LONGEST, own_address};
use crate::web::params::{Query, shown};
use crate::web::session::{self, agent, cookie_of, cookies_named};

/// The cookie of the browser in which a sign-in began.
const COOKIE: Kept = Kept { name: "anilist-trakt-sync-oidc", path: "/api/auth/oidc" };

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
    let back = own_address(&headers, &uri, COMES_BACK)?;
    let beginning = gate.accounts().begin(Purpose::Door, back, account).await?;
    let page = oidc.page(&beginning).await?;
    let kept = beginning.browser.expose_secret();
    let cookie = COOKIE.for_seconds(kept, PATIENCE.as_secs(), &headers)?;
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
    let over = COOKIE.over(&headers)?;
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
    for kept in cookies_named(headers, COOKIE.name).filter(|_| !state.is_empty()) {
        let began = gate.accounts().came_back(state, kept).await?;
        if let Some(began) = began.filter(|began| began.purpose == Purpose::Door) {
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

fn to(address: &str, cookies: impl IntoIterator<Item = HeaderValue>) -> Response {
    let mut answer = (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response();
    for cookie in cookies {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    answer
}
