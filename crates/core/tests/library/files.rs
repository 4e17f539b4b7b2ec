//! Lists as files: what is read of them, what that does to a library, and what is written.

mod anilist;
mod limits;
mod mal;
mod preview;
mod round_trips;
mod tables;
mod trakt;

use anilist_trakt_sync_core::library::files::{
    Counts, File, LIMITS, Preview, Row, Told, Unreadable, read,
};
use anilist_trakt_sync_core::library::{Author, Library, New};

use crate::samples::at;

/// A file that can be read.
pub(crate) fn file(bytes: impl AsRef<[u8]>) -> File {
    read(bytes.as_ref(), &LIMITS).unwrap()
}

/// Why a file cannot be read.
pub(crate) fn unreadable(bytes: impl AsRef<[u8]>) -> Unreadable {
    read(bytes.as_ref(), &LIMITS).unwrap_err()
}

/// What a row says.
pub(crate) fn told(row: &Row) -> &Told {
    row.said.as_ref().unwrap()
}

/// The item that the only row of a file would be.
pub(crate) fn only(bytes: impl AsRef<[u8]>) -> New {
    let file = file(bytes);
    let [row] = file.rows.as_slice() else { panic!("one row: {:?}", file.rows) };
    told(row).new.clone()
}

/// Why a row cannot be read.
pub(crate) fn reason(row: &Row) -> &str {
    &row.said.as_ref().unwrap_err().message
}

/// Reads a file into a library, in parts of so many rows.
pub(crate) fn import(library: &mut Library, file: &File, chunk: usize) -> Preview {
    let preview = Preview::of(library, file);
    let coming: Vec<&Told> = preview.coming().collect();
    for rows in coming.chunks(chunk) {
        let mut draft = library.draft(Author::Import, at(100));
        for told in rows {
            draft.take(told).unwrap();
        }
        if let Some(touched) = draft.finish() {
            library.adopt(&touched);
        }
    }
    preview
}

/// How many rows are new, changed, the same, twice, unclear.
pub(crate) fn counts(preview: &Preview) -> [usize; 5] {
    let Counts { new, changed, same, twice, unclear } = preview.counts();
    [new, changed, same, twice, unclear]
}
