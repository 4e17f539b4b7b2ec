//! Merging lists: what may never happen to a person's entries, whatever they and the services do.

mod cases;
mod lists;
mod properties;
mod world;
