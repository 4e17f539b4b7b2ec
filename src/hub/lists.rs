//! A person's lists at services, kept equal with their library and with each other.

pub mod integration;
