//! Keeps a person's Trakt watch history true to their AniList anime list.
//!
//! # Layout
//!
//! - [`domain`]: plain types, no IO
//! - [`placing`]: which Trakt show or film an entry is, and which of its episodes
//! - [`sync`]: collect → plan → apply
//! - [`anilist`], [`trakt`], [`tmdb`]: one client a service, over [`outbound`]'s HTTP stack
//! - [`hub`]: what the product does for a person, for pages and terminal alike
//! - [`store`]: everything that is remembered
//! - [`web`]: routes and pages
//! - [`demo`]: a stateful imitation of the services, for a first look and for tests
//! - [`connections`], [`live`], [`device`]: how the services stand, what goes on, a sign-in that waits
//! - [`app`] puts the parts together; [`config`], [`clock`], [`telemetry`] and [`error`] serve all
//!
//! `docs/ARCHITECTURE.md` walks one run from request to saved progress and lists the invariants.

pub mod anilist;
pub mod app;
pub mod clock;
pub mod codec;
pub mod config;
pub mod connections;
pub mod demo;
pub mod device;
pub mod doctor;
pub mod domain;
pub mod error;
pub mod hub;
pub mod live;
pub mod metrics;
pub mod notify;
pub mod oauth;
pub mod outbound;
pub mod placing;
pub mod plain;
pub mod schedule;
pub mod scheduler;
pub mod store;
pub mod sync;
pub mod telemetry;
pub mod tmdb;
pub mod trakt;
pub mod vault;
pub mod web;
