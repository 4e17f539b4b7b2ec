//! As of when a show is stored and how it looks, in a few bytes, so that a run can tell without
//! reading the show whether what it decided about it still holds.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use super::StoredShow;
use crate::domain::Digest;

/// The version of a stored show. As text it is `<RFC 3339> <digest>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShowVersion {
    /// When Trakt was asked.
    pub fetched_at: Timestamp,
    /// The show's digest, see [`crate::domain::Show::digest`].
    pub digest: Digest,
}

impl StoredShow {
    /// The version that is stored with it.
    pub fn version(&self) -> ShowVersion {
        ShowVersion { fetched_at: self.fetched_at, digest: self.show.digest() }
    }
}

impl fmt::Display for ShowVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.fetched_at, self.digest)
    }
}

/// The text is no version.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a show's version is a time, a space and a digest")]
pub struct InvalidVersion;

impl FromStr for ShowVersion {
    type Err = InvalidVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (time, digest) = text.split_once(' ').ok_or(InvalidVersion)?;
        let fetched_at = time.parse().map_err(|_| InvalidVersion)?;
        let digest = digest.parse().map_err(|_| InvalidVersion)?;
        Ok(Self { fetched_at, digest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_a_short_text_and_comes_back_to_the_nanosecond() {
        let fetched_at = Timestamp::new(1_790_000_000, 123_456_789).unwrap();
        let version = ShowVersion { fetched_at, digest: Digest(0xab) };
        let text = "2026-09-21T14:13:20.123456789Z 00000000000000ab";
        assert_eq!(version.to_string(), text);
        assert_eq!(text.parse(), Ok(version));
    }

    #[test]
    fn a_text_of_another_form_is_no_version() {
        let table =
            ["", "2026-09-21T14:13:20Z", "yesterday 00000000000000ab", "2026-09-21T14:13:20Z ab"];
        for bad in table {
            assert_eq!(bad.parse::<ShowVersion>(), Err(InvalidVersion), "{bad}");
        }
    }
}
