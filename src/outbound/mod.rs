//! The one HTTP stack that every other service is asked through.

pub mod error;

pub use error::{Fault, ProviderError, Upstream};
