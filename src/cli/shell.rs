//! What shells and readers of manuals need, from the same source as the help.

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::{Arguments, Outcome, say};

const NAME: &str = "anilist-trakt-sync";

pub(super) fn completions(shell: Shell) -> Outcome {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), NAME, &mut text);
    say(&String::from_utf8(text)?)
}

pub(super) fn manual() -> Outcome {
    let mut text = Vec::new();
    clap_mangen::Man::new(Arguments::command()).render(&mut text)?;
    say(&String::from_utf8(text)?)
}
