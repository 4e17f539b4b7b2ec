//! Facts about placing entries: pure code, no server.

mod cases;
mod planning;
mod properties;
mod scene;
