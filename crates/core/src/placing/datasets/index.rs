//! What all datasets have in common.

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::limits::Limits;
use crate::codec;
use crate::domain::{AnilistId, Service};

/// An index larger than this, once unpacked, is not one of ours.
const MAX_INDEX_BYTES: usize = 32 << 20;

/// A file or a stored index that cannot be used as a dataset.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ParseError(pub String);

/// A published mapping file.
pub trait Dataset {
    /// One row of its index.
    type Row: Serialize + DeserializeOwned + std::fmt::Debug + Send + Sync + 'static;

    /// Its name in routes, records and keys.
    const NAME: &'static str;

    /// Its host.
    const SERVICE: Service;

    /// What a file of it may cost.
    const LIMITS: Limits;

    /// Goes up whenever the form of the index changes.
    const FORMAT: u32;

    /// The entry a row is about.
    fn entry(row: &Self::Row) -> AnilistId;
}

/// What a published file held.
#[derive(Debug)]
pub struct Parsed<R> {
    /// Its rows that are about an AniList entry.
    pub rows: Vec<R>,
    /// When its makers last changed it, if it says so.
    pub last_activity: Option<Timestamp>,
}

/// A dataset's rows in order of their entry.
#[derive(Debug)]
pub struct Table<D: Dataset> {
    rows: Vec<D::Row>,
}

impl<D: Dataset> Table<D> {
    /// A table of rows in any order.
    pub fn new(mut rows: Vec<D::Row>) -> Self {
        rows.sort_by_key(D::entry);
        Self { rows }
    }

    /// A table without rows.
    pub fn empty() -> Self {
        Self { rows: Vec::new() }
    }

    /// The rows about one entry; often none, seldom more than one.
    pub fn rows_of(&self, id: AnilistId) -> &[D::Row] {
        let start = self.rows.partition_point(|row| D::entry(row) < id);
        let end = self.rows.partition_point(|row| D::entry(row) <= id);
        &self.rows[start..end]
    }

    /// All rows.
    pub fn rows(&self) -> &[D::Row] {
        &self.rows
    }

    /// The table as it is stored: its rows as compressed JSON.
    ///
    /// # Errors
    /// Only for want of memory.
    pub fn pack(&self) -> Result<Vec<u8>, ParseError> {
        let text = serde_json::to_vec(&self.rows).map_err(|cause| ParseError(cause.to_string()))?;
        codec::compress(&text).map_err(|cause| ParseError(cause.to_string()))
    }

    /// The table that [`Self::pack`] made these bytes of.
    ///
    /// # Errors
    /// When the bytes are damaged, or are rows of another kind.
    pub fn unpack(index: &[u8]) -> Result<Self, ParseError> {
        let text = codec::decompress(index, MAX_INDEX_BYTES)
            .map_err(|cause| ParseError(cause.to_string()))?;
        let rows = serde_json::from_slice(&text).map_err(|cause| ParseError(cause.to_string()))?;
        Ok(Self::new(rows))
    }

    /// How many entries it knows.
    pub fn entries(&self) -> u64 {
        let count = self.rows.chunk_by(|a, b| D::entry(a) == D::entry(b)).count();
        u64::try_from(count).unwrap_or(u64::MAX)
    }
}
