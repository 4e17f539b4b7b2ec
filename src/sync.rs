//! Keeping Trakt's history true to the list: collect, plan, apply.
//!
//! [`collect`] reads the list, [`plan`](crate::plan) decides what to post (pure, so a preview and a run
//! are the same), [`apply`] posts it in batches. [`run`] leads one run from its lock to its report.

pub mod afresh;
mod ahead;
pub mod apply;
pub mod backup;
mod carried;
pub mod collect;
pub mod explanation;
pub mod guard;
mod halt;
mod history_index;
mod idle;
pub mod in_flight;
pub mod lock;
mod means;
pub mod modes;
pub mod prepare;
pub mod recent;
mod report;
pub mod resolve;
pub mod resume;
pub mod run;
mod run_log;
mod running;
pub mod single;
pub mod suggestions;
pub mod undo;
pub mod unread;
pub mod waiting;
mod waits;
pub mod watched;

pub use modes::{Mode, Trigger};
