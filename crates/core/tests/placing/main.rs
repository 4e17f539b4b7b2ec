//! Facts about placing entries and planning what is posted of them: pure code, no server.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail there")]

mod attacks;
mod awkward;
mod cases;
mod kinds;
mod named;
mod planning;
mod portions;
mod properties;
mod scene;
mod scheduled;
mod suggesting;
