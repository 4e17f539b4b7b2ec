//! Chance that comes out the same every time.

/// Numbers that look like chance and are the same every time (`SplitMix64`), from a number to begin with.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    /// A number below `most`, which is not 0.
    pub(super) fn below(&mut self, most: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u32::try_from((mixed ^ (mixed >> 31)) % u64::from(most)).unwrap_or_default()
    }
}
