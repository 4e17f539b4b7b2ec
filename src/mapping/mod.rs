//! Placing an entry on Trakt: which show or film it is, and which of its episodes.
//!
//! [`datasets`] say what the entry may be ([`claims`]); [`resolve`] turns foreign ids into
//! Trakt's and fetches the shows; [`candidates`] become real episodes, [`checks`] look at them,
//! and [`place`] decides. What a person may choose from is in [`suggest`]. Only `resolve`, `lookup`
//! and the dataset loader do IO.

pub mod breakpoints;
pub mod candidates;
pub mod checks;
pub mod claims;
pub mod datasets;
mod found;
pub mod hits;
mod known;
pub mod lookup;
pub mod place;
mod proposals;
pub mod record;
pub mod resolve;
pub mod suggest;
pub mod titles;
mod verdict;
mod ways;
mod words;
