//! Which request goes where.

use std::any::Any;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{Method, Uri};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Extension, Router};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use super::{
    access, assets, body, corrections, datasets, events, explain, mappings, observe, plan, runs,
    search, session, suggestions, sync, trakt_auth, unmapped,
};
use crate::app::App;
use crate::error::Error;

/// All routes of the service.
pub fn router(app: Arc<App>) -> Router {
    let gate = access::Gate { app: Arc::clone(&app), attempts: Arc::default() };
    pages()
        .merge(api())
        .fallback(no_such_route)
        .method_not_allowed_fallback(wrong_method)
        .layer(Extension(gate.clone()))
        .layer(from_fn_with_state(gate, access::guard))
        .layer(DefaultBodyLimit::max(body::LIMIT))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(from_fn(log_request))
        .with_state(app)
}

fn pages() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(assets::dashboard))
        .route("/sync", get(assets::sync))
        .route("/mappings", get(assets::mappings))
        .route("/manual", get(assets::manual))
        .route("/logs", get(assets::logs))
        .route("/sign-in", get(assets::sign_in))
        .route("/favicon.ico", get(assets::favicon))
        .route("/assets/{*path}", get(assets::asset))
        .route("/healthz", get(observe::healthz))
        .route("/readyz", get(observe::readyz))
}

fn api() -> Router<Arc<App>> {
    Router::new()
        .route("/api/sign-in", post(session::sign_in))
        .route("/api/sign-out", post(session::sign_out))
        .route("/api/status", get(observe::status))
        .route("/api/connections", get(observe::connections))
        .route("/api/events", get(events::events))
        .route("/api/logs", get(observe::logs))
        .route("/api/progress", get(observe::progress).delete(observe::forget_progress))
        .route("/api/refresh-otaku", get(datasets::otaku).post(datasets::otaku))
        .route("/api/refresh-fribbs", get(datasets::fribbs).post(datasets::fribbs))
        .route("/api/refresh-anibridge", get(datasets::anibridge).post(datasets::anibridge))
        .route("/api/mappings", get(mappings::mappings))
        .route("/api/manual-map", post(mappings::set_manual).delete(mappings::remove_manual))
        .route(
            "/api/overrides",
            get(mappings::overrides).post(mappings::set_override).delete(mappings::remove_override),
        )
        .route(
            "/api/corrections",
            get(corrections::export)
                .post(corrections::import)
                .layer(DefaultBodyLimit::max(corrections::LIMIT)),
        )
        .route("/api/unmapped", get(unmapped::unmapped))
        .route(
            "/api/unmapped/{id}/ignore",
            post(unmapped::ignore).merge(delete(unmapped::unignore)),
        )
        .route("/api/unmapped/{id}/keep", post(unmapped::keep))
        .route("/api/plan", get(plan::plan))
        .route("/api/explain", get(explain::explain))
        .route("/api/search", get(search::search))
        .route("/api/suggestions", get(suggestions::suggestions))
        .route("/api/sync", get(sync::look).post(sync::show))
        .route("/api/full-sync", get(sync::full).post(sync::full))
        .route("/api/cron", get(sync::cron))
        .route("/api/completed-sync", get(sync::preview_completed).post(sync::completed))
        .route("/api/watching-sync", get(sync::preview_watching).post(sync::watching))
        .route("/api/runs", get(runs::runs))
        .route("/api/runs/{id}", get(runs::run))
        .route("/api/runs/{id}/undo", post(runs::undo))
        .route("/api/runs/{id}/cancel", post(runs::cancel))
        .route(
            "/api/trakt-auth/device",
            get(trakt_auth::look_at_device).post(trakt_auth::begin_device),
        )
        .route("/api/trakt-auth", get(trakt_auth::address).post(trakt_auth::exchange))
}

async fn no_such_route(uri: Uri) -> Error {
    let message = format!("there is no such route: {}", super::params::shown(uri.path()));
    Error::not_found(message, "docs/API.md lists the routes")
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

async fn log_request(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = next.run(request).await;
    let status = response.status().as_u16();
    let ms = began.elapsed().as_millis();
    tracing::debug!(target: "http", %method, path, status, ms, "answered");
    response
}
