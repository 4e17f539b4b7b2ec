//! Command line, configuration, service.

mod cli;

use std::error::Error;
use std::num::NonZero;
use std::process::ExitCode;

use anilist_trakt_sync::plain::plain_lines;
use clap::Parser;
use tokio::runtime::{Builder, Runtime};

/// Threads that answer requests and run syncs.
const MOST_WORKERS: usize = 2;

/// Threads that wait for the disk, for names and for files that are read: the store's two
/// connections and the three mapping files need no more at once.
const MOST_BLOCKING: usize = 6;

fn main() -> ExitCode {
    // What it refuses costs memory and nothing else.
    let _ = anilist_trakt_sync_allocator::give_back();
    let arguments = cli::Arguments::parse();
    cli::prepare();
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(cause) => return failed(&cause),
    };
    match runtime.block_on(cli::run(arguments)) {
        Ok(ended) => ended.into(),
        Err(cause) => failed(cause.as_ref()),
    }
}

/// Threads enough for two processors. More would answer no faster, as one connection reads the
/// store and one writes it, and every thread keeps memory of its own.
fn runtime() -> std::io::Result<Runtime> {
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    Builder::new_multi_thread()
        .worker_threads(processors.min(MOST_WORKERS))
        .max_blocking_threads(MOST_BLOCKING)
        .enable_all()
        .build()
}

#[expect(clippy::print_stderr, reason = "this is what a person who started it reads")]
fn failed(cause: &(dyn Error + 'static)) -> ExitCode {
    let text = cause.to_string();
    eprintln!("error: {}", plain_lines(text.trim_end()));
    cli::code(cause)
}
