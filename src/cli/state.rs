//! Moving all state, and the window of the incremental sync.

use std::io::Write as _;

use anilist_trakt_sync::config::Config;
use anilist_trakt_sync::domain::AccountId;
use anilist_trakt_sync::plain::plain_json;
use anilist_trakt_sync::store::{Write, keys, transfer};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Outcome, open_store};

pub(super) async fn export(config: &Config) -> Outcome {
    let store = open_store(config)?;
    let mut output = std::io::stdout().lock();
    for line in transfer::export(&*store).await? {
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
    Ok(transfer::import(&*open_store(config)?, lines).await?)
}

pub(super) async fn look_back(config: &Config, to: &str) -> Outcome {
    let day = || Some(to.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp());
    let moment = to.parse::<Timestamp>().ok().or_else(day).ok_or_else(|| {
        format!("is neither a day nor a moment: {to}\n  hint: write it like 2026-11-01")
    })?;
    let value = Some(moment.as_second().to_string());
    let change = vec![Write::Config { key: keys::LAST_SYNC_TIMESTAMP, value }];
    Ok(open_store(config)?.write(&AccountId::default(), change).await?)
}
