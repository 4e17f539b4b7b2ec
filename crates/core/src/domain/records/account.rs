//! The people of the service, as the store gives and takes them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::AccountId;

/// The fewest and the most characters of a name.
pub const NAME_LENGTH: std::ops::RangeInclusive<usize> = 3..=32;

/// What a person may do beyond their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Sees and manages the other accounts.
    Administrator,
    /// Has what is theirs.
    Member,
}

/// A person who can sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Counts up from 1 in the order in which people came, and is never given again.
    pub number: u64,
    /// Under which their records are kept. The first account has those of [`AccountId::default`].
    pub id: AccountId,
    /// As they wrote it; see [`Username`].
    pub username: String,
    /// Their name for people.
    pub full_name: Option<String>,
    /// Where a code to set a new password is sent.
    pub email: Option<String>,
    /// The hash of their password in PHC's format (argon2id); none of who signs in elsewhere.
    pub password: Option<String>,
    /// The person at an identity provider: its issuer and its `sub`, with a space between.
    pub identity: Option<String>,
    /// Grows with each new password; what was signed with a smaller one is good no more.
    pub version: u32,
    /// What they may do.
    pub role: Role,
    /// An administrator shut them out.
    pub disabled: bool,
    /// When they came.
    pub created_at: Timestamp,
}

/// A name that somebody can sign in by: 3 to 32 of the letters `a` to `z`, digits, `_`, `.` and `-`,
/// small and large letters being the same. No other alphabets, so no two names look alike.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Username(String);

impl Username {
    /// The name that was written, if it can be one.
    pub fn parse(text: &str) -> Option<Self> {
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
        let is_name = NAME_LENGTH.contains(&text.len()) && text.chars().all(is_allowed);
        is_name.then(|| Self(text.to_owned()))
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same for all spellings of one name.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

/// What a credential is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CredentialKind {
    /// A sign-in of a browser or a program, by a password.
    Session,
    /// A token of an API client, made by hand.
    Token,
    /// Lets one more person register.
    Invitation,
    /// A code to set a new password.
    Reset,
    /// The secret in the address of a person's calendar. It opens that alone.
    Calendar,
}

/// Something that opens a door for a while. What is shown to people is kept as its hash alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Credential {
    /// Its name in the store: the SHA-256 of what is shown, or a number of chance, in base64url.
    pub key: String,
    /// What it is good for.
    pub kind: CredentialKind,
    /// Whose it is; of an invitation, who made it.
    pub account: AccountId,
    /// What people call it: the name of a token, the browser of a session.
    pub label: String,
    /// A token that changes nothing.
    #[serde(default)]
    pub read_only: bool,
    /// Wrong tries so far, of a code.
    #[serde(default)]
    pub tries: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the hour.
    pub used_at: Option<Timestamp>,
    /// When it ends; a token and a calendar's address do not.
    pub expires_at: Option<Timestamp>,
}

impl Credential {
    /// Whether it has not ended.
    pub fn is_living(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_letters_that_cannot_be_mistaken() {
        for good in ["abc", "A-b.c_9", "x".repeat(32).as_str()] {
            assert!(Username::parse(good).is_some(), "{good}");
        }
        let long = "x".repeat(10_240);
        // The second has a Cyrillic letter, the third a full-width one, the last an invisible one.
        let bad = [
            "ab",
            "\u{430}dmin",
            "\u{ff41}dmin",
            "a b",
            "ab\n",
            "a\u{0}b",
            &long,
            "",
            "abc\u{200b}",
        ];
        for bad in bad {
            assert_eq!(Username::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn names_that_differ_by_case_are_one() {
        let key = |name| Username::parse(name).map(|name| name.key());
        assert_eq!(key("Mika.S"), key("mika.s"));
    }
}
