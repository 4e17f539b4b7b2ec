//! What the program asks of the machine before anything else.

/// Everything that it makes is for this user alone, whatever the shell it was started from says:
/// the database and what SQLite puts beside it, locks, backups, files that are written out.
///
/// And as many connections as the service takes may be open: some systems allow 256 files unless
/// a program asks for more.
#[cfg(unix)]
pub(crate) fn prepare() {
    use rustix::fs::Mode;
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit, umask};

    /// Far more than the service ever opens.
    const FILES: u64 = 4096;

    let private = Mode::RWXG | Mode::RWXO;
    let before = umask(private);
    umask(before | private);
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.map_or(FILES, |maximum| maximum.min(FILES));
    if current.is_some_and(|current| current < wanted) {
        // What is refused leaves the limit that there was, which a small service lives with.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum });
    }
}

#[cfg(not(unix))]
pub(crate) fn prepare() {}
