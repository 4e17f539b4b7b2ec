//! Why a file as a whole is not read.

/// Why a file is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It has too many bytes.
    #[error("the file has more bytes than are read: {0}")]
    Large(u64),
    /// What is packed in it has too many bytes.
    #[error("the file unpacks to more bytes than are read: {0}")]
    Unpacked(u64),
    /// It has too many rows.
    #[error("the file has more rows than are read: {0}")]
    Rows(usize),
    /// It has too many files in it.
    #[error("the file has more files in it than are read: {0}")]
    Parts(usize),
    /// Its parts lie in each other, deeper than in any list.
    #[error("the file nests deeper than any list: {0}")]
    Depth(usize),
    /// Reading it took too long.
    #[error("reading the file takes too long")]
    Time,
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is a database.
    #[error("the file is a database, and no list")]
    Database,
    /// It is no list of a form that is known.
    #[error("the file is no list that can be read")]
    Unknown,
    /// It is ours, of a later version.
    #[error("the file is of a version that is not known: {0}")]
    Version(String),
    /// Its text is not UTF-8.
    #[error("the file is not written in UTF-8")]
    Encoding,
    /// It is XML that declares a document type, which may define anything.
    #[error("the file declares a document type")]
    Doctype,
    /// It breaks off, or is damaged.
    #[error("the file is damaged: {0}")]
    Broken(String),
    /// It says itself that something is missing.
    #[error("the export is not complete: {0}")]
    Incomplete(String),
}

impl Unreadable {
    /// What the person can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Large(_) | Self::Unpacked(_) | Self::Rows(_) | Self::Parts(_) | Self::Time => {
                "split it into several files"
            }
            Self::Database => "`import tracker FILE` on the command line reads the tracker's",
            Self::Version(_) => "export it again, or update this service",
            Self::Encoding => "save it as UTF-8",
            Self::Broken(_) | Self::Incomplete(_) => "export it again",
            Self::Empty | Self::Unknown | Self::Doctype | Self::Depth(_) => {
                "MyAnimeList's XML, AniList's JSON, Trakt's ZIP, and our JSON and CSV are read"
            }
        }
    }

    /// Whether it is refused for its size alone.
    pub fn is_too_large(&self) -> bool {
        matches!(self, Self::Large(_) | Self::Unpacked(_) | Self::Rows(_) | Self::Parts(_))
    }
}
