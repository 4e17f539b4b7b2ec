//! The HTTP side: routes, pages, and who may ask.
//!
//! Handlers read a request, call one operation and shape its answer. Only this module and `main`
//! know axum.

mod access;
mod answers;
mod assets;
mod attempts;
mod body;
mod client;
mod corrections;
mod datasets;
mod description;
mod envelope;
mod events;
mod explain;
mod mappings;
mod observe;
mod origin;
mod params;
mod pace;
mod plan;
mod places;
mod router;
mod runs;
mod search;
mod readiness;
mod serve;
mod session;
mod suggestions;
mod sync;
mod trakt_auth;
mod unmapped;
mod watch;

pub use router::{api_description, router};
pub use serve::serve;
mod visit;
