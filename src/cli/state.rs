//! Moving all state, and the window of the incremental sync.

use std::io::Write as _;

use anilist_trakt_sync::config::Config;
use anilist_trakt_sync::hub::state;
use anilist_trakt_sync::plain::plain_json;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Outcome;

pub(super) async fn export(config: &Config) -> Outcome {
    let store = config.open_store()?;
    let mut output = std::io::stdout().lock();
    for line in state::export(&*store).await? {
        writeln!(output, "{}", plain_json(&serde_json::to_string(&line)?))?;
    }
    Ok(output.flush()?)
}

pub(super) async fn import(config: &Config) -> Outcome {
    let mut lines = Vec::new();
    for (number, text) in (1..).zip(std::io::stdin().lines()) {
        let line = serde_json::from_str(&text?)
            .map_err(|cause| format!("line {number} is not what export prints: {cause}"))?;
        lines.push(line);
    }
    Ok(state::import(&*config.open_store()?, lines).await?)
}

pub(super) async fn look_back(config: &Config, to: &str) -> Outcome {
    let day = || Some(to.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp());
    let moment = to.parse::<Timestamp>().ok().or_else(day).ok_or_else(|| {
        format!("is neither a day nor a moment: {to}\n  hint: write it like 2026-11-01")
    })?;
    Ok(state::look_back(&*config.open_store()?, moment).await?)
}
