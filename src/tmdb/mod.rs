//! The Movie Database, asked for the ids that other catalogues give to a show or film.

mod client;
mod settings;

pub use client::{ExternalIds, TmdbClient};
pub use settings::TmdbSettings;
