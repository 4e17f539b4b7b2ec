//! A person's library: what a change makes of it, and what it does not.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail there")]

mod calendar;
mod draft;
mod edit;
mod files;
mod listing;
mod samples;
mod sources;
mod taken;
