//! The store's conformance suite: every fact holds on every backend.
//!
//! A fact is a function that takes a [`backends::Place`]. Each file hands its facts to
//! `on_every_backend`, which makes one test of each fact and backend. What only one backend can
//! show has a file of its own.

#![expect(clippy::unwrap_used, reason = "a fact that cannot be shown fails its test")]

#[macro_use]
mod backends;
mod answers;
mod config;
mod datasets;
mod documents;
mod faults;
mod front;
mod idle;
mod items;
mod library;
mod locks;
mod logs;
mod notes;
mod placements;
mod runs;
mod samples;
mod server;
mod sqlite_only;
mod transfer;
mod upgrades;
