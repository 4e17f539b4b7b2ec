//! Where covers are kept: a file each, in one folder. When it was looked at is the file's own time, so that
//! several processes share one folder and a restart forgets nothing.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use tempfile::{NamedTempFile, TempDir};

use crate::clock::Clock;

/// A file is noted as looked at once in so long.
const NOTED_EVERY: Duration = Duration::from_hours(1);

/// The bytes in the folder are not known before it was counted.
const UNCOUNTED: u64 = u64::MAX;

/// The folder. What cannot be kept is not, and is fetched again.
#[derive(Debug, Clone)]
pub(super) struct Shelf(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    most: u64,
    clock: Clock,
    held: AtomicU64,
    /// Goes with the process.
    _passing: Option<TempDir>,
}

impl Shelf {
    pub(super) fn new(folder: Option<PathBuf>, most: u64, clock: Clock) -> Self {
        let passing = if folder.is_none() { tempfile::tempdir().ok() } else { None };
        let own = passing.as_ref().map(|folder| folder.path().to_owned());
        let folder = folder.or(own).unwrap_or_default();
        let held = AtomicU64::new(UNCOUNTED);
        Self(Arc::new(Inner { folder, most, clock, held, _passing: passing }))
    }

    /// The file of this name, if it is there.
    pub(super) async fn read(&self, name: &str) -> Option<Vec<u8>> {
        let path = self.0.folder.join(name);
        self.with(move |shelf| shelf.look(&path).ok()).await.flatten()
    }

    /// Keeps a file, and lets those go that were not looked at for longest where it is too much.
    pub(super) async fn keep(&self, name: &str, bytes: Vec<u8>) {
        let path = self.0.folder.join(name);
        let kept = self.with(move |shelf| shelf.put(&path, &bytes)).await;
        if let Some(Err(cause)) = kept {
            tracing::debug!(%cause, "a cover is not kept");
        }
    }

    /// Files are read and written where nothing else waits for it.
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> T + Send + 'static,
    ) -> Option<T> {
        let shelf = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || work(&shelf)).await.ok()
    }
}

impl Inner {
    fn look(&self, path: &Path) -> io::Result<Vec<u8>> {
        let bytes = fs::read(path)?;
        let (now, seen) = (self.now(), fs::metadata(path)?.modified()?);
        if now.duration_since(seen).is_ok_and(|age| age > NOTED_EVERY) {
            File::options().write(true).open(path)?.set_modified(now)?;
        }
        Ok(bytes)
    }

    /// Whoever reads it meanwhile finds the whole file or none.
    fn put(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let mut file = NamedTempFile::new_in(&self.folder)?;
        file.write_all(bytes)?;
        file.as_file().set_modified(self.now())?;
        file.persist(path).map_err(|error| error.error)?;
        let size = bytes.len() as u64;
        let is_known = self.held.load(Ordering::Relaxed) != UNCOUNTED;
        let held =
            if is_known { self.held.fetch_add(size, Ordering::Relaxed) + size } else { UNCOUNTED };
        if held > self.most { self.make_room() } else { Ok(()) }
    }

    /// Counts what is there, and removes the oldest until a tenth is free.
    fn make_room(&self) -> io::Result<()> {
        let mut files = self.files()?;
        files.sort_unstable();
        let mut held: u64 = files.iter().map(|(_, size, _)| size).sum();
        let wanted = if held > self.most { self.most / 10 * 9 } else { self.most };
        for (_, size, path) in files {
            if held <= wanted {
                break;
            }
            // Another process may have removed it.
            let _ = fs::remove_file(path);
            held -= size;
        }
        self.held.store(held, Ordering::Relaxed);
        Ok(())
    }

    /// When each was looked at, and how large it is.
    fn files(&self) -> io::Result<Vec<(SystemTime, u64, PathBuf)>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let (path, about) = entry.and_then(|entry| Ok((entry.path(), entry.metadata()?)))?;
            if about.is_file() {
                files.push((about.modified()?, about.len(), path));
            }
        }
        Ok(files)
    }

    fn now(&self) -> SystemTime {
        self.clock.now().into()
    }
}
