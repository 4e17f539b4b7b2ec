//! A person's lists at services, kept equal with their library and with each other.

pub mod alive;
pub mod apply;
pub mod auto;
pub mod conflicts;
pub mod connect;
pub mod feed;
pub mod forget;
pub mod integration;
pub mod job;
pub mod keep;
pub mod known;
pub mod lock;
pub mod memory;
pub mod planning;
pub mod preview;
pub mod reading;
pub mod remote;
pub mod run;
pub mod sync;
pub mod told;
pub mod undo;
