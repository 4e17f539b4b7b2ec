//! Published id-mapping files, kept as compact indexes.
//!
//! Look-ups are a binary search in memory; nothing is parsed again.

pub mod anibridge;
pub mod fribbs;
mod index;
pub mod limits;
pub mod otaku;
mod rows;

pub use index::{Dataset, ParseError, Parsed, Table};
