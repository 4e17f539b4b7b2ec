//! What is likeliest to be wrong, to read in a terminal.

use anilist_trakt_sync::doctor::{Finding, Weight, examine};
use serde_json::json;

use super::{Outcome, app, say};

pub(super) async fn doctor(as_json: bool) -> Outcome {
    let app = app()?;
    let findings = examine(&app).await;
    let wrong = findings.iter().filter(|finding| finding.weight == Weight::Wrong).count();
    if as_json {
        say(&serde_json::to_string_pretty(&json!({ "ok": wrong == 0, "findings": findings }))?)?;
    } else {
        findings.iter().try_for_each(|finding| say(&line(finding)))?;
    }
    match wrong {
        0 => Ok(()),
        1 => Err("1 thing is wrong\n  hint: it is marked with ✗".into()),
        more => Err(format!("{more} things are wrong\n  hint: they are marked with ✗").into()),
    }
}

fn line(Finding { what, weight, message, hint }: &Finding) -> String {
    let mark = match weight {
        Weight::Good => '✓',
        Weight::Note => '·',
        Weight::Wrong => '✗',
    };
    let hint = hint.as_ref().map_or_else(String::new, |hint| format!("\n    hint: {hint}"));
    format!("{mark} {what}: {message}{hint}")
}
