//! What is pure of anilist-trakt-sync: no IO, no clock, no wire formats.
//!
//! - [`domain`]: ids, entries, shows, placements, plays, and what is kept of them
//! - [`library`]: what a person watches and reads, and every change of it
//! - [`placing`]: which Trakt show or film an entry is, and which of its episodes
//! - [`plan`]: what a run will post, and what it will not
//! - [`codec`], [`plain`]: small things that serve all

pub mod codec;
pub mod domain;
pub mod library;
pub mod merge;
pub mod placing;
pub mod plain;
pub mod plan;
