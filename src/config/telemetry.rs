//! Log lines: to the console for whoever runs the service, and to the store for the page.
//!
//! Both hang on one `tracing` registry. The persistent layer only puts a line into a channel; a
//! task writes what has gathered in one go, so that logging never waits for the store.

use std::fmt::{self, Write as _};
use std::io::{self, IsTerminal as _};
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::filter::{FilterExt as _, LevelFilter, Targets, filter_fn};
use tracing_subscriber::fmt::FormatFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer, Registry};

use crate::clock::Clock;
use crate::domain::{AccountId, NewLogLine};
use crate::hub::live::{FIRST_PERSON, News, PERSON, REQUEST};
use crate::plain::{plain, plain_json};
use crate::store::Store;

/// Lines that may wait for the store. Beyond this they only reach the console.
const WAITING_LINES: usize = 4096;

/// Lines written in one go.
const LINES_PER_WRITE: usize = 256;

/// Only what this program says of itself is kept; libraries speak to the console alone.
const OWN_TARGET: &str = "anilist_trakt_sync";

/// Where it is logged how a run ended.
const ENDED: &str = "anilist_trakt_sync::sync::run_log";

/// How console lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

/// The other end of the persistent layer.
#[derive(Debug)]
pub struct LogSink {
    lines: mpsc::Receiver<NewLogLine>,
}

/// Sets up logging for the whole process. Call once.
pub fn init(format: LogFormat, filter: &str, clock: Clock) -> LogSink {
    let (layer, sink) = persistent(clock);
    let registry = Registry::default().with(EnvFilter::new(filter)).with(layer);
    let console = tracing_subscriber::fmt::layer();
    let console = console.with_ansi(io::stderr().is_terminal());
    match format {
        LogFormat::Pretty => {
            let console = console.fmt_fields(PlainFields).with_writer(io::stderr);
            let console = console.with_target(false).with_filter(filter_fn(is_told));
            registry.with(console).init();
        }
        LogFormat::Json => {
            let console = console.json().with_writer(|| JsonLines(io::stderr()));
            registry.with(console.with_filter(filter_fn(is_told))).init();
        }
    }
    sink
}

/// Whether the console shows it: the first account's span would say the same on every line.
fn is_told(metadata: &Metadata<'_>) -> bool {
    metadata.target() != FIRST_PERSON
}

/// Writes an event's sentence and fields so that nothing in them, such as a title or what another
/// service said, steers the terminal or looks like a line of its own.
#[derive(Debug, Clone, Copy)]
struct PlainFields;

impl<'w> FormatFields<'w> for PlainFields {
    fn format_fields<R: RecordFields>(&self, mut writer: Writer<'w>, fields: R) -> fmt::Result {
        let mut message = Message::default();
        fields.record(&mut message);
        let (text, fields) = (plain(&message.text), plain(&message.fields));
        let fields = if text.is_empty() { fields.trim_start() } else { &fields };
        write!(writer, "{text}{fields}")
    }
}

/// The same for lines of JSON, which escape less by themselves. Each event is one write.
struct JsonLines<W>(W);

impl<W: io::Write> io::Write for JsonLines<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.write_all(plain_json(&String::from_utf8_lossy(line)).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// The same for a command that a person waits for: its own lines are kept, and only trouble is told.
/// Call once.
pub fn init_quiet(clock: Clock) -> LogSink {
    let (layer, sink) = persistent(clock);
    let console = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    let console = console.without_time().with_target(false).fmt_fields(PlainFields);
    let console = console.with_ansi(io::stderr().is_terminal());
    // How a run ended is the command's own answer.
    let trouble = Targets::new().with_default(LevelFilter::WARN);
    let trouble = trouble.with_target(ENDED, LevelFilter::OFF);
    let console = console.with_filter(trouble.and(filter_fn(is_told)));
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
    pub fn write_to(mut self, store: Arc<dyn Store>, news: Arc<News>) -> LogWriter {
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
                    news.log(line);
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
        let Some(span) = context.span(id) else { return };
        match span.name() {
            REQUEST => {
                let mut number = TextOf::new("id");
                attributes.record(&mut number);
                span.extensions_mut().insert(RequestNumber(number.text));
            }
            PERSON => {
                let mut account = TextOf::new("account");
                attributes.record(&mut account);
                span.extensions_mut().insert(AccountId::new(account.text));
            }
            _ => {}
        }
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
            account: noted::<S, AccountId>(event, &context),
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
        if let Some(RequestNumber(number)) = noted(event, context) {
            // Writing to a string cannot fail.
            let _ = write!(self.fields, " request={number}");
        }
    }
}

/// What was noted of the innermost span around an event that has it.
fn noted<S: Subscriber + for<'a> LookupSpan<'a>, N: Clone + Send + Sync + 'static>(
    event: &Event<'_>,
    context: &Context<'_, S>,
) -> Option<N> {
    let mut spans = context.event_scope(event).into_iter().flatten();
    spans.find_map(|span| span.extensions().get::<N>().cloned())
}

/// The number of a request, as its span has it.
#[derive(Clone)]
struct RequestNumber(String);

/// The text of one field.
struct TextOf {
    field: &'static str,
    text: String,
}

impl TextOf {
    fn new(field: &'static str) -> Self {
        Self { field, text: String::new() }
    }
}

impl Visit for TextOf {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == self.field {
            value.clone_into(&mut self.text);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a string cannot fail.
        let _ = if field.name() == "message" {
            write!(self.text, "{value:?}")
        } else {
            write!(self.fields, " {}={value:?}", field.name())
        };
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, PoisonError};

    use super::*;
    use crate::hub::live::span_of;

    /// A console that remembers.
    #[derive(Clone, Default)]
    struct Console(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Console {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Console {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    const FORGED: &str =
        "Tit\u{1b}]0;owned\u{7}le\r\n2026-11-27T00:00:00Z ERROR forged \u{9b}2J \u{202e}";

    fn log_something() {
        let request = tracing::info_span!("request", id = FORGED);
        request.in_scope(
            || tracing::warn!(title = FORGED, shown = %FORGED, "Searching {FORGED} stopped"),
        );
    }

    #[test]
    fn a_title_makes_no_line_of_its_own_and_steers_nothing() {
        let console = Console::default();
        let writer = console.clone();
        let layer = tracing_subscriber::fmt::layer().with_ansi(false).fmt_fields(PlainFields);
        let registry = Registry::default().with(layer.with_writer(move || writer.clone()));
        tracing::subscriber::with_default(registry, log_something);
        let text = console.text();
        assert_eq!(text.matches('\n').count(), 1, "{text}");
        assert!(!text.trim_end().contains(|c: char| c.is_control() || c == '\u{202e}'), "{text}");
        assert!(text.contains("Searching Tit\\u{1b}]0;owned"), "{text}");
    }

    #[test]
    fn a_line_is_kept_with_whose_it_is_and_the_console_names_all_but_the_first() {
        let console = Console::default();
        let writer = console.clone();
        let told = tracing_subscriber::fmt::layer().with_ansi(false).fmt_fields(PlainFields);
        let told = told.with_writer(move || writer.clone()).without_time();
        let (kept, mut sink) = persistent(Clock::System);
        let registry = Registry::default().with(kept).with(told.with_filter(filter_fn(is_told)));
        let first = AccountId::default();
        let another = AccountId::new("u2".to_owned());
        tracing::subscriber::with_default(registry, || {
            tracing::info!("one");
            span_of(&first).in_scope(|| tracing::info!("two"));
            let request = tracing::error_span!("request", id = "7");
            let asked = request.in_scope(|| span_of(&another));
            asked.in_scope(|| span_of(&another).in_scope(|| tracing::warn!("three")));
        });
        let lines = std::iter::from_fn(|| sink.lines.try_recv().ok());
        let lines: Vec<_> = lines.map(|line| (line.message, line.account)).collect();
        let kept = |text: &str, account| (text.to_owned(), account);
        let [one, two] = [kept("one", None), kept("two", Some(first))];
        assert_eq!(lines, [one, two, kept("three request=7", Some(another))]);
        let text = console.text();
        assert_eq!(text.matches("person{").count(), 1, "{text}");
        assert!(
            text.contains("person{ account=\"u2\"}") || text.contains("person{account="),
            "{text}"
        );
    }

    #[test]
    fn a_line_of_json_is_one_line_of_json_without_controls() {
        let console = Console::default();
        let writer = console.clone();
        let layer = tracing_subscriber::fmt::layer().json();
        let registry =
            Registry::default().with(layer.with_writer(move || JsonLines(writer.clone())));
        tracing::subscriber::with_default(registry, log_something);
        let text = console.text();
        let line: serde_json::Value = serde_json::from_str(text.trim_end()).unwrap();
        assert_eq!(line["fields"]["title"], FORGED);
        assert!(!text.trim_end().contains(|c: char| c.is_control() || c == '\u{202e}'), "{text}");
    }
}
