//! Placing an entry on Trakt: which show or film it is, and which of its episodes.
//!
//! [`datasets`] say what the entry may be ([`claims`]); [`resolve`] turns foreign ids into
//! Trakt's and fetches the shows; [`candidates`] become real episodes, [`checks`] look at them,
//! and [`place`] decides. What a person may choose from is in [`suggest`]. Only `resolve`
//! and the dataset loader do IO.

pub mod breakpoints;
pub mod candidates;
pub mod checks;
pub mod claims;
pub mod datasets;
pub mod decision;
pub mod evidence;
pub mod place;
pub mod prequels;
pub mod resolve;
pub mod reuse;
mod schedule;
pub mod share;
pub mod siblings;
mod sources;
mod specials;
pub mod suggest;
mod verdict;
pub mod worth;
