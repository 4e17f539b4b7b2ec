//! Faults that a test (or a curious person) asks for: each hits chosen requests, then is used up.

use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::http::Response;
use tokio::io::{AsyncRead, ReadBuf};
use tokio_util::io::ReaderStream;
use tokio_util::sync::CancellationToken;

use anilist_trakt_sync_core::domain::Service;

use super::http::{Reply, Request};

/// What the client is shown in place of the true answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// This status with these headers and this body.
    Status {
        /// The HTTP status.
        status: u16,
        /// Names and values.
        headers: Vec<(String, String)>,
        /// The body; JSON when it begins with a brace.
        body: String,
    },
    /// A page as the network's edge sends it, with this status.
    Html {
        /// The HTTP status; 200 is possible and nastier.
        status: u16,
    },
    /// The connection ends without an answer.
    Reset,
    /// The true head, half of the body, then the connection ends.
    Truncate,
    /// Nothing for this long, then the connection ends.
    Hang(Duration),
    /// The true answer, this much later. The request is always processed.
    Slow(Duration),
    /// The true answer, once the faults are taken away. The request is always processed.
    Held,
}

/// Whether the request still takes effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// The request never reaches the service.
    Lost,
    /// The request is processed, and only then the fault is shown: the lost answer.
    Applied,
    /// The request is kept, and processed when somebody says so: it lands late.
    Late,
    /// Of the episodes that it names these take effect, and the rest lands late.
    Partly(Range<usize>),
}

/// A fault and the requests it hits.
#[derive(Debug, Clone)]
pub struct Fault {
    service: Service,
    method: Option<String>,
    path_contains: String,
    after: u32,
    times: u32,
    action: Action,
    effect: Effect,
    healed: CancellationToken,
}

impl Fault {
    /// Hits the next request to this service, whatever it asks.
    pub fn new(service: Service, action: Action) -> Self {
        Self {
            service,
            method: None,
            path_contains: String::new(),
            after: 0,
            times: 1,
            action,
            effect: Effect::Lost,
            healed: CancellationToken::new(),
        }
    }

    /// Only requests with this method, such as `POST`.
    #[must_use]
    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    /// Only requests whose path and query contain this text. AniList's path is the operation's name.
    #[must_use]
    pub fn path(mut self, part: &str) -> Self {
        part.clone_into(&mut self.path_contains);
        self
    }

    /// Lets this many matching requests pass first.
    #[must_use]
    pub fn after(mut self, requests: u32) -> Self {
        self.after = requests;
        self
    }

    /// Hits this many requests; `u32::MAX` is for ever.
    #[must_use]
    pub fn times(mut self, requests: u32) -> Self {
        self.times = requests;
        self
    }

    /// The request is processed before the fault is shown.
    #[must_use]
    pub fn applied(mut self) -> Self {
        self.effect = Effect::Applied;
        self
    }

    /// The request is processed only by [`super::Demo::land`], long after the fault was shown.
    #[must_use]
    pub fn late(mut self) -> Self {
        self.effect = Effect::Late;
        self
    }

    /// These of the episodes that the request names take effect before the fault is shown, and the
    /// rest with [`super::Demo::land`].
    #[must_use]
    pub fn partly(mut self, episodes: Range<usize>) -> Self {
        self.effect = Effect::Partly(episodes);
        self
    }

    /// What of the request takes effect without an answer: now, and later.
    pub(super) fn unanswered(&self, request: &Request) -> (Option<Request>, Option<Request>) {
        match &self.effect {
            Effect::Lost | Effect::Applied => (None, None),
            Effect::Late => (None, Some(request.clone())),
            Effect::Partly(episodes) => {
                let (now, later) = request.parted(episodes);
                (Some(now), Some(later))
            }
        }
    }

    fn matches(&self, service: Service, request: &Request, address: &str) -> bool {
        self.service == service
            && self.method.as_deref().is_none_or(|method| method == request.method.as_str())
            && address.contains(&self.path_contains)
    }

    /// Whether the true answer is needed to play this fault out.
    pub(super) fn needs_answer(&self, service: Service, request: &Request) -> bool {
        let reads = service != Service::TRAKT || request.method == "GET";
        match self.action {
            Action::Slow(_) | Action::Held => true,
            Action::Truncate if reads => true,
            _ => self.effect == Effect::Applied,
        }
    }

    /// What the client sees; `answer` is the true one if the request was processed.
    pub(super) async fn play(self, answer: Option<Reply>) -> Response<Body> {
        match self.action {
            Action::Status { status, headers, body } => status_reply(status, headers, body),
            Action::Html { status } => Reply::html(status, "502 Bad Gateway").into_response(),
            Action::Reset => dropped(),
            Action::Truncate => truncated(&answer.unwrap_or_else(written_answer)),
            Action::Hang(delay) => {
                tokio::time::sleep(delay).await;
                dropped()
            }
            Action::Slow(delay) => {
                tokio::time::sleep(delay).await;
                late(answer)
            }
            Action::Held => {
                self.healed.cancelled().await;
                late(answer)
            }
        }
    }

    /// The seconds that the client is told to wait.
    pub(super) fn retry_after(&self) -> Option<i64> {
        let Action::Status { headers, .. } = &self.action else { return None };
        let named = |(name, _): &&(String, String)| name.eq_ignore_ascii_case("retry-after");
        headers.iter().find(named).and_then(|(_, seconds)| seconds.parse().ok())
    }

    /// The status that the client gets to see, if any.
    pub(super) fn shown_status(&self, answer: Option<&Reply>) -> Option<u16> {
        match self.action {
            Action::Status { status, .. } | Action::Html { status } => Some(status),
            Action::Slow(_) | Action::Held => answer.map(|reply| reply.status),
            Action::Reset | Action::Truncate | Action::Hang(_) => None,
        }
    }
}

fn late(answer: Option<Reply>) -> Response<Body> {
    answer.unwrap_or_else(|| Reply::empty(503)).into_response()
}

fn status_reply(status: u16, headers: Vec<(String, String)>, body: String) -> Response<Body> {
    let kind = if body.starts_with('{') { "application/json; charset=utf-8" } else { "text/plain" };
    let mut reply = Reply::bytes(status, kind, body.into_bytes());
    reply.headers.extend(headers);
    reply.into_response()
}

/// What a truncated write would have answered; half of it is all that anyone sees.
fn written_answer() -> Reply {
    Reply::json(201, &serde_json::json!({"added": {"movies": 0, "episodes": 0}, "not_found": {}}))
}

/// The server gives the connection up before a byte of the head has left: it writes a head out only
/// together with the first of the body, and this body (which is not empty, or nobody would ask for
/// it) fails before that.
fn dropped() -> Response<Body> {
    Reply::bytes(200, "text/plain", vec![b'x']).head_over(broken_after(Vec::new()))
}

fn truncated(answer: &Reply) -> Response<Body> {
    let half = answer.body[..answer.body.len() / 2].to_vec();
    answer.head_over(broken_after(half))
}

fn broken_after(part: Vec<u8>) -> Body {
    Body::from_stream(ReaderStream::new(Broken { part, state: Sending::Part }))
}

/// A body that ends in an error. The server sends what came before it and closes the connection.
struct Broken {
    part: Vec<u8>,
    state: Sending,
}

enum Sending {
    Part,
    /// One turn without data, in which the server flushes what it has.
    Pause,
    Failure,
}

impl AsyncRead for Broken {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.state {
            Sending::Part if !self.part.is_empty() => {
                let length = self.part.len().min(buffer.remaining());
                let sent: Vec<u8> = self.part.drain(..length).collect();
                buffer.put_slice(&sent);
                if self.part.is_empty() {
                    self.state = Sending::Pause;
                }
                Poll::Ready(Ok(()))
            }
            Sending::Pause => {
                self.state = Sending::Failure;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Sending::Part | Sending::Failure => {
                Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
            }
        }
    }
}

/// The faults that are in force.
#[derive(Default)]
pub(super) struct Faults {
    all: Vec<Fault>,
    healed: CancellationToken,
}

impl Faults {
    pub(super) fn add(&mut self, fault: Fault) {
        self.all.push(Fault { healed: self.healed.clone(), ..fault });
    }

    pub(super) fn clear(&mut self) {
        self.all.clear();
        std::mem::take(&mut self.healed).cancel();
    }

    /// The fault this request runs into. Every matching request uses the first match up a little.
    pub(super) fn take(
        &mut self,
        service: Service,
        request: &Request,
        address: &str,
    ) -> Option<Fault> {
        let hit = |fault: &&mut Fault| fault.times > 0 && fault.matches(service, request, address);
        let fault = self.all.iter_mut().find(hit)?;
        if fault.after > 0 {
            fault.after -= 1;
            return None;
        }
        if fault.times != u32::MAX {
            fault.times -= 1;
        }
        Some(fault.clone())
    }
}
