//! The names of keys. `docs/DATA.md` lists them for operators.

use crate::{Topic, keys};
use anilist_trakt_sync_core::domain::{AccountId, AnilistId, TraktShowId};

/// Makes the names of one store, all with its prefix.
#[derive(Debug, Clone)]
pub(super) struct Keys {
    prefix: String,
}

impl Keys {
    pub(super) fn new(prefix: &str) -> Self {
        Self { prefix: prefix.to_owned() }
    }

    /// A key that belongs to everybody.
    pub(super) fn shared(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// A key of an account. The one person of today has no mark of their own.
    pub(super) fn of(&self, account: &AccountId, name: &str) -> String {
        if *account == AccountId::default() {
            self.shared(name)
        } else {
            format!("{}acct:{}:{name}", self.prefix, account.as_str())
        }
    }

    /// A `system_config` entry.
    pub(super) fn config(&self, account: &AccountId, name: &str) -> String {
        if keys::is_shared(name) { self.shared(name) } else { self.of(account, name) }
    }

    pub(super) fn mapping(&self, account: &AccountId, id: &str) -> String {
        self.of(account, &format!("map:anilist:{id}"))
    }

    /// The set of the entries that have a mapping.
    pub(super) fn mapping_index(&self, account: &AccountId) -> String {
        self.of(account, "map:anilist:index")
    }

    pub(super) fn progress(&self, account: &AccountId) -> String {
        self.of(account, "sync_progress")
    }

    /// The entries by the time of their last change.
    pub(super) fn progress_newest(&self, account: &AccountId) -> String {
        self.of(account, "sync_progress:newest")
    }

    pub(super) fn overrides(&self, account: &AccountId) -> String {
        self.of(account, "episode_override")
    }

    pub(super) fn unmapped(&self, account: &AccountId) -> String {
        self.of(account, "unmapped")
    }

    /// A new text with every change of what waits.
    pub(super) fn unmapped_mark(&self, account: &AccountId) -> String {
        self.of(account, "unmapped:mark")
    }

    /// The set of the titles that are ignored.
    pub(super) fn unmapped_closed(&self, account: &AccountId) -> String {
        self.of(account, "unmapped:closed")
    }

    pub(super) fn placements(&self, account: &AccountId) -> String {
        self.of(account, "placements")
    }

    /// What the placements rest on.
    pub(super) fn evidence(&self, account: &AccountId) -> String {
        self.of(account, "placements:evidence")
    }

    pub(super) fn runs(&self, account: &AccountId) -> String {
        self.of(account, "runs")
    }

    /// The runs by number.
    pub(super) fn runs_newest(&self, account: &AccountId) -> String {
        self.of(account, "runs:newest")
    }

    /// The plays of runs by run and batch.
    pub(super) fn run_plays(&self, account: &AccountId) -> String {
        self.of(account, "run_plays")
    }

    /// How many plays each batch has.
    pub(super) fn run_plays_counts(&self, account: &AccountId) -> String {
        self.of(account, "run_plays:counts")
    }

    /// The last number given to a run.
    pub(super) fn runs_last(&self, account: &AccountId) -> String {
        self.of(account, "runs:last")
    }

    /// What the person watches and reads.
    pub(super) fn items(&self, account: &AccountId) -> String {
        self.of(account, "library")
    }

    /// What was changed of it, by title and change.
    pub(super) fn item_changes(&self, account: &AccountId) -> String {
        self.of(account, "library:changes")
    }

    /// How much of it was on which day.
    pub(super) fn read_days(&self, account: &AccountId) -> String {
        self.of(account, "library:days")
    }

    /// What is remembered on a topic.
    pub(super) fn notes(&self, account: &AccountId, topic: Topic) -> String {
        self.of(account, topic.name())
    }

    /// All but the entries of `system_config`, the mappings and the locks.
    pub(super) fn all_of(&self, account: &AccountId) -> [String; 20] {
        [
            self.mapping_index(account),
            self.progress(account),
            self.progress_newest(account),
            self.overrides(account),
            self.unmapped(account),
            self.unmapped_mark(account),
            self.unmapped_closed(account),
            self.placements(account),
            self.evidence(account),
            self.runs(account),
            self.runs_newest(account),
            self.runs_last(account),
            self.run_plays(account),
            self.run_plays_counts(account),
            self.items(account),
            self.item_changes(account),
            self.read_days(account),
            self.notes(account, Topic::Ties),
            self.notes(account, Topic::Told),
            self.notes(account, Topic::Wishes),
        ]
    }

    /// The documents of a collection.
    pub(super) fn documents(&self, collection: &str) -> String {
        self.shared(&format!("documents:{collection}"))
    }

    /// The set of the collections that have a document.
    pub(super) fn collections(&self) -> String {
        self.shared("documents")
    }

    /// What sources of titles answered, by the question.
    pub(super) fn answers(&self) -> String {
        self.shared("answers")
    }

    /// The questions by when they were answered.
    pub(super) fn answers_newest(&self) -> String {
        self.shared("answers:newest")
    }

    pub(super) fn lock(&self, account: &AccountId, name: &str) -> String {
        self.of(account, &format!("lock:{name}"))
    }

    pub(super) fn show(&self, id: TraktShowId) -> String {
        self.shared(&keys::show_episodes(id))
    }

    pub(super) fn show_version(&self, id: TraktShowId) -> String {
        self.shared(&keys::show_version(id))
    }

    pub(super) fn breakpoints(&self, id: TraktShowId) -> String {
        self.shared(&keys::show_breakpoints(id))
    }

    /// The set of the shows that are stored.
    pub(super) fn show_index(&self) -> String {
        self.shared("trakt:shows")
    }

    /// The accounts other than the one person of today.
    pub(super) fn accounts(&self) -> String {
        self.shared("accounts")
    }

    pub(super) fn logs(&self) -> String {
        self.shared("logs")
    }

    /// The last id given to a log line.
    pub(super) fn logs_last(&self) -> String {
        self.shared("logs:last")
    }

    /// What is known of a dataset, and under which version its pieces are.
    pub(super) fn dataset(&self, name: &str) -> String {
        self.shared(&keys::dataset(name))
    }

    pub(super) fn dataset_piece(&self, name: &str, version: &str, piece: usize) -> String {
        self.shared(&format!("{}:{version}:{piece}", keys::dataset(name)))
    }

    /// Where a large write gathers before it is applied.
    pub(super) fn staged(&self, mark: &str) -> String {
        self.shared(&format!("staged:{mark}"))
    }

    pub(super) fn beat(&self) -> String {
        self.shared("status:store:beat")
    }
}

/// The field of an entry in a hash.
pub(super) fn field(id: AnilistId) -> String {
    id.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_person_has_the_documented_names_and_others_have_a_mark() {
        let keys = Keys::new("app:");
        let other: AccountId = serde_json::from_value("bob".into()).unwrap();
        let me = AccountId::default();
        assert_eq!(keys.config(&me, "trakt:token"), "app:trakt:token");
        assert_eq!(keys.config(&other, "trakt:token"), "app:acct:bob:trakt:token");
        assert_eq!(keys.config(&other, "map:5"), "app:map:5");
        assert_eq!(keys.mapping(&other, "21"), "app:acct:bob:map:anilist:21");
        assert_eq!(Keys::new("").show(TraktShowId(7)), "trakt:show:7:episodes");
    }
}
