//! A person's library: what they watch and read, wherever it came from.
//!
//! Everything here is pure. A change is made on a [`Draft`] over a [`Library`], and what the draft
//! touched is what a store writes; so a rule holds whoever asks, a page, a program or an import.

pub mod calendar;
mod change;
mod draft;
mod edit;
pub mod files;
mod fill;
mod found;
mod item;
mod listing;
mod refused;
mod sought;
mod stats;
mod summary;
mod taken;
mod words;

pub use change::{Author, Change, FieldChange, ReadDay};
pub use draft::{Draft, Library, Mark, Touched};
pub use edit::{Edit, New, Step, Unit};
pub use found::Found;
pub use item::{Entry, Ids, Item, ItemId, Kind, Names, Origin, RemoteId, Status, Work};
pub use listing::{Listing, Order, Page, Sort};
pub use refused::Refused;
pub use sought::Sought;
pub use stats::Stats;
pub use summary::Summary;

pub use taken::Taken;
pub use words::StatusOf;
