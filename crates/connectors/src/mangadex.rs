//! MangaDex, asked for manga by name or id. No sign-in is needed.

mod client;
mod service;
mod settings;
mod wire;

pub use client::MangaDexClient;
pub use service::{LANE, paces};
pub use settings::MangaDexSettings;
pub use wire::{Manga, Numbering};
