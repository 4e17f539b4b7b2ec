//! Names that were written otherwise than this program reads them.

use std::sync::LazyLock;

use strsim::levenshtein;

/// Every variable has its line there.
const EXAMPLE: &str = include_str!("../../.env.example");

/// Letters that may differ for a name to be taken as another one.
const NEAR: usize = 3;

static KNOWN: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let name = |line: &'static str| line.strip_prefix('#')?.split_once('=').map(|(name, _)| name);
    let is_name = |name: &&str| {
        name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    };
    EXAMPLE.lines().filter_map(name).filter(is_name).collect()
});

/// Those that no variable has, in order, each with the nearest one that there is.
pub(super) fn unknown(mut names: Vec<String>) -> Vec<(String, Option<&'static str>)> {
    names.sort_unstable();
    let unknown = names.into_iter().filter(|name| !KNOWN.contains(&name.as_str()));
    let told = |name: String| {
        let near = nearest(&name);
        (name, near)
    };
    unknown.map(told).collect()
}

fn nearest(name: &str) -> Option<&'static str> {
    let upper = name.to_ascii_uppercase();
    let near = KNOWN.iter().map(|known| (levenshtein(&upper, known), *known));
    near.min().filter(|(distance, _)| *distance <= NEAR).map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hub::settings::Field;

    #[test]
    fn a_name_that_is_spelt_otherwise_is_told_with_the_right_one() {
        let given = ["TRAKT_CLIENTID", "anilist_username", "PORT", "SOMETHING_ELSE_ENTIRELY"];
        let unknown = unknown(given.map(str::to_owned).into());
        let expected = [
            ("SOMETHING_ELSE_ENTIRELY", None),
            ("TRAKT_CLIENTID", Some("TRAKT_CLIENT_ID")),
            ("anilist_username", Some("ANILIST_USERNAME")),
        ];
        assert_eq!(unknown, expected.map(|(name, near)| (name.to_owned(), near)));
    }

    #[test]
    fn every_variable_that_is_read_is_in_the_example() {
        let source = [
            include_str!("../config.rs"),
            include_str!("access.rs"),
            include_str!("covers.rs"),
            include_str!("store.rs"),
            include_str!("keys.rs"),
            include_str!("mail.rs"),
            include_str!("oidc.rs"),
        ]
        .concat();
        let read =
            ["self.text(\"", "self.secret(\"", "self.url(\"", "self.number(\"", "self.switch(\""];
        let of_people = Field::ALL.iter().filter_map(|field| field.variable());
        of_people.for_each(|name| assert!(KNOWN.contains(&name), "{name} is not in .env.example"));
        let mut seen = 0;
        for start in read {
            for (at, _) in source.match_indices(start) {
                let (name, _) = source[at + start.len()..].split_once('"').unwrap();
                seen += 1;
                assert!(KNOWN.contains(&name), "{name} is not in .env.example");
            }
        }
        assert!(seen > 16, "{seen}");
    }
}
