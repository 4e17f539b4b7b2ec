//! Log lines: to the console for whoever runs the service, and to the store for the page.
//!
//! Both hang on one `tracing` registry. The persistent layer only puts a line into a channel; a
//! task writes what has gathered in one go, so that logging never waits for the store.

use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer, Registry};

use crate::clock::Clock;
use crate::config::LogFormat;
use crate::live::Live;
use crate::store::{NewLogLine, Store};

/// Lines that may wait for the store. Beyond this they only reach the console.
const WAITING_LINES: usize = 4096;

/// Lines written in one go.
const LINES_PER_WRITE: usize = 256;

/// Only what this program says of itself is kept; libraries speak to the console alone.
const OWN_TARGET: &str = "anilist_trakt_sync";

/// Where it is logged how a run ended.
const ENDED: &str = "anilist_trakt_sync::sync::record";

/// The name of the span that a request's lines belong to; its field `id` is the request's number.
pub const REQUEST: &str = "request";

/// The other end of the persistent layer.
#[derive(Debug)]
pub struct LogSink {
    lines: mpsc::Receiver<NewLogLine>,
}

/// Sets up logging for the whole process. Call once.
pub fn init(format: LogFormat, filter: &str, clock: Clock) -> LogSink {
    let (layer, sink) = persistent(clock);
    let registry = Registry::default().with(EnvFilter::new(filter)).with(layer);
    let console = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let console = console.with_ansi(std::io::stderr().is_terminal());
    match format {
        LogFormat::Pretty => registry.with(console.with_target(false)).init(),
        LogFormat::Json => registry.with(console.json()).init(),
    }
    sink
}

/// The same for a command that a person waits for: its own lines are kept, and only trouble is told.
/// Call once.
pub fn init_quiet(clock: Clock) -> LogSink {
    let (layer, sink) = persistent(clock);
    let console = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let console = console.without_time().with_target(false);
    let console = console.with_ansi(std::io::stderr().is_terminal());
    // How a run ended is the command's own answer.
    let trouble = Targets::new().with_default(LevelFilter::WARN);
    let console = console.with_filter(trouble.with_target(ENDED, LevelFilter::OFF));
    Registry::default().with(layer.with_filter(LevelFilter::INFO)).with(console).init();
    sink
}

/// The layer that keeps lines for the page, and where they come out.
pub fn persistent(clock: Clock) -> (Persistent, LogSink) {
    let (sender, lines) = mpsc::channel(WAITING_LINES);
    (Persistent { sender, clock }, LogSink { lines })
}

impl LogSink {
    /// Writes lines to the store until [`LogWriter::flush`], and tells whoever watches. A store
    /// that is down loses lines of the page's log, never of the console's.
    pub fn write_to(mut self, store: Arc<dyn Store>, live: Arc<Live>) -> LogWriter {
        let (flush, mut flushed) = oneshot::channel::<()>();
        let writing = tokio::spawn(async move {
            loop {
                let mut lines = Vec::new();
                tokio::select! {
                    count = self.lines.recv_many(&mut lines, LINES_PER_WRITE) => {
                        if count == 0 {
                            return;
                        }
                    }
                    // No new lines are taken any more; what waits is written by the next rounds.
                    _ = &mut flushed, if !self.lines.is_closed() => self.lines.close(),
                }
                for line in &lines {
                    live.log(line);
                }
                // Not logged: a line about a failed write would cause the next one.
                drop(store.append_logs(lines).await);
            }
        });
        LogWriter { flush, writing }
    }
}

/// The task that writes log lines to the store.
#[derive(Debug)]
pub struct LogWriter {
    flush: oneshot::Sender<()>,
    writing: JoinHandle<()>,
}

impl LogWriter {
    /// Writes what still waits, and ends.
    pub async fn flush(self) {
        drop(self.flush);
        // It ends early only when it panicked, which the console has shown.
        drop(self.writing.await);
    }
}

/// Puts the program's own lines into a channel.
#[derive(Debug)]
pub struct Persistent {
    sender: mpsc::Sender<NewLogLine>,
    clock: Clock,
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Persistent {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id).filter(|span| span.name() == REQUEST) else { return };
        let mut number = RequestNumber::default();
        attributes.record(&mut number);
        span.extensions_mut().insert(number);
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata = event.metadata();
        if *metadata.level() > Level::INFO || !metadata.target().starts_with(OWN_TARGET) {
            return;
        }
        let mut message = Message::default();
        event.record(&mut message);
        if *metadata.level() <= Level::WARN {
            message.name_request(event, &context);
        }
        let line = NewLogLine {
            message: message.text + &message.fields,
            level: metadata.level().as_str().to_lowercase(),
            created_at: self.clock.now(),
        };
        // A full channel means that the store is slow; the line is on the console anyway.
        drop(self.sender.try_send(line));
    }
}

/// An event's sentence, followed by its fields.
#[derive(Default)]
struct Message {
    text: String,
    fields: String,
}

impl Message {
    /// Trouble is looked up by the number that the answer carried.
    fn name_request<S: Subscriber + for<'a> LookupSpan<'a>>(
        &mut self,
        event: &Event<'_>,
        context: &Context<'_, S>,
    ) {
        let mut spans = context.event_scope(event).into_iter().flatten();
        let number =
            spans.find_map(|span| Some(span.extensions().get::<RequestNumber>()?.0.clone()));
        if let Some(number) = number {
            // Writing to a string cannot fail.
            let _ = write!(self.fields, " request={number}");
        }
    }
}

/// The number of a request, as its span has it.
#[derive(Default)]
struct RequestNumber(String);

impl Visit for RequestNumber {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "id" {
            value.clone_into(&mut self.0);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        // Writing to a string cannot fail.
        let _ = if field.name() == "message" {
            write!(self.text, "{value:?}")
        } else {
            write!(self.fields, " {}={value:?}", field.name())
        };
    }
}
