//! Going through a JSON file row by row, with one row in memory.

use std::fmt;
use std::io::{self, BufReader, Read};

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::index::ParseError;
use super::limits::{Bounded, RowStart};

const BUFFER: usize = 64 << 10;

/// Goes through an array: each row's text. An error of `visit` ends it.
pub(super) fn of_array<R: Read>(
    file: Bounded<R>,
    mut visit: impl FnMut(&str) -> Result<(), ParseError>,
) -> Result<(), ParseError> {
    let rows = Rows::new(&file, |_, row| visit(row));
    rows.go_through(file, "a JSON array", |json, rows| json.deserialize_seq(rows))
}

/// Goes through an object: the name of each row and its text. An error of `visit` ends it.
pub(super) fn of_object<R: Read>(
    file: Bounded<R>,
    visit: impl FnMut(&str, &str) -> Result<(), ParseError>,
) -> Result<(), ParseError> {
    let rows = Rows::new(&file, visit);
    rows.go_through(file, "a JSON object", |json, rows| json.deserialize_map(rows))
}

type Json<R> = serde_json::Deserializer<serde_json::de::IoRead<BufReader<Bounded<R>>>>;

/// The rows as serde hands them over. The rows of an array have an empty name.
struct Rows<F> {
    start: RowStart,
    visit: F,
    /// What `visit` ended with; serde would put it into other words.
    ended: Option<ParseError>,
}

impl<F: FnMut(&str, &str) -> Result<(), ParseError>> Rows<F> {
    fn new<R: Read>(file: &Bounded<R>, visit: F) -> Self {
        Self { start: file.row(), visit, ended: None }
    }

    fn go_through<R: Read>(
        mut self,
        file: Bounded<R>,
        what: &str,
        walk: impl FnOnce(&mut Json<R>, &mut Self) -> serde_json::Result<()>,
    ) -> Result<(), ParseError> {
        let file = BufReader::with_capacity(BUFFER, file);
        let mut json = serde_json::Deserializer::from_reader(file);
        let read = walk(&mut json, &mut self).and_then(|()| json.end());
        match (self.ended, read) {
            (Some(cause), _) => Err(cause),
            (None, Ok(())) => Ok(()),
            (None, Err(cause)) if cause.is_io() => {
                Err(ParseError(format!("the file cannot be read: {}", io::Error::from(cause))))
            }
            (None, Err(cause)) => Err(ParseError(format!("the file is not {what}: {cause}"))),
        }
    }

    fn visit<E: serde::de::Error>(&mut self, name: &str, row: &RawValue) -> Result<(), E> {
        self.start.reset();
        (self.visit)(name, row.get()).map_err(|cause| {
            self.ended = Some(cause);
            E::custom("ended")
        })
    }
}

impl<'de, F: FnMut(&str, &str) -> Result<(), ParseError>> Visitor<'de> for &mut Rows<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        while let Some(row) = rows.next_element::<Box<RawValue>>()? {
            self.visit("", &row)?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        while let Some((name, row)) = rows.next_entry::<String, Box<RawValue>>()? {
            self.visit(&name, &row)?;
        }
        Ok(())
    }
}
