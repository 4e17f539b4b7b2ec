//! Drives the demo's imitations over loopback with a real HTTP client.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::needless_pass_by_value, reason = "a JSON literal reads best by value")]

mod anilist;
mod anilist_saving;
mod client;
mod datasets;
mod faults;
mod history;
mod mangadex;
mod sign_in;
mod trakt;
