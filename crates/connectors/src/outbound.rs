//! The one HTTP stack that every other service is asked through.
//!
//! A request passes the gate of its lane (rate, waiting time the service asked for, breaker), is
//! sent, bounded and classified, and is repeated only when that is safe. See [`Outbound::send`].

mod answer;
mod budget;
pub mod classify;
mod client;
mod clients;
mod download;
pub mod error;
mod gate;
mod lane;
mod lenient;
mod quota;
mod reach;
mod redirect;
mod request;
mod retry;
mod tally;

pub use answer::Answer;
pub use budget::Budget;
pub use client::{Limits, Outbound, Outcome};
pub use clients::{BuildError, plain_client};
pub use download::Download;
pub use error::{CarriesFault, Fault, ProviderError};
pub use lane::{Judge, Lane, Pace};
pub use lenient::or_none;
pub use reach::Reach;
pub use request::{Credentials, Request, Retry, Turn};
pub use tally::Tally;
