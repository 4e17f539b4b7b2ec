//! AniList, read only. This program never changes a list.

pub mod activity;
mod catalogue;
mod client;
mod odd;
mod owner;
mod service;
mod settings;
mod title;
mod wire;

pub use catalogue::Ranking;
pub use client::{AniListClient, Listed, TITLES_PER_PAGE, Viewer};
pub use owner::ListOwner;
pub use service::{LANE, paces};
pub use settings::AniListSettings;
