//! Which request goes where.

use std::any::Any;
use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Request};
use axum::http::uri::PathAndQuery;
use axum::http::{Method, Uri};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use axum::{Extension, Router};
use pastey::paste;
use tower::ServiceExt as _;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use utoipa::Path as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::{PathItemExt as _, routes};

use super::auth::{keys, oidc, people, reset, ways};
use super::library::{calendar as library_calendar, files as library_files};
use super::lists::{conflicts, connecting, plan as lists_plan, syncing};
use super::plans::Plans;
use super::readiness::Readiness;
use super::settings::WebSettings;
use super::{
    access, anilist, assets, auth, body, corrections, covers, datasets, description, events,
    explain, library, lists, mappings, observe, pages, person_settings, plan, renewal, request_log,
    runs, search, session, sources, suggestions, sync, trakt_auth, trakt_titles, unmapped,
};
use crate::hub::error::Error;
use crate::hub::people::People;
use crate::hub::services::Services;

/// The only list of routes. What serves them and what describes them are both made from it, so that
/// none is missing in either; the description alone takes longer to make than everything else that
/// happens at the start, so it waits until somebody asks for it.
macro_rules! routes_of_the_service {
    ($make:ident) => {
        $make! {
            pages::{
                home, library, anime, manga, activity, sync, review, mappings, manual, logs,
                settings, docs, security, people, styleguide, sign_in, register, forgotten,
            },
            assets::{favicon, asset},
            description::{description},
            observe::{
                health, healthz, readyz, metrics, status, connections, logs, progress, forget_progress,
            },
            events::{events},
            person_settings::{settings, change},
            runs::{runs, run, undo, cancel},
            covers::{cover},
            anilist::{connect_url, callback, standing, import, disconnect},
            lists::{settings, change},
            connecting::{
                setup, connect_url, callback, connect_anilist, connect_myanimelist, connect_kitsu,
                disconnect,
            },
            syncing::{sync_lists, first_sync, confirm_guard},
            lists_plan::{lists_plan},
            conflicts::{list_conflicts, resolve_conflicts},
            session::{sign_in, sign_out},
            auth::{
                token, register, me, change_me, remove_me, change_password, export,
            },
            ways::{ways},
            reset::{reset, confirm},
            oidc::{begin, come_back},
            keys::{tokens, make_token, revoke_token, sessions, end_other_sessions, end_session},
            people::{
                accounts, account, change_account, remove_account, reset_account, invite,
            },
            library::{
                items, add, item, change, remove, step, history, summary, stats,
            },
            library_calendar::{calendar, feed, address, make_address, withdraw_address},
            library_files::{export},
            trakt_auth::{look_at_device, begin_device, address, exchange},
            datasets::{otaku, fribbs, anibridge},
            mappings::{
                mappings, set_manual, remove_manual, overrides, set_override, remove_override,
            },
            unmapped::{unmapped, ignore, unignore, keep},
            explain::{explain},
            search::{search},
            trakt_titles::{titles},
            renewal::{refresh, backfill},
            sources::{sources, search, autocomplete, search_mangadex, max, cache},
            suggestions::{suggestions},
            plan::{plan},
            sync::{
                look, show, full, cron, preview_completed, completed, preview_watching, watching,
            },
        }
    };
}

/// The same for the route that takes a person's list as a file.
macro_rules! routes_of_lists {
    ($make:ident) => {
        $make! { library_files::{import} }
    };
}

/// The same for the route that takes a file of corrections.
macro_rules! routes_of_files {
    ($make:ident) => {
        $make! { corrections::{export, import} }
    };
}

/// A router of the handlers, each under the path and the methods that it describes.
macro_rules! served {
    ($($group:ident::{$($handler:ident),* $(,)?}),* $(,)?) => {
        paste! {
            Router::new()
            $($(.route(
                &pattern(&$group::[<__path_ $handler>]::path()),
                on(methods::<$group::[<__path_ $handler>]>(), $group::$handler),
            ))*)*
        }
    };
}

/// The description of the handlers.
macro_rules! described {
    ($($group:ident::{$($handler:ident),* $(,)?}),* $(,)?) => {
        OpenApiRouter::<Arc<Services>>::new()$($(.routes(routes!($group::$handler)))*)*
    };
}

/// A described path as the router writes it: a `{path}` goes on to the end, for which the description
/// has no word.
fn pattern(described: &str) -> String {
    described.replace("{path}", "{*path}")
}

fn methods<P: utoipa::Path>() -> MethodFilter {
    let filters = P::methods().into_iter().map(|method| method.to_method_filter());
    filters.reduce(MethodFilter::or).unwrap_or(MethodFilter::GET)
}

/// All routes of the service, for everybody. Where the tracker has a route, a slash at its end means nothing,
/// as its clients expect it.
pub fn router(people: Arc<People>, settings: WebSettings) -> Router {
    Router::new().fallback_service(routes(people, settings).map_request(without_slash))
}

fn without_slash(mut request: Request) -> Request {
    let whole = request.uri().path_and_query().map_or("", PathAndQuery::as_str);
    let (path, query) =
        whole.split_once('?').map_or((whole, None), |(path, query)| (path, Some(query)));
    let Some(path) = path.strip_suffix('/').filter(|path| access::is_trackers(path)) else {
        return request;
    };
    let whole = query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
    let mut parts = request.uri().clone().into_parts();
    parts.path_and_query = whole.parse().ok();
    // What was an address is one still; and else it stays as it is.
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
    request
}

fn routes(people: Arc<People>, settings: WebSettings) -> Router {
    let services = Arc::clone(people.services());
    let gate = access::Gate { people, settings: Arc::new(settings), attempts: Arc::default() };
    let files: Router<Arc<Services>> = routes_of_files!(served);
    let lists: Router<Arc<Services>> = routes_of_lists!(served);
    let routes: Router<Arc<Services>> = routes_of_the_service!(served);
    routes
        .merge(files.layer(DefaultBodyLimit::max(corrections::LIMIT)))
        .merge(lists.layer(DefaultBodyLimit::max(library_files::LIMIT)))
        .fallback(no_such_route)
        .method_not_allowed_fallback(wrong_method)
        .layer(Extension(description::Description::default()))
        .layer(Extension(Readiness::default()))
        .layer(Extension(Plans::default()))
        .layer(Extension(gate.clone()))
        .layer(from_fn_with_state(gate, access::guard))
        .layer(DefaultBodyLimit::max(body::LIMIT))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(from_fn_with_state(Arc::clone(&services), request_log::watch))
        .with_state(services)
}

/// What the service answers to, as its handlers describe it.
pub fn api_description() -> utoipa::openapi::OpenApi {
    let (service, files) = (routes_of_the_service!(described), routes_of_files!(described));
    let lists = routes_of_lists!(described);
    description::complete(service.merge(files).merge(lists).into_openapi())
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
