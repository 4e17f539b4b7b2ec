//! Merging lists: what may never happen to a person's entries, whatever they and the services do.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail there")]

mod cases;
mod joining;
mod lists;
mod planning;
mod properties;
mod slices;
mod world;
