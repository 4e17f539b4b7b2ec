//! The store's conformance suite: every fact holds on every backend.
//!
//! A fact is a function that takes a [`backends::Place`]. Each file hands its facts to
//! [`on_every_backend`], which makes one test of each fact and backend. What only one backend can
//! show has a file of its own.

#![expect(clippy::unwrap_used, reason = "a fact that cannot be shown fails its test")]

/// Makes the tests. A new backend is one more line, and a variant of [`backends::Place`].
macro_rules! on_every_backend {
    ($($fact:ident,)*) => {
        on_backend!(sqlite: $($fact,)*);
        on_backend!(tcp: $($fact,)*);
        on_backend!(tls: $($fact,)*);
        on_backend!(rest: $($fact,)*);
    };
}

macro_rules! on_backend {
    ($backend:ident: $($fact:ident,)*) => {
        mod $backend {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $fact() {
                    let Some(place) = crate::backends::$backend().await else { return };
                    super::$fact(place).await;
                }
            )*
        }
    };
}

mod backends;
mod bench;
mod config;
mod cost;
mod damage;
mod datasets;
mod faults;
mod front;
mod library;
mod locks;
mod logs;
mod placements;
mod runs;
mod samples;
mod server;
mod settled;
mod sqlite_only;
mod synced_on;
mod transfer;
mod two_copies;
mod two_people;
mod upgrades;
