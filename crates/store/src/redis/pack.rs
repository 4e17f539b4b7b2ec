//! How records stand in values: as JSON an operator can read while it is short, compressed when it
//! is long.

use std::fmt::Display;
use std::str::FromStr;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Result, StoreError};
use anilist_trakt_sync_core::codec;

/// Longer texts are compressed.
const READABLE: usize = 1024;

/// What a compressed text begins with; base64 of a Zstandard stream follows.
const MARK: &str = "zstd:";

/// The most a value may unpack to, in bytes.
const LARGEST: usize = 256 << 20;

/// The value for a text.
pub(super) fn pack(text: &str) -> Result<String> {
    if text.len() <= READABLE && !text.starts_with(MARK) {
        return Ok(text.to_owned());
    }
    let packed = codec::compress(text.as_bytes())
        .map_err(|error| StoreError::Unavailable(error.to_string()))?;
    Ok(format!("{MARK}{}", BASE64_STANDARD.encode(packed)))
}

/// The text of a value; `key` is what an error names.
pub(super) fn unpack(key: &str, value: String) -> Result<String> {
    let Some(packed) = value.strip_prefix(MARK) else { return Ok(value) };
    let packed = BASE64_STANDARD.decode(packed).map_err(|error| corrupt(key, &error))?;
    let text = codec::decompress(&packed, LARGEST).map_err(|error| corrupt(key, &error))?;
    String::from_utf8(text).map_err(|error| corrupt(key, &error))
}

/// The value for a record.
pub(super) fn pack_json(record: &impl Serialize) -> Result<String> {
    pack(&json(record)?)
}

/// A record as JSON.
pub(super) fn json(record: &impl Serialize) -> Result<String> {
    serde_json::to_string(record).map_err(|error| StoreError::Unavailable(error.to_string()))
}

/// The record of a value.
pub(super) fn unpack_json<T: DeserializeOwned>(key: &str, value: String) -> Result<T> {
    serde_json::from_str(&unpack(key, value)?).map_err(|error| corrupt(key, &error))
}

/// The value that stands as the text it is written as for people.
pub(super) fn unpack_text<T: FromStr<Err: Display>>(key: &str, value: String) -> Result<T> {
    unpack(key, value)?.parse().map_err(|error| corrupt(key, &error))
}

/// A record that cannot be read.
pub(super) fn corrupt(key: &str, cause: &dyn Display) -> StoreError {
    StoreError::Corrupt { key: key.to_owned(), cause: cause.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_text_stays_readable_and_a_long_one_becomes_short() {
        assert_eq!(pack("2026-11-21T00:00:00Z").unwrap(), "2026-11-21T00:00:00Z");
        let long = r#"{"season":1,"number":12}"#.repeat(100);
        let packed = pack(&long).unwrap();
        assert!(packed.len() < long.len() / 10, "{packed}");
        assert_eq!(unpack("k", packed).unwrap(), long);
    }

    #[test]
    fn a_text_that_looks_compressed_comes_back_as_it_was() {
        assert_eq!(unpack("k", pack("zstd:hello").unwrap()).unwrap(), "zstd:hello");
    }

    #[test]
    fn a_damaged_value_is_named() {
        let error = unpack("trakt:watched", "zstd:AAAA".to_owned()).unwrap_err();
        assert!(error.to_string().contains("trakt:watched"), "{error}");
    }
}
