//! The documents that share what they read: each with the fragments that it names.

/// What is read of an entry, whatever asks for it.
pub(super) const SAID: &str = include_str!("queries/fragments/said.graphql");

/// A document of a file, with these fragments.
macro_rules! document {
    ($name:literal, $($fragment:literal),+) => {
        concat!(
            include_str!(concat!("queries/", $name, ".graphql")),
            $(include_str!(concat!("queries/fragments/", $fragment, ".graphql"))),+
        )
    };
}

pub(super) const LIBRARY_CHUNK: &str = document!("library_chunk", "said", "title");
pub(super) const LIBRARY_ENTRIES: &str = document!("library_entries", "said", "title");
pub(super) const LIBRARY_CHANGED: &str = document!("library_changed", "said", "title");
pub(super) const SEARCH_TITLES: &str = document!("search_titles", "title");
pub(super) const TITLES: &str = document!("titles", "title");
pub(super) const TITLES_OF_MAL: &str = document!("titles_of_mal", "title");
