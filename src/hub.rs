//! What the product does for a person, each thing once: the pages and the terminal both call it here,
//! and so do and say the same.

pub mod accounts;
pub mod anilist;
pub mod calendar;
pub mod connections;
pub mod corrections;
pub mod covers;
pub mod datasets;
pub mod device;
pub mod error;
pub mod handover;
pub mod library;
pub mod lists;
pub mod live;
pub mod mail;
pub mod metrics;
pub mod names;
pub mod notify;
pub mod oidc;
pub mod people;
pub mod person;
pub mod renewal;
pub mod round;
pub mod schedule;
pub mod scheduler;
pub mod services;
pub mod settings;
pub mod sign_in;
pub mod sources;
pub mod standing;
pub mod state;
pub mod tracker;
pub mod trakt_titles;
pub mod waiting;
