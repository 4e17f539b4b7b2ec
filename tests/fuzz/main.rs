//! Whatever bytes a service sends: no panic, and one odd row never loses the others.
//!
//! `PROPTEST_CASES=100000 cargo test --test fuzz` looks longer.

#![expect(clippy::unwrap_used, reason = "a fact that cannot be shown fails its test")]

mod datasets;
mod files;
mod hostile;
mod json;
mod lists;
mod routes;
mod upstreams;
