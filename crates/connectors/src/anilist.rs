//! AniList, read only. This program never changes a list.

pub mod activity;
mod client;
mod odd;
mod owner;
mod service;
mod settings;
mod wire;

pub use client::{AniListClient, Listed, TITLES_PER_PAGE, Viewer};
pub use owner::ListOwner;
pub use service::{LANE, paces};
pub use settings::AniListSettings;
