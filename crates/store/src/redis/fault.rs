//! What Redis says when it refuses, in words a person can act on.

use crate::StoreError;

/// The refusals that have a sentence of their own, by how they begin or what they contain.
const SENTENCES: [(&str, &str); 12] = [
    ("OOM", "Redis is full; raise its memory limit or remove other data"),
    ("READONLY", "Redis is a read-only replica; use the address of its primary"),
    ("NOAUTH", "Redis asks for a password; put it into the address"),
    // What a long command without a password is answered.
    ("unauthenticated", "Redis asks for a password; put it into the address"),
    ("WRONGPASS", "Redis does not accept the password"),
    ("NOPERM", "Redis does not allow this user the commands that are needed"),
    ("MISCONF", "Redis cannot save to its disk and takes no changes"),
    ("LOADING", "Redis is still loading its data"),
    ("MASTERDOWN", "Redis has lost its primary"),
    ("BUSY", "Redis is busy with a script"),
    ("max request size", "Redis takes no request this large"),
    ("request limit", "the plan of the Redis service allows no more requests for now"),
];

/// An error that Redis answered. Its own words hold key names at most, and never values.
pub(super) fn refused(words: &str) -> StoreError {
    let known = SENTENCES.iter().find(|(mark, _)| words.contains(mark));
    let own: String = words.chars().take(200).collect();
    StoreError::Unavailable(match known {
        Some((_, sentence)) => format!("{sentence} ({own})"),
        None => format!("Redis refused: {own}"),
    })
}

/// No answer at all.
pub(super) fn unreachable(cause: &str, address: &str) -> StoreError {
    StoreError::Unavailable(format!("Redis cannot be reached ({cause}): {address}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_to_do() {
        let table = [
            ("OOM command not allowed when used memory > 'maxmemory'.", "is full"),
            ("READONLY You can't write against a read only replica.", "read-only replica"),
            ("NOAUTH Authentication required.", "asks for a password"),
            ("ERR max request size exceeded", "no request this large"),
            ("ERR max daily request limit exceeded", "no more requests"),
            ("ERR unknown command 'FOO'", "Redis refused: ERR unknown command"),
        ];
        for (words, expected) in table {
            let sentence = refused(words).to_string();
            assert!(sentence.contains(expected), "{words}: {sentence}");
        }
    }
}
