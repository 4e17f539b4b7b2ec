//! Keeps a person's Trakt watch history true to their AniList anime list.
#![doc = include_str!("../docs/layout.md")]

pub mod anilist;
pub mod clock;
pub mod config;
pub mod domain;
pub mod error;
pub mod mapping;
pub mod outbound;
pub mod store;
pub mod tmdb;
pub mod trakt;
