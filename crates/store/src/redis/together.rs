//! Changes that go together in one command.
//!
//! A service without servers of its own charges by command, inside scripts too. So changes of one
//! kind become one command with many arguments, as long as nothing between them touches the same
//! key.

use std::collections::HashMap;

use super::command::Command;

/// Words of one command at most: Lua's stack has a bound.
const WORDS: usize = 1000;

/// Commands that can be joined: their name, and how many words more all of them begin with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Kind {
    name: String,
    /// The one key that all changes are about; none where each names its own.
    key: Option<String>,
}

impl Kind {
    fn of(Command(words): &Command) -> Option<Self> {
        let key = |name: &str| Some(Self { name: name.to_owned(), key: words.get(1).cloned() });
        match words.first()?.as_str() {
            // With options it is another command.
            "SET" if words.len() == 3 => Some(Self { name: "MSET".to_owned(), key: None }),
            "DEL" => Some(Self { name: "DEL".to_owned(), key: None }),
            name @ ("HSET" | "HDEL" | "SADD" | "SREM" | "ZADD" | "ZREM") => key(name),
            _ => None,
        }
    }

    /// The words that stand once at the beginning.
    fn head(&self) -> Vec<String> {
        [self.name.clone()].into_iter().chain(self.key.clone()).collect()
    }
}

/// The same changes in as few commands. Changes of one key stay in their order.
pub(super) fn together(commands: &[Command]) -> Vec<Command> {
    let mut joined: Vec<Command> = Vec::new();
    // The last command that touches a key, and the last of a kind.
    let mut touching: HashMap<String, usize> = HashMap::new();
    let mut latest: HashMap<Kind, usize> = HashMap::new();
    for command in commands {
        let kind = Kind::of(command);
        let after = command.keys().filter_map(|key| touching.get(key)).max().copied();
        let is_open = |at: &usize| {
            after.is_none_or(|after| after <= *at)
                && joined.get(*at).is_some_and(|all| all.0.len() + command.0.len() <= WORDS)
        };
        let open = kind.as_ref().and_then(|kind| latest.get(kind)).copied().filter(is_open);
        let at = open.unwrap_or(joined.len());
        match (kind, joined.get_mut(at)) {
            (Some(kind), Some(all)) => {
                all.0.extend(command.0.iter().skip(kind.head().len()).cloned());
            }
            (Some(kind), None) => {
                let rest = command.0.iter().skip(kind.head().len()).cloned();
                joined.push(Command(kind.head().into_iter().chain(rest).collect()));
                latest.insert(kind, at);
            }
            (None, _) => joined.push(command.clone()),
        }
        touching.extend(command.keys().map(|key| (key.clone(), at)));
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(lines: &[&str]) -> Vec<String> {
        let commands: Vec<Command> =
            lines.iter().map(|line| Command::new(line.split(' '))).collect();
        together(&commands).iter().map(|Command(words)| words.join(" ")).collect()
    }

    #[test]
    fn changes_of_one_kind_are_one_command() {
        let lines = ["SET a 1", "HSET h x 1", "SET b 2", "HSET h y 2", "DEL c", "ZADD z 5 x"];
        assert_eq!(joined(&lines), ["MSET a 1 b 2", "HSET h x 1 y 2", "DEL c", "ZADD z 5 x"]);
        assert_eq!(joined(&["DEL a", "HSET h x 1", "HSET i x 1", "DEL b"])[0], "DEL a b");
    }

    #[test]
    fn changes_of_one_key_stay_in_their_order() {
        assert_eq!(joined(&["SET a 1", "DEL a", "SET a 2"]), ["MSET a 1", "DEL a", "MSET a 2"]);
        assert_eq!(joined(&["SET a 1", "DEL a", "SET b 2"]), ["MSET a 1 b 2", "DEL a"]);
        let lines = ["SADD s 1", "SREM s 1", "SADD s 2", "SREM s 3"];
        assert_eq!(joined(&lines), ["SADD s 1", "SREM s 1", "SADD s 2", "SREM s 3"]);
        let lines = ["HSET plays 1:1 x", "RUN newest runs plays counts 50 1 x", "HSET plays 2:1 y"];
        assert_eq!(joined(&lines), lines);
        assert_eq!(joined(&["SAME mark x", "SET mark y"]), ["SAME mark x", "MSET mark y"]);
    }

    #[test]
    fn a_command_has_a_bound() {
        let lines: Vec<String> = (0..1200).map(|at| format!("HSET h {at} v")).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let sizes = joined(&lines).iter().map(|line| line.split(' ').count()).collect::<Vec<_>>();
        assert!(sizes.iter().all(|size| *size <= WORDS), "{sizes:?}");
        assert_eq!(sizes.iter().map(|size| (size - 2) / 2).sum::<usize>(), 1200);
    }
}
