//! Where the suite keeps its state.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use anilist_trakt_sync_connectors::outbound::plain_client;
use anilist_trakt_sync_store::{RedisStore, SqliteStore, Store};
use tempfile::TempDir;

use crate::front::{Front, TOKEN};
use crate::server::{Server, is_installed};

/// Makes the tests. A new backend is one more line, and a variant of [`Place`].
macro_rules! on_every_backend {
    ($($fact:ident,)*) => {
        on_backend!(sqlite: $($fact,)*);
        on_backend!(tcp: $($fact,)*);
        on_backend!(tls: $($fact,)*);
        on_backend!(rest: $($fact,)*);
    };
}

macro_rules! on_backend {
    ($backend:ident: $($fact:ident,)*) => {
        mod $backend {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $fact() {
                    let Some(place) = crate::backends::$backend().await else { return };
                    super::$fact(place).await;
                }
            )*
        }
    };
}

/// A place that begins empty and is not used again after the test.
pub(crate) enum Place {
    /// A data folder.
    Sqlite(TempDir),
    /// A prefix in the server that all tests of this process share.
    Redis(Way, String),
}

/// How the server is reached.
pub(crate) enum Way {
    /// The Redis protocol over TCP.
    Tcp,
    /// The same over TLS, with a password and an authority of our own.
    Tls,
    /// Upstash's REST protocol.
    Rest(Front),
}

/// An empty place of the embedded store.
pub(crate) async fn sqlite() -> Option<Place> {
    Some(Place::Sqlite(tempfile::tempdir().unwrap()))
}

/// An empty place in a Redis.
pub(crate) async fn tcp() -> Option<Place> {
    is_installed().then(|| Place::Redis(Way::Tcp, new_prefix()))
}

/// The same, behind TLS and a password.
pub(crate) async fn tls() -> Option<Place> {
    is_installed().then(|| Place::Redis(Way::Tls, new_prefix()))
}

/// The same, behind a REST front.
pub(crate) async fn rest() -> Option<Place> {
    if !is_installed() {
        return None;
    }
    Some(Place::Redis(Way::Rest(Front::start(&server().url()).await), new_prefix()))
}

/// The server that the tests of this process share.
pub(crate) fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(Server::start_to_stay)
}

/// A prefix that no other test has.
pub(crate) fn new_prefix() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("test{}:", NEXT.fetch_add(1, Ordering::Relaxed))
}

impl Place {
    /// Another handle on the place, as another process has it.
    #[expect(clippy::unused_async, reason = "the places' other functions are asynchronous too")]
    pub(crate) async fn open(&self) -> Arc<dyn Store> {
        match self {
            Self::Sqlite(folder) => Arc::new(SqliteStore::open(folder.path()).unwrap()),
            Self::Redis(way, prefix) => Arc::new(way.open(prefix)),
        }
    }
}

impl Place {
    /// Changes what is stored behind the store's back: by a statement in the database, or by a
    /// command in Redis whose second word is a key without its prefix.
    pub(crate) fn damage(&self, statement: &str, command: &[&str]) {
        match self {
            Self::Sqlite(folder) => {
                let database = rusqlite::Connection::open(folder.path().join("state.db")).unwrap();
                database.execute_batch(statement).unwrap();
            }
            Self::Redis(_, prefix) => {
                let key = format!("{prefix}{}", command[1]);
                let words: Vec<&str> =
                    [command[0], &key].into_iter().chain(command[2..].iter().copied()).collect();
                let _: redis::Value = server().ask(&words);
            }
        }
    }
}

impl Way {
    /// A handle on the shared server under this prefix.
    pub(crate) fn open(&self, prefix: &str) -> RedisStore {
        let opened = match self {
            Self::Tcp => RedisStore::over_tcp(&server().url().into(), prefix),
            Self::Tls => {
                RedisStore::over_tls(&server().tls_url().into(), prefix, server().authority())
            }
            Self::Rest(front) => Ok(over_rest(&front.url, TOKEN, prefix)),
        };
        opened.unwrap()
    }
}

impl Drop for Place {
    /// No answer may be larger than what the REST services allow.
    fn drop(&mut self) {
        if let Self::Redis(Way::Rest(front), _) = self {
            assert!(front.largest() < 1_000_000, "{} bytes at once", front.largest());
        }
    }
}

/// A store over REST at this address.
pub(crate) fn over_rest(url: &str, token: &str, prefix: &str) -> RedisStore {
    let client = plain_client().unwrap();
    RedisStore::over_rest(client, &url.parse().unwrap(), token.into(), prefix).unwrap()
}
