//! The service on every store, and what only a store can do to it.
//!
//! What the store does by itself is in the tests of its package, which bring the Redis as well.

#![expect(clippy::unwrap_used, reason = "a fact that cannot be shown fails its test")]

#[macro_use]
#[path = "../../crates/store/tests/store/backends.rs"]
#[expect(dead_code, reason = "the store's own tests need more of it")]
mod backends;
mod bench;
mod cost;
mod covers;
mod damage;
mod faults;
#[path = "../../crates/store/tests/store/front.rs"]
#[expect(dead_code, reason = "the store's own tests need more of it")]
mod front;
mod gone_account;
mod library_cost;
mod person_settings;
#[path = "../../crates/store/tests/store/server.rs"]
mod server;
mod synced_on;
mod two_copies;
mod two_people;
