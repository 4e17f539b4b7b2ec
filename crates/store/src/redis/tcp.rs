//! The Redis protocol, over TCP or TLS.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{
    Client, ErrorKind, IntoConnectionInfo as _, Pipeline, RedisError, TlsCertificates, Value,
};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::Instant;

use super::PATIENCE;
use super::command::{Command, Repeat, Reply};
use super::fault::{refused, unreachable};
use crate::{Result, StoreError};

/// A connection that was quiet this long may have been closed by something on the way.
const QUIET: Duration = Duration::from_secs(15);

/// One connection that all requests share and that is made anew when it broke.
#[derive(Debug)]
pub(super) struct Tcp {
    manager: ConnectionManager,
    address: String,
    /// When the last answer came. Held for an instant.
    last_answer: Mutex<Option<Instant>>,
    /// How often the connection was tried before something that may not be sent twice.
    wakes: AtomicU64,
}

impl Tcp {
    /// Prepares a connection, which is made when it is first needed. With an authority (PEM), only
    /// its certificates are trusted, and without one those of the system.
    pub(super) fn new(url: &SecretString, authority: Option<Vec<u8>>) -> Result<Self> {
        // A second call finds one installed, which is as good.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let client = client(url, authority).map_err(|error| unusable(&error))?;
        let address = client.get_connection_info().addr().to_string();
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_number_of_retries(1)
            .set_max_delay(Duration::from_millis(200));
        let manager = ConnectionManager::new_lazy_with_config(client, config)
            .map_err(|error| unusable(&error))?;
        Ok(Self { manager, address, last_answer: Mutex::new(None), wakes: AtomicU64::new(0) })
    }

    pub(super) async fn send(&self, commands: &[Command], repeat: Repeat) -> Result<Vec<Reply>> {
        let pipeline = pipeline(commands);
        let values = match repeat {
            Repeat::Safe => self.ask_twice(&pipeline, commands.len()).await,
            Repeat::Never => {
                self.wake().await?;
                self.ask(&pipeline, commands.len()).await
            }
        };
        let values = values.map_err(|error| self.explain(&error))?;
        values.into_iter().map(reply).collect()
    }

    async fn ask(&self, pipeline: &Pipeline, count: usize) -> redis::RedisResult<Vec<Value>> {
        let answer = self.manager.clone().send_packed_commands(pipeline, 0, count).await;
        if answer.is_ok() {
            let mut last = self.last_answer.lock().unwrap_or_else(PoisonError::into_inner);
            *last = Some(Instant::now());
        }
        answer
    }

    /// The first request on a broken connection only tells that it is broken.
    async fn ask_twice(&self, pipeline: &Pipeline, count: usize) -> redis::RedisResult<Vec<Value>> {
        match self.ask(pipeline, count).await {
            Err(error) if error.is_connection_dropped() => self.ask(pipeline, count).await,
            answer => answer,
        }
    }

    /// What may not be sent twice is not sent first on a connection that may be gone.
    async fn wake(&self) -> Result<()> {
        let last = *self.last_answer.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_some_and(|last| last.elapsed() < QUIET) {
            return Ok(());
        }
        self.wakes.fetch_add(1, Ordering::Relaxed);
        let ping = pipeline(&[Command::new(["PING"])]);
        self.ask_twice(&ping, 1).await.map(drop).map_err(|error| self.explain(&error))
    }

    /// How many commands were sent for nothing but that.
    pub(super) fn wakes(&self) -> u64 {
        self.wakes.load(Ordering::Relaxed)
    }

    fn explain(&self, error: &RedisError) -> StoreError {
        if error.is_timeout() {
            let cause = format!("no answer within {} seconds", PATIENCE.as_secs());
            unreachable(&cause, &self.address)
        } else if error.is_io_error() {
            unreachable(&error.to_string(), &self.address)
        } else {
            refused(&words(error))
        }
    }
}

/// What the server said, with its own name for the error.
fn words(error: &RedisError) -> String {
    match error.code() {
        Some(code) => format!("{code} {}", error.detail().unwrap_or_default()),
        None if error.kind() == ErrorKind::AuthenticationFailed => {
            format!("WRONGPASS {error}")
        }
        None => error.to_string(),
    }
}

fn client(url: &SecretString, authority: Option<Vec<u8>>) -> redis::RedisResult<Client> {
    let info = url.expose_secret().into_connection_info()?;
    match authority {
        Some(pem) => {
            let trusted = TlsCertificates { client_tls: None, root_cert: Some(pem) };
            Client::build_with_tls(info, trusted)
        }
        None => Client::open(info),
    }
}

/// The address itself is not told: it may hold a password.
fn unusable(error: &RedisError) -> StoreError {
    StoreError::Unavailable(format!("the address in REDIS_URL cannot be used ({error})"))
}

fn pipeline(commands: &[Command]) -> Pipeline {
    let mut pipeline = redis::pipe();
    for Command(words) in commands {
        let mut words = words.iter();
        if let Some(name) = words.next() {
            pipeline.cmd(name);
        }
        for word in words {
            pipeline.arg(word);
        }
    }
    pipeline
}

fn reply(value: Value) -> Result<Reply> {
    Ok(match value {
        Value::Nil => Reply::Nil,
        Value::Okay => Reply::Done,
        Value::Int(number) => Reply::Number(number),
        Value::BulkString(bytes) => Reply::Text(text(bytes)?),
        Value::SimpleString(text) => Reply::Text(text),
        Value::Array(items) | Value::Set(items) => {
            Reply::List(items.into_iter().map(reply).collect::<Result<_>>()?)
        }
        Value::ServerError(error) => return Err(refused(&words(&error.into()))),
        other => {
            let kind = format!("{other:?}").chars().take_while(|c| *c != '(').collect::<String>();
            return Err(StoreError::Unavailable(format!("Redis sent an unknown kind: {kind}")));
        }
    })
}

fn text(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|_| StoreError::Corrupt {
        key: "a value in Redis".to_owned(),
        cause: "it is not text".to_owned(),
    })
}
