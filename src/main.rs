//! Command line, configuration, service.

use std::error::Error;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anilist_trakt_sync::app::App;
use anilist_trakt_sync::clock::Clock;
use anilist_trakt_sync::config::{Config, StoreConfig};
use anilist_trakt_sync::demo::{Demo, World};
use anilist_trakt_sync::domain::AccountId;
use anilist_trakt_sync::store::{self, Store, Write, keys, transfer};
use anilist_trakt_sync::{telemetry, web};
use clap::{Parser, Subcommand};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tokio::net::TcpListener;

/// Keeps a Trakt watch history true to an AniList anime list.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the HTTP service and its page (the default).
    Serve,
    /// Runs the service against services built into it: no account needed, nothing is kept.
    Demo,
    /// Asks a running service on this machine whether it is alive.
    Health,
    /// Prints all state as lines of JSON, tokens included. Stop the service before.
    Export,
    /// Reads what `export` printed, from the standard input, into an empty store.
    Import,
    /// Lets the next full sync look at everything changed since a day (UTC) or a moment.
    LookBack {
        /// Such as 2026-11-01 or 2026-11-01T12:00:00Z.
        to: String,
    },
}

/// How long a service that is well may take to say so.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(3);

type Outcome = Result<(), Box<dyn Error>>;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(cause) => return failed(&cause),
    };
    let outcome = runtime.block_on(async {
        match arguments.command.unwrap_or(Command::Serve) {
            Command::Serve => serve(Config::load()?).await,
            Command::Demo => demo().await,
            Command::Health => health(&Config::load()?),
            Command::Export => export(&Config::load()?).await,
            Command::Import => import(&Config::load()?).await,
            Command::LookBack { to } => look_back(&Config::load()?, &to).await,
        }
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => failed(cause.as_ref()),
    }
}

#[expect(clippy::print_stderr, reason = "this is what a person who started it reads")]
fn failed(cause: &dyn Error) -> ExitCode {
    eprintln!("error: {}", cause.to_string().trim_end());
    ExitCode::FAILURE
}

/// A newcomer sees the whole product work: one person's list, a Trakt account, the mapping files.
async fn demo() -> Outcome {
    let clock = Clock::System;
    let folder = tempfile::tempdir()?;
    let services = Demo::start(World::sample(clock.now()), clock).await?;
    let config = Config::for_demo(services.settings(), folder.path())?;
    serve(config).await?;
    services.stop().await;
    Ok(())
}

async fn serve(config: Config) -> Outcome {
    let clock = Clock::System;
    let sink = telemetry::init(config.log_format, &config.log_filter, clock.clone());
    let store = open_store(&config)?;
    let listener = listen(config.listen).await?;
    let address = listener.local_addr()?;
    let app = App::new(config, clock, Arc::clone(&store))?;
    let writing = sink.write_to(store);
    tracing::info!("Listening on http://{address}");
    web::serve(app, listener, ended()).await?;
    writing.flush().await;
    Ok(())
}

fn open_store(config: &Config) -> Result<Arc<dyn Store>, String> {
    store::open(&config.store).map_err(|cause| {
        let hint = match &config.store {
            StoreConfig::Sqlite { .. } => "set DATA_DIR to a folder that this user can write to",
            StoreConfig::Redis { .. } => "check REDIS_URL",
            StoreConfig::Rest { .. } => "check KV_REST_API_URL and KV_REST_API_TOKEN",
        };
        format!("{cause}\n  hint: {hint}")
    })
}

async fn export(config: &Config) -> Outcome {
    let store = open_store(config)?;
    let mut output = std::io::stdout().lock();
    for line in transfer::export(&*store).await? {
        serde_json::to_writer(&mut output, &line)?;
        writeln!(output)?;
    }
    Ok(output.flush()?)
}

async fn import(config: &Config) -> Outcome {
    let mut lines = Vec::new();
    for (number, text) in (1..).zip(std::io::stdin().lines()) {
        let line = serde_json::from_str(&text?)
            .map_err(|cause| format!("line {number} is not what export prints: {cause}"))?;
        lines.push(line);
    }
    Ok(transfer::import(&*open_store(config)?, lines).await?)
}

async fn look_back(config: &Config, to: &str) -> Outcome {
    let day = || Some(to.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp());
    let moment = to.parse::<Timestamp>().ok().or_else(day).ok_or_else(|| {
        format!("is neither a day nor a moment: {to}\n  hint: write it like 2026-11-01")
    })?;
    let value = Some(moment.as_second().to_string());
    let change = vec![Write::Config { key: keys::LAST_SYNC_TIMESTAMP, value }];
    Ok(open_store(config)?.write(&AccountId::default(), change).await?)
}

async fn listen(address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|cause| {
        format!(
            "cannot listen on {address}: {cause}\n  hint: stop what uses it, or set another PORT"
        )
    })
}

/// The end of the service: an interrupt, or what a supervisor sends.
async fn ended() {
    let interrupt = async { tokio::signal::ctrl_c().await.map_or_else(|_| (), |()| ()) };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else { return interrupt.await };
        tokio::select! {
            () = interrupt => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    interrupt.await;
}

/// Asks `/healthz` on this machine, so that a container without a shell can check itself.
fn health(config: &Config) -> Outcome {
    let address = SocketAddr::from(([127, 0, 0, 1], config.listen.port()));
    let mut connection = TcpStream::connect_timeout(&address, HEALTH_TIMEOUT)?;
    connection.set_read_timeout(Some(HEALTH_TIMEOUT))?;
    connection
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut status = [0; "HTTP/1.1 200".len()];
    connection.read_exact(&mut status)?;
    if &status == b"HTTP/1.1 200" { Ok(()) } else { Err("the service is not well".into()) }
}
