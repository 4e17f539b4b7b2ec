//! The words of titles, as they are compared and searched.

/// A word and where it stands.
pub(super) struct Word {
    pub(super) start: usize,
    pub(super) end: usize,
    /// In lower case, without apostrophes.
    pub(super) text: String,
}

/// The words of a title.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut goes_on = false;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let letters: String = match c {
            '\'' | '’' | '`' => continue,
            '×' => "x".into(),
            '&' => "and".into(),
            c if c.is_alphanumeric() => c.to_lowercase().map(plain).collect(),
            _ => String::new(),
        };
        let stands_alone = matches!(c, '×' | '&');
        match words.last_mut() {
            Some(word) if goes_on && !stands_alone && !letters.is_empty() => {
                word.end = end;
                word.text.push_str(&letters);
            }
            _ if letters.is_empty() => {}
            _ => words.push(Word { start: at, end, text: letters.clone() }),
        }
        goes_on = !letters.is_empty() && !stands_alone;
    }
    words
}

/// The letter without the marks that people leave out when they write Japanese in Latin letters.
fn plain(c: char) -> char {
    match c {
        'ā' | 'â' | 'á' | 'à' | 'ä' => 'a',
        'ē' | 'ê' | 'é' | 'è' => 'e',
        'ī' | 'î' | 'í' => 'i',
        'ō' | 'ô' | 'ó' | 'ö' => 'o',
        'ū' | 'û' | 'ú' | 'ü' => 'u',
        other => other,
    }
}

/// The words of a title as they are compared: long vowels and the particle wo are written in
/// several ways.
pub(in crate::placing) fn keys(text: &str) -> Vec<String> {
    let key = |word: Word| match word.text.as_str() {
        "wo" => "o".to_owned(),
        text => text.replace("ou", "o").replace("oo", "o").replace("uu", "u"),
    };
    words(text).into_iter().map(key).collect()
}

/// Whether two titles are the same but for how they are written.
pub(super) fn same(one: &str, other: &str) -> bool {
    keys(one) == keys(other)
}

/// The title as a question to Trakt. Its search takes these signs for operators (Trakt's
/// documentation of the text query lists them): a minus would leave out what has the next word.
pub(super) fn question(text: &str) -> String {
    let is_operator = |c: char| r#"+-&|!(){}[]^"~*?:/\"#.contains(c);
    let plain: String = text.chars().map(|c| if is_operator(c) { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_title_is_written_in_several_ways() {
        for (one, other) in [
            ("HUNTER×HUNTER", "Hunter x Hunter"),
            ("One Punch Man", "One-Punch Man"),
            ("Haikyuu!!", "Haikyū"),
            ("Haikyuu!!", "Haikyu!!"),
            ("Yumemiru Shoujo no Yume wo Minai", "Yumemiru Shōjo no Yume o Minai"),
            ("Frieren: Beyond Journey's End", "Frieren Beyond Journey’s End"),
            ("Spice & Wolf", "Spice and Wolf"),
            ("Kimi no Na wa.", "Kimi no na wa"),
        ] {
            assert!(same(one, other), "{one} / {other}");
        }
        assert!(!same("Working!!", "Working Hard"));
    }

    #[test]
    fn a_question_has_no_operators() {
        let asked = question("Re:ZERO -Starting Life in Another World- (\"2\")");
        assert_eq!(asked, "Re ZERO Starting Life in Another World 2");
        assert_eq!(question("Frieren: Beyond Journey's End"), "Frieren Beyond Journey's End");
        assert_eq!(question("!?"), "");
    }
}
