//! What is likeliest to be wrong, to read in a terminal.

use anilist_trakt_sync::config::doctor::{Finding, Weight, examine};
use jiff::tz::TimeZone;
use serde_json::json;

use super::output::{say_json, spoken, told, zone};
use super::{Outcome, say, service};

pub(super) async fn doctor(as_json: bool) -> Outcome {
    let (people, config) = service().await?;
    let person = people.first().fresh().await;
    let findings = examine(&person, &config).await;
    let wrong = findings.iter().filter(|finding| finding.weight == Weight::Wrong).count();
    if as_json {
        say_json(&json!({ "ok": wrong == 0, "findings": findings }))?;
    } else {
        let zone = zone(&person);
        findings.iter().try_for_each(|finding| say(&line(finding, &zone)))?;
    }
    match wrong {
        0 => Ok(()),
        1 => Err("1 thing is wrong\n  hint: it is marked with ✗".into()),
        more => Err(format!("{more} things are wrong\n  hint: they are marked with ✗").into()),
    }
}

fn line(Finding { what, weight, message, hint }: &Finding, zone: &TimeZone) -> String {
    let mark = match weight {
        Weight::Good => '✓',
        Weight::Note => '·',
        Weight::Wrong => '✗',
    };
    let hint = hint.as_ref().map(|hint| format!("\n    hint: {}", told(&spoken(hint), zone)));
    format!("{mark} {what}: {}{}", told(message, zone), hint.unwrap_or_default())
}
