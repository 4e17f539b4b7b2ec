//! The description of the API (OpenAPI 3.1), put together from what each handler says of itself.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use axum::Extension;
use axum::http::header;
use axum::response::IntoResponse;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    Components, ContactBuilder, Content, InfoBuilder, License, LicenseBuilder, OpenApi, RefOr,
    Schema, SecurityRequirement, ServerBuilder,
};
use utoipa::{IntoResponses, PartialSchema as _, ToSchema as _};

use super::access::{self, WayIn};
use super::answers::{Anywhere, Failure};
use super::router::api_description;
use super::session;

const SERVER: &str = "The service that this description came from.";

const SUMMARY: &str = "Keeps a Trakt watch history true to an AniList anime list.";

/// What the groups of routes are about.
const TAGS: [(&str, &str); 9] = [
    ("library", "What a person watches and reads, and where titles come from"),
    ("lists", "A person's lists at other services, and keeping them in step"),
    ("account", "The people of the service, and what opens the door to them"),
    ("sync", "Previews, runs, and taking them back"),
    ("mapping", "Where titles belong on Trakt, and correcting it"),
    ("watch", "How the service stands, and what it did"),
    ("settings", "What a person sets, without a restart"),
    ("sign-in", "Signing in to the service, to AniList and to Trakt"),
    ("page", "What a browser shows"),
];

/// The description as it is sent: made when it is first asked for, and kept.
#[derive(Debug, Clone, Default)]
pub(super) struct Description(Arc<OnceLock<String>>);

/// This description.
#[utoipa::path(
    get, path = "/openapi.json", tag = "watch",
    responses((status = 200, description = "OpenAPI 3.1.", body = Object)),
)]
pub(super) async fn description(
    Extension(Description(made)): Extension<Description>,
) -> impl IntoResponse {
    // What it is made of are texts, numbers and lists, so it can always be written.
    let text = made.get_or_init(|| api_description().to_json().unwrap_or_default());
    ([(header::CONTENT_TYPE, "application/json")], text.clone())
}

/// Adds what is the same for every route.
pub(super) fn complete(mut api: OpenApi) -> OpenApi {
    api.info = InfoBuilder::new()
        .title("anilist-trakt-sync")
        .description(Some(SUMMARY))
        .version(env!("CARGO_PKG_VERSION"))
        .license(Some(license()))
        .contact(Some(ContactBuilder::new().url(Some(env!("CARGO_PKG_REPOSITORY"))).build()))
        .build();
    let tag =
        |(name, what): (&str, &str)| TagBuilder::new().name(name).description(Some(what)).build();
    api.servers = Some(vec![ServerBuilder::new().url("/").description(Some(SERVER)).build()]);
    api.tags = Some(TAGS.map(tag).into());
    let components = api.components.get_or_insert_with(Components::new);
    components.schemas.insert(Failure::name().into_owned(), Failure::schema());
    add_ways_in(components);
    let told = descriptions(components);
    for (path, item) in &mut api.paths.paths {
        for (method, operation) in operations(item) {
            operation.operation_id = Some(name(method, path));
            operation.responses.responses.extend(Anywhere::responses());
            describe(operation, &told);
            operation.security = Some(access::ways_in(path).map(requirement).collect());
        }
    }
    drop_unused(&mut api);
    api
}

fn license() -> License {
    let name = env!("CARGO_PKG_LICENSE");
    LicenseBuilder::new().name(name).identifier(Some(name)).build()
}

/// Leaves out the forms that are written out where they are used, and so named nowhere.
fn drop_unused(api: &mut OpenApi) {
    loop {
        let text = api.to_json().unwrap_or_default();
        let Some(components) = &mut api.components else { return };
        let before = components.schemas.len();
        let is_used = |name: &str| text.contains(&format!("\"#/components/schemas/{name}\""));
        components.schemas.retain(|name, _| is_used(name));
        if components.schemas.len() == before {
            return;
        }
    }
}

/// What is said of each form, by its name.
fn descriptions(components: &Components) -> HashMap<String, String> {
    let told = |(name, schema): (&String, &RefOr<Schema>)| {
        let schema = serde_json::to_value(schema).ok()?;
        Some((name.clone(), schema["description"].as_str()?.to_owned()))
    };
    components.schemas.iter().filter_map(told).collect()
}

/// Says of each answer what it is, as its form does.
fn describe(operation: &mut Operation, told: &HashMap<String, String>) {
    for response in operation.responses.responses.values_mut() {
        let RefOr::T(response) = response else { continue };
        if response.description.is_empty() {
            let told = response.content.values().find_map(|content| of_form(content, told));
            response.description = told.unwrap_or("What was asked for.").to_owned();
        }
    }
}

fn of_form<'a>(content: &RefOr<Content>, told: &'a HashMap<String, String>) -> Option<&'a str> {
    let RefOr::T(Content { schema: Some(RefOr::Ref(form)), .. }) = content else { return None };
    told.get(form.ref_location.rsplit('/').next()?).map(String::as_str)
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let all = [
        ("get", &mut item.get),
        ("post", &mut item.post),
        ("put", &mut item.put),
        ("patch", &mut item.patch),
        ("delete", &mut item.delete),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// `get_api_runs_id` for `GET /api/runs/{id}`.
fn name(method: &str, path: &str) -> String {
    let words = path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    [method].into_iter().chain(words).collect::<Vec<_>>().join("_")
}

fn requirement(way: WayIn) -> SecurityRequirement {
    SecurityRequirement::new::<_, [String; 0], String>(way.name(), [])
}

fn add_ways_in(components: &mut Components) {
    let bearer = || RefOr::T(SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    let cookie = ApiKey::Cookie(ApiKeyValue::new(session::NAME));
    let schemes = &mut components.security_schemes;
    schemes.insert(WayIn::Token.name().to_owned(), bearer());
    schemes.insert(WayIn::Scheduler.name().to_owned(), bearer());
    schemes.insert(WayIn::Cookie.name().to_owned(), RefOr::T(SecurityScheme::ApiKey(cookie)));
}
