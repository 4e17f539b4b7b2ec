//! How each mapping file is read.

use std::path::Path;

use crate::placing::datasets::anibridge::{self, AniBridge};
use crate::placing::datasets::fribbs::{self, Fribbs};
use crate::placing::datasets::limits::Deadline;
use crate::placing::datasets::otaku::Otaku;
use crate::placing::datasets::{Dataset, ParseError, Parsed};
use crate::store::otaku;

/// A mapping file as its host publishes it.
pub trait Published: Dataset {
    /// Reads the file, and gives up at the deadline.
    fn parse(file: &Path, until: Deadline) -> Result<Parsed<Self::Row>, ParseError>;
}

impl Published for AniBridge {
    fn parse(file: &Path, until: Deadline) -> Result<Parsed<Self::Row>, ParseError> {
        anibridge::read(file, until)
    }
}

impl Published for Fribbs {
    fn parse(file: &Path, until: Deadline) -> Result<Parsed<Self::Row>, ParseError> {
        fribbs::read(file, until)
    }
}

impl Published for Otaku {
    fn parse(file: &Path, until: Deadline) -> Result<Parsed<Self::Row>, ParseError> {
        otaku::read(file, until)
    }
}
