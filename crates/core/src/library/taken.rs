//! What a list elsewhere changes of a library: it adds what is not there, moves forward and fills what is
//! empty. It lowers and clears nothing, so that taking a list in twice changes nothing the second time.

use super::fill::fill;
use super::{Draft, Entry, Item, ItemId, New, Refused, Status};

/// What came of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// The library did not have the work.
    Added,
    /// Something of the item is another than before.
    Changed,
    /// The library says as much already.
    Same,
}

impl Draft<'_> {
    /// Takes in what a list elsewhere says of a work, which is the one that has one of its ids.
    ///
    /// # Errors
    /// [`Refused::Full`].
    pub fn take_in(&mut self, mut new: New) -> Result<Taken, Refused> {
        let Some(id) = self.same_work(&new) else {
            new.work.ids = self.free_ids(new.kind, &new.work.ids, None);
            return self.add(new).map(|_| Taken::Added);
        };
        let Some(before) = self.get(id).cloned() else { return Ok(Taken::Same) };
        new.work.ids = self.free_ids(new.kind, &new.work.ids, Some(id));
        self.change(id, |item| {
            item.take_in(&new);
            Ok(())
        })?;
        let is_same = self.get(id) == Some(&before);
        Ok(if is_same { Taken::Same } else { Taken::Changed })
    }

    /// The item that is this work. One that has another id at the same service is another work.
    fn same_work(&self, new: &New) -> Option<ItemId> {
        let ids = &new.work.ids;
        ids.all().find_map(|id| {
            let found = self.find(new.kind, &id)?;
            let item = self.get(found)?;
            (!item.work.ids.contradicts(ids)).then_some(found)
        })
    }
}

impl Item {
    fn take_in(&mut self, new: &New) {
        self.work.fill(&new.work);
        self.entry.move_on(&new.entry);
        self.entry.fill(&new.entry);
    }
}

impl Entry {
    fn fill(&mut self, said: &Self) {
        fill(&mut self.score, said.score.as_ref());
        fill(&mut self.notes, said.notes.as_ref());
        for (has, said) in [(&mut self.started, said.started), (&mut self.finished, said.finished)]
        {
            if said.refines(*has) {
                *has = said;
            }
        }
        self.progress_volumes = self.progress_volumes.max(said.progress_volumes);
        // What somebody keeps to themselves stays so, whoever says it.
        self.private |= said.private;
        self.favourite |= said.favourite;
    }

    /// Goes on to where the list is, if that is further. Where a round begins, the count falls.
    fn move_on(&mut self, said: &Self) {
        let round = |entry: &Self| entry.repeats + u32::from(entry.repeating);
        let begins = round(said) > round(self) && said.repeating;
        let ends = round(said) > round(self) && said.status == Status::Completed;
        let goes_on = (said.repeats, said.repeating) == (self.repeats, self.repeating);
        if begins || ends {
            self.progress = if begins { said.progress } else { said.progress.max(self.progress) };
            (self.status, self.repeats, self.repeating) =
                (said.status, said.repeats, said.repeating);
        } else if goes_on && let Some(status) = self.status.further(said.status) {
            self.status = status;
            self.progress = self.progress.max(said.progress);
        }
    }
}
