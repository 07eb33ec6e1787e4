//! Text as the eye takes it in: one byte for each character that can be seen.
//!
//! `٤١١١ ١١١١`, `４１１１－１１１１`, `4️⃣1️⃣1️⃣1️⃣` and `41<zero-width space>11` all say the same to a
//! reader. [`Folded`] says the same to the code: digits of any script become `0`–`9`, spaces,
//! dashes, dots and slashes of any kind become one of each, full-width forms become ASCII, and
//! what has no width of its own is dropped. The detectors then only ever see ASCII.

#[cfg(test)]
use std::cell::Cell;
use std::ops::Range;

/// Stands for any letter or number outside ASCII: no detector reads across it.
pub(super) const LETTER: u8 = 1;
/// Stands for any other visible character outside ASCII: punctuation, arrows, emoji.
pub(super) const SYMBOL: u8 = 2;

/// A text reduced to marks: ASCII letters, digits and punctuation, space, line feed, [`LETTER`]
/// and [`SYMBOL`]. Never longer in bytes than the text.
pub(super) struct Folded {
    marks: Vec<u8>,
    /// How many marks were looked at: the tests measure work by it, not by the clock.
    #[cfg(test)]
    looks: Cell<usize>,
}

impl Folded {
    /// The mark at `index`; past the end, a line feed, which every detector stops at.
    pub(super) fn at(&self, index: usize) -> u8 {
        #[cfg(test)]
        self.looks.set(self.looks.get() + 1);
        self.marks.get(index).copied().unwrap_or(b'\n')
    }

    /// The mark before `index`; before the start, a line feed.
    pub(super) fn before(&self, index: usize) -> u8 {
        index.checked_sub(1).map_or(b'\n', |previous| self.at(previous))
    }

    /// The marks of a range that lies within the text; an empty slice if it does not.
    pub(super) fn part(&self, range: Range<usize>) -> &[u8] {
        #[cfg(test)]
        self.looks.set(self.looks.get() + range.len());
        self.marks.get(range).unwrap_or_default()
    }

    /// The number of marks.
    pub(super) fn len(&self) -> usize {
        self.marks.len()
    }

    /// The range of the next unbroken stretch of marks for which `belongs` holds.
    pub(super) fn next_stretch(
        &self,
        from: usize,
        belongs: fn(&u8) -> bool,
    ) -> Option<Range<usize>> {
        let start = (from..self.len()).find(|&index| belongs(&self.at(index)))?;
        let end = (start..self.len()).find(|&index| !belongs(&self.at(index)));
        Some(start..end.unwrap_or(self.len()))
    }

    #[cfg(test)]
    pub(super) fn looks(&self) -> usize {
        self.looks.get()
    }
}

impl From<&str> for Folded {
    fn from(text: &str) -> Self {
        let mut marks = Vec::with_capacity(text.len());
        let mut previous = '\0';
        for character in text.chars() {
            // CR LF is one end of line; two would be a new paragraph.
            if !(previous == '\r' && character == '\n') {
                marks.extend(mark(character));
            }
            previous = character;
        }
        Self {
            marks,
            #[cfg(test)]
            looks: Cell::new(0),
        }
    }
}

/// What a character is to a reader; nothing, if it cannot be seen.
fn mark(character: char) -> Option<u8> {
    match character {
        '\t' => Some(b' '),
        '\n'..='\r' => Some(b'\n'),
        '\\' => Some(b'/'),
        ' '..='~' => u8::try_from(character).ok(),
        '\0'..='\u{7f}' => None,
        _ => mark_beyond_ascii(character),
    }
}

fn mark_beyond_ascii(character: char) -> Option<u8> {
    if let Some(value) = digit(character) {
        return Some(b'0' + value);
    }
    if is_invisible(character) {
        return None;
    }
    Some(match character {
        // The full-width forms repeat ASCII in its order, U+FF01 being U+0021.
        '\u{ff01}'..='\u{ff5e}' => {
            let narrow = u32::from(character) - 0xff01 + 0x21;
            return char::from_u32(narrow).and_then(mark);
        }
        '\u{85}' | '\u{2028}' | '\u{2029}' => b'\n',
        // The blank Braille pattern is not a space to Unicode, but nothing else to the eye.
        '\u{2800}' => b' ',
        '\u{207a}' | '\u{208a}' | '\u{fe62}' => b'+',
        // Currency signs: what follows is an amount of its own.
        '\u{a2}'..='\u{a5}' | '\u{20a0}'..='\u{20cf}' | '\u{ffe0}'..='\u{ffe1}' | '\u{ffe5}' => {
            b'$'
        }
        '\u{2044}' | '\u{2215}' | '\u{29f8}' => b'/',
        '\u{60c}' | '\u{3001}' | '\u{fe50}' | '\u{ff64}' => b',',
        _ if character.is_whitespace() => b' ',
        _ if DASHES.contains(&character) => b'-',
        _ if DOTS.contains(&character) => b'.',
        _ if character.is_alphanumeric() => LETTER,
        _ => SYMBOL,
    })
}

/// The value of a digit in any script.
fn digit(character: char) -> Option<u8> {
    let offset = |zero: char| u8::try_from(u32::from(character).checked_sub(zero.into())?).ok();
    let following = DECIMAL_ZEROS.partition_point(|&zero| zero <= character);
    let decimal = following
        .checked_sub(1)
        .and_then(|last| offset(DECIMAL_ZEROS[last]))
        .filter(|&value| value < 10);
    decimal.or_else(|| ideograph(character)).or_else(|| {
        OTHER_DIGITS.iter().find_map(|&(first, value, count)| {
            let steps = offset(first).filter(|&steps| steps < count)?;
            Some(value + steps)
        })
    })
}

/// Chinese and Japanese digits, which are letters to Unicode: the plain forms only, since the
/// banker's forms (壹, 貳 …) are ordinary words in running text.
fn ideograph(character: char) -> Option<u8> {
    Some(match character {
        '〇' | '零' => 0,
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

/// Characters that take no room of their own on the line.
fn is_invisible(character: char) -> bool {
    let following = INVISIBLE.partition_point(|&(first, _)| first <= character);
    following.checked_sub(1).is_some_and(|last| character <= INVISIBLE[last].1)
}

/// The zero of each set of decimal digits (general category Nd), in order. Unicode keeps every
/// set contiguous and ascending. Source: Unicode 17.0, `extracted/DerivedGeneralCategory.txt`.
#[rustfmt::skip]
pub(super) const DECIMAL_ZEROS: [char; 77] = [
    '\u{30}', '\u{660}', '\u{6f0}', '\u{7c0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}',
    '\u{b66}', '\u{be6}', '\u{c66}', '\u{ce6}', '\u{d66}', '\u{de6}', '\u{e50}', '\u{ed0}',
    '\u{f20}', '\u{1040}', '\u{1090}', '\u{17e0}', '\u{1810}', '\u{1946}', '\u{19d0}',
    '\u{1a80}', '\u{1a90}', '\u{1b50}', '\u{1bb0}', '\u{1c40}', '\u{1c50}', '\u{a620}',
    '\u{a8d0}', '\u{a900}', '\u{a9d0}', '\u{a9f0}', '\u{aa50}', '\u{abf0}', '\u{ff10}',
    '\u{104a0}', '\u{10d30}', '\u{10d40}', '\u{11066}', '\u{110f0}', '\u{11136}', '\u{111d0}',
    '\u{112f0}', '\u{11450}', '\u{114d0}', '\u{11650}', '\u{116c0}', '\u{116d0}', '\u{116da}',
    '\u{11730}', '\u{118e0}', '\u{11950}', '\u{11bf0}', '\u{11c50}', '\u{11d50}', '\u{11da0}',
    '\u{11de0}', '\u{11f50}', '\u{16130}', '\u{16a60}', '\u{16ac0}', '\u{16b50}', '\u{16d70}',
    '\u{1ccf0}', '\u{1d7ce}', '\u{1d7d8}', '\u{1d7e2}', '\u{1d7ec}', '\u{1d7f6}', '\u{1e140}',
    '\u{1e2f0}', '\u{1e4f0}', '\u{1e5f1}', '\u{1e950}', '\u{1fbf0}',
];

/// Digits outside Nd, as (first character, its value, how many follow on): superscripts,
/// subscripts, Ethiopic, and digits in circles, in brackets, before a full stop or a comma.
#[rustfmt::skip]
const OTHER_DIGITS: [(char, u8, u8); 20] = [
    ('\u{b2}', 2, 2), ('\u{b9}', 1, 1), ('\u{1369}', 1, 9), ('\u{19da}', 1, 1),
    ('\u{2070}', 0, 1), ('\u{2074}', 4, 6), ('\u{2080}', 0, 10), ('\u{2460}', 1, 9),
    ('\u{2474}', 1, 9), ('\u{2488}', 1, 9), ('\u{24ea}', 0, 1), ('\u{24f5}', 1, 9),
    ('\u{24ff}', 0, 1), ('\u{2776}', 1, 9), ('\u{2780}', 1, 9), ('\u{278a}', 1, 9),
    ('\u{1f100}', 0, 1), ('\u{1f101}', 0, 10), ('\u{1f10b}', 0, 1), ('\u{1f10c}', 0, 1),
];

/// Dashes: general category Pd, and the minus signs, bullets and long-vowel marks that pass for
/// one between digits.
#[rustfmt::skip]
const DASHES: [char; 34] = [
    '\u{2d7}', '\u{58a}', '\u{5be}', '\u{1400}', '\u{1806}', '\u{2010}', '\u{2011}', '\u{2012}',
    '\u{2013}', '\u{2014}', '\u{2015}', '\u{2043}', '\u{207b}', '\u{208b}', '\u{2212}',
    '\u{2500}', '\u{2796}', '\u{2e17}', '\u{2e1a}', '\u{2e3a}', '\u{2e3b}', '\u{2e40}',
    '\u{2e5d}', '\u{301c}', '\u{3030}', '\u{30a0}', '\u{30fc}', '\u{fe31}', '\u{fe32}',
    '\u{fe58}', '\u{fe63}', '\u{ff70}', '\u{10d6e}', '\u{10ead}',
];

/// Full stops, middle dots and bullets.
#[rustfmt::skip]
const DOTS: [char; 14] = [
    '\u{b7}', '\u{387}', '\u{6d4}', '\u{2022}', '\u{2024}', '\u{2027}', '\u{2219}', '\u{22c5}',
    '\u{25cf}', '\u{3002}', '\u{30fb}', '\u{fe52}', '\u{ff61}', '\u{ff65}',
];

/// Default-ignorable code points (Unicode 17.0, `DerivedCoreProperties.txt`), the remaining
/// format characters (Cf), controls, and the combining marks that sit on a character of any
/// script: a digit that is struck through or in a keycap is still the digit.
#[rustfmt::skip]
pub(super) const INVISIBLE: [(char, char); 41] = [
    ('\u{80}', '\u{84}'), ('\u{86}', '\u{9f}'), ('\u{ad}', '\u{ad}'), ('\u{300}', '\u{36f}'),
    ('\u{483}', '\u{489}'), ('\u{591}', '\u{5bd}'), ('\u{600}', '\u{605}'),
    ('\u{610}', '\u{61a}'), ('\u{61c}', '\u{61c}'), ('\u{64b}', '\u{65f}'),
    ('\u{670}', '\u{670}'), ('\u{6d6}', '\u{6dd}'), ('\u{6df}', '\u{6e4}'), ('\u{6e7}', '\u{6e8}'),
    ('\u{6ea}', '\u{6ed}'), ('\u{70f}', '\u{70f}'), ('\u{890}', '\u{891}'),
    ('\u{8d3}', '\u{8ff}'), ('\u{115f}', '\u{1160}'), ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'), ('\u{1ab0}', '\u{1aff}'), ('\u{1dc0}', '\u{1dff}'),
    ('\u{200b}', '\u{200f}'), ('\u{202a}', '\u{202e}'), ('\u{2060}', '\u{206f}'),
    ('\u{20d0}', '\u{20ff}'), ('\u{302a}', '\u{302f}'), ('\u{3099}', '\u{309a}'),
    ('\u{3164}', '\u{3164}'), ('\u{fe00}', '\u{fe0f}'), ('\u{fe20}', '\u{fe2f}'),
    ('\u{feff}', '\u{feff}'), ('\u{ffa0}', '\u{ffa0}'), ('\u{fff0}', '\u{fffb}'),
    ('\u{110bd}', '\u{110bd}'), ('\u{110cd}', '\u{110cd}'), ('\u{13430}', '\u{1343f}'),
    ('\u{1bca0}', '\u{1bca3}'), ('\u{1d173}', '\u{1d17a}'), ('\u{e0000}', '\u{e0fff}'),
];
