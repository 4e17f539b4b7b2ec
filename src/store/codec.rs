//! Compression and encoding of what the store keeps as bytes.
