//! Placing an entry on Trakt: which show or film it is, and which of its episodes.
//!
//! [`datasets`] say what the entry may be ([`claims`]); [`resolve`] turns foreign ids into
//! Trakt's and fetches the shows; [`candidates`] become real episodes, [`checks`] look at them,
//! and [`place`] decides. Only `resolve` and the dataset loader do IO.

mod asking;
pub mod breakpoints;
pub mod candidates;
pub mod checks;
pub mod claims;
pub mod datasets;
mod known;
mod lineage;
pub mod lookup;
pub mod neighbours;
pub mod place;
pub mod prequels;
pub mod record;
pub mod remembered;
pub mod resolve;
mod shelf;
pub mod siblings;
mod targets;
mod verdict;
