//! What a published file may cost: bytes, rows and time.
//!
//! The files come from outside. A broken or hostile one is refused before it costs much, and the
//! last good index stays in force.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::index::ParseError;

/// The most that a file may be: near four times what it is in November 2026.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file, without what the transfer packed.
    pub file: u64,
    /// Bytes of the file, without its own packing too.
    pub unpacked: u64,
    /// Rows that are about an entry, together with the ids or ranges in them.
    pub parts: usize,
    /// Bytes of one row, or of one value in a row. What is longer is left out.
    pub row: usize,
}

/// 7.5 to 8.3 MB with 20,500 rows about an entry, which hold 16,000 ids; the longest row has 480
/// bytes. More is allowed to a row, since a film can be split into many.
pub const FRIBBS: Limits = Limits { file: 32 << 20, unpacked: 32 << 20, parts: 150_000, row: 4096 };

/// 28,100 rows in a file that has 2.2 MB without the columns that are not read, and some megabytes
/// with them; the longest value that is read has 75 bytes.
pub const OTAKU: Limits = Limits { file: 32 << 20, unpacked: 32 << 20, parts: 120_000, row: 1024 };

/// 14,100 entries with 22,000 targets and as many ranges in 0.9 MB, and the same again from the side
/// of each of the other sites, which makes up to 16 MB; the longest entry has 2.4 KB.
pub const ANIBRIDGE: Limits =
    Limits { file: 64 << 20, unpacked: 64 << 20, parts: 250_000, row: 16 << 10 };

/// How long the reading of a file may take. It takes less than a second.
pub const READING: Duration = Duration::from_secs(30);

/// No row, however odd, is near this; what goes on for so long is no list.
const LONGEST_SKIPPED: u64 = 1 << 20;

/// The moment until which a file is read.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(Instant);

impl Deadline {
    /// So much later.
    pub fn after(time: Duration) -> Self {
        Self(Instant::now() + time)
    }

    /// Whether it is over.
    pub fn is_over(self) -> bool {
        Instant::now() >= self.0
    }
}

/// Counts what is kept of a file.
#[derive(Debug)]
pub struct Budget {
    limit: usize,
    left: usize,
}

impl Budget {
    /// As many as a file may have.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self { limit: limits.parts, left: limits.parts }
    }

    /// Takes so many parts, if so many are left.
    pub fn take(&mut self, parts: usize) -> Result<(), ParseError> {
        let Self { limit, left } = self;
        *left = left.checked_sub(parts).ok_or_else(|| {
            ParseError(format!("the file holds more rows, ids and ranges than {limit}"))
        })?;
        Ok(())
    }
}

/// Where in a file the last row ended.
#[derive(Debug, Clone, Default)]
pub(super) struct RowStart(Rc<Cell<u64>>);

impl RowStart {
    /// The next row begins.
    pub(super) fn reset(&self) {
        self.0.set(0);
    }
}

/// Bytes that end in an error when they are too many, take too long, or hold an endless row.
#[derive(Debug)]
pub(super) struct Bounded<R> {
    inner: R,
    left: u64,
    limit: u64,
    until: Deadline,
    row: RowStart,
}

impl<R: Read> Bounded<R> {
    pub(super) fn new(inner: R, limit: u64, until: Deadline) -> Self {
        Self { inner, left: limit, limit, until, row: RowStart::default() }
    }

    /// Whoever goes through the rows says here when one has ended.
    pub(super) fn row(&self) -> RowStart {
        self.row.clone()
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.until.is_over() {
            return Err(io::Error::other("it takes too long"));
        }
        let count = self.inner.read(buffer)?;
        let bytes = count as u64;
        let too_many = || format!("it has more bytes than {}", self.limit);
        self.left = self.left.checked_sub(bytes).ok_or_else(|| io::Error::other(too_many()))?;
        self.row.0.set(self.row.0.get() + bytes);
        if self.row.0.get() > LONGEST_SKIPPED {
            return Err(io::Error::other(format!("a row has more bytes than {LONGEST_SKIPPED}")));
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], limit: u64, time: Duration) -> io::Result<usize> {
        let mut bounded = Bounded::new(bytes, limit, Deadline::after(time));
        bounded.read_to_end(&mut Vec::new())
    }

    #[test]
    fn as_many_bytes_as_allowed_are_read_and_no_more() {
        assert_eq!(read(&[0; 10], 10, READING).unwrap(), 10);
        assert!(read(&[0; 11], 10, READING).is_err());
    }

    #[test]
    fn what_takes_too_long_and_what_never_ends_a_row_is_an_error() {
        assert!(read(&[0; 10], 10, Duration::ZERO).is_err());
        assert!(read(&vec![0; (1 << 20) + 1], 1 << 30, READING).is_err());
    }

    #[test]
    fn a_budget_is_used_up_once() {
        let mut budget = Budget::new(&Limits { parts: 3, ..FRIBBS });
        budget.take(2).unwrap();
        budget.take(1).unwrap();
        assert!(budget.take(1).unwrap_err().to_string().ends_with("than 3"));
    }
}
