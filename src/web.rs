//! The HTTP side: routes, pages, and who may ask.
//!
//! Handlers read a request, call one operation and shape its answer. Only this module and `main`
//! know axum.

mod access;
mod anilist;
mod answers;
mod asker;
mod assets;
mod attempts;
mod auth;
mod bodies;
mod body;
mod client;
mod coming_back;
mod corrections;
mod covers;
mod datasets;
mod description;
mod envelope;
mod events;
mod explain;
mod library;
mod lists;
mod mappings;
mod observe;
mod origin;
mod pace;
mod pages;
mod params;
mod person_settings;
mod places;
mod plan;
mod plans;
mod readiness;
mod renewal;
mod request_log;
mod returned;
mod router;
mod rows;
mod runs;
mod search;
mod serve;
mod session;
mod settings;
mod sources;
mod suggestions;
mod sync;
mod trakt_auth;
mod trakt_titles;
mod unmapped;
mod visit;

pub use bodies::{Explanation, ImportSummary, Invitation};
pub use router::{api_description, router};
pub use serve::serve;
pub use settings::{AccessSettings, Auth, Networks, Upstreams, WebSettings};
