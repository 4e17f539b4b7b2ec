//! Black-box smoke test of a running deployment: it knows HTTP and `docs/API.md`, and none of the library.
//!
//! Nothing that matters is changed: no sync is started, no dataset fetched, and what is written is
//! always something the service has to refuse. Every request and its judgement is a row in [`routes`].

mod bodies;
mod check;
mod report;
mod routes;
mod service;
mod shape;

use std::{
    io::{self, IsTerminal},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use clap::Parser;
use report::{Paint, Report};
use reqwest::Url;
use service::Service;

/// Walks the documented routes of a running deployment and says which of them answer as promised.
#[derive(Parser)]
#[command(name = "verify", version)]
struct Args {
    /// Where the service answers.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:3000", value_parser = base_url)]
    base_url: Url,
    /// The service's `APP_TOKEN`, where it has one.
    #[arg(long, value_name = "TOKEN", env = "VERIFY_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// Also write the outcome as a JUnit file.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// How long one answer may take, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
    /// Also ask for the previews and the plan, which makes the service ask AniList and Trakt.
    #[arg(long)]
    deep: bool,
    /// Any non-empty value turns colour off (<https://no-color.org>).
    #[arg(long, env = "NO_COLOR", hide = true)]
    no_color: Option<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let args = Args::parse();
    match walk(&args).await {
        Ok(report) if report.failed() == 0 => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::from(2)
        }
    }
}

async fn walk(args: &Args) -> Result<Report, String> {
    let timeout = Duration::from_secs(args.timeout);
    let service = Service::new(args.base_url.clone(), args.token.as_deref(), timeout)?;
    let mut out = io::stdout();
    let mut report = Report::new(paint(args, &out));
    check::run_all(&routes::all(), &service, args.deep, &mut report, &mut out).await;
    report.close(&mut out);
    if let Some(file) = &args.junit {
        report
            .write_junit(file)
            .map_err(|cause| format!("{cause}, writing the JUnit file {}", file.display()))?;
    }
    Ok(report)
}

fn paint(args: &Args, out: &io::Stdout) -> Paint {
    let refused = args.no_color.as_deref().is_some_and(|value| !value.is_empty());
    if out.is_terminal() && !refused { Paint::Colour } else { Paint::Plain }
}

fn base_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|cause| cause.to_string())?;
    match url.scheme() {
        "http" | "https" if url.has_host() => Ok(url),
        _ => Err("the address starts with http:// or https://".to_owned()),
    }
}
