//! The addresses of covers: what is fetched, and a mark that only the service can make.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use reqwest::Url;

use crate::pictures::Pictures;

/// Bytes of a mark.
const MARK: usize = 16;

/// Makes and reads the addresses of covers.
#[derive(Debug, Clone, Copy)]
pub struct Paths<'a> {
    pub(super) key: &'a hmac::Key,
    pub(super) pictures: &'a Pictures,
}

impl Paths<'_> {
    /// The service's own address of a cover; none where covers do not come from its host.
    pub fn of(&self, cover: &str) -> Option<String> {
        let url = self.pictures.known(cover)?;
        let written = BASE64_URL_SAFE_NO_PAD.encode(url.as_str());
        let mark = BASE64_URL_SAFE_NO_PAD.encode(self.mark(url.as_str()));
        Some(format!("/covers/{written}.{mark}"))
    }

    /// What is at such an address, if the service made it.
    pub fn read(&self, key: &str) -> Option<Url> {
        let (written, mark) = key.split_once('.')?;
        let read = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).ok();
        let url = String::from_utf8(read(written)?).ok()?;
        let own = self.mark(&url);
        let same = aws_lc_rs::constant_time::verify_slices_are_equal(&own, &read(mark)?);
        // The hosts may be others than when it was made.
        same.ok().and_then(|()| self.pictures.known(&url))
    }

    fn mark(&self, url: &str) -> Vec<u8> {
        hmac::sign(self.key, url.as_bytes()).as_ref()[..MARK].to_vec()
    }
}
