//! Files that are read on the command line.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// A file, or the standard input for `-`.
pub(super) fn opened(file: &Path) -> io::Result<Box<dyn Read>> {
    Ok(if file == Path::new("-") { Box::new(io::stdin()) } else { Box::new(File::open(file)?) })
}
