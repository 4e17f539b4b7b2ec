//! How anilist-trakt-sync asks other services; the only package that speaks HTTP to them.
//!
//! - [`outbound`]: lanes with a pace, breakers, repeats and bounds; it names no service
//! - [`oauth`]: the protocol of signing in
//! - [`anilist`], [`trakt`], [`tmdb`], [`mangadex`], [`mal`], [`kitsu`]: one client a service, which holds no person
//! - [`pictures`]: covers, from the hosts of these services
//! - [`clock`]: what tells how long to wait

pub mod anilist;
pub mod clock;
pub mod kitsu;
pub mod mal;
pub mod mangadex;
pub mod oauth;
pub mod outbound;
pub mod pictures;
pub mod tmdb;
pub mod trakt;
