//! A person's AniList: signing in to it, how that stands, and taking the list into the library.

use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use axum::{Extension, Json};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::access::{Caller, Gate};
use super::answers::{BadBody, BadInput, Elsewhere, Invalid, Refused};
use super::asker::Asker;
use super::body::{Body, json_object_or_none};
use super::lists::site::{ANILIST, Arrived, ConnectUrl};
use super::params::{Query, yes_or_no};
use crate::hub::anilist::{self, Standing, import};
use crate::hub::error::{Error, Result};
use crate::hub::lists::connect::Links;
use crate::library::Kind;

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
    ANILIST.begin(&person, &query, &headers, &uri).await
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
    let name = match ANILIST.came_back(&gate, &caller, &query, &headers).await {
        Ok(Arrived { person, began, code }) => {
            anilist::arrive(&person, &began, &code).await.map(|signed_in| signed_in.name)
        }
        Err(error) => Err(error),
    };
    ANILIST.shown(name, &headers)
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
    let links = if keeps { Links::Kept } else { Links::Forgotten };
    anilist::disconnect(&person, links).await?;
    Ok(Json(anilist::standing(&*person.as_stored().await?).into()))
}
