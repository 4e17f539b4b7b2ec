//! Lists of changes as commands, applied together by one script.

use std::collections::{BTreeSet, HashMap};

use super::command::{Command, Repeat};
use super::keys::field;
use super::pack::unpack_json;
use super::together::together;
use super::{BODY, RedisStore, scripts};
use crate::idle::Note;
use crate::{At, Result, StoreError, Write, keys};
use anilist_trakt_sync_core::domain::{AccountId, AnilistId, Waiting};

/// How often changes are tried that others outdate.
const TRIES: u32 = 20;

/// How long the list of a staged write stays when nobody comes to apply it, in seconds.
const STAGED_FOR: &str = "600";

/// When commands are applied: always, unless something is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Condition<'a> {
    /// The key must have this value as it is stored, or be absent.
    pub(super) holds: Option<(&'a str, Option<&'a str>)>,
    /// The lock under this key must be this owner's.
    pub(super) fence: Option<(&'a str, &'a str)>,
}

/// Whether commands were applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Applied {
    Yes,
    /// The condition does not hold.
    No,
    /// What they were made from has changed.
    Outdated,
    /// The account is gone that they are of.
    Gone,
}

impl RedisStore {
    /// Applies changes together, if the condition holds. Says whether it did.
    pub(super) async fn apply_writes(
        &self,
        condition: Condition<'_>,
        account: &AccountId,
        writes: &[Write],
    ) -> Result<bool> {
        for _ in 0..TRIES {
            let commands = self.merged(account, writes).await?;
            match self.apply(condition, &commands, Repeat::Never).await? {
                Applied::Outdated => {}
                Applied::Gone => return Err(StoreError::Gone),
                applied => return Ok(applied == Applied::Yes),
            }
        }
        Err(StoreError::Unavailable("others keep changing what waits".to_owned()))
    }

    /// The commands of a list of changes. What changes a row that waits is merged with the row as
    /// it is, and holds as long as nobody changes what waits.
    async fn merged(&self, account: &AccountId, writes: &[Write]) -> Result<Vec<Command>> {
        let changes = writes.iter().filter_map(|write| match write {
            Write::ChangeWaiting(change) => Some(change.id),
            _ => None,
        });
        let ids: Vec<AnilistId> = changes.collect();
        if ids.is_empty() {
            return self.commands(account, writes);
        }
        let mark = self.keys.unmapped_mark(account);
        let before = self.one(Command::new(["GET", &mark]), Repeat::Safe).await?.text()?;
        let fields: Vec<String> = ids.iter().map(|id| field(*id)).collect();
        let rows: Vec<Option<Waiting>> =
            self.fields(&self.keys.unmapped(account), &fields, unpack_json).await?;
        let mut rows: HashMap<AnilistId, Option<Waiting>> = ids.into_iter().zip(rows).collect();
        let merged = |write: &Write| match write {
            Write::ChangeWaiting(change) => {
                let now = rows.entry(change.id).or_default();
                *now = change.onto(now.as_ref());
                now.clone().map_or(Write::RemoveWaiting(change.id), Write::Waiting)
            }
            other => other.clone(),
        };
        let writes: Vec<Write> = writes.iter().map(merged).collect();
        let same = Command::new(["SAME", &mark, &before.unwrap_or_default()]);
        Ok([same].into_iter().chain(self.commands(account, &writes)?).collect())
    }

    /// Applies commands together, if the condition holds.
    ///
    /// What is too large for one body is first gathered in a list, and then applied from there; so
    /// a write of any size is whole or not there.
    pub(super) async fn apply(
        &self,
        condition: Condition<'_>,
        commands: &[Command],
        repeat: Repeat,
    ) -> Result<Applied> {
        let commands = together(commands);
        let words: Vec<String> = commands.iter().flat_map(counted).collect();
        let touched: BTreeSet<String> = commands.iter().flat_map(Command::keys).cloned().collect();
        let staged = self.keys.staged(&self.new_mark());
        let small = words.iter().map(|word| word.len() + 8).sum::<usize>() <= BODY;
        if !small {
            self.stage(&staged, &words).await?;
        }
        let (key, check, expected) = match condition.holds {
            None => (staged.as_str(), "always", ""),
            Some((key, None)) => (key, "absent", ""),
            Some((key, Some(value))) => (key, "equals", value),
        };
        let (lock, owner) = condition.fence.unwrap_or((staged.as_str(), ""));
        let place = if small { "here" } else { "staged" };
        let arguments = [check, expected, place, owner].map(str::to_owned).into_iter();
        let words = if small { words } else { Vec::new() };
        let keys = [key, staged.as_str(), lock].map(str::to_owned).into_iter().chain(touched);
        let apply = Command::script(scripts::APPLY, keys, arguments.chain(words));
        // What is staged is gone once it was applied.
        let repeat = if small { repeat } else { Repeat::Never };
        Ok(match self.one(apply, repeat).await?.number()? {
            1 => Applied::Yes,
            2 => Applied::Outdated,
            3 => Applied::Gone,
            _ => Applied::No,
        })
    }

    async fn stage(&self, list: &str, words: &[String]) -> Result<()> {
        let mut rest = words;
        while !rest.is_empty() {
            let mut room = BODY;
            let fits = rest.iter().take_while(|word| {
                let fits = word.len() + 8 <= room;
                room = room.saturating_sub(word.len() + 8);
                fits
            });
            let (part, later) = rest.split_at(fits.count().max(1));
            let push = ["RPUSH", list].into_iter().chain(part.iter().map(String::as_str));
            let commands = [Command::new(push), Command::new(["EXPIRE", list, STAGED_FOR])];
            self.transport.send(&commands, Repeat::Never).await?;
            rest = later;
        }
        Ok(())
    }

    /// The commands of a list of changes.
    pub(super) fn commands(&self, account: &AccountId, writes: &[Write]) -> Result<Vec<Command>> {
        let mut commands = Vec::with_capacity(writes.len() * 2);
        for write in writes {
            if let Write::UnlessThere(At { collection, key }) = write {
                commands.push(Command::new(["GONE", &self.keys.documents(collection), key]));
            }
        }
        if *account != AccountId::default() {
            commands.push(Command::new(["SADD", &self.keys.accounts(), account.as_str()]));
        }
        for write in writes {
            commands.extend(self.change(account, write)?);
        }
        if writes.iter().any(|write| matches!(write, Write::Waiting(_) | Write::RemoveWaiting(_))) {
            let mark = self.keys.unmapped_mark(account);
            commands.push(Command::new(["SET", &mark, &self.new_mark()]));
        }
        let noted = self.keys.config(account, keys::IDLE);
        match Note::after(writes) {
            Note::Stays => {}
            Note::Goes => commands.push(Command::new(["DEL", &noted])),
            Note::GoesUnlessOf(run) => {
                commands.push(Command::new(["DROP", &noted, &run.to_string()]));
            }
        }
        Ok(commands)
    }

    fn change(&self, account: &AccountId, write: &Write) -> Result<Vec<Command>> {
        Ok(match write {
            Write::Config { key, value } => {
                vec![self.set_config(account, key, value.as_deref())?]
            }
            Write::Mapping(mapping) => self.put_mapping(account, mapping)?,
            Write::RemoveMapping(id) => self.remove_mapping(account, *id),
            Write::Settled(settled) => self.put_settled(account, settled)?,
            Write::RemoveSettled(id) => self.remove_settled(account, *id),
            Write::Override(row) => self.put_override(account, row)?,
            Write::RemoveOverride(row) => self.remove_override(account, row),
            Write::Waiting(row) => self.put_waiting(account, row)?,
            Write::RemoveWaiting(id) => self.remove_waiting(account, *id),
            // Merged before, and another change by now; or standing before all others.
            Write::ChangeWaiting(_) | Write::ByRun(_) | Write::UnlessThere(_) => Vec::new(),
            Write::Placement { row, evidence } => self.put_placement(account, row, evidence)?,
            Write::RemovePlacement(id) => self.remove_placement(account, *id),
            Write::Run(run) => self.put_run(account, run)?,
            Write::RunPlays(plays) => self.put_run_plays(account, plays)?,
            Write::Show(show) => self.put_show(show)?,
            Write::RunNumber(id) => self.raise_run_number(account, *id),
            Write::Item(item) => self.put_item(account, item)?,
            Write::RemoveItem(id) => self.remove_item(account, *id),
            Write::ItemChange(change) => self.put_item_change(account, change)?,
            Write::Read(read) => self.add_to_day(account, read),
            Write::Note { topic, key, note } => {
                vec![self.put_note(account, (*topic, key), note.as_deref())?]
            }
        })
    }
}

/// A command's words behind their count, as the script reads them.
fn counted(Command(words): &Command) -> Vec<String> {
    let mut counted = vec![words.len().to_string()];
    counted.extend(words.iter().cloned());
    counted
}
