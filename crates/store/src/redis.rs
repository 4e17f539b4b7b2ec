//! State in Redis, for several machines or for platforms without a disk.
//!
//! There is one store over two transports: the Redis protocol over TCP or TLS, and Upstash's REST.
//! Both send the same commands about the same keys, so a store written over one is read over the
//! other. `docs/DATA.md` lists the keys.
//!
//! What belongs together is one script. Large collections are read in as many answers as their
//! size needs, each below a megabyte, and never by walking the key space.
//!
//! Each subject of the interface has a file, where its commands are.

mod answers;
mod changes;
mod command;
mod corrections;
mod datasets;
mod documents;
mod fault;
mod items;
mod keys;
mod locks;
mod log;
mod notes;
mod pack;
mod placements;
mod reads;
mod records;
mod rest;
mod runs;
mod scripts;
mod shows;
mod standing;
mod synced;
mod tcp;
mod together;
mod transport;
mod waiting;

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use reqwest::Url;
use secrecy::SecretString;

use self::command::{Command, Repeat, Reply};
use self::keys::Keys;
use self::rest::Rest;
use self::tcp::Tcp;
pub use self::transport::Traffic;
use self::transport::{Transport, Way};
use crate::{Result, Store};

/// How long an answer may take, and a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// The bytes of a request or answer. Services take a megabyte; quoting and base64 add a third.
const BODY: usize = 640 * 1024;

/// State in a Redis. Clones are not needed: it is shared behind an `Arc`.
#[derive(Debug)]
pub struct RedisStore {
    transport: Transport,
    keys: Keys,
}

impl Store for RedisStore {}

impl RedisStore {
    /// A store over the Redis protocol: `redis://` or `rediss://` with user and password in the
    /// address. Nobody is asked yet: a Redis that is down is noticed by the first operation, and
    /// again by each later one until it is back.
    ///
    /// Must be called inside a Tokio runtime.
    pub fn over_tcp(url: &SecretString, prefix: &str) -> Result<Self> {
        Ok(Self::over(Way::Tcp(Tcp::new(url, None)?), prefix))
    }

    /// Like [`Self::over_tcp`], trusting only the certificates of an authority (PEM) in place of
    /// the system's.
    pub fn over_tls(url: &SecretString, prefix: &str, authority: Vec<u8>) -> Result<Self> {
        Ok(Self::over(Way::Tcp(Tcp::new(url, Some(authority))?), prefix))
    }

    /// A store over Upstash's REST protocol. The client follows no redirects and repeats nothing by
    /// itself.
    pub fn over_rest(
        client: reqwest::Client,
        url: &Url,
        token: SecretString,
        prefix: &str,
    ) -> Result<Self> {
        Ok(Self::over(Way::Rest(Rest::new(client, url, token)?), prefix))
    }

    fn over(way: Way, prefix: &str) -> Self {
        Self { transport: Transport::new(way), keys: Keys::new(prefix) }
    }

    /// How many requests were sent, each with its answer.
    pub fn round_trips(&self) -> u64 {
        self.traffic().round_trips
    }

    /// What went over the transport so far.
    pub fn traffic(&self) -> Traffic {
        self.transport.traffic()
    }

    /// Sends one command.
    async fn one(&self, command: Command, repeat: Repeat) -> Result<Reply> {
        Ok(self.transport.send(&[command], repeat).await?.pop().unwrap_or(Reply::Nil))
    }

    /// A name that nobody else makes.
    #[expect(clippy::unused_self, reason = "it is a part of the names this store makes")]
    fn new_mark(&self) -> String {
        // Every state is seeded by the system's own randomness.
        let random = || RandomState::new().hash_one(());
        format!("{:016x}{:016x}", random(), random())
    }
}
