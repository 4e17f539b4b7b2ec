//! The command line.

mod account;
mod answer;
mod api;
mod corrections;
mod doctor;
mod explain;
mod input;
mod inspect;
mod library;
mod machine;
mod output;
mod plays;
mod progress;
mod serve;
mod settings;
mod shell;
mod sign_in;
mod state;
mod sync;
mod trouble;

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use anilist_trakt_sync::clock::Clock;
use anilist_trakt_sync::config::{Config, SetByFile};
use anilist_trakt_sync::domain::AnilistId;
use anilist_trakt_sync::hub::people::People;
use anilist_trakt_sync::hub::person::Person;
use anilist_trakt_sync::plain::plain;
use clap::{Parser, Subcommand};

use self::api::Api;
pub(crate) use self::machine::prepare;
use self::output::{Printer, say, zone};
use self::trouble::{CODES, Ended, Trouble};

/// Keeps a Trakt watch history true to an AniList anime list.
#[derive(Parser)]
#[command(version, about, after_help = CODES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Prints what the API answers, as JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the HTTP service and its page (the default).
    Serve,
    /// Runs the service against services built into it: no account needed, nothing is kept.
    Demo {
        /// Begins with an empty library, as for somebody who is new.
        #[arg(long)]
        empty: bool,
    },
    /// Asks a running service on this machine whether it is alive.
    Health,
    /// Posts what was watched and is not on Trakt yet.
    Sync(sync::Sync),
    /// Says what a sync would post, and what not and why; the same as `sync --dry-run`.
    Plan(sync::Plan),
    /// Fetches the mapping files again, or one of them.
    Refresh {
        /// Which file; all of them when left out.
        file: Option<sync::File>,
    },
    /// Signs in to a service.
    #[command(subcommand)]
    Auth(sign_in::Auth),
    /// Looks for what is likeliest to be wrong with the set-up, each with the next step.
    Doctor,
    /// Tells how the service stands: its syncs, its connections, what waits.
    Status,
    /// Lists the last runs, or one run with its plays by title.
    Runs {
        /// The number of a run.
        id: Option<u64>,
        /// Every play by itself.
        #[arg(long)]
        all: bool,
    },
    /// Takes the plays of a run off Trakt again.
    Undo {
        /// The number of the run.
        id: u64,
        /// Says what would be removed, and removes nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// What waits for a decision, and deciding it.
    Unmapped {
        #[command(subcommand)]
        what: Option<inspect::Unmapped>,
    },
    /// Places on Trakt to choose from for a title.
    Suggest {
        /// The AniList id, or the address of the title.
        #[arg(value_parser = anilist_id)]
        title: AnilistId,
    },
    /// Looks for a show or film on Trakt by its title.
    Search {
        /// The title, or a part of it.
        text: String,
    },
    /// Starts a title afresh; what Trakt has already is still not posted again.
    Forget {
        /// The AniList id, or the address of the title.
        #[arg(value_parser = anilist_id)]
        title: AnilistId,
    },
    /// Prints the newest log lines that are kept, the oldest first.
    Logs,
    /// Tells why a title is placed where it is: every candidate and every check.
    Explain {
        /// The AniList id, or the address of the title.
        #[arg(value_parser = anilist_id)]
        title: AnilistId,
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
    /// What you have set, and setting it.
    Settings {
        #[command(subcommand)]
        what: Option<settings::Settings>,
    },
    /// Who has an account, and managing them.
    #[command(subcommand)]
    Account(account::Account),
    /// Writes the library to a file; without one, prints all state, tokens included.
    ///
    /// All state is lines of JSON, for another store. Stop the service before.
    Export(library::Export),
    /// Reads a list from a file; without one, what `export` printed, into an empty store.
    ///
    /// What `export` printed comes from the standard input.
    Import(library::Import),
    /// Lets the next full sync look at everything changed since a day (UTC) or a moment.
    LookBack {
        /// Such as 2026-11-01 or 2026-11-01T12:00:00Z.
        to: String,
    },
    /// Prints what a shell needs to complete these commands.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Prints the manual page.
    Man,
}

type Answer<T> = Result<T, Box<dyn Error>>;
type Outcome = Answer<()>;

/// Does what was asked for.
pub(crate) async fn run(Arguments { command, json }: Arguments) -> Answer<Ended> {
    let done = match command.unwrap_or(Command::Serve) {
        Command::Sync(what) => return sync::sync(what, json).await,
        Command::Plan(what) => sync::plan(&what, json).await,
        Command::Undo { id, dry_run } => return sync::undo(id, dry_run, json).await,
        Command::Refresh { file } => sync::refresh(file, json).await,
        Command::Serve => serve::serve(Config::load()?).await,
        Command::Demo { empty } => serve::demo(empty).await,
        Command::Health => serve::health(&Config::load()?),
        Command::Auth(sign_in::Auth::Trakt) => sign_in::trakt(&*person().await?, json).await,
        Command::Doctor => doctor::doctor(json).await,
        Command::Status => inspect::status(&Desk::open(json).await?).await,
        Command::Runs { id, all } => inspect::runs(&Desk::open(json).await?, id, all).await,
        Command::Unmapped { what } => inspect::unmapped(&Desk::open(json).await?, what).await,
        Command::Suggest { title } => inspect::suggest(&Desk::open(json).await?, title).await,
        Command::Search { text } => inspect::search(&Desk::open(json).await?, &text).await,
        Command::Forget { title } => inspect::forget(&Desk::open(json).await?, title).await,
        Command::Logs => inspect::logs(&Desk::open(json).await?).await,
        Command::Explain { title } => explain::explain(&*person().await?, title, json).await,
        Command::Mapping(what) => corrections::mapping(&Desk::open(json).await?, what).await,
        Command::Override(what) => corrections::correct(&Desk::open(json).await?, what).await,
        Command::Corrections(what) => corrections::file(&Desk::open(json).await?, what).await,
        Command::Settings { what } => settings::settings(&Desk::open(json).await?, what).await,
        Command::Account(what) => account::account(&Desk::open(json).await?, what).await,
        Command::Export(what) => export(what, json).await,
        Command::Import(what) => import(what, json).await,
        Command::LookBack { to } => state::look_back(&config()?, &to).await,
        Command::Completions { shell } => shell::completions(shell),
        Command::Man => shell::manual(),
    };
    done.map(|()| Ended::Done)
}

async fn export(what: library::Export, json: bool) -> Outcome {
    match &what.file {
        Some(file) => library::export(&Desk::open(json).await?, file, &what).await,
        None => state::export(&config()?).await,
    }
}

async fn import(what: library::Import, json: bool) -> Outcome {
    match (&what.what, &what.file) {
        (Some(library::Source::Tracker { file, dry_run }), _) => {
            library::tracker(&Desk::open(json).await?, file.clone(), *dry_run).await
        }
        (None, Some(file)) => library::import(&Desk::open(json).await?, file, &what).await,
        (None, None) => state::import(&config()?).await,
    }
}

/// The exit code of a command that failed.
pub(crate) fn code(cause: &(dyn Error + 'static)) -> ExitCode {
    cause.downcast_ref::<Trouble>().map_or(ExitCode::FAILURE, Trouble::code)
}

/// What a command needs that asks a route and prints its answer.
struct Desk {
    /// The parts of the configured service.
    person: Arc<Person>,
    /// Everybody.
    people: Arc<People>,
    /// The routes of the configured service, without the service. One may run beside it.
    api: Api,
    /// How it prints.
    printer: Printer,
}

impl Desk {
    async fn open(json: bool) -> Answer<Self> {
        let (people, config) = service().await?;
        let person = people.first().fresh().await;
        let printer = Printer { zone: zone(&person), json };
        Ok(Self { api: Api::new(&people, config.web), people, person, printer })
    }
}

/// The settings. Addresses from `.env` are told first, as this person's tokens go there.
fn config() -> Answer<Config> {
    let config = Config::load()?;
    for address in &config.set_by_file {
        warn(address);
    }
    Ok(config)
}

#[expect(clippy::print_stderr, reason = "this is what a person who started it reads")]
fn warn(address: &SetByFile) {
    eprintln!("warning: {address}");
}

/// The service's parts on the configured store, without the service. A service may run beside it.
async fn person() -> Answer<Arc<Person>> {
    Ok(service().await?.0.first().fresh().await)
}

/// The same with the settings.
async fn service() -> Answer<(Arc<People>, Config)> {
    let config = config()?;
    let people = config.people(Clock::System, config.open_store()?);
    let people = people.map_err(|error| told(&error))?;
    Ok((people, config))
}

/// An error of the library with its hint.
fn told(error: &anilist_trakt_sync::hub::error::Error) -> String {
    format!("{}\n  hint: {}", plain(&error.sentence()), output::spoken(error.hint()))
}

fn anilist_id(text: &str) -> Result<AnilistId, String> {
    AnilistId::pasted(text)
        .ok_or_else(|| "is neither an AniList id nor a title's address".to_owned())
}
