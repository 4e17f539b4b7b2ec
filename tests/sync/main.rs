//! Facts about whole runs: a list on one side, a history on the other, and everything that can
//! happen in between. Each test has its own imitation of the services, store and clock.

#![expect(clippy::unwrap_used, reason = "a fact that cannot be shown fails its test")]

mod backup;
mod bench;
mod changes;
mod clocks;
mod crashes;
mod damage;
mod datasets;
mod dates;
mod dedupe;
mod dice;
mod faults;
mod first_sync;
mod guard;
mod idle;
mod incremental;
mod lag;
mod limits;
mod locks;
mod meanwhile;
mod parts;
mod person_settings;
mod placement;
mod portions;
mod progress;
mod realworld;
mod renumbered;
mod resumed;
mod rewatches;
mod two_at_once;
mod undo;
mod undo_faults;
mod unread;
mod untaken;
mod waiting;
mod window;
mod worlds;
