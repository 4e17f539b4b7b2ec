//! A server for one test, and a client that is in no hurry and sees a clock stand still.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anilist_trakt_sync_connectors::clock::{Clock, ManualClock};
use anilist_trakt_sync_connectors::outbound::{Fault, Limits, Outbound, ProviderError};
use axum::body::Bytes;
use axum::extract::Query;
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A request as a server saw it.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) path: String,
    pub(crate) query: HashMap<String, String>,
    pub(crate) headers: HeaderMap,
    /// Null where there is no JSON body.
    pub(crate) body: Value,
}

impl Call {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn query(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }
}

/// A server on a free port, which ends with the test.
pub(crate) struct Server {
    pub(crate) url: String,
    calls: Arc<Mutex<Vec<Call>>>,
    task: JoinHandle<()>,
}

impl Server {
    /// Answers every request by a function of the number of requests before it and the request.
    pub(crate) async fn start<R: IntoResponse>(
        answer: impl Fn(usize, &Call) -> R + Send + Sync + 'static,
    ) -> Self {
        Self::start_async(move |number, call| {
            let response = answer(number, &call).into_response();
            async move { response }
        })
        .await
    }

    /// The same with a function that may wait.
    pub(crate) async fn start_async<F>(
        answer: impl Fn(usize, Call) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Response> + Send,
    {
        let calls: Arc<Mutex<Vec<Call>>> = Arc::default();
        let (seen, answer) = (Arc::clone(&calls), Arc::new(answer));
        let handler = move |uri: Uri, headers: HeaderMap, body: Bytes| {
            let Query(query) = Query::try_from_uri(&uri).unwrap();
            let body = serde_json::from_slice(&body).unwrap_or_default();
            let call = Call { path: uri.path().to_owned(), query, headers, body };
            let number = {
                let mut seen = seen.lock().unwrap();
                seen.push(call.clone());
                seen.len() - 1
            };
            let answer = Arc::clone(&answer);
            async move { answer(number, call).await }
        };
        Self::serve(Router::new().fallback(handler), calls).await
    }

    async fn serve(router: Router, calls: Arc<Mutex<Vec<Call>>>) -> Self {
        let router = router.layer(tower_http::compression::CompressionLayer::new());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, calls, task }
    }

    /// Every request so far.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    /// How many requests there were to this path.
    pub(crate) fn count(&self, path: &str) -> usize {
        self.calls().iter().filter(|call| call.path == path).count()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The address of a port on which nobody listens.
pub(crate) async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

/// Limits that no test runs into, and repeats that come at once.
pub(crate) fn no_limits() -> Limits {
    Limits { first_backoff: Duration::from_millis(1), ..Limits::default() }
}

/// A client with a clock that stands at noon on 1 November 2026.
pub(crate) fn outbound() -> (Outbound, ManualClock) {
    let clock = ManualClock::new("2026-11-01T12:00:00Z".parse().unwrap());
    (Outbound::new(no_limits(), Clock::Manual(clock.clone())).unwrap(), clock)
}

/// The fault of what is expected to fail.
pub(crate) fn fault<T>(result: Result<T, ProviderError>) -> Fault {
    result.err().unwrap().fault
}

/// An answer of this status and JSON.
pub(crate) fn json(status: u16, body: Value) -> Response {
    (axum::http::StatusCode::from_u16(status).unwrap(), Json(body)).into_response()
}

/// A page such as edges send.
pub(crate) fn page(status: u16) -> Response {
    let status = axum::http::StatusCode::from_u16(status).unwrap();
    (status, axum::response::Html("<!DOCTYPE html><title>Attention</title>")).into_response()
}
