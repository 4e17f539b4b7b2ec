//! Unpacking, with an eye on what comes out: what a packed file says of its length is not believed.

use std::io::Read;

use flate2::read::MultiGzDecoder;

use super::Unreadable;
use super::limits::Meter;

/// How a gzip file begins.
pub(super) const GZIP: [u8; 2] = [0x1f, 0x8b];

/// How many bytes come out between two looks at the clock.
const CHUNK: u64 = 1 << 20;

/// All that a gzip file holds.
pub(super) fn gzip(bytes: &[u8], meter: &Meter) -> Result<Vec<u8>, Unreadable> {
    all(MultiGzDecoder::new(bytes), meter.limits().unpacked, meter)
}

/// All that comes out, if that is no more than `most` bytes.
pub(super) fn all(mut from: impl Read, most: u64, meter: &Meter) -> Result<Vec<u8>, Unreadable> {
    let mut out = Vec::new();
    loop {
        meter.in_time()?;
        let came = from.by_ref().take(CHUNK).read_to_end(&mut out);
        let came = came.map_err(|error| Unreadable::Broken(error.to_string()))?;
        if out.len() as u64 > most {
            return Err(Unreadable::Unpacked(meter.limits().unpacked));
        }
        if came == 0 {
            return Ok(out);
        }
    }
}
