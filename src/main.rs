//! Command line, configuration, service.

mod cli;

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(cause) => return failed(&cause),
    };
    match runtime.block_on(cli::run(arguments)) {
        Ok(ended) => ended.into(),
        Err(cause) => failed(cause.as_ref()),
    }
}

#[expect(clippy::print_stderr, reason = "this is what a person who started it reads")]
fn failed(cause: &(dyn Error + 'static)) -> ExitCode {
    eprintln!("error: {}", cause.to_string().trim_end());
    cli::code(cause)
}
