//! A person's AniList: signing in to it, how that stands, and taking the list into the library.

use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::access::{ANILIST_COMES_BACK, Caller, Gate};
use super::answers::{BadBody, BadInput, Elsewhere, Invalid, Refused};
use super::asker::Asker;
use super::body::{Body, json_object_or_none};
use super::coming_back::{Kept, LONGEST, own_address};
use super::params::{Query, shown, yes_or_no};
use super::returned::{self, Outcome};
use super::session::cookies_named;
use crate::hub::accounts::{Began, PATIENCE, Purpose};
use crate::hub::anilist::{self, Begun, Standing, import};
use crate::hub::error::{Error, Result};
use crate::library::Kind;

/// The cookie of the browser in which a sign-in began: its state and what only this browser has. AniList
/// does not promise to send the state back.
const COOKIE: Kept = Kept { name: "anilist-trakt-sync-anilist", path: "/api/anilist" };

/// Where a person signs in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ConnectUrl {
    /// AniList's page. It is good in this browser, once, for ten minutes.
    url: String,
    /// The redirect address that the app at AniList has to have.
    redirect_uri: String,
}

/// Where the person who asks signs in to AniList. The browser has to keep the cookie that comes along.
#[utoipa::path(
    get, path = "/api/anilist/connect-url", tag = "sign-in",
    params(("another_user" = Option<bool>, Query, description = "Whether it may be another user of AniList than before.")),
    responses((status = 200, body = ConnectUrl), Invalid, Refused),
)]
pub(super) async fn connect_url(
    Asker(person): Asker,
    query: Query,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response> {
    let another = yes_or_no(&query, "another_user")?.unwrap_or_default();
    let purpose = if another { Purpose::AnyAnilist } else { Purpose::Anilist };
    let redirect_uri = own_address(&headers, &uri, ANILIST_COMES_BACK)?;
    let begun = anilist::begin(&person, purpose, redirect_uri.clone()).await?;
    let Begun { page: url, beginning } = begun;
    let kept = format!("{}.{}", beginning.state, beginning.browser.expose_secret());
    let cookie = COOKIE.for_seconds(&kept, PATIENCE.as_secs(), &headers)?;
    Ok(([(header::SET_COOKIE, cookie)], Json(ConnectUrl { url, redirect_uri })).into_response())
}

/// Takes a browser back that AniList sends, and shows what came of it.
#[utoipa::path(
    get, path = "/api/anilist/callback", tag = "sign-in",
    params(
        ("state" = Option<String>, Query, description = "What the browser took along."),
        ("code" = Option<String>, Query, description = "What AniList gives for the sign-in."),
        ("error" = Option<String>, Query, description = "Why it gives none."),
    ),
    responses(
        (status = 200, content_type = "text/html", body = String, description = "A page that leads back to the settings."),
        BadInput, Refused, Elsewhere,
    ),
)]
pub(super) async fn callback(
    Extension(gate): Extension<Gate>,
    Extension(caller): Extension<Caller>,
    query: Query,
    headers: HeaderMap,
) -> Result<Response> {
    let over = COOKIE.over(&headers)?;
    let mut answer = match arrive(&gate, &caller, &query, &headers).await {
        Ok(name) => returned::page(&Outcome::Connected(&name), axum::http::StatusCode::OK),
        Err(error) => failed(error, &headers),
    };
    answer.headers_mut().append(header::SET_COOKIE, over);
    Ok(answer)
}

/// People see a page, and programs the error itself.
fn failed(error: Error, headers: &HeaderMap) -> Response {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    let looks = accept.is_some_and(|accept| accept.contains("text/html"));
    let page = looks.then(|| error.clone());
    let told = error.into_response();
    match page {
        Some(error) => returned::page(&Outcome::Failed(&error), told.status()),
        None => told,
    }
}

/// As whom the person is signed in now.
async fn arrive(
    gate: &Gate,
    caller: &Caller,
    query: &Query,
    headers: &HeaderMap,
) -> Result<String> {
    let began = began(gate, query, headers).await?;
    let code = code(query)?;
    let account = began.account.clone().ok_or_else(over)?;
    if caller.shown().is_some_and(|shown| shown.account.id != account) {
        return Err(over());
    }
    let person = gate.people.of(&account).as_stored().await?;
    Ok(anilist::arrive(&person, &began, code).await?.name)
}

/// What began in this browser, with this state where AniList sent one. It is used up by that.
async fn began(gate: &Gate, query: &Query, headers: &HeaderMap) -> Result<Began> {
    for (state, browser) in kept(query, headers) {
        let began = gate.accounts().came_back(state, browser).await?;
        if let Some(began) = began.filter(|began| began.purpose != Purpose::Door) {
            return Ok(began);
        }
    }
    Err(over())
}

/// The states that this browser began with, each with what only it has.
fn kept<'a>(query: &Query, headers: &'a HeaderMap) -> Vec<(&'a str, &'a str)> {
    let sent = query.get("state");
    let all = cookies_named(headers, COOKIE.name).filter_map(|kept| kept.split_once('.'));
    all.filter(|(state, _)| sent.is_none_or(|sent| sent == state)).collect()
}

fn over() -> Error {
    let message = "this sign-in did not begin in this browser, or is over";
    Error::bad_request(message, "begin again, on the settings page")
}

fn code(query: &Query) -> Result<&str> {
    let said = |name: &str| query.get(name).map(String::as_str);
    let hint = "begin again, on the settings page";
    if let Some(error) = said("error") {
        let why = shown(said("error_description").unwrap_or(error));
        return Err(Error::bad_request(format!("AniList did not sign you in: {why}"), hint));
    }
    let code = said("code").filter(|code| !code.is_empty() && code.len() <= LONGEST);
    code.ok_or_else(|| Error::bad_request("code is missing", hint))
}

/// How a person's AniList stands.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AnilistStanding {
    /// Whether the person is signed in to AniList here.
    connected: bool,
    /// As whom, now or the last time.
    username: Option<String>,
    /// AniList's number of that user.
    user_id: Option<u64>,
    /// Since when.
    connected_at: Option<Timestamp>,
    /// When the sign-in ends. AniList renews none.
    expires_at: Option<Timestamp>,
    /// Whether there is an app to sign in with.
    has_app: bool,
    /// Whether there is a list to take in: that of who signed in, or one that is set by name or token.
    can_import: bool,
}

impl From<Standing> for AnilistStanding {
    fn from(standing: Standing) -> Self {
        let Standing { is_connected: connected, signed_in, has_app, has_list } = standing;
        let of = signed_in.as_ref();
        Self {
            connected,
            username: of.map(|one| one.name.clone()),
            user_id: of.map(|one| one.user),
            connected_at: of.filter(|_| connected).map(|one| one.since),
            expires_at: of.and_then(|one| one.expires_at),
            has_app,
            can_import: has_list,
        }
    }
}

/// How the AniList of the person who asks stands. AniList itself is not asked.
#[utoipa::path(
    get, path = "/api/anilist/status", tag = "sign-in",
    responses((status = 200, body = AnilistStanding)),
)]
pub(super) async fn standing(Asker(person): Asker) -> Result<Json<AnilistStanding>> {
    Ok(Json(anilist::standing(&*person.as_stored().await?).into()))
}

/// What to take in.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read field by field, to name what is wrong")]
pub(super) struct ImportWanted {
    /// `anime` or `manga`; both when left out.
    media_type: Option<String>,
}

/// What was taken in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AnilistImported {
    /// Whose list it is.
    username: String,
    /// Titles that were added.
    imported: usize,
    /// Titles that were there and moved forward or had something filled.
    updated: usize,
    /// Titles of which nothing changed.
    unchanged: usize,
    /// Entries of the list that were read.
    total: usize,
    /// Entries that could not be read.
    unread: usize,
    /// The AniList ids of those, as far as they are known.
    unread_ids: Vec<u32>,
}

impl From<import::Imported> for AnilistImported {
    fn from(imported: import::Imported) -> Self {
        let import::Imported { name, read, added, updated, unchanged, unread } = imported;
        Self {
            username: name,
            imported: added,
            updated,
            unchanged,
            total: read,
            unread: unread.len(),
            unread_ids: unread.into_iter().flatten().map(|id| id.0).collect(),
        }
    }
}

/// Takes the person's AniList into the library: what is not there is added, and what is there moves forward
/// and has what is empty filled. Nothing is lowered or cleared, and a second time changes nothing.
#[utoipa::path(
    post, path = "/api/anilist/import", tag = "library",
    request_body(content = Option<ImportWanted>, example = json!({"media_type": "manga"})),
    responses((status = 200, body = AnilistImported), BadBody, Refused, Elsewhere),
)]
pub(super) async fn import(Asker(person): Asker, body: Body) -> Result<Json<AnilistImported>> {
    let kinds = kinds(&json_object_or_none(body)?)?;
    Ok(Json(import::import(&*person.as_stored().await?, kinds).await?.into()))
}

fn kinds(body: &Value) -> Result<&'static [Kind]> {
    let word = match &body["media_type"] {
        Value::Null => return Ok(&[Kind::Anime, Kind::Manga]),
        Value::String(word) => Kind::of(word),
        _ => None,
    };
    match word {
        Some(Kind::Anime) => Ok(&[Kind::Anime]),
        Some(Kind::Manga) => Ok(&[Kind::Manga]),
        None => {
            let message = "this is no kind of list";
            Err(Error::invalid(
                "media_type",
                message,
                "it is anime or manga; leave it out for both",
            ))
        }
    }
}

/// Disconnects the person's AniList. The library stays as it is.
#[utoipa::path(
    delete, path = "/api/anilist/connection", tag = "sign-in",
    params(("keep_links" = Option<bool>, Query, description = "Whether it is remembered who it was. Default: yes.")),
    responses((status = 200, body = AnilistStanding), Invalid),
)]
pub(super) async fn disconnect(
    Asker(person): Asker,
    query: Query,
) -> Result<Json<AnilistStanding>> {
    let keeps = yes_or_no(&query, "keep_links")?.unwrap_or(true);
    anilist::disconnect(&person, !keeps).await?;
    Ok(Json(anilist::standing(&*person.as_stored().await?).into()))
}
