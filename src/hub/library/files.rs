//! A person's library and files of lists.
//!
//! A large file is written in parts, each in one step of the store. One that breaks off is simply read
//! again: what is there already is the same then.

use std::sync::Arc;

use super::Shelf;
use crate::hub::error::{Error, Result};
use crate::library::files::{File, LIMITS, Preview, Taken, Told, Unreadable, read};
use crate::library::{Author, Library, Refused};

/// How many rows are written in one step.
const PART: usize = 500;

/// What came of reading a file into a library.
#[derive(Debug)]
pub struct Imported {
    /// What was to be done, row by row.
    pub preview: Preview,
    /// Items that were added.
    pub added: usize,
    /// Items that were changed.
    pub changed: usize,
}

impl Shelf<'_> {
    /// Reads a file, beside the other work.
    ///
    /// # Errors
    /// What [`Unreadable`] says.
    pub async fn file(&self, bytes: impl AsRef<[u8]> + Send + 'static) -> Result<File> {
        let turn = self.shelves.readers.acquire().await;
        let _turn = turn.map_err(|error| Error::Internal(error.to_string()))?;
        let file = beside(move || read(bytes.as_ref(), &LIMITS)).await?;
        Ok(file?)
    }

    /// What reading a file would do.
    ///
    /// # Errors
    /// What the store says.
    pub async fn preview(&self, file: File) -> Result<Preview> {
        let library: Arc<Library> = self.read().await?;
        beside(move || Preview::of(&library, &file)).await
    }

    /// Reads a file into the library.
    ///
    /// # Errors
    /// What the store says, and [`Refused::Full`]; what was written until then stays.
    pub async fn import(&self, file: File) -> Result<Imported> {
        let preview = self.preview(file).await?;
        let (mut added, mut changed) = (0, 0);
        let coming: Vec<&Told> = preview.coming().collect();
        for rows in coming.chunks(PART) {
            for taken in self.take(rows).await? {
                added += usize::from(taken == Taken::Added);
                changed += usize::from(taken == Taken::Changed);
            }
        }
        if added + changed > 0 {
            tracing::info!("[Library] A file added {added} titles and changed {changed}");
        }
        Ok(Imported { preview, added, changed })
    }

    async fn take(&self, rows: &[&Told]) -> Result<Vec<Taken>> {
        let taken = self.change(Author::Import, |draft| {
            rows.iter()
                .map(|told| draft.take(told))
                .collect::<std::result::Result<Vec<_>, Refused>>()
        });
        Ok(taken.await?.outcome)
    }
}

/// Does what takes long on a thread of its own.
async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Error::Internal(format!("a thread ended: {error}")))
}

impl From<Unreadable> for Error {
    fn from(unreadable: Unreadable) -> Self {
        let (message, hint) = (unreadable.to_string(), unreadable.hint());
        match unreadable {
            Unreadable::Empty => Self::BadRequest { message, hint },
            _ if unreadable.is_too_large() => Self::FileTooLarge { message, hint },
            _ => Self::Unreadable { message, hint },
        }
    }
}
