//! The people of the service: who has an account, making one, shutting somebody out.

use std::io::{BufRead as _, IsTerminal as _};

use anilist_trakt_sync::plain::plain;
use clap::Subcommand;
use console::Term;
use serde_json::{Value, json};

use super::answer::{items, word};
use super::{Answer, Desk, Outcome, told};

const ACCOUNTS: &str = "/api/admin/accounts";

#[derive(Subcommand)]
pub(super) enum Account {
    /// Makes an account; nobody need be invited. The password is asked, or read from the standard input.
    ///
    /// The first account is an administrator's and has what was there before. From then on the service
    /// asks who comes to sign in, unless AUTH says otherwise.
    Add {
        /// The name to sign in by: 3 to 32 of the letters a to z, digits, _ . and -.
        name: String,
        /// Where a code to set a new password is sent.
        #[arg(long)]
        email: Option<String>,
        /// A name for people.
        #[arg(long)]
        full_name: Option<String>,
        /// Lets it manage the others.
        #[arg(long)]
        administrator: bool,
    },
    /// Lists all accounts.
    List,
    /// Makes a code by which its owner sets a new password at /forgotten.
    Reset {
        /// The name of the account.
        name: String,
    },
    /// Shuts somebody out. A service that runs heeds it within seconds.
    Disable {
        /// The name of the account.
        name: String,
    },
    /// Lets somebody in again.
    Enable {
        /// The name of the account.
        name: String,
    },
    /// Removes an account with all that is its owner's.
    Remove {
        /// The name of the account.
        name: String,
        /// That it is meant; nothing is asked then.
        #[arg(long)]
        yes: bool,
    },
    /// Makes an invitation, with which one more person registers.
    Invite,
    /// Takes an account away and keeps what it had. That of the first account is then of whoever uses the
    /// service, as it was before anybody had an account.
    Release {
        /// The name of the account.
        name: String,
    },
}

pub(super) async fn account(desk: &Desk, what: Account) -> Outcome {
    match what {
        Account::Add { name, email, full_name, administrator } => {
            let password = password()?;
            let newcomer = json!({
                "username": name, "password": password, "email": email, "full_name": full_name,
            });
            add(desk, &newcomer, administrator).await
        }
        Account::List => list(desk).await,
        Account::Reset { name } => reset(desk, &name).await,
        Account::Disable { name } => set_disabled(desk, &name, true).await,
        Account::Enable { name } => set_disabled(desk, &name, false).await,
        Account::Remove { name, yes } => remove(desk, &name, yes).await,
        Account::Invite => invite(desk).await,
        Account::Release { name } => release(desk, &name).await,
    }
}

async fn add(Desk { api, printer, .. }: &Desk, newcomer: &Value, administrator: bool) -> Outcome {
    let made = api.send("/api/auth/register", newcomer).await?;
    let path = format!("{ACCOUNTS}/{}", made["id"]);
    let account = if administrator {
        api.change(&path, &json!({ "administrator": true })).await?
    } else {
        api.get(&path).await?
    };
    printer.show(&account, |account| {
        let role = if account["administrator"] == true { ", as administrator" } else { "" };
        format!("{} can sign in now{role}", word(account, "username"))
    })
}

async fn list(Desk { api, printer, .. }: &Desk) -> Outcome {
    let all = api.get(ACCOUNTS).await?;
    printer.list(&all, "nobody has an account", |all| items(&all["items"]).map(line).collect())
}

fn line(account: &Value) -> String {
    let role = if account["administrator"] == true { "administrator" } else { "member" };
    let state = if account["disabled"] == true { "shut out" } else { "" };
    let (number, since) = (account["id"].to_string(), word(account, "created_at"));
    let about = [word(account, "full_name"), word(account, "email")];
    let line = format!(
        "{number:>5}  {:<32}  {role:<13}  {state:<8}  {since}  {}",
        word(account, "username"),
        about.join("  ").trim()
    );
    format!("{}\n", line.trim_end())
}

async fn reset(desk: &Desk, name: &str) -> Outcome {
    let Desk { api, printer, .. } = desk;
    let path = format!("{}/reset", path_of(desk, name).await?);
    let made = api.post(&path).await?;
    printer.show(&made, |made| {
        format!(
            "{}\nGood once, until {}: {} sets a new password with it on the service's page /forgotten.",
            word(made, "code"),
            word(made, "expires_at"),
            plain(name)
        )
    })
}

async fn set_disabled(desk: &Desk, name: &str, disabled: bool) -> Outcome {
    let Desk { api, printer, .. } = desk;
    let path = path_of(desk, name).await?;
    let account = api.change(&path, &json!({ "disabled": disabled })).await?;
    printer.show(&account, |account| {
        let told = if disabled { "is shut out" } else { "can sign in again" };
        format!("{} {told}", word(account, "username"))
    })
}

async fn remove(desk: &Desk, name: &str, yes: bool) -> Outcome {
    let Desk { api, printer, .. } = desk;
    let path = path_of(desk, name).await?;
    if !yes {
        confirm(name)?;
    }
    let answer = api.delete(&path).await?;
    printer.show(&answer, |_| format!("{} is gone, with all that was theirs", plain(name)))
}

async fn invite(Desk { api, printer, .. }: &Desk) -> Outcome {
    let made = api.post("/api/admin/invitations").await?;
    printer.show(&made, |made| {
        format!(
            "{}\nGood once, until {}: somebody registers with it on the service's page /register.",
            word(made, "invitation"),
            word(made, "expires_at")
        )
    })
}

async fn release(desk: &Desk, name: &str) -> Outcome {
    let accounts = &desk.person.services.accounts;
    let account = accounts.named(name).await.map_err(|error| told(&error))?;
    let account = account.ok_or_else(|| unknown(name))?;
    accounts.release(&account.id).await.map_err(|error| told(&error))?;
    let keeps = format!("{} is no account any more; what it had is kept", account.username);
    desk.printer.show(&json!({ "ok": true }), |_| keeps)
}

/// The route of an account.
async fn path_of(desk: &Desk, name: &str) -> Answer<String> {
    let all = desk.api.get(ACCOUNTS).await?;
    let is_it = |account: &&Value| word(account, "username").eq_ignore_ascii_case(name);
    let account = items(&all["items"]).find(is_it).ok_or_else(|| unknown(name))?;
    Ok(format!("{ACCOUNTS}/{}", account["id"]))
}

fn unknown(name: &str) -> String {
    let name = plain(name);
    format!(
        "there is no such account: {name}\n  hint: `anilist-trakt-sync account list` lists them"
    )
}

/// A password that is typed twice and not shown; or a line of what is no terminal.
fn password() -> Answer<String> {
    if !std::io::stdin().is_terminal() {
        return a_line();
    }
    let terminal = Term::stderr();
    let asked = |question: &str| {
        terminal.write_str(question)?;
        terminal.read_secure_line()
    };
    let password = asked("Password: ")?;
    if asked("The same again: ")? != password {
        return Err("the two passwords differ, so nothing was done\n  hint: try again".into());
    }
    Ok(password)
}

/// Asks for the name, so that nothing goes by a slip.
fn confirm(name: &str) -> Outcome {
    if !std::io::stdin().is_terminal() {
        return Err("nobody is there to confirm it\n  hint: add --yes if it is meant".into());
    }
    let question = format!("Type {} to remove it with all that is theirs: ", plain(name));
    Term::stderr().write_str(&question)?;
    if a_line()?.trim().eq_ignore_ascii_case(name) {
        return Ok(());
    }
    Err("that was another name, so nothing was removed\n  hint: try again".into())
}

fn a_line() -> Answer<String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
