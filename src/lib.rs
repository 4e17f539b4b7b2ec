//! Keeps a person's Trakt watch history true to their AniList anime list.
#![doc = include_str!("../docs/layout.md")]

pub mod clock;
pub mod demo;
pub mod domain;
pub mod outbound;
pub mod store;
