//! A part of what is kept in groups, found by the groups' sizes.

use std::ops::Range;

/// Where a part is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part<G> {
    /// The groups that hold some of it, in order.
    pub(super) groups: Vec<G>,
    /// How much of these comes before it.
    pub(super) skip: usize,
    /// How much all groups hold.
    pub(super) total: usize,
}

impl<G> Part<G> {
    /// Finds what is `wanted`, counted from 0 through all groups.
    pub(super) fn find(sizes: impl IntoIterator<Item = (G, usize)>, wanted: &Range<usize>) -> Self {
        let mut part = Self { groups: Vec::new(), skip: 0, total: 0 };
        for (group, size) in sizes {
            let range = part.total..part.total + size;
            part.total = range.end;
            if range.start < wanted.end && wanted.start < range.end {
                if part.groups.is_empty() {
                    part.skip = wanted.start.saturating_sub(range.start);
                }
                part.groups.push(group);
            }
        }
        part
    }

    /// The part, from all that its groups hold.
    pub(super) fn of<T>(&self, held: impl IntoIterator<Item = T>, wanted: &Range<usize>) -> Vec<T> {
        held.into_iter().skip(self.skip).take(wanted.len()).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_part_is_what_reading_all_would_give(
            sizes in prop::collection::vec(0_usize..6, 0..8),
            start in 0_usize..40,
            length in 0_usize..40,
        ) {
            let wanted = start..start + length;
            let total: usize = sizes.iter().sum();
            let all: Vec<usize> = (0..total).collect();
            let mut rest = all.iter().copied();
            let groups: Vec<Vec<usize>> =
                sizes.iter().map(|size| rest.by_ref().take(*size).collect()).collect();
            let part = Part::find(groups.iter().map(|group| (group, group.len())), &wanted);
            let held = part.groups.iter().flat_map(|group| group.iter().copied());
            let expected: Vec<usize> = all.iter().copied().skip(start).take(length).collect();
            prop_assert_eq!(part.of(held, &wanted), expected);
            prop_assert_eq!(part.total, total);
        }
    }
}
