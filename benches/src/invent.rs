//! Invented artists: names of syllables in several scripts, genres and listeners as unevenly spread as
//! in life. The same number gives the same file each time.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Result;

const LATIN: &[&str] = &[
    "ka", "lo", "mir", "ten", "sol", "va", "ri", "nos", "bel", "dro", "fen", "gal", "hu", "jo",
    "lis", "mo", "nar", "pe", "qui", "ros", "sa", "tu", "ul", "wen", "yl", "zo",
];
const CYRILLIC: &[&str] =
    &["ка", "ло", "мир", "тен", "сол", "ва", "ри", "нос", "бел", "дро", "фен", "гал", "ху", "жо"];
const GREEK: &[&str] =
    &["κα", "λο", "μιρ", "τεν", "σολ", "βα", "ρι", "νος", "δρο", "φεν", "γαλ", "ζο", "θι", "ψα"];
const KANA: &[&str] =
    &["カ", "ロ", "ミ", "テ", "ソ", "バ", "リ", "ノ", "ベ", "ド", "フ", "ガ", "ヒ", "ジョ"];
const SCRIPTS: &[&[&str]] = &[LATIN, LATIN, LATIN, LATIN, CYRILLIC, GREEK, KANA];
/// Genres, the first the most usual.
pub const GENRES: &[&str] = &[
    "techno",
    "house",
    "ambient",
    "jazz",
    "disco",
    "drum-and-bass",
    "indie-rock",
    "hip-hop",
    "folk",
    "dub",
    "afrobeats",
    "cumbia",
    "electro",
    "funk",
    "soul",
    "noise",
];
/// Countries, the first the most usual.
pub const COUNTRIES: &[&str] = &[
    "US", "GB", "DE", "FR", "ES", "BR", "JP", "IT", "NL", "PL", "SE", "MX", "CA", "AU", "EE", "PT",
    "AR", "NG", "ZA", "KR",
];

struct Artist {
    name: String,
    genres: String,
    country: &'static str,
    city: String,
    listeners: u64,
}

/// Numbers that look thrown (xorshift, 64 bits), the same each time.
struct Dice(u64);

impl Dice {
    fn throw(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.throw() % limit as u64) as usize
    }

    /// One of a list: the first about twice as often as the second, three times as the third (Zipf).
    fn uneven<'a>(&mut self, list: &[&'a str]) -> &'a str {
        let whole: f64 = (1..=list.len()).map(|rank| 1.0 / rank as f64).sum();
        let mut left = (self.throw() >> 11) as f64 / (1_u64 << 53) as f64 * whole;
        for (at, item) in list.iter().enumerate() {
            left -= 1.0 / (at + 1) as f64;
            if left <= 0.0 {
                return item;
            }
        }
        list[0]
    }

    fn word(&mut self, syllables: &[&str]) -> String {
        let mut word = String::new();
        for _ in 0..2 + self.below(3) {
            word.push_str(syllables[self.below(syllables.len())]);
        }
        let mut letters = word.chars();
        letters
            .next()
            .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }

    /// The next of so many.
    fn artist(&mut self, artists: u32) -> Artist {
        let name = self.name();
        let (one, other) = (self.uneven(GENRES), self.uneven(GENRES));
        let genres = if one == other { one.to_owned() } else { format!("{one}, {other}") };
        let country = self.uneven(COUNTRIES);
        let city = self.word(LATIN);
        // The best known has a hundred million; the thousandth a thousandth of them.
        let listeners = 100_000_000 / (1 + self.throw() % (u64::from(artists) * 4));
        Artist { name, genres, country, city, listeners }
    }

    fn name(&mut self) -> String {
        let syllables = SCRIPTS[self.below(SCRIPTS.len())];
        let words: Vec<String> = (0..1 + self.below(3)).map(|_| self.word(syllables)).collect();
        words.join(" ")
    }
}

/// So many words in Latin letters, six or more, of the names of the first artists.
pub fn latin_words(count: usize) -> Vec<String> {
    let mut dice = Dice(SEED);
    let mut words = Vec::new();
    while words.len() < count {
        let artist = dice.artist(1);
        let word = artist.name.split(' ').find(|word| word.is_ascii() && word.len() >= 6);
        words.extend(word.map(str::to_lowercase));
    }
    words
}

/// The same each time.
const SEED: u64 = 0x9E37_79B9_7F4A_7C15;

/// Writes a file of so many artists for `soundpost artists import`.
pub fn write(file: &Path, artists: u32) -> Result<()> {
    let mut dice = Dice(SEED);
    let mut out = BufWriter::new(File::create(file)?);
    writeln!(out, "name;genres;country;city;monthly listeners;slug")?;
    for number in 1..=artists {
        let Artist { name, genres, country, city, listeners } = dice.artist(artists);
        writeln!(out, "{name};{genres};{country};{city};{listeners};act-{number}")?;
    }
    Ok(out.flush()?)
}
