//! What the product does for a person, each thing once: the pages and the terminal both call it here,
//! and so do and say the same.

pub mod corrections;
pub mod sign_in;
pub mod waiting;
