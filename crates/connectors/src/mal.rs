//! `MyAnimeList`, API v2: a person's lists of anime and manga, read and written, and how it signs people in.
//!
//! The facts are those of <https://myanimelist.net/apiconfig/references/api/v2> and of clients that have lived with the
//! service for years; where these are silent, the place that copes says what is assumed.

mod catalogue;
mod client;
mod form;
mod kept;
mod listing;
mod refusal;
mod service;
mod settings;
mod sign_in;
mod title;
mod wire;

pub use client::{At, Deleted, MalClient, Person};
pub use kept::Listed;
pub use refusal::{Refusal, TellError};
pub use service::{LANE, paces};
pub use settings::MalSettings;
pub use sign_in::sign_in;
