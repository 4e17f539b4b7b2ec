//! The HTTP API over a real socket: every route of `docs/API.md`, its shapes and its refusals.
//!
//! The service under test is the real router on a loopback port, with the imitated upstreams and a
//! store of its own. Modules mirror `src/web`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a fact that cannot be shown fails its test"
)]

mod access;
mod accounts;
mod anilist;
mod anilist_sign_in;
mod assets;
mod body;
mod calendar;
mod connections;
mod corrections;
mod covers;
mod crowd;
mod datasets;
mod description;
mod envelope;
mod events;
mod explain;
mod inner_network;
mod library;
mod library_files;
mod listeners;
mod lists;
mod lists_sign_in;
mod log_lines;
mod mail;
mod mappings;
mod metrics;
mod observe;
mod oidc;
mod params;
mod person_settings;
mod plan;
mod renewal;
mod routes;
mod runs;
mod service;
mod session;
mod shape;
mod slow;
mod smtp;
mod sources;
mod suggestions;
mod sync;
mod trakt_auth;
mod trakt_titles;
mod unmapped;
mod webhook;
