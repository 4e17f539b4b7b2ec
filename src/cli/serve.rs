//! Running the service, and asking whether one is well.

#[cfg(unix)]
use std::io::IsTerminal as _;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use anilist_trakt_sync::clock::Clock;
use anilist_trakt_sync::config::Config;
use anilist_trakt_sync::config::telemetry;
use anilist_trakt_sync::demo::{Demo, World};
use anilist_trakt_sync::hub::accounts::{Door, Newcomer};
use anilist_trakt_sync::hub::anilist::import::import;
use anilist_trakt_sync::hub::error::Error;
use anilist_trakt_sync::hub::people::People;
use anilist_trakt_sync::hub::person::Person;
use anilist_trakt_sync::hub::scheduler;
use anilist_trakt_sync::library::{Kind, ReadDay};
use anilist_trakt_sync::web;
use tokio::net::TcpListener;
use tracing::Instrument as _;

use super::Outcome;

/// How long a service that is well may take to say so.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(3);

/// How long a store that did not answer is left alone.
const SEAL_AGAIN: Duration = Duration::from_secs(30);

/// A newcomer sees the whole product work: one person's list, a Trakt account, the mapping files, and a library
/// that was taken in from AniList, with a year of days, unless it is to be empty.
pub(super) async fn demo(empty: bool) -> Outcome {
    let clock = Clock::System;
    let folder = tempfile::tempdir()?;
    let services = Demo::start(World::sample(clock.now()), clock.teller()).await?;
    let config = Config::for_demo(services.settings(), folder.path())?;
    let account = Newcomer::new("demo", Some("demo1234".into()));
    serve_with(config, Some(Visitor { account, has_library: !empty })).await?;
    services.stop().await;
    Ok(())
}

pub(super) async fn serve(config: Config) -> Outcome {
    serve_with(config, None).await
}

/// Who looks at the demonstration.
struct Visitor {
    account: Newcomer,
    /// Whether their list is in their library already.
    has_library: bool,
}

/// Serves, to this person if there is one.
async fn serve_with(config: Config, visitor: Option<Visitor>) -> Outcome {
    let clock = Clock::System;
    let sink = telemetry::init(config.log_format, &config.log_filter, clock.clone());
    for address in &config.set_by_file {
        tracing::warn!("[Configuration] {address}");
    }
    let store = config.open_store()?;
    let listener = listen(config.web.listen).await?;
    let address = listener.local_addr()?;
    let people = config.people(clock, Arc::clone(&store))?;
    let person = people.first();
    if let Some(Visitor { account, has_library }) = visitor {
        people.services().accounts.register(account, Door::Closed).await?;
        if has_library {
            import(&person, &[Kind::Anime, Kind::Manga]).await?;
            live_a_year(&person).await?;
        }
    }
    let writing = sink.write_to(store, Arc::clone(&person.services.news));
    tracing::info!("Listening on http://{address}");
    let sealing = seal_what_is_saved(Arc::clone(&people)).instrument(person.span());
    person.services.tasks.spawn(sealing);
    person.services.tasks.spawn(scheduler::keep_all(Arc::clone(&people)));
    web::serve(people, config.web, listener, ended()).await?;
    writing.flush().await;
    Ok(())
}

/// Gives the visitor a year of days before this one.
async fn live_a_year(person: &Person) -> Result<(), Error> {
    let library = person.library();
    let days = World::sample_days(library.today()).into_iter().map(|evening| ReadDay {
        day: evening.day,
        episodes: evening.episodes.into(),
        chapters: evening.chapters.into(),
    });
    library.add_days(days).await
}

/// Seals the sign-ins that were saved before there was a key, or with an old one. A store that comes
/// later than this process is waited for.
async fn seal_what_is_saved(people: Arc<People>) {
    let services = people.services();
    while services.vault.seals() && !services.is_stopping() {
        match seal_once(&people).await {
            Ok(()) => return,
            Err(cause) => tracing::warn!("The saved sign-in is not encrypted yet: {cause}"),
        }
        tokio::select! {
            () = services.stopping() => {}
            () = tokio::time::sleep(SEAL_AGAIN) => {}
        }
    }
}

async fn seal_once(people: &People) -> Result<(), Error> {
    let mut has_sealed = seal_of(&people.first()).await?;
    for account in people.services().accounts.all().await? {
        has_sealed |= seal_of(&people.of(&account.id)).await?;
    }
    if has_sealed {
        people.services().store.scrub().await?;
        tracing::info!("The saved sign-in is encrypted now");
    }
    Ok(())
}

/// Whether there was anything of a person to seal.
async fn seal_of(person: &Person) -> Result<bool, Error> {
    let of_settings = person.in_force.seal_anew().await?;
    let of_trakt = person.trakt.sign_in().seal_anew().await?;
    let of_mal = person.myanimelist.seal_anew().await?;
    Ok(person.kitsu.seal_anew().await? || of_mal || of_trakt || of_settings)
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
            () = hung_up() => {}
        }
    }
    #[cfg(not(unix))]
    interrupt.await;
}

/// The terminal that it was started in is closed. Without one (`nohup`, a supervisor) the signal
/// comes from somebody who wants settings or log files to be read anew: there is nothing of that
/// here, and no reason to end.
#[cfg(unix)]
async fn hung_up() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut hang_up) = signal(SignalKind::hangup()) else { return std::future::pending().await };
    while hang_up.recv().await.is_some() {
        if std::io::stdout().is_terminal() || std::io::stderr().is_terminal() {
            return;
        }
        tracing::warn!("SIGHUP reads nothing anew; restart the service for other settings");
    }
    std::future::pending::<()>().await;
}

/// Asks `/healthz` on this machine, so that a container without a shell can check itself.
pub(super) fn health(config: &Config) -> Outcome {
    let address = SocketAddr::from(([127, 0, 0, 1], config.web.listen.port()));
    let mut connection = TcpStream::connect_timeout(&address, HEALTH_TIMEOUT)?;
    connection.set_read_timeout(Some(HEALTH_TIMEOUT))?;
    connection
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut status = [0; "HTTP/1.1 200".len()];
    connection.read_exact(&mut status)?;
    if &status == b"HTTP/1.1 200" { Ok(()) } else { Err("the service is not well".into()) }
}
