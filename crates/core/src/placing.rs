//! Placing an entry on Trakt: which show or film it is, and which of its episodes.
//!
//! [`datasets`] say what the entry may be ([`claims`]); these become real episodes of shows
//! ([`candidates`]), [`checks`] look at them, and [`place`] decides. What a person may choose
//! from is in [`suggest`]. Nothing here does IO: `sync::resolve` fetches what is looked at.

pub mod breakpoints;
pub mod candidates;
pub mod checks;
pub mod claims;
pub mod datasets;
pub mod decision;
pub mod evidence;
pub mod place;
pub mod prequels;
pub mod reuse;
pub mod schedule;
pub mod share;
pub mod siblings;
mod sources;
mod specials;
pub mod suggest;
mod verdict;
pub mod worth;
