//! Keeps a person's Trakt watch history true to their AniList anime list.
//!
//! # Layout
//!
//! From the ground up; who may know whom, `tests/arrows.rs` says.
//!
//! - [`domain`]: plain types, no IO
//! - [`library`]: what a person watches and reads, and every change of it; pure
//! - [`placing`]: which Trakt show or film an entry is, and which of its episodes; pure
//! - [`plan`]: what a run will post, and what it will not; pure
//! - [`outbound`], [`oauth`]: how any service is asked; [`anilist`], [`trakt`], [`mal`], [`kitsu`], [`tmdb`], [`mangadex`]: one client a service
//! - [`store`]: everything that is remembered
//! - [`demo`]: a stateful imitation of the services, for a first look and for tests
//! - [`hub`]: what the product does for a person, for pages and terminal alike, and the parts it needs
//! - [`sync`]: collect → plan → apply
//! - [`web`]: routes and pages
//! - [`config`]: settings from the environment, the log, and what is likeliest to be wrong
//! - [`clock`], [`codec`], [`plain`]: small things that serve all
//!
//! What stands below `hub` is in packages of its own, under `crates/`, and goes by the same names here.
//!
//! `docs/ARCHITECTURE.md` walks one run from request to saved progress and lists the invariants.

pub mod config;
pub mod hub;
pub mod sync;
pub mod web;

pub use anilist_trakt_sync_connectors::{
    anilist, clock, kitsu, mal, mangadex, oauth, outbound, pictures, tmdb, trakt,
};
pub use anilist_trakt_sync_core::{codec, domain, library, merge, placing, plain, plan};
pub use {anilist_trakt_sync_demo as demo, anilist_trakt_sync_store as store};
