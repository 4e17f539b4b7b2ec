//! The two ways to a Redis, and what goes over them.

use std::sync::atomic::{AtomicU64, Ordering};

use super::command::{Command, Repeat, Reply};
use super::rest::Rest;
use super::tcp::Tcp;
use crate::Result;

/// How a Redis is reached.
#[derive(Debug)]
pub(super) enum Way {
    /// The Redis protocol over TCP or TLS.
    Tcp(Tcp),
    /// Upstash's REST protocol.
    Rest(Rest),
}

/// What went over a transport so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Requests, each with its answer.
    pub round_trips: u64,
    /// Commands, with those that scripts run: services without servers of their own charge by them.
    pub commands: u64,
    /// Bytes sent, without what the transport itself adds.
    pub sent: u64,
    /// Bytes received, likewise.
    pub received: u64,
}

/// A way with its counters.
#[derive(Debug)]
pub(super) struct Transport {
    way: Way,
    round_trips: AtomicU64,
    commands: AtomicU64,
    sent: AtomicU64,
    received: AtomicU64,
}

impl Transport {
    pub(super) fn new(way: Way) -> Self {
        let zero = AtomicU64::default;
        Self { way, round_trips: zero(), commands: zero(), sent: zero(), received: zero() }
    }

    /// Sends commands in one round trip. The first that fails makes the whole fail.
    pub(super) async fn send(&self, commands: &[Command], repeat: Repeat) -> Result<Vec<Reply>> {
        self.round_trips.fetch_add(1, Ordering::Relaxed);
        count(&self.commands, commands.len());
        let size = commands.iter().map(Command::size).sum();
        count(&self.sent, size);
        let replies = match &self.way {
            Way::Tcp(tcp) => tcp.send(commands, repeat).await,
            Way::Rest(rest) => rest.send(commands, repeat).await,
        }?;
        count(&self.received, replies.iter().map(Reply::size).sum());
        let replies = commands.iter().zip(replies);
        replies.map(|(command, reply)| self.told(command, reply)).collect()
    }

    /// What a command answered. A script tells how many it ran, too.
    fn told(&self, command: &Command, reply: Reply) -> Result<Reply> {
        if !command.is_script() {
            return Ok(reply);
        }
        let (calls, reply) = reply.counted()?;
        self.commands.fetch_add(calls, Ordering::Relaxed);
        Ok(reply)
    }

    /// What went over it so far.
    pub(super) fn traffic(&self) -> Traffic {
        // What wakes a connection is one of both.
        let wakes = match &self.way {
            Way::Tcp(tcp) => tcp.wakes(),
            Way::Rest(_) => 0,
        };
        Traffic {
            round_trips: self.round_trips.load(Ordering::Relaxed) + wakes,
            commands: self.commands.load(Ordering::Relaxed) + wakes,
            sent: self.sent.load(Ordering::Relaxed),
            received: self.received.load(Ordering::Relaxed),
        }
    }
}

fn count(counter: &AtomicU64, bytes: usize) {
    counter.fetch_add(u64::try_from(bytes).unwrap_or(u64::MAX), Ordering::Relaxed);
}
