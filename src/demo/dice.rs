//! Numbers that look thrown and are the same on every machine and every day.

/// SplitMix64 (Steele, Lea, Flood 2014), started from words. For the demo's figures; nothing
/// secret may come from it.
pub(super) struct Dice(u64);

impl Dice {
    /// The dice for one purpose of one act.
    pub(super) fn of(purpose: &str, slug: &str) -> Self {
        // FNV-1a; the zero byte keeps ("ab", "c") apart from ("a", "bc").
        let bytes = purpose.bytes().chain([0]).chain(slug.bytes());
        let seed = bytes.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(seed)
    }

    /// A number from 0 to `count` − 1. (The lower numbers are likelier by less than one part in 2⁴⁰,
    /// which no chart shows.)
    pub(super) fn below(&mut self, count: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % count.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn the_same_words_throw_the_same_numbers_and_others_throw_others() {
        let throw = |purpose: &str, slug: &str| {
            let mut dice = Dice::of(purpose, slug);
            [(); 4].map(|()| dice.below(1_000_000))
        };
        assert_eq!(throw("figures", "night-ferry"), throw("figures", "night-ferry"));
        assert_ne!(throw("figures", "night-ferry"), throw("added", "night-ferry"));
        assert_ne!(throw("figures", "night-ferry"), throw("figures", "night-ferries"));
        assert!(throw("figures", "night-ferry").windows(2).all(|pair| pair[0] != pair[1]));
    }
}
