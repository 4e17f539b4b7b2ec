//! The clients on behalf of a person: signing in, and what is said and counted when a service refuses.
//!
//! What the clients do by themselves is in the tests of their package, which bring the small servers
//! as well.

#![expect(clippy::unwrap_used, reason = "a fact that cannot be shown fails its test")]

mod new_service;
mod person;
mod redirects;
#[path = "../../crates/connectors/tests/clients/support.rs"]
#[expect(dead_code, reason = "the clients' own tests need more of it")]
mod support;
mod trakt_auth;
mod trakt_device;
