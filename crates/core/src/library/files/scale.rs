//! The scales of scores. An item has 1 to 100; a file may say less finely, and then equal means equal
//! as far as the file can say.

/// How a file writes scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    /// 1 to 100.
    Hundred,
    /// 0.1 to 10.0.
    Tenths,
    /// 1 to 10.
    Ten,
    /// One to five stars.
    Stars,
    /// Three faces.
    Faces,
}

impl Scale {
    /// The scale of AniList's word (`ScoreFormat` of its API).
    pub(super) fn of(word: &str) -> Option<Self> {
        match word {
            "POINT_100" => Some(Self::Hundred),
            "POINT_10_DECIMAL" => Some(Self::Tenths),
            "POINT_10" => Some(Self::Ten),
            "POINT_5" => Some(Self::Stars),
            "POINT_3" => Some(Self::Faces),
            _ => None,
        }
    }

    /// The scale of all scores of a file, as far as they tell. Up to five, they may be stars or points.
    pub(super) fn guess(scores: impl IntoIterator<Item = f64>) -> Option<Self> {
        let (mut most, mut whole) = (0.0_f64, true);
        for score in scores {
            most = most.max(score);
            whole &= score.fract() == 0.0;
        }
        match (most, whole) {
            (0.0, _) => Some(Self::Hundred),
            (most, _) if most > 10.0 => Some(Self::Hundred),
            (_, false) => Some(Self::Tenths),
            (most, true) if most > 5.0 => Some(Self::Ten),
            _ => None,
        }
    }

    /// What a score of this scale is of a hundred, 0 being none; none if the scale has no such score.
    pub(super) fn lift(self, score: f64) -> Option<u8> {
        // The tenths of a number that is written with one digit are whole, but for rounding.
        let points = whole(if self == Self::Tenths { (score * 10.0).round() } else { score })?;
        match self {
            Self::Hundred | Self::Tenths => Some(points),
            Self::Ten => points.checked_mul(10).filter(|score| *score <= 100),
            Self::Stars => [0, 10, 30, 50, 70, 90].get(usize::from(points)).copied(),
            Self::Faces => [0, 35, 60, 85].get(usize::from(points)).copied(),
        }
    }

    /// Whether the scale says both scores alike.
    pub(super) fn alike(self, one: u8, two: u8) -> bool {
        self.class(one) == self.class(two)
    }

    fn class(self, score: u8) -> u8 {
        match (self, score) {
            (_, 0) => 0,
            (Self::Hundred | Self::Tenths, score) => score,
            (Self::Ten, score) => ((score + 5) / 10).max(1),
            (Self::Stars, ..30) | (Self::Faces, ..=35) => 1,
            (Self::Stars, ..50) | (Self::Faces, ..=60) => 2,
            (Self::Stars, ..70) | (Self::Faces, _) => 3,
            (Self::Stars, ..90) => 4,
            (Self::Stars, _) => 5,
        }
    }
}

/// A whole number up to a hundred.
fn whole(score: f64) -> Option<u8> {
    (0..=100).find(|whole| f64::from(*whole).total_cmp(&score).is_eq())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_score_of_a_scale_is_alike_to_what_it_is_of_a_hundred_and_to_no_other() {
        for (scale, most) in
            [(Scale::Hundred, 100), (Scale::Ten, 10), (Scale::Stars, 5), (Scale::Faces, 3)]
        {
            let lifted: Vec<u8> =
                (0..=most).map(|score| scale.lift(f64::from(score)).unwrap()).collect();
            for (at, one) in lifted.iter().enumerate() {
                for (other, two) in lifted.iter().enumerate() {
                    assert_eq!(scale.alike(*one, *two), at == other, "{scale:?} {one} {two}");
                }
            }
            assert_eq!(scale.lift(f64::from(most) + 1.0), None);
            assert_eq!(scale.lift(-1.0), None);
        }
    }

    #[test]
    fn a_finer_score_is_alike_to_the_one_that_the_scale_has_for_it() {
        assert!(Scale::Ten.alike(85, 90) && Scale::Ten.alike(84, 80) && !Scale::Ten.alike(85, 80));
        assert!(Scale::Ten.alike(3, 10), "one point is the least");
        assert!(Scale::Stars.alike(89, 70) && !Scale::Stars.alike(90, 70));
        assert!(Scale::Faces.alike(61, 85) && !Scale::Faces.alike(60, 85));
        assert_eq!(Scale::Tenths.lift(8.7), Some(87));
        assert_eq!(Scale::Ten.lift(8.7), None);
    }

    #[test]
    fn a_scale_is_told_by_the_scores_or_not_at_all() {
        assert_eq!(Scale::guess([0.0, 8.0, 85.0]), Some(Scale::Hundred));
        assert_eq!(Scale::guess([8.5, 7.0]), Some(Scale::Tenths));
        assert_eq!(Scale::guess([8.0, 7.0]), Some(Scale::Ten));
        assert_eq!(Scale::guess([3.0, 5.0]), None, "stars, or few points");
        assert_eq!(Scale::guess([0.0]), Some(Scale::Hundred));
    }
}
