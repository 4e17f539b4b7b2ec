//! AniList: a person's lists, read and written, and titles.

pub mod activity;
mod catalogue;
mod client;
mod feed;
mod kept;
mod library;
mod odd;
mod owner;
mod queries;
mod rows;
mod save;
mod service;
mod settings;
mod sign_in;
mod title;
mod wire;

pub use catalogue::Ranking;
pub use client::{AniListClient, TITLES_PER_PAGE, Viewer};
pub use feed::Feed;
pub use kept::Listed;
pub use library::LibraryEntry;
pub use owner::ListOwner;
pub use rows::ROWS_AT_ONCE;
pub use save::{SAVED_AT_ONCE, Telling, Unsaved, document as save_document};
pub use service::{LANE, paces};
pub use settings::AniListSettings;
pub use sign_in::sign_in;

pub use crate::oauth::App;
