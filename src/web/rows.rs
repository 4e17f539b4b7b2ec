//! Rows of a long answer, packed as they are told, so that a part of them can be told later.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::codec::{compress, decompress};
use crate::domain::Digest;
use crate::hub::error::{Error, Result};

/// Rows are packed together until they have so many bytes: more pack better, and more is unpacked for
/// a few of them.
const CHUNK: usize = 128 << 10;

/// Rows in their order, packed.
#[derive(Debug, Default)]
pub(super) struct Rows {
    chunks: Vec<Chunk>,
    count: usize,
}

/// Some rows, as one list of JSON.
#[derive(Debug)]
struct Chunk {
    /// How many rows come before it.
    first: usize,
    /// How many bytes it has unpacked.
    length: usize,
    packed: Box<[u8]>,
}

impl Rows {
    /// Packs rows. Only those of one chunk are held unpacked.
    pub(super) fn pack(rows: impl Iterator<Item = impl Serialize>) -> Result<Self> {
        let (mut all, mut open, mut first) = (Self::default(), Vec::new(), 0);
        for row in rows {
            open.push(if open.is_empty() { b'[' } else { b',' });
            serde_json::to_writer(&mut open, &row).map_err(|cause| unfit(&cause))?;
            all.count += 1;
            if open.len() >= CHUNK {
                all.close(first, &mut open)?;
                first = all.count;
            }
        }
        if !open.is_empty() {
            all.close(first, &mut open)?;
        }
        Ok(all)
    }

    fn close(&mut self, first: usize, open: &mut Vec<u8>) -> Result<()> {
        open.push(b']');
        let packed = compress(open).map_err(|cause| unfit(&cause))?.into_boxed_slice();
        self.chunks.push(Chunk { first, length: open.len(), packed });
        open.clear();
        Ok(())
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// How many bytes they take.
    pub(super) fn bytes(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.packed.len() + size_of::<Chunk>()).sum()
    }

    /// The digest of what came before and of these.
    pub(super) fn digest(&self, before: Digest) -> Digest {
        self.chunks.iter().fold(before, |digest, chunk| digest.with(&chunk.packed))
    }

    /// The rows from number `first` on. One chunk at a time is unpacked.
    pub(super) fn starting_at(&self, first: usize) -> impl Iterator<Item = Result<Box<RawValue>>> {
        let before = self.chunks.partition_point(|chunk| chunk.first <= first).saturating_sub(1);
        let chunks = self.chunks.iter().skip(before);
        chunks.flat_map(move |chunk| chunk.rows(first.saturating_sub(chunk.first)))
    }
}

impl Chunk {
    /// Its rows without so many, or why they cannot be had.
    fn rows(&self, without: usize) -> impl Iterator<Item = Result<Box<RawValue>>> + use<> {
        let (rows, fault) = match self.unpacked() {
            Ok(rows) => (rows, None),
            Err(fault) => (Vec::new(), Some(Err(fault))),
        };
        rows.into_iter().skip(without).map(Ok).chain(fault)
    }

    fn unpacked(&self) -> Result<Vec<Box<RawValue>>> {
        let rows = decompress(&self.packed, self.length).map_err(|cause| unfit(&cause))?;
        serde_json::from_slice(&rows).map_err(|cause| unfit(&cause))
    }
}

fn unfit(cause: &dyn std::error::Error) -> Error {
    Error::Internal(format!("rows of an answer cannot be packed or unpacked: {cause}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(rows: &Rows, first: usize) -> Vec<String> {
        rows.starting_at(first).map(|row| row.unwrap().get().to_owned()).collect()
    }

    #[test]
    fn rows_come_back_in_order_from_any_of_them_on() {
        let long = "x".repeat(CHUNK / 3);
        let all: Vec<String> = (0..10).map(|number| format!("{number} {long}")).collect();
        let rows = Rows::pack(all.iter()).unwrap();
        assert!(rows.chunks.len() > 2, "{}", rows.chunks.len());
        assert_eq!(rows.count(), 10);
        let all: Vec<String> = all.iter().map(|row| format!("\"{row}\"")).collect();
        for first in 0..12 {
            assert_eq!(told(&rows, first), all.get(first..).unwrap_or_default(), "{first}");
        }
    }

    #[test]
    fn no_rows_take_nothing() {
        let rows = Rows::pack(std::iter::empty::<u8>()).unwrap();
        assert_eq!((rows.count(), rows.bytes(), told(&rows, 0)), (0, 0, Vec::new()));
        assert_eq!(rows.digest(Digest::EMPTY), Digest::EMPTY);
    }

    #[test]
    fn rows_that_are_like_each_other_take_little_and_others_have_another_digest() {
        let row = |number: u32| (number, "https://anilist.co/anime/21", "verified", "anibridge");
        let rows = Rows::pack((0..50_000).map(row)).unwrap();
        assert!(rows.bytes() < 50_000 * 10, "{}", rows.bytes());
        let of = |rows: &Rows| rows.digest(Digest::EMPTY);
        assert_eq!(of(&rows), of(&Rows::pack((0..50_000).map(row)).unwrap()));
        assert_ne!(of(&rows), of(&Rows::pack((1..50_001).map(row)).unwrap()));
    }

    #[test]
    fn a_row_that_cannot_be_had_is_an_error_and_not_left_out() {
        let mut rows = Rows::pack(0..10).unwrap();
        rows.chunks[0].packed[10] ^= 1;
        let error = rows.starting_at(9).next().unwrap().unwrap_err();
        assert_eq!(error.code(), "internal");
    }
}
