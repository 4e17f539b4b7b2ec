//! Published id-mapping files, kept as compact indexes.
//!
//! An index is looked for in memory, then in the store, then at its host. Look-ups are a binary
//! search in memory; nothing is parsed again.

pub mod anibridge;
mod foreign;
pub mod fribbs;
mod index;
pub mod limits;
pub mod otaku;
mod rows;

pub use index::{Dataset, ParseError, Parsed, Table};
