//! Merging lists: what may never happen to a person's entries, whatever they and the services do.

mod cases;
mod properties;
mod world;
