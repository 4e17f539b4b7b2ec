//! Kitsu: a person's lists of anime and manga, read and written, by its JSON:API.
//!
//! What it does with what it is told is in the core's [`Profile`](anilist_trakt_sync_core::merge::Profile) of it; the
//! facts are those of its server's source (hummingbird-me/kitsu-server) and of clients that have lived with it.

mod client;
mod date;
mod error;
mod list;
mod mappings;
mod media;
mod pages;
mod person;
mod service;
mod settings;
mod sign_in;
mod wire;
mod write;
mod zone;

pub use client::KitsuClient;
pub use error::{KitsuError, Refusal, Why};
pub use list::Listed;
pub use mappings::{Mapped, Site};
pub use person::{Adult, LinkedMal, Owner, Person, RatingSystem};
pub use service::{LANE, paces};
pub use settings::KitsuSettings;
pub use sign_in::sign_in;
pub use write::{At, Deleted};
