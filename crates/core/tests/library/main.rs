//! A person's library: what a change makes of it, and what it does not.

mod draft;
mod edit;
mod listing;
mod samples;
