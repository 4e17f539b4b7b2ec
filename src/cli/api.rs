//! The command line asks the same routes as the page does, without a socket in between: what a
//! command does, refuses and prints as JSON is what the API does.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anilist_trakt_sync::hub::accounts::Door;
use anilist_trakt_sync::hub::people::People;
use anilist_trakt_sync::web::{AccessSettings, Auth, WebSettings, router};
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
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
        Self { router: router(Arc::clone(people), WebSettings { listen, access, ..web }), zone }
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

    /// Sends a file.
    pub(super) async fn upload(&self, path: &str, file: Vec<u8>) -> Answer<Value> {
        let sent = Some(("application/octet-stream", Body::from(file)));
        Ok(serde_json::from_slice(&self.bytes("POST", path, sent).await?)?)
    }

    /// An answer that is a file.
    pub(super) async fn download(&self, path: &str) -> Answer<Bytes> {
        self.bytes("GET", path, None).await
    }

    /// The answer of a route, or what stood against it.
    async fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Answer<Value> {
        let sent = body.map(|body| ("application/json", Body::from(body.to_string())));
        Ok(serde_json::from_slice(&self.bytes(method, path, sent).await?)?)
    }

    async fn bytes(&self, method: &str, path: &str, sent: Option<(&str, Body)>) -> Answer<Bytes> {
        let request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
        let request = match sent {
            Some((media_type, body)) => {
                request.header(header::CONTENT_TYPE, media_type).body(body)?
            }
            None => request.body(Body::empty())?,
        };
        let response = match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let is_good = response.status().is_success();
        let bytes = to_bytes(response.into_body(), LARGEST).await?;
        if is_good {
            return Ok(bytes);
        }
        Err(Trouble::answered(&serde_json::from_slice(&bytes)?, &self.zone).into())
    }
}
