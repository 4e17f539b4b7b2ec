//! Pictures of titles, from the hosts of the services that know the titles and from nowhere else.

mod client;
mod kind;

pub use client::{PictureHost, PictureSettings, Pictures};
pub use kind::{Picture, PictureKind};
