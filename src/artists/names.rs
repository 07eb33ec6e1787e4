//! What a name becomes when it is sorted, searched, or put into an address.
//!
//! Both sides of a comparison go through here: the name when it is stored, the words of a visitor
//! when they search. So a fold may be coarse (й becomes и) as long as it is the same for both.

use deunicode::{deunicode_char, deunicode_with_tofu};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The longest slug, in bytes (a slug is ASCII).
pub const MAX_SLUG: usize = 80;

/// The most tokens a name is found by: more words than a name has that is not made to fill the index.
pub const MAX_TOKENS: usize = 64;

/// Pages of the site's own beside those of acts. (`new.atom` is no slug either.)
const OWN_PAGES: [&str; 2] = ["add", "new.atom"];

/// Whether an address below `/artists/` is a page of the site's own, and so never an act's.
#[must_use]
pub fn is_reserved(slug: &str) -> bool {
    OWN_PAGES.contains(&slug)
}

/// A slug with a number, shortened where both do not fit.
#[must_use]
pub fn numbered(slug: &str, number: u32) -> String {
    let number = format!("-{number}");
    let kept = slug.get(..MAX_SLUG - number.len()).unwrap_or(slug);
    format!("{}{number}", kept.trim_end_matches('-'))
}

/// The key a name is sorted and found by: without accents and case, punctuation as spaces.
///
/// Latin letters end as ASCII ("Røkla" is found by "rokla"); other scripts keep theirs, with
/// the points of Arabic and Hebrew dropped. A name that is nothing but punctuation ("+++") is its
/// own key, so the key of a name that shows anything is never empty.
#[must_use]
pub fn name_key(name: &str) -> String {
    // Dropped before decomposition, which would make "Brand™" a "brandtm".
    let name_only = name.chars().filter(|c| !matches!(c, '™' | '®' | '©' | '℠' | '℗'));
    let letters: Vec<char> = name_only.nfkd().filter(|&c| !is_dropped(c)).collect();
    let mut folded = String::with_capacity(name.len());
    for (place, &letter) in letters.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|p| letters.get(p));
        let beside_a_letter =
            [before, letters.get(place + 1)].into_iter().flatten().any(|c| c.is_alphabetic());
        match letter {
            '&' => folded.push_str(" and "),
            '$' if beside_a_letter => folded.push('s'),
            'ς' => folded.push('σ'),
            c if is_latin_beyond_ascii(c) => {
                folded.push_str(&deunicode_char(c).unwrap_or_default().to_lowercase());
            }
            c if c.is_alphanumeric() || is_combining_mark(c) => folded.extend(c.to_lowercase()),
            _ => folded.push(' '),
        }
    }
    // Composed again, or Korean syllables would stay in pieces and kana lose their voicing.
    let key = collapse(&folded.nfc().collect::<String>());
    if key.is_empty() { collapse(&name.nfkc().collect::<String>().to_lowercase()) } else { key }
}

/// The words a name is found by: those of [`name_key`], runs of initials joined ("T.U.M." is also
/// "tum"), and for words in another script their transliteration, whole and in parts.
///
/// Without repetition, at most [`MAX_TOKENS`], the name's own words first.
#[must_use]
pub fn tokens(name: &str) -> Vec<String> {
    let key = name_key(name);
    let words: Vec<&str> = key.split(' ').filter(|word| !word.is_empty()).collect();
    let initials = words
        .chunk_by(|a, b| is_initial(a) && is_initial(b))
        .filter(|run| run.len() > 1)
        .map(<[&str]>::concat);
    let transliterated = words.iter().filter(|word| !word.is_ascii()).flat_map(|word| {
        let parts = ascii_words(word);
        std::iter::once(parts.concat()).chain(parts)
    });

    let mut tokens: Vec<String> = Vec::new();
    let own_words = words.iter().map(|word| (*word).to_owned());
    for token in own_words.chain(initials).chain(transliterated) {
        if tokens.len() == MAX_TOKENS {
            break;
        }
        if !token.is_empty() && !tokens.contains(&token) {
            tokens.push(token);
        }
    }
    tokens
}

/// Whether a word is a single letter.
pub(super) fn is_initial(word: &str) -> bool {
    word.chars().count() == 1
}

/// The slug of a name that came without one: `a-z`, `0-9` and `-`, at most [`MAX_SLUG`] bytes.
///
/// Never empty: a name that transliterates to nothing gets a hash of itself, which is the same
/// wherever and whenever it is computed. Two names can have one slug; who stores it decides.
#[must_use]
pub fn slug_for(name: &str) -> String {
    let mut slug = String::new();
    for word in ascii_words(&name_key(name)) {
        let joint = usize::from(!slug.is_empty());
        if slug.is_empty() {
            slug.push_str(&word[..word.len().min(MAX_SLUG)]);
        } else if slug.len() + joint + word.len() <= MAX_SLUG {
            slug.push('-');
            slug.push_str(&word);
        } else {
            break;
        }
    }
    if slug.is_empty() {
        format!("artist-{:016x}", stable_hash(name))
    } else if is_reserved(&slug) {
        format!("artist-{slug}")
    } else {
        slug
    }
}

/// The words of a text in lower-case ASCII letters and digits, transliterated where necessary.
fn ascii_words(text: &str) -> Vec<String> {
    // Transliteration writes soft signs as quotes ("Noch'"): no border between words.
    let ascii = deunicode_with_tofu(text, " ").replace(['\'', '"', '`'], "").to_ascii_lowercase();
    ascii
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// FNV-1a of the composed name. Written out, because the standard library does not promise that
/// its hasher gives the same numbers in the next release.
fn stable_hash(name: &str) -> u64 {
    let composed: String = name.nfc().collect();
    composed.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Leaves no trace in a key: accents, vowel points, apostrophes, invisible characters.
///
/// Not every combining mark: the vowel signs of Indic scripts and Thai are letters to their
/// readers, and the marks of kana make another sound.
fn is_dropped(c: char) -> bool {
    matches!(c,
        // Combining diacritics of Latin, Greek and Cyrillic.
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}'
        // Hebrew points (not the hyphen U+05BE or the other punctuation between them).
        | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}' | '\u{5c5}'
        | '\u{5c7}'
        // Arabic vowel marks, and the bar that only stretches a word.
        | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{6e7}' | '\u{6e8}'
        | '\u{6ea}'..='\u{6ed}'
        // Apostrophes: "Marta's" is one word, typed with or without.
        | '\'' | '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bb}' | '\u{2bc}' | '\u{2032}' | '`'
        // Invisible: soft hyphen, zero-width characters, direction marks, variation selectors.
        | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{61c}'
        | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}')
}

/// A Latin letter that decomposition leaves as it is, such as ø, ł, ß, æ, þ or ı.
fn is_latin_beyond_ascii(c: char) -> bool {
    c.is_alphabetic()
        && matches!(c, '\u{c0}'..='\u{2af}' | '\u{1e00}'..='\u{1eff}' | '\u{2c60}'..='\u{2c7f}'
            | '\u{a720}'..='\u{a7ff}' | '\u{ab30}'..='\u{ab6f}')
}

#[cfg(test)]
mod tests {
    use super::{MAX_SLUG, MAX_TOKENS, is_reserved, name_key, numbered, slug_for, tokens};

    #[test]
    fn a_key_has_no_accents_no_case_and_no_punctuation() {
        for (name, key) in [
            ("Björn", "bjorn"),
            ("Bjo\u{308}rn", "bjorn"),
            ("Røkla", "rokla"),
            ("ŁĄKI łan", "laki lan"),
            ("Marta’s Kin", "martas kin"),
            ("UP/DN", "up dn"),
            ("KA$A", "kasa"),
            ("Salt & Straw", "salt and straw"),
            ("  Two\u{a0}\tSpaces ", "two spaces"),
            ("İstanbul ışık", "istanbul isik"),
            ("Straße", "strasse"),
            ("Ｆｕｌｌ Ｗｉｄｔｈ", "full width"),
            ("Brand™", "brand"),
            ("ΟΔΟΣ οδός", "οδοσ οδοσ"),
        ] {
            assert_eq!(name_key(name), key, "{name}");
        }
    }

    #[test]
    fn a_key_keeps_what_other_scripts_write() {
        for (name, key) in [
            ("Ночные Волны", "ночные волны"),
            ("हिन्दी", "हिन्दी"),
            ("がく", "がく"),
            ("한국", "한국"),
            ("北京", "北京"),
            ("لَيْل", "ليل"),
            ("שָׁלוֹם", "שלום"),
            ("บางกอก ไนท์", "บางกอก ไนท์"),
        ] {
            assert_eq!(name_key(name), key, "{name}");
        }
    }

    #[test]
    fn a_name_of_punctuation_is_its_own_key() {
        assert_eq!(name_key("+++"), "+++");
        assert_eq!(tokens("+++"), ["+++"]);
        assert_eq!(name_key(""), "");
        assert!(tokens("").is_empty());
    }

    #[test]
    fn a_key_is_its_own_key() {
        for name in ["Björn", "T.U.M.", "Ночь 5", "北京", "+++", "हिन्दी", "Æon & Øre"]
        {
            assert_eq!(name_key(&name_key(name)), name_key(name), "{name}");
        }
    }

    #[test]
    fn tokens_are_words_initials_and_transliterations() {
        assert_eq!(tokens("Pine Pine"), ["pine"]);
        assert_eq!(tokens("T.U.M."), ["t", "u", "m", "tum"]);
        assert_eq!(tokens("Ночь"), ["ночь", "noch"]);
        assert_eq!(tokens("北京"), ["北京", "beijing", "bei", "jing"]);
        let words: Vec<String> = (0..MAX_TOKENS + 9).map(|n| format!("w{n}")).collect();
        assert_eq!(tokens(&words.join(" ")), words[..MAX_TOKENS]);
    }

    #[test]
    fn a_slug_is_short_plain_and_never_empty() {
        for (name, slug) in [
            ("Björn", "bjorn"),
            ("Salt & 'Straw'", "salt-and-straw"),
            ("北京", "bei-jing"),
            ("Ночь", "noch"),
            ("🎸", "guitar"),
        ] {
            assert_eq!(slug_for(name), slug, "{name}");
        }
        let hashed = slug_for("+++");
        assert!(
            hashed.starts_with("artist-") && hashed == slug_for("+++") && hashed != slug_for("---")
        );
        assert_eq!(slug_for("+++\u{e9}"), slug_for("+++e\u{301}"));
        for long in ["ab ".repeat(100), "x".repeat(300), "北".repeat(300), "\u{0}".repeat(3)] {
            let slug = slug_for(&long);
            assert!(!slug.is_empty() && slug.len() <= MAX_SLUG && !slug.ends_with('-'), "{slug}");
            assert!(
                slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            );
        }
    }
    #[test]
    fn a_slug_is_never_the_address_of_a_page_of_the_site() {
        for name in ["Add", "ADD!", "new.atom"] {
            assert!(!is_reserved(&slug_for(name)), "{name}");
        }
        assert_eq!(slug_for("Add"), "artist-add");
        assert!(is_reserved("add") && is_reserved("new.atom") && !is_reserved("addis"));
    }

    #[test]
    fn a_numbered_slug_fits() {
        assert_eq!(numbered("kaja", 2), "kaja-2");
        let long = numbered(&"ab-".repeat(26), 2);
        assert!(long.len() < MAX_SLUG && long.ends_with("-ab-2"), "{long}");
        assert_eq!(numbered(&"a".repeat(MAX_SLUG), 12).len(), MAX_SLUG);
    }
}
