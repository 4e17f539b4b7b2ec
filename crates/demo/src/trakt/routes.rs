//! The routes that are served.

use jiff::Timestamp;

use super::super::http::{Reply, Request};
use super::super::server::State;
use super::{account, catalogue, history, search, watched, write};

/// One route with the parts of its path.
pub(super) enum Route {
    Authorize,
    Activate,
    Token,
    Revoke,
    DeviceCode,
    DeviceToken,
    LastActivities,
    Settings,
    History { kind: Option<String>, id: Option<String> },
    AddHistory,
    RemoveHistory,
    WatchedShows,
    WatchedMovies,
    LookUp { source: String, id: String },
    Search { kinds: String },
    Show(String),
    Seasons(String),
    Movie(String),
}

impl Route {
    /// The route that a request is for.
    pub(super) fn of(request: &Request) -> Option<Self> {
        let text = |part: &str| part.to_owned();
        Some(match (request.method.as_str(), &request.segments()[..]) {
            ("GET", ["oauth", "authorize"]) => Self::Authorize,
            ("GET", ["activate"]) => Self::Activate,
            ("POST", ["oauth", "token"]) => Self::Token,
            ("POST", ["oauth", "revoke"]) => Self::Revoke,
            ("POST", ["oauth", "device", "code"]) => Self::DeviceCode,
            ("POST", ["oauth", "device", "token"]) => Self::DeviceToken,
            ("GET", ["sync", "last_activities"]) => Self::LastActivities,
            ("GET", ["users", "settings"]) => Self::Settings,
            ("POST", ["sync", "history"]) => Self::AddHistory,
            ("POST", ["sync", "history", "remove"]) => Self::RemoveHistory,
            ("GET", ["sync", "history"]) => Self::History { kind: None, id: None },
            ("GET", ["sync", "history", kind]) => {
                Self::History { kind: Some(text(kind)), id: None }
            }
            ("GET", ["sync", "history", kind, id]) => {
                Self::History { kind: Some(text(kind)), id: Some(text(id)) }
            }
            ("GET", ["sync", "watched", "shows"]) => Self::WatchedShows,
            ("GET", ["sync", "watched", "movies"]) => Self::WatchedMovies,
            ("GET", ["search", source, id]) => Self::LookUp { source: text(source), id: text(id) },
            ("GET", ["search", kinds]) => Self::Search { kinds: text(kinds) },
            ("GET", ["shows", id]) => Self::Show(text(id)),
            ("GET", ["shows", id, "seasons"]) => Self::Seasons(text(id)),
            ("GET", ["movies", id]) => Self::Movie(text(id)),
            _ => return None,
        })
    }

    /// Its path as the contract writes it.
    pub(super) fn pattern(&self) -> &'static str {
        match self {
            Self::Authorize => "/oauth/authorize",
            Self::Activate => "/activate",
            Self::Token => "/oauth/token",
            Self::Revoke => "/oauth/revoke",
            Self::DeviceCode => "/oauth/device/code",
            Self::DeviceToken => "/oauth/device/token",
            Self::LastActivities => "/sync/last_activities",
            Self::Settings => "/users/settings",
            Self::History { .. } => "/sync/history/{type}/{id}",
            Self::AddHistory => "/sync/history",
            Self::RemoveHistory => "/sync/history/remove",
            Self::WatchedShows => "/sync/watched/shows",
            Self::WatchedMovies => "/sync/watched/movies",
            Self::LookUp { .. } => "/search/{id_type}/{id}",
            Self::Search { .. } => "/search/{type}",
            Self::Show(_) => "/shows/{id}",
            Self::Seasons(_) => "/shows/{id}/seasons",
            Self::Movie(_) => "/movies/{id}",
        }
    }

    /// Whether it belongs to the sign-in host.
    pub(super) fn is_sign_in(&self) -> bool {
        matches!(
            self,
            Self::Authorize
                | Self::Activate
                | Self::Token
                | Self::Revoke
                | Self::DeviceCode
                | Self::DeviceToken
        )
    }

    /// Whether it is about the person.
    pub(super) fn needs_token(&self) -> bool {
        matches!(
            self,
            Self::LastActivities
                | Self::Settings
                | Self::History { .. }
                | Self::AddHistory
                | Self::RemoveHistory
                | Self::WatchedShows
                | Self::WatchedMovies
        )
    }

    /// Its answer, once headers and token were found good.
    pub(super) fn answer(&self, state: &mut State, request: &Request, now: Timestamp) -> Reply {
        match self {
            Self::LastActivities => account::last_activities(&state.world),
            Self::Settings => account::settings(&state.world),
            Self::History { kind, id } => {
                history::read(&state.world, request, kind.as_deref(), id.as_deref(), now)
            }
            Self::AddHistory => write::add(state, request, now),
            Self::RemoveHistory => write::remove(state, request, now),
            Self::WatchedShows => watched::shows(&state.world, request, now),
            Self::WatchedMovies => watched::movies(&state.world, request, now),
            Self::LookUp { source, id } => search::look_up(&state.world, request, source, id, now),
            Self::Search { kinds } => search::by_text(&state.world, request, kinds, now),
            Self::Show(id) => catalogue::show(&state.world, request, id, now),
            Self::Seasons(id) => catalogue::seasons(&state.world, request, id, now),
            Self::Movie(id) => catalogue::movie(&state.world, request, id),
            Self::Authorize
            | Self::Activate
            | Self::Token
            | Self::Revoke
            | Self::DeviceCode
            | Self::DeviceToken => Reply::empty(404),
        }
    }
}
