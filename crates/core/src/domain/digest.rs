//! A short fingerprint of facts that is the same in every process and on every machine.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Where FNV-1a of 64 bits begins.
const BASIS: u64 = 0xcbf2_9ce4_8422_2325;

/// What FNV-1a of 64 bits multiplies by.
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// A digest of some facts: FNV-1a of 64 bits (<http://www.isthe.com/chongo/tech/comp/fnv/>),
/// written as 16 hexadecimal digits.
///
/// It tells whether facts changed, among some thousands of them. It is no defence against somebody
/// who makes up facts that fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest(pub u64);

impl Digest {
    /// The digest of no bytes.
    pub const EMPTY: Self = Self(BASIS);

    /// The digest of bytes.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self::EMPTY.with(bytes)
    }

    /// The digest of the bytes so far and of these after them.
    #[must_use]
    pub fn with(self, bytes: &[u8]) -> Self {
        let step = |digest: u64, byte: &u8| (digest ^ u64::from(*byte)).wrapping_mul(PRIME);
        Self(bytes.iter().fold(self.0, step))
    }

    /// The digest of facts, taken over their JSON. Two versions of the program agree for as long
    /// as the JSON stays the same, its order included: no hash map may be among the facts.
    ///
    /// # Errors
    /// When the facts have no form in JSON, such as a map whose keys are no texts or numbers.
    pub fn of(facts: &impl Serialize) -> serde_json::Result<Self> {
        serde_json::to_vec(facts).map(|json| Self::of_bytes(&json))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// The text is no digest.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a digest is 16 hexadecimal digits in lower case")]
pub struct InvalidDigest;

impl FromStr for Digest {
    type Err = InvalidDigest;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != 16 || !text.bytes().all(is_digit) {
            return Err(InvalidDigest);
        }
        u64::from_str_radix(text, 16).map(Self).map_err(|_| InvalidDigest)
    }
}

impl TryFrom<String> for Digest {
    type Error = InvalidDigest;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_makers_own_examples_of_fnv_1a_come_out() {
        let table = [("", BASIS), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8)];
        for (text, expected) in table {
            assert_eq!(Digest::of_bytes(text.as_bytes()), Digest(expected), "{text}");
        }
    }

    #[test]
    fn a_digest_is_written_with_all_its_zeros_and_read_back() {
        let digest = Digest(0xab);
        assert_eq!(digest.to_string(), "00000000000000ab");
        assert_eq!("00000000000000ab".parse(), Ok(digest));
        let json = serde_json::to_string(&digest).unwrap();
        assert_eq!(json, "\"00000000000000ab\"");
        assert_eq!(serde_json::from_str::<Digest>(&json).unwrap(), digest);
    }

    #[test]
    fn what_is_not_16_digits_is_no_digest() {
        for bad in ["", "ab", "+0000000000000ab", "00000000000000AB", "00000000000000abc"] {
            assert_eq!(bad.parse::<Digest>(), Err(InvalidDigest), "{bad}");
        }
    }

    #[test]
    fn facts_have_the_digest_of_their_json() {
        let facts = (7, Some("title"), [1, 2]);
        let json = br#"[7,"title",[1,2]]"#;
        assert_eq!(Digest::of(&facts).unwrap(), Digest::of_bytes(json));
        assert_ne!(Digest::of(&(8, Some("title"), [1, 2])).unwrap(), Digest::of_bytes(json));
    }

    #[test]
    fn facts_without_a_form_in_json_are_an_error() {
        assert!(Digest::of(&BTreeMap::from([((1, 2), 3)])).is_err());
    }
}
