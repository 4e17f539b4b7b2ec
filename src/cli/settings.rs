//! What a person sets.

use std::io::Read as _;

use clap::Subcommand;
use serde_json::{Value, json};

use super::answer::word;
use super::{Answer, Desk, Outcome};

#[derive(Subcommand)]
pub(super) enum Settings {
    /// Lists them (the default).
    List,
    /// Sets one. It counts from the next run on, also in a service that runs.
    Set {
        /// Its name, as the list has it.
        name: String,
        /// What to set it to; - reads the standard input, which keeps a token out of the shell's history.
        #[arg(allow_hyphen_values = true)]
        value: String,
    },
    /// Sets one back to its default.
    Unset {
        /// Its name, as the list has it.
        name: String,
    },
}

pub(super) async fn settings(desk: &Desk, what: Option<Settings>) -> Outcome {
    let Desk { api, printer, .. } = desk;
    let (name, value) = match what.unwrap_or(Settings::List) {
        Settings::List => {
            let all = api.get("/api/settings").await?;
            return printer.show(&all, |all| {
                let all = all.as_object().into_iter().flatten();
                all.map(|(name, setting)| line(name, setting)).collect()
            });
        }
        Settings::Set { name, value } => (name, Value::from(text_of(value)?)),
        Settings::Unset { name } => (name, Value::Null),
    };
    let answer = api.change("/api/settings", &json!({ name.as_str(): value })).await?;
    printer.show(&answer, |all| line(&name, &all[&name]))
}

fn text_of(value: String) -> Answer<String> {
    if value != "-" {
        return Ok(value);
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text.trim().to_owned())
}

fn line(name: &str, setting: &Value) -> String {
    let told = match (&setting["value"], setting["isSet"].as_bool()) {
        (_, Some(true)) => ["set", word(setting, "host")].join(" ").trim_end().to_owned(),
        (Value::String(text), None) => text.clone(),
        (Value::Null, _) => "–".to_owned(),
        (value, _) => value.to_string(),
    };
    let locked = setting["lockedBy"].as_str().map(|by| format!("  (set by {by})"));
    format!("{name:<17} {told}{}\n", locked.unwrap_or_default())
}
