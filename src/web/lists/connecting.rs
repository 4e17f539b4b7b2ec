//! Signing in to the services that keep lists, and out.

use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use axum::{Extension, Json};
use utoipa::ToSchema;

use super::asked;
use super::site::{ANILIST, Arrived, ConnectUrl, MYANIMELIST, over};
use super::{status_of, whole};
use crate::hub::error::Result;
use crate::hub::lists::connect::{self, Links};
use crate::merge::ListService;
use crate::web::access::{Caller, Gate};
use crate::web::answers::{BadBody, BadInput, Elsewhere, Invalid, Missing, Refused};
use crate::web::asker::Asker;
use crate::web::bodies::{Integration, IntegrationStatus};
use crate::web::body::{Body, json_fields};
use crate::web::params::{Query, Segment, yes_or_no};

/// An app of the person's own.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read field by field, to name what is wrong")]
pub(in crate::web) struct AppSetup {
    /// anilist or myanimelist.
    integration_type: String,
    /// The app's id.
    client_id: String,
    /// Its secret. Every app of AniList has one; those of `MyAnimeList` only if they are of the type web.
    client_secret: Option<String>,
}

/// Keeps an app of the person's own to sign in with, as the settings of these names do. That connects
/// nothing yet.
#[utoipa::path(
    post, path = "/api/v1/integrations/setup", tag = "lists",
    request_body(content = AppSetup, example = json!({"integration_type": "myanimelist", "client_id": "0123456789abcdef0123456789abcdef"})),
    responses((status = 200, body = IntegrationStatus), BadBody, Refused),
)]
pub(in crate::web) async fn setup(
    Asker(person): Asker,
    body: Body,
) -> Result<Json<IntegrationStatus>> {
    let body = json_fields(body)?;
    let (service, app) = (asked::service_of(&body)?, asked::needed_app(&body)?);
    connect::set_up(&person, service, app).await?;
    status_of(&*person.as_stored().await?, service).await.map(Json)
}

/// Where the person who asks signs in to AniList or `MyAnimeList`. The browser has to keep the cookie that comes
/// along.
#[utoipa::path(
    get, path = "/api/v1/integrations/{service}/connect-url", tag = "lists",
    params(
        ("service" = String, Path, description = "anilist or myanimelist."),
        ("another_user" = Option<bool>, Query, description = "Whether it may be another user there than before."),
    ),
    responses((status = 200, body = ConnectUrl), Missing, Invalid, Refused),
)]
pub(in crate::web) async fn connect_url(
    Asker(person): Asker,
    service: Segment,
    query: Query,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response> {
    let site = match asked::service(service)? {
        ListService::Anilist => ANILIST,
        ListService::Myanimelist => MYANIMELIST,
        ListService::Kitsu => return Err(connect::no_page()),
    };
    site.begin(&person, &query, &headers, &uri).await
}

/// Takes a browser back that `MyAnimeList` sends, and shows what came of it.
#[utoipa::path(
    get, path = "/api/v1/integrations/myanimelist/callback", tag = "lists",
    params(
        ("state" = Option<String>, Query, description = "What the browser took along."),
        ("code" = Option<String>, Query, description = "What MyAnimeList gives for the sign-in."),
        ("error" = Option<String>, Query, description = "Why it gives none."),
    ),
    responses(
        (status = 200, content_type = "text/html", body = String, description = "A page that leads back to the settings."),
        BadInput, Refused, Elsewhere,
    ),
)]
pub(in crate::web) async fn callback(
    Extension(gate): Extension<Gate>,
    Extension(caller): Extension<Caller>,
    query: Query,
    headers: HeaderMap,
) -> Result<Response> {
    let name = arrive(&gate, &caller, &query, &headers).await;
    MYANIMELIST.shown(name, &headers)
}

/// As whom the person is signed in now. `MyAnimeList` always sends the state back.
async fn arrive(
    gate: &Gate,
    caller: &Caller,
    query: &Query,
    headers: &HeaderMap,
) -> Result<String> {
    if !query.contains_key("state") {
        return Err(over());
    }
    let came = MYANIMELIST.came_back(gate, caller, query, headers).await?;
    let Arrived { person, began, code } = came;
    Ok(connect::arrive(&person, &began, &code).await?.name)
}

/// A code that AniList gave for a sign-in.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read field by field, to name what is wrong")]
pub(in crate::web) struct AnilistCode {
    /// The code.
    authorization_code: String,
    /// Where AniList sent it.
    redirect_uri: String,
    /// The app that it was given to, where that is none that is set up here.
    client_id: Option<String>,
    /// Its secret.
    client_secret: Option<String>,
    /// Whether it may be another user of AniList than before.
    another_user: Option<bool>,
}

/// Signs the person who asks in to AniList with a code.
#[utoipa::path(
    post, path = "/api/v1/integrations/anilist/connect", tag = "lists",
    request_body(content = AnilistCode, example = json!({"authorization_code": "def50200…", "redirect_uri": "https://sync.example.org/api/anilist/callback"})),
    responses((status = 200, body = Integration), BadBody, Refused, Elsewhere),
)]
pub(in crate::web) async fn connect_anilist(asker: Asker, body: Body) -> Result<Json<Integration>> {
    with_code(asker, ListService::Anilist, body).await
}

/// A code that `MyAnimeList` gave for a sign-in.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read field by field, to name what is wrong")]
pub(in crate::web) struct MyanimelistCode {
    /// The code.
    authorization_code: String,
    /// Where `MyAnimeList` sent it.
    redirect_uri: String,
    /// The code verifier that it was asked for with (method plain).
    #[schema(min_length = 43, max_length = 128)]
    code_verifier: String,
    /// The app that it was given to, where that is none that is set up here.
    client_id: Option<String>,
    /// Its secret, where it has one.
    client_secret: Option<String>,
    /// Whether it may be another user of `MyAnimeList` than before.
    another_user: Option<bool>,
}

/// Signs the person who asks in to `MyAnimeList` with a code.
#[utoipa::path(
    post, path = "/api/v1/integrations/myanimelist/connect", tag = "lists",
    request_body(content = MyanimelistCode, example = json!({"authorization_code": "def50200…", "redirect_uri": "https://sync.example.org/api/v1/integrations/myanimelist/callback", "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"})),
    responses((status = 200, body = Integration), BadBody, Refused, Elsewhere),
)]
pub(in crate::web) async fn connect_myanimelist(
    asker: Asker,
    body: Body,
) -> Result<Json<Integration>> {
    with_code(asker, ListService::Myanimelist, body).await
}

async fn with_code(
    Asker(person): Asker,
    service: ListService,
    body: Body,
) -> Result<Json<Integration>> {
    let body = json_fields(body)?;
    let (brought, whom) = (asked::brought(&body)?, asked::whom(&body)?);
    connect::with_code(&*person.as_stored().await?, service, brought, whom).await?;
    whole(&person, service).await.map(Json)
}

/// How a person signs in to Kitsu.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is read field by field, to name what is wrong")]
pub(in crate::web) struct KitsuPassword {
    /// Their e-mail address, or the name in the address of their profile.
    username: String,
    /// It is sent to Kitsu once, and kept nowhere.
    password: String,
    /// Whether it may be another user of Kitsu than before.
    another_user: Option<bool>,
}

/// Signs the person who asks in to Kitsu with their password, which is used once and not kept.
#[utoipa::path(
    post, path = "/api/v1/integrations/kitsu/connect", tag = "lists",
    request_body(content = KitsuPassword, example = json!({"username": "demo@example.org", "password": "demo-kitsu-password"})),
    responses((status = 200, body = Integration), BadBody, Refused, Elsewhere),
)]
pub(in crate::web) async fn connect_kitsu(
    Asker(person): Asker,
    body: Body,
) -> Result<Json<Integration>> {
    let body = json_fields(body)?;
    let (given, whom) = (asked::password(&body)?, asked::whom(&body)?);
    connect::with_password(&person, &given, whom).await?;
    whole(&person, ListService::Kitsu).await.map(Json)
}

/// Disconnects a list. It stays as it is there, and the library stays as it is here.
#[utoipa::path(
    delete, path = "/api/v1/integrations/{service}", tag = "lists",
    params(
        ("service" = String, Path, description = "anilist, myanimelist or kitsu."),
        ("keep_links" = Option<bool>, Query, description = "Whether it is remembered which entries belong to which items, what was agreed on, and who it was. Default: yes."),
    ),
    responses((status = 200, body = IntegrationStatus), Missing, Invalid),
)]
pub(in crate::web) async fn disconnect(
    Asker(person): Asker,
    service: Segment,
    query: Query,
) -> Result<Json<IntegrationStatus>> {
    let service = asked::service(service)?;
    let keeps = yes_or_no(&query, "keep_links")?.unwrap_or(true);
    let links = if keeps { Links::Kept } else { Links::Forgotten };
    connect::disconnect(&person, service, links).await?;
    status_of(&*person.as_stored().await?, service).await.map(Json)
}
