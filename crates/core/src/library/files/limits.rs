//! What reading a file may cost.

use std::time::{Duration, Instant};

use super::Unreadable;

/// The most that a file may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub file: u64,
    /// Bytes that come out of it where it is packed.
    pub unpacked: u64,
    /// Rows, those that cannot be read among them.
    pub rows: usize,
    /// How deep its parts may lie in each other.
    pub depth: usize,
    /// Bytes of one row. A longer one is not read.
    pub row: usize,
    /// How long the reading may take.
    pub time: Duration,
}

/// What a person's files are read with. AniList keeps 11,000 entries of a kind, which are 20 MB of
/// its JSON; Trakt's exports outgrew 10 MB; the longest note that is kept has 24 KB.
pub const LIMITS: Limits = Limits {
    file: 50 << 20,
    unpacked: 128 << 20,
    rows: 100_000,
    depth: 32,
    row: 64 << 10,
    time: Duration::from_secs(30),
};

/// Counts what the reading of one file costs.
#[derive(Debug)]
pub(super) struct Meter {
    limits: Limits,
    rows: usize,
    until: Instant,
}

impl Meter {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { limits: *limits, rows: 0, until: Instant::now() + limits.time }
    }

    /// What it is read with.
    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// One row more; says which, from 1.
    pub(super) fn row(&mut self) -> Result<usize, Unreadable> {
        if self.rows == self.limits.rows {
            return Err(Unreadable::Rows(self.limits.rows));
        }
        self.rows += 1;
        self.in_time().map(|()| self.rows)
    }

    pub(super) fn in_time(&self) -> Result<(), Unreadable> {
        if Instant::now() < self.until { Ok(()) } else { Err(Unreadable::Time) }
    }
}
