//! Facts about placing entries: pure code, no server.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail there")]

mod attacks;
mod awkward;
mod cases;
mod kinds;
mod planning;
mod properties;
mod scene;
mod suggesting;
