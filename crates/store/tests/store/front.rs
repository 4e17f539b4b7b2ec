//! Upstash's REST protocol in front of a real Redis, as its documents describe it: `/`,
//! `/pipeline` and `/multi-exec` with a bearer token; answers as `{"result"}` or `{"error"}`, in
//! base64 but for a bare `OK` when asked; a megabyte a request at most.

use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::{Json, Router};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use redis::Value as Answer;
use redis::aio::MultiplexedConnection;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;

pub(crate) const TOKEN: &str = "rest-token";

/// The largest request and the largest answer, in bytes.
const MEGABYTE: usize = 1_000_000;

/// A running front. It ends when this is dropped.
pub(crate) struct Front {
    pub(crate) url: String,
    shared: Arc<Shared>,
    _server: AbortOnDropHandle<()>,
}

struct Shared {
    redis: redis::Client,
    largest: Mutex<usize>,
    refusal: Mutex<Option<(u16, String)>>,
}

impl Front {
    /// Starts a front before the Redis at this address.
    pub(crate) async fn start(redis: &str) -> Self {
        let shared = Arc::new(Shared {
            redis: redis::Client::open(redis).unwrap(),
            largest: Mutex::default(),
            refusal: Mutex::default(),
        });
        let router = Router::new()
            .route("/", post(single))
            .route("/pipeline", post(pipeline))
            .route("/multi-exec", post(multi_exec))
            .layer(DefaultBodyLimit::disable())
            .with_state(Arc::clone(&shared));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, shared, _server: AbortOnDropHandle::new(server) }
    }

    /// The size of the largest request or answer so far.
    pub(crate) fn largest(&self) -> usize {
        *self.shared.largest.lock().unwrap()
    }

    /// Answers everything with this status and body from now on.
    pub(crate) fn refuse(&self, refusal: Option<(u16, &str)>) {
        let refusal = refusal.map(|(status, body)| (status, body.to_owned()));
        *self.shared.refusal.lock().unwrap() = refusal;
    }
}

type Shares = State<Arc<Shared>>;

async fn single(State(shared): Shares, headers: HeaderMap, body: Bytes) -> Response {
    let command = [serde_json::from_slice(&body).unwrap_or_default()];
    match shared.run(&headers, &body, &command, false).await {
        Ok(mut answers) => {
            let answer = answers.remove(0);
            let failed = answer.get("error").is_some();
            let status = if failed { StatusCode::BAD_REQUEST } else { StatusCode::OK };
            (status, Json(answer)).into_response()
        }
        Err(refusal) => refusal,
    }
}

async fn pipeline(State(shared): Shares, headers: HeaderMap, body: Bytes) -> Response {
    shared.many(&headers, &body, false).await
}

async fn multi_exec(State(shared): Shares, headers: HeaderMap, body: Bytes) -> Response {
    shared.many(&headers, &body, true).await
}

fn refusal(status: u16, words: &str) -> Response {
    (StatusCode::from_u16(status).unwrap(), Json(json!({ "error": words }))).into_response()
}

impl Shared {
    async fn many(&self, headers: &HeaderMap, body: &Bytes, atomic: bool) -> Response {
        let Ok(commands) = serde_json::from_slice::<Vec<Vec<Value>>>(body) else {
            return refusal(400, "ERR failed to parse pipeline request");
        };
        match self.run(headers, body, &commands, atomic).await {
            Ok(answers) => {
                let text = serde_json::to_vec(&answers).unwrap();
                self.note(text.len());
                ([("content-type", "application/json")], text).into_response()
            }
            Err(refusal) => refusal,
        }
    }

    fn note(&self, size: usize) {
        let mut largest = self.largest.lock().unwrap();
        *largest = size.max(*largest);
    }

    async fn run(
        &self,
        headers: &HeaderMap,
        body: &Bytes,
        commands: &[Vec<Value>],
        atomic: bool,
    ) -> Result<Vec<Value>, Response> {
        if let Some((status, body)) = self.refusal.lock().unwrap().clone() {
            return Err((StatusCode::from_u16(status).unwrap(), body).into_response());
        }
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
        if header("authorization") != Some(&format!("Bearer {TOKEN}")) {
            return Err(refusal(401, "Unauthorized"));
        }
        self.note(body.len());
        if body.len() > MEGABYTE {
            return Err(refusal(400, "ERR max request size exceeded"));
        }
        let answers = self.ask(commands, atomic).await;
        let answers = answers.map_err(|error| refusal(400, &words(&error)))?;
        let base64 = header("upstash-encoding") == Some("base64");
        Ok(answers.into_iter().map(|answer| element(answer, base64)).collect())
    }

    async fn ask(&self, commands: &[Vec<Value>], atomic: bool) -> redis::RedisResult<Vec<Answer>> {
        let mut connection = self.connect().await?;
        let mut pipe = redis::pipe();
        if atomic {
            pipe.atomic();
        }
        for command in commands {
            let mut words = command.iter().map(word);
            pipe.cmd(&words.next().unwrap_or_default());
            words.for_each(|word| {
                pipe.arg(word);
            });
        }
        let (skipped, count) = if atomic { (commands.len() + 1, 1) } else { (0, commands.len()) };
        let answers = connection.send_packed_commands(&pipe, skipped, count).await?;
        match answers.into_iter().collect::<Vec<_>>() {
            mut one if atomic => match one.remove(0) {
                Answer::Array(answers) => Ok(answers),
                Answer::ServerError(error) => Err(error.into()),
                other => Ok(vec![other]),
            },
            answers => Ok(answers),
        }
    }

    async fn connect(&self) -> redis::RedisResult<MultiplexedConnection> {
        let config = redis::AsyncConnectionConfig::new()
            .set_connection_timeout(None)
            .set_response_timeout(None);
        self.redis.get_multiplexed_async_connection_with_config(&config).await
    }
}

/// An argument: numbers are allowed.
fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn words(error: &redis::RedisError) -> String {
    let code = error.code().unwrap_or("ERR");
    format!("{code} {}", error.detail().unwrap_or_default())
}

fn element(answer: Answer, base64: bool) -> Value {
    match answer {
        Answer::ServerError(error) => json!({ "error": words(&error.into()) }),
        answer => json!({ "result": result(answer, base64) }),
    }
}

fn result(answer: Answer, base64: bool) -> Value {
    let text = |bytes: &[u8]| {
        if base64 {
            BASE64_STANDARD.encode(bytes)
        } else {
            String::from_utf8_lossy(bytes).into_owned()
        }
    };
    match answer {
        Answer::Nil => Value::Null,
        Answer::Okay => "OK".into(),
        Answer::Int(number) => number.into(),
        Answer::BulkString(bytes) => text(&bytes).into(),
        Answer::SimpleString(words) => text(words.as_bytes()).into(),
        Answer::Array(items) => items.into_iter().map(|item| result(item, base64)).collect(),
        other => panic!("an answer nobody asks for: {other:?}"),
    }
}
