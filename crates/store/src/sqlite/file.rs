//! The database's file: making it, guarding it from other users, bringing it up to date.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::fault::Fault;
use super::upgrade;

/// More than the number of different statements, so that each is prepared once per connection.
const STATEMENTS: usize = 64;

/// After so many pages, 16 MiB, the log is written into the file. A sync changes the same pages again
/// and again, and each of them goes into the file once.
const LOGGED: u32 = 4096;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Writing, to a file that is made if it is not there.
    Create,
    /// Writing, to a file that was there before.
    Write,
    /// Reading.
    Read,
    /// Looking whether something has changed, without waiting.
    Watch,
}

/// Which file a name stands for: the device and the file's number on it.
pub(super) type Identity = (u64, u64);

/// Makes the folder if there is none. Tokens are kept in it, so a new one is for this user alone;
/// one that is there already keeps the permissions somebody gave it.
pub(super) fn make_folder(folder: &Path) -> Result<(), Fault> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .map_err(|error| Fault::Told(format!("the data folder cannot be made ({error})")))
}

/// Opens a connection.
pub(super) fn connect(file: &Path, mode: Mode, patience: Duration) -> Result<Connection, Fault> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if mode == Mode::Create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let mut connection = Connection::open_with_flags(file, flags)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.busy_timeout(if mode == Mode::Watch { Duration::ZERO } else { patience })?;
    match mode {
        Mode::Create | Mode::Write => prepare(&mut connection, file)?,
        Mode::Read | Mode::Watch => connection.execute_batch("PRAGMA query_only = ON")?,
    }
    Ok(connection)
}

/// Two processes may start at the same time on a new folder. Neither the switch to write-ahead
/// logging nor the migrations wait for one another by themselves, so a file lock makes them.
fn prepare(connection: &mut Connection, file: &Path) -> Result<(), Fault> {
    let turn = File::create(beside(file, "-opening")).and_then(|turn| turn.lock().map(|()| turn));
    let _turn = turn
        .map_err(|error| Fault::Told(format!("the data folder cannot be written to ({error})")))?;
    // SQLite gives its side files the permissions of the database, so this comes before them.
    keep_private(file);
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON",
    )?;
    connection.pragma_update(None, "wal_autocheckpoint", LOGGED)?;
    upgrade::bring_up_to_date(connection)
}

/// A file whose permissions cannot be changed (another owner's, or a file system without them) is
/// usable all the same, so it is only reported.
#[cfg(unix)]
fn keep_private(file: &Path) {
    use std::os::unix::fs::PermissionsExt;

    for path in ["", "-wal", "-shm", "-opening"].map(|ending| beside(file, ending)) {
        match fs::set_permissions(&path, fs::Permissions::from_mode(0o600)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(path = %path.display(), %error, "other users may read this file");
            }
            _ => {}
        }
    }
}

#[cfg(not(unix))]
fn keep_private(_file: &Path) {}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(ending);
    PathBuf::from(path)
}

/// Which file the name stands for now.
pub(super) fn identity(file: &Path) -> Result<Identity, Fault> {
    let metadata = fs::metadata(file).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Fault::Told("the database is gone".to_owned()),
        _ => Fault::Told(format!("the database cannot be reached ({error})")),
    })?;
    Ok(number(&metadata))
}

#[cfg(unix)]
fn number(metadata: &fs::Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;

    (metadata.dev(), metadata.ino())
}

/// Windows does not let an open file be removed, so its presence is enough.
#[cfg(not(unix))]
fn number(_metadata: &fs::Metadata) -> Identity {
    (0, 0)
}
