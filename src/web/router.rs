//! Which request goes where.

use std::any::Any;
use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::http::{Method, Uri};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Router};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

use super::{
    access, assets, body, corrections, datasets, description, events, explain, mappings, observe,
    plan, runs, search, session, suggestions, sync, trakt_auth, unmapped, watch,
};
use crate::app::App;
use crate::error::Error;

/// All routes of the service.
pub fn router(app: Arc<App>) -> Router {
    let gate = access::Gate { app: Arc::clone(&app), attempts: Arc::default() };
    let (routes, api) = routes().split_for_parts();
    routes
        .fallback(no_such_route)
        .method_not_allowed_fallback(wrong_method)
        .layer(Extension(description::Description::of(api)))
        .layer(Extension(gate.clone()))
        .layer(from_fn_with_state(gate, access::guard))
        .layer(DefaultBodyLimit::max(body::LIMIT))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(from_fn_with_state(Arc::clone(&app), watch::watch))
        .with_state(app)
}

/// What the service answers to, as its handlers describe it.
pub fn api_description() -> utoipa::openapi::OpenApi {
    description::complete(routes().into_openapi())
}

/// The only place where routes are made: each with its description, so that none is missing there.
fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().merge(pages()).merge(observing()).merge(mapping()).merge(syncing())
}

fn pages() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(assets::dashboard))
        .routes(routes!(assets::sync))
        .routes(routes!(assets::mappings))
        .routes(routes!(assets::manual))
        .routes(routes!(assets::logs))
        .routes(routes!(assets::docs))
        .routes(routes!(assets::sign_in))
        .routes(routes!(assets::favicon))
        .routes(routes!(assets::asset))
        .routes(routes!(description::description))
}

fn observing() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(observe::healthz))
        .routes(routes!(observe::readyz))
        .routes(routes!(observe::metrics))
        .routes(routes!(observe::status))
        .routes(routes!(observe::connections))
        .routes(routes!(observe::logs))
        .routes(routes!(observe::progress, observe::forget_progress))
        .routes(routes!(events::events))
        .routes(routes!(runs::runs))
        .routes(routes!(runs::run))
        .routes(routes!(session::sign_in))
        .routes(routes!(session::sign_out))
        .routes(routes!(trakt_auth::look_at_device, trakt_auth::begin_device))
        .routes(routes!(trakt_auth::address, trakt_auth::exchange))
}

fn mapping() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(datasets::otaku))
        .routes(routes!(datasets::fribbs))
        .routes(routes!(datasets::anibridge))
        .routes(routes!(mappings::mappings))
        .routes(routes!(mappings::set_manual, mappings::remove_manual))
        .routes(routes!(mappings::overrides, mappings::set_override, mappings::remove_override))
        .routes(
            routes!(corrections::export, corrections::import)
                .layer(DefaultBodyLimit::max(corrections::LIMIT)),
        )
        .routes(routes!(unmapped::unmapped))
        .routes(routes!(unmapped::ignore, unmapped::unignore))
        .routes(routes!(unmapped::keep))
        .routes(routes!(explain::explain))
        .routes(routes!(search::search))
        .routes(routes!(suggestions::suggestions))
}

fn syncing() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(plan::plan))
        .routes(routes!(sync::look, sync::show))
        .routes(routes!(sync::full))
        .routes(routes!(sync::cron))
        .routes(routes!(sync::preview_completed, sync::completed))
        .routes(routes!(sync::preview_watching, sync::watching))
        .routes(routes!(runs::undo))
        .routes(routes!(runs::cancel))
}

async fn no_such_route(uri: Uri) -> Error {
    let message = format!("there is no such route: {}", super::params::shown(uri.path()));
    Error::not_found(message, "/docs lists the routes")
}

async fn wrong_method(method: Method, uri: Uri) -> Error {
    let path = super::params::shown(uri.path());
    Error::MethodNotAllowed { message: format!("{path} does not take this method: {method}") }
}

/// The panic itself is on the console; the client learns nothing of it.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands the panic over")]
fn after_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
    Error::Internal(format!("a handler panicked: {text}")).into_response()
}
