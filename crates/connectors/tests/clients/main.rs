//! The outbound HTTP stack and the clients, against small servers on the loopback.

#![expect(clippy::unwrap_used, reason = "a fact that cannot be shown fails its test")]

mod anilist;
mod anilist_saving;
mod anilist_titles;
mod download;
mod kitsu;
mod mal;
mod mangadex;
mod outbound;
mod pictures;
mod reach;
mod redirects;
mod sign_in;
mod statuses;
mod support;
mod tmdb;
mod trakt;
mod trakt_history;
mod trakt_pages;
