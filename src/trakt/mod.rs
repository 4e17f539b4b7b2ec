//! Trakt: sign-in, look-ups, and the history.
//!
//! Header rules, paging and limits follow Trakt's published contract; where the live service
//! departs from it, the place that copes says so.

mod auth;
mod client;
mod device;
mod grant;
mod history;
mod pages;
mod refused;
mod settings;
mod tokens;
mod wire;

pub use auth::{AUTHORIZE_PAGE, REDIRECT_URI, SignIn, TraktAuth, TraktAuthConfig};
pub use client::{Found, LastActivities, TraktClient, Written};
pub use device::{DeviceCode, DevicePoll};
pub use history::{Added, HistoryItem, HistoryOf, LANDING, Removed};
pub use refused::Refused;
pub use settings::TraktSettings;
