//! AniList, Trakt, `MyAnimeList`, Kitsu, TMDB, `MangaDex` and the dataset hosts, imitated on loopback.
//!
//! `anilist-trakt-sync demo` runs the product against this, and so do the integration tests. The
//! imitation keeps state (a posted play is in the history afterwards) and is as strict as the real
//! services about headers, tokens, paging and bodies. What they do is described in their own
//! documents; where those are silent the comments here say what is assumed.

mod anilist;
mod covers;
mod datasets;
mod dice;
mod faults;
mod http;
mod kitsu;
mod mal;
mod mangadex;
mod otaku_file;
mod sample;
mod server;
mod stats;
mod tmdb;
mod trakt;
pub mod world;

pub use faults::{Action, Effect, Fault};
pub use server::{Decision, Demo};
pub use stats::{Form, Seen, Stats, Write};
pub use world::World;
