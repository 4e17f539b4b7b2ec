//! AniList, read only. This program never changes a list.

mod activity;
mod client;
mod odd;
mod wire;

pub use activity::{Activity, ActivityKind};
pub use client::{AniListClient, Listed, TITLES_PER_PAGE, Viewer};
