//! The Movie Database, asked for the ids that other catalogues give to a show or film.

mod client;
mod service;
mod settings;

pub use client::{ExternalIds, TmdbClient};
pub use service::{LANE, paces};
pub use settings::TmdbSettings;
