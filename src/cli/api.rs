//! The command line asks the same routes as the page does, without a socket in between: what a
//! command does, refuses and prints as JSON is what the API does.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anilist_trakt_sync::hub::accounts::Door;
use anilist_trakt_sync::hub::people::People;
use anilist_trakt_sync::web::{AccessSettings, Auth, WebSettings, router};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use jiff::tz::TimeZone;
use serde_json::Value;
use tower::ServiceExt as _;

use super::Answer;
use super::output::zone;
use super::trouble::Trouble;

/// No answer is larger, in bytes: the mappings of a million titles.
const LARGEST: usize = 512 << 20;

/// The routes, for who runs the program.
pub(super) struct Api {
    router: Router,
    zone: TimeZone,
}

impl Api {
    /// Who runs the program has the store, and so needs to show nothing, no invitation either.
    pub(super) fn new(people: &Arc<People>, web: WebSettings) -> Self {
        let (auth, door) = (Some(Auth::Off), Door::Open);
        let access = AccessSettings { auth, door, app_token: None, ..web.access };
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, web.listen.port()));
        let zone = zone(&people.first());
        Self { router: router(Arc::clone(people), WebSettings { listen, access }), zone }
    }

    pub(super) async fn get(&self, path: &str) -> Answer<Value> {
        self.ask("GET", path, None).await
    }

    pub(super) async fn post(&self, path: &str) -> Answer<Value> {
        self.ask("POST", path, None).await
    }

    pub(super) async fn delete(&self, path: &str) -> Answer<Value> {
        self.ask("DELETE", path, None).await
    }

    pub(super) async fn send(&self, path: &str, body: &Value) -> Answer<Value> {
        self.ask("POST", path, Some(body)).await
    }

    pub(super) async fn change(&self, path: &str, body: &Value) -> Answer<Value> {
        self.ask("PATCH", path, Some(body)).await
    }

    /// The answer of a route, or what stood against it.
    async fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Answer<Value> {
        let mut request =
            Request::builder().method(method).uri(path).header(header::HOST, "localhost");
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let request = request.body(body)?;
        let response = match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let is_good = response.status().is_success();
        let bytes = to_bytes(response.into_body(), LARGEST).await?;
        let answer = serde_json::from_slice(&bytes)?;
        if is_good { Ok(answer) } else { Err(Trouble::answered(&answer, &self.zone).into()) }
    }
}
