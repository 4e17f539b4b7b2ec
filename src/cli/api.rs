//! The command line asks the same routes as the page does, without a socket in between: what a
//! command does, refuses and prints as JSON is what the API does.

use std::sync::Arc;

use anilist_trakt_sync::hub::person::Person;
use anilist_trakt_sync::web::{WebSettings, router};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use jiff::tz::TimeZone;
use secrecy::ExposeSecret;
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
    token: Option<String>,
    zone: TimeZone,
}

impl Api {
    pub(super) fn new(person: &Arc<Person>, web: WebSettings) -> Self {
        let token = web.access.app_token.as_ref();
        let token = token.map(|token| format!("Bearer {}", token.expose_secret()));
        Self { router: router(Arc::clone(person), web), token, zone: zone(&person.settings) }
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

    /// The answer of a route, or what stood against it.
    async fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Answer<Value> {
        let mut request =
            Request::builder().method(method).uri(path).header(header::HOST, "localhost");
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, token);
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
