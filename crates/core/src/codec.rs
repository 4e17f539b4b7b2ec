//! Compression of what the store keeps as bytes.

use std::io::{self, Read};

use zstd::bulk::Compressor;

/// Zstandard's own default level: an index of a few megabytes takes some tens of milliseconds.
const LEVEL: i32 = 3;

/// Bytes that [`compress`] did not make, or that unpack to more than they may.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// They are not a Zstandard stream, or it ends too early.
    #[error("the compressed bytes are damaged: {0}")]
    Damaged(io::Error),
    /// They unpack to more than the caller wants to hold.
    #[error("the unpacked bytes are more than the allowed {limit}")]
    TooLarge {
        /// The most bytes that were allowed.
        limit: usize,
    },
    /// The compressor failed; it only does without memory.
    #[error("the bytes cannot be compressed: {0}")]
    Failed(io::Error),
}

/// Packs bytes as one Zstandard stream (RFC 8878), with a checksum: a damaged one may unpack to
/// something else.
pub fn compress(bytes: &[u8]) -> Result<Vec<u8>, CodecError> {
    let mut compressor = Compressor::new(LEVEL).map_err(CodecError::Failed)?;
    compressor.include_checksum(true).map_err(CodecError::Failed)?;
    compressor.compress(bytes).map_err(CodecError::Failed)
}

/// Unpacks what [`compress`] made. At most `limit` bytes are held at any time, whatever the stream
/// says of itself.
pub fn decompress(packed: &[u8], limit: usize) -> Result<Vec<u8>, CodecError> {
    let decoder = zstd::Decoder::with_buffer(packed).map_err(CodecError::Damaged)?;
    let mut bytes = Vec::new();
    let one_more = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    decoder.take(one_more).read_to_end(&mut bytes).map_err(CodecError::Damaged)?;
    if bytes.len() > limit { Err(CodecError::TooLarge { limit }) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_packed_unpacks_to_the_same(bytes: Vec<u8>) {
            let packed = compress(&bytes).unwrap();
            prop_assert_eq!(decompress(&packed, bytes.len()).unwrap(), bytes);
        }
    }

    #[test]
    fn a_text_that_repeats_itself_becomes_small() {
        let text = r#"{"anilist":21,"trakt":37696}"#.repeat(10_000);
        assert!(compress(text.as_bytes()).unwrap().len() < text.len() / 100);
    }

    #[test]
    fn a_stream_that_unpacks_to_too_much_is_refused() {
        let packed = compress(&vec![0; 1_000_001]).unwrap();
        assert!(packed.len() < 1000, "the stream itself is small");
        let error = decompress(&packed, 1_000_000).unwrap_err();
        assert!(matches!(error, CodecError::TooLarge { limit: 1_000_000 }), "{error}");
    }

    #[test]
    fn a_changed_bit_is_noticed_or_changes_nothing() {
        let text = (0..500).map(|id| id.to_string()).collect::<Vec<_>>().join(",");
        let packed = compress(text.as_bytes()).unwrap();
        for at in 0..packed.len() * 8 {
            let mut changed = packed.clone();
            changed[at / 8] ^= 1 << (at % 8);
            match decompress(&changed, text.len()) {
                Ok(bytes) => assert!(bytes == text.as_bytes(), "bit {at} changed what was kept"),
                Err(error) => assert!(!matches!(error, CodecError::Failed(_)), "{error}"),
            }
        }
    }

    #[test]
    fn bytes_of_another_kind_and_cut_streams_are_damaged() {
        let packed = compress(&[7; 5000]).unwrap();
        for bad in [&b"not a stream"[..], &packed[..packed.len() - 3]] {
            let error = decompress(bad, 5000).unwrap_err();
            assert!(matches!(error, CodecError::Damaged(_)), "{error}");
        }
    }
}
