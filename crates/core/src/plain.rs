//! Texts of others, made fit to be printed. A title, or what another service said, may hold
//! characters that steer a terminal, break a line in two, or turn around what stands beside them.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character shows nothing of itself: a control, a line's end, a change of direction, or
/// something of no width. The last are Unicode's `Default_Ignorable_Code_Point`
/// (`DerivedCoreProperties.txt`) without the variation selectors, which pictures in titles need.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// A text on one line, in which every unseen character is written out, such as `\u{1b}`.
pub fn plain(text: &str) -> Cow<'_, str> {
    written_out(text, is_unseen, |out, c| write!(out, "{}", c.escape_unicode()))
}

/// The same for a text of several lines: their ends stay.
pub fn plain_lines(text: &str) -> Cow<'_, str> {
    let is_unseen = |c| c != '\n' && is_unseen(c);
    written_out(text, is_unseen, |out, c| write!(out, "{}", c.escape_unicode()))
}

/// A text of JSON that says the same, and in which every unseen character is written as JSON
/// escapes it. The line ends between its parts stay.
pub fn plain_json(text: &str) -> Cow<'_, str> {
    let is_unseen = |c| c != '\n' && is_unseen(c);
    written_out(text, is_unseen, |out, c| {
        c.encode_utf16(&mut [0; 2]).iter().try_for_each(|unit| write!(out, "\\u{unit:04x}"))
    })
}

/// A name on one line, without blanks around it; none where nothing is left.
pub fn one_line(text: &str) -> Option<String> {
    let text = text.replace(char::is_control, " ");
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn written_out(
    text: &str,
    is_unseen: impl Fn(char) -> bool,
    write_out: impl Fn(&mut String, char) -> std::fmt::Result,
) -> Cow<'_, str> {
    if !text.contains(&is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_unseen(c) {
            // Writing to a string cannot fail.
            let _ = write_out(&mut out, c);
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a terminal obeys, what breaks a line, what turns text around, what shows nothing.
    const STEERING: [char; 16] = [
        '\u{1b}',
        '\u{7}',
        '\r',
        '\n',
        '\u{8}',
        '\u{7f}',
        '\u{85}',
        '\u{9b}',
        '\u{9d}',
        '\u{202e}',
        '\u{2066}',
        '\u{200b}',
        '\u{feff}',
        '\u{2028}',
        '\u{ad}',
        '\u{e0041}',
    ];

    #[test]
    fn whatever_steers_is_written_out_and_all_else_stays() {
        for c in STEERING {
            let text = plain(&format!("a{c}b")).into_owned();
            assert_eq!(text, format!("a\\u{{{:x}}}b", u32::from(c)));
        }
        for title in ["Ōkami\u{3000}to", "SPY×FAMILY", "が゛か\u{3099}", "I ❤\u{fe0f} \"you\"\\"]
        {
            assert!(matches!(plain(title), Cow::Borrowed(same) if same == title), "{title}");
        }
        assert_eq!(plain_lines("one\ntwo\u{1b}"), "one\ntwo\\u{1b}");
    }

    proptest! {
        #[test]
        fn json_says_the_same_afterwards(text in ".*", steering in 0..STEERING.len()) {
            let value = serde_json::json!([format!("{text}{}", STEERING[steering])]);
            let written = serde_json::to_string_pretty(&value).unwrap();
            let escaped = plain_json(&written);
            prop_assert!(!escaped.contains(|c| c != '\n' && is_unseen(c)));
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&escaped).unwrap(), value);
        }
    }
}
