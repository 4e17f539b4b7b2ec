//! Keeping a person's lists equal: what the library says of an entry and what each service says become one again.
//!
//! Everything here is pure. What was last agreed goes in with what stands now, and out come the entry, what each
//! service is to be told, what is to be remembered, and what only the person can say. Changed means different from
//! what was last agreed, never newer; where two changed the same field, a rule decides or nobody does.

mod answer;
mod base;
mod echo;
mod fields;
mod join;
mod plan;
mod position;
mod presence;
mod profile;
mod project;
mod rewrite;
mod row;
mod rules;
mod settle;
mod slices;
mod value;

pub use answer::Written;
pub use base::{Base, Choice, Contact, Direction, Flip, Hub, Pending, Rules, Spoke, Totals};
pub use fields::{Held, Merged, Next, merge};
pub use join::{Joined, Known, What, Works, join};
pub use plan::{Bond, Plan, Planned, Reading, Tie, Tied, plan};
pub use position::Position;
pub use presence::{Act, Deletes, Extent, Guard, Kept, Link, Listed, Presence, Shown, presence};
pub use profile::{AboveTotal, ListService, Precision, Profile, Repeating, Scale};
pub use project::{Catalogue, Native, Projected, Unheld};
pub use rewrite::{Around, Refused, Rewrite};
pub use row::{Row, Rows, Saved};
pub use rules::{Ask, By, Why};
pub use settle::{Answered, CORRECTIONS};
pub use slices::{Part, Slice};
pub use value::{Count, Entry, Field, PerField, Value};
