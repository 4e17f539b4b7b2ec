//! Merging lists: what may never happen to a person's entries, whatever they and the services do.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail there")]

mod cases;
mod joining;
mod lists;
mod planning;
mod properties;
mod slices;
mod world;

use proptest::test_runner::{Config, RngSeed};

/// Tries so many histories of a property, the same ones each time; `PROPTEST_CASES` asks for more, and
/// `PROPTEST_RNG_SEED` for others.
fn histories(least: u32) -> Config {
    let default = Config::default();
    let rng_seed = match default.rng_seed {
        RngSeed::Random => RngSeed::Fixed(2_026),
        fixed @ RngSeed::Fixed(_) => fixed,
    };
    Config { cases: default.cases.max(least), rng_seed, failure_persistence: None, ..default }
}
