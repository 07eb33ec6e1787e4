//! The generated cover: what stands for an artist who has not uploaded a photo.
//!
//! A cover is drawn from the slug alone, so the same artist has the same cover in every list, on
//! every machine and after every restart, and nothing is stored. That holds only as long as
//! nothing here changes: another constant, another order of the draws, a palette added in the
//! middle, and every act gets a new face. A test pins the bytes for that reason.
//!
//! All geometry is in whole units of a 200 × 200 square, sines included: floating point may
//! differ by machine. Pictures are presentation attributes only (the page's security policy
//! allows no inline style) and carry no ids (a list shows 24 on one page).

mod families;

use std::sync::{Arc, LazyLock};

use families::FAMILIES;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

/// A cover for use inside a page. It decorates the name beside it, so assistive technology skips
/// it. Those that were drawn lately are kept: the best known acts stand in many lists.
pub fn cover_svg(slug: &str) -> Arc<str> {
    static DRAWN: LazyLock<Cache<String, Arc<str>, Bytewise>> =
        LazyLock::new(|| Cache::with_weighter(EXPECTED, KEPT, Bytewise));
    if let Some(drawn) = DRAWN.get(slug) {
        return drawn;
    }
    let drawing = draw(slug);
    let cover: Arc<str> =
        format!("<svg viewBox=\"0 0 200 200\" aria-hidden=\"true\">{drawing}</svg>").into();
    DRAWN.insert(slug.to_owned(), cover.clone());
    cover
}

/// Bytes of drawn covers that are kept, and how many that will be.
const KEPT: u64 = 4 * 1024 * 1024;
const EXPECTED: usize = 2_048;

#[derive(Clone)]
struct Bytewise;

impl Weighter<String, Arc<str>> for Bytewise {
    fn weight(&self, slug: &String, cover: &Arc<str>) -> u64 {
        (slug.len() + cover.len() + 64) as u64
    }
}

/// The same cover as a file of its own, 1200 × 1200 pixels, for feeds and link previews.
pub fn cover_document(slug: &str) -> String {
    let drawing = draw(slug);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 200 200\" width=\"1200\" \
         height=\"1200\">{drawing}</svg>\n"
    )
}

fn draw(slug: &str) -> String {
    let mut dice = Dice::of(slug);
    let palette = dice.pick(&PALETTES);
    let family = dice.pick(&FAMILIES);
    let picture = family(&mut dice, &palette);
    format!("<rect width=\"200\" height=\"200\" fill=\"{}\"/>{picture}", palette.ground)
}

/// Three inks, as a screen printer would mix them.
///
/// Each ground keeps its edge on both papers of the site, the light `#fbfaf6` and the dark
/// `#141310`; `ink` carries the drawing, `accent` says one thing louder.
#[derive(Clone, Copy)]
struct Palette {
    ground: &'static str,
    ink: &'static str,
    accent: &'static str,
}

const fn palette(ground: &'static str, ink: &'static str, accent: &'static str) -> Palette {
    Palette { ground, ink, accent }
}

const PALETTES: [Palette; 16] = [
    palette("#edd4a6", "#1d3557", "#e4572e"), // biscuit, navy, vermilion
    palette("#1b2a4e", "#f4dcae", "#f2643d"), // midnight, cream, ember
    palette("#0f4440", "#f3c9b8", "#e9a52f"), // pine, blush, amber
    palette("#e9b23c", "#35193a", "#fbeed4"), // mustard, aubergine, milk
    palette("#f2b5b0", "#7a1432", "#fef4e8"), // rose, oxblood, shell
    palette("#2448c4", "#f8e8d0", "#ff8fa0"), // cobalt, paper, pink
    palette("#c9452a", "#f8e5c8", "#1f2b3d"), // brick, bone, slate
    palette("#b7cdb2", "#1c4234", "#e5602c"), // sage, bottle, orange
    palette("#cbbbe6", "#33205e", "#f2583a"), // lilac, indigo, coral
    palette("#43204a", "#f4aab4", "#f3c24d"), // plum, petal, corn
    palette("#a6d1e3", "#14365c", "#e8443a"), // sky, deep sea, signal red
    palette("#5a6435", "#f2e6be", "#f0905c"), // olive, straw, apricot
    palette("#33343c", "#ece4d4", "#d9ec5a"), // graphite, chalk, acid
    palette("#e18d69", "#43162c", "#fcebd2"), // terracotta, wine, cream
    palette("#0f7a78", "#f6e6ca", "#f7bc46"), // teal, sand, saffron
    palette("#e6d0ad", "#12594a", "#d6452a"), // hemp, emerald, poppy
];

/// SplitMix64 (Steele, Lea and Flood, 2014), seeded with the FNV-1a hash of the slug: both are a
/// few lines, public domain, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn of(slug: &str) -> Self {
        let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(slug.bytes().fold(0xcbf2_9ce4_8422_2325, fold))
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included.
    fn between(&mut self, low: i32, high: i32) -> i32 {
        let choices = (high - low + 1) as u64;
        low + (self.roll() % choices) as i32
    }

    fn one_in(&mut self, chances: i32) -> bool {
        self.between(1, chances) == 1
    }

    fn pick<T: Copy, const N: usize>(&mut self, choices: &[T; N]) -> T {
        choices[(self.roll() % N as u64) as usize]
    }
}

#[cfg(test)]
mod tests;
