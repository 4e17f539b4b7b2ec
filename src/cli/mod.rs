//! The command line.

mod corrections;
mod explain;
mod serve;
mod state;

use std::error::Error;
use std::sync::Arc;

use anilist_trakt_sync::app::App;
use anilist_trakt_sync::clock::Clock;
use anilist_trakt_sync::config::{Config, StoreConfig};
use anilist_trakt_sync::domain::AnilistId;
use anilist_trakt_sync::store::{self, Store};
use clap::{Parser, Subcommand};

/// Keeps a Trakt watch history true to an AniList anime list.
#[derive(Parser)]
#[command(version, about)]
pub(crate) struct Arguments {
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
    /// Tells why a title is placed where it is: every candidate and every check.
    Explain {
        /// The AniList id, or the address of the title.
        #[arg(value_parser = anilist_id)]
        title: AnilistId,
        /// Prints what GET /api/explain answers.
        #[arg(long)]
        json: bool,
    },
    /// Which show or film a title is, where you know better.
    #[command(subcommand)]
    Mapping(corrections::Mapping),
    /// Which episode of a show an episode is, where you know better.
    #[command(subcommand)]
    Override(corrections::Override),
    /// All your mappings and overrides as one small file to share.
    #[command(subcommand)]
    Corrections(corrections::File),
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

type Outcome = Result<(), Box<dyn Error>>;

/// Does what was asked for.
pub(crate) async fn run(arguments: Arguments) -> Outcome {
    match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::serve(Config::load()?).await,
        Command::Demo => serve::demo().await,
        Command::Health => serve::health(&Config::load()?),
        Command::Explain { title, json } => explain::explain(&*app()?, title, json).await,
        Command::Mapping(what) => corrections::mapping(&*app()?, what).await,
        Command::Override(what) => corrections::correct(&*app()?, what).await,
        Command::Corrections(what) => corrections::file(&*app()?, what).await,
        Command::Export => state::export(&Config::load()?).await,
        Command::Import => state::import(&Config::load()?).await,
        Command::LookBack { to } => state::look_back(&Config::load()?, &to).await,
    }
}

/// The service's parts on the configured store, without the service. A service may run beside it.
fn app() -> Result<Arc<App>, Box<dyn Error>> {
    let config = Config::load()?;
    let store = open_store(&config)?;
    Ok(App::new(config, Clock::System, store).map_err(|error| told(&error))?)
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

/// An error of the library with its hint.
fn told(error: &anilist_trakt_sync::error::Error) -> String {
    format!("{}\n  hint: {}", error.sentence(), error.hint())
}

fn anilist_id(text: &str) -> Result<AnilistId, String> {
    AnilistId::pasted(text)
        .ok_or_else(|| "is neither an AniList id nor a title's address".to_owned())
}
