//! Writing a library as a file. Our JSON is written where an item is described, at the API.

mod mal_xml;
mod table;

pub use mal_xml::{MalXml, mal_xml};
pub use table::csv;
