//! Words: names, places, slugs, and the many ways to write nothing.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::artists::names::{MAX_SLUG, is_reserved};

/// The longest name of an artist, in characters. The longest ones in use stay well below; what is
/// longer is a description, or two columns in one.
const MAX_NAME: usize = 200;

/// The longest name of a city or country, and the longest genre label, in characters.
const MAX_LABEL: usize = 100;

/// Stacked accents beyond this overprint the lines above and below; no orthography needs them.
const MAX_STACKED_MARKS: usize = 6;

/// Whether a cell stands for nothing: empty, a dash, or what programs write for a missing value.
#[must_use]
pub fn is_nothing(value: &str) -> bool {
    const LONGEST: usize = "undefined".len();
    let value = trimmed(value);
    if value.len() > LONGEST {
        return false;
    }
    matches!(
        value.to_ascii_lowercase().as_str(),
        "" | "-"
            | "--"
            | "–"
            | "—"
            | "?"
            | "n/a"
            | "na"
            | "n.a."
            | "#n/a"
            | "<na>"
            | "null"
            | "(null)"
            | "none"
            | "nil"
            | "nan"
            | "\\n"
            | "unknown"
            | "undefined"
    )
}

/// The name of an artist.
///
/// # Errors
/// The reason why it cannot be one; a cell that stands for nothing is such a reason.
pub fn name(raw: &str) -> Result<String, String> {
    match text(raw, MAX_NAME)? {
        Some(name) if name.contains("://") => {
            Err(format!("{} is a web address, not a name", excerpt(&name)))
        }
        Some(name) => Ok(name),
        None if trimmed(raw).is_empty() => Err("the name is empty".to_owned()),
        None => Err(format!("the name is {}, which stands for nothing", excerpt(trimmed(raw)))),
    }
}

/// A city, or a genre's label.
///
/// # Errors
/// The reason why the text is damaged or too long.
pub fn label(raw: &str) -> Result<Option<String>, String> {
    text(raw, MAX_LABEL)
}

/// A country, as `resolve` knows it by code or name.
///
/// # Errors
/// The reason why there is no such country.
pub fn country(
    raw: &str,
    resolve: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<String>, String> {
    // Namibia to ISO 3166, a missing value to R: a guess would move acts to Windhoek.
    if trimmed(raw) == "NA" {
        return Err("\"NA\" may be Namibia or nothing: write \"Namibia\", or leave it empty".into());
    }
    let Some(country) = text(raw, MAX_LABEL)? else {
        return Ok(None);
    };
    match resolve(&country) {
        Some(resolved) => Ok(Some(resolved)),
        None => Err(format!("{} is not a country", excerpt(&country))),
    }
}

/// A slug, exactly as it will stand in the address of the profile.
///
/// # Errors
/// The reason why it could not stand there.
pub fn slug(raw: &str) -> Result<Option<String>, String> {
    let slug = trimmed(raw);
    if is_nothing(slug) {
        return Ok(None);
    }
    let well_formed = slug.split('-').all(|word| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    });
    if !well_formed {
        return Err(format!("{} is not a slug: words of a-z and 0-9, joined by -", excerpt(slug)));
    }
    if slug.len() > MAX_SLUG {
        return Err(format!("the slug has {} characters; {MAX_SLUG} is the most", slug.len()));
    }
    if is_reserved(slug) {
        return Err(format!("{} is a page of the site itself", excerpt(slug)));
    }
    Ok(Some(slug.to_owned()))
}

/// A value as a reason quotes it: in quotation marks, at most 40 characters, and with whatever
/// could disturb a terminal or a log (control characters, direction marks) written out.
#[must_use]
pub fn excerpt(value: &str) -> String {
    match value.char_indices().nth(40) {
        Some((end, _)) => format!("{:?}…", &value[..end]),
        None => format!("{value:?}"),
    }
}

/// A value without white space and invisible characters around it.
pub(crate) fn trimmed(raw: &str) -> &str {
    raw.trim_matches(|c: char| c.is_whitespace() || is_removed(c))
}

/// Text of one line, composed (NFC), white space collapsed, invisible characters removed.
fn text(raw: &str, most: usize) -> Result<Option<String>, String> {
    let visible: String = raw.chars().filter(|&c| !is_removed(c)).nfc().collect();
    let visible = visible.trim();
    if visible.contains('\n') {
        return Err(format!("{} goes on for more than one line", excerpt(visible)));
    }
    let is_space = |c: char| c == '\t' || (c.is_whitespace() && !c.is_control());
    let words: Vec<&str> = visible.split(is_space).filter(|word| !word.is_empty()).collect();
    let text = words.join(" ");
    let shows_nothing = text.chars().all(|c| matches!(c, '\u{200c}' | '\u{200d}' | ' '));
    if shows_nothing || is_nothing(&text) {
        return Ok(None);
    }
    let length = text.chars().count();
    let refused = |why: String| Err(format!("{} {why}", excerpt(&text)));
    if length > most {
        return refused(format!("has {length} characters; {most} is the most"));
    }
    // Before the control characters: half of a misread Cyrillic letter is one.
    if let Some(original) = misread(&text) {
        return refused(format!("looks garbled, it was perhaps {}", excerpt(&original)));
    }
    if let Some(control) = text.chars().find(|&c| is_forbidden(c)) {
        return refused(format!("contains the character U+{:04X}", u32::from(control)));
    }
    if let Some(markup) = markup(&text) {
        return refused(format!("contains HTML ({})", excerpt(markup)));
    }
    let stacks = text.split(|c| !is_combining_mark(c)).map(|marks| marks.chars().count());
    if stacks.max() > Some(MAX_STACKED_MARKS) {
        return refused("stacks too many accents".to_owned());
    }
    Ok(Some(text))
}

/// Invisible and without meaning in a name: byte-order marks, zero-width spaces, blank fillers, and
/// the direction controls, with which a name could rearrange the words around it on a page. The
/// letters of a right-to-left name carry their direction themselves; pages isolate names anyway.
/// (The joiners U+200C and U+200D stay: Persian, Indic scripts and emoji are spelt with them.)
fn is_removed(c: char) -> bool {
    matches!(c, '\u{feff}' | '\u{200b}' | '\u{2060}' | '\u{ad}' | '\u{180e}'
        | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}' | '\u{200e}' | '\u{200f}' | '\u{61c}'
        | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{e0000}'..='\u{e007f}')
}

/// Control characters, code points that are no characters, and the mark of an earlier failure to
/// decode: what they replaced is lost.
fn is_forbidden(c: char) -> bool {
    c.is_control()
        || c == '\u{fffd}'
        || matches!(c, '\u{fdd0}'..='\u{fdef}')
        || u32::from(c) & 0xfffe == 0xfffe
}

/// The first HTML tag or character reference of a text. A lone `<` is neither ("<3").
fn markup(text: &str) -> Option<&str> {
    let tag = text.match_indices('<').find_map(|(at, _)| {
        let opens =
            text[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c));
        let end = text[at..].find('>')?;
        opens.then(|| &text[at..=at + end])
    });
    let reference = || {
        text.match_indices('&').find_map(|(at, _)| {
            let name = text[at + 1..].split_once(';')?.0;
            let word = name.strip_prefix('#').unwrap_or(name);
            let plausible = (2..=8).contains(&word.len()) || name.len() > word.len();
            let letters = !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric());
            (plausible && letters).then(|| &text[at..at + name.len() + 2])
        })
    };
    tag.or_else(reference)
}

/// What a text was before somebody read its UTF-8 as Windows-1252 ("BjÃ¶rn" was "Björn").
///
/// One such sequence could be chance ("É™" ends a trademark), unless it begins with Ã or Â, which
/// seldom stand before a sign; two could not.
fn misread(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let letters: Vec<char> = text.chars().collect();
    let mut original = String::new();
    let (mut sequences, mut telling) = (0, false);
    let mut rest = &letters[..];
    while let Some(&first) = rest.first() {
        let read_again = (2..=rest.len().min(4)).find_map(|length| {
            let bytes: Option<Vec<u8>> = rest[..length].iter().map(|&c| windows_1252(c)).collect();
            let mut decoded = std::str::from_utf8(&bytes?).ok()?.to_owned();
            let letter = decoded.pop().filter(|_| decoded.is_empty())?;
            Some((letter, length))
        });
        let (letter, length) = read_again.unwrap_or((first, 1));
        if read_again.is_some() {
            sequences += 1;
            telling |= matches!(first, 'Ã' | 'Â');
        }
        original.push(letter);
        rest = &rest[length..];
    }
    (sequences > 1 || telling).then_some(original)
}

/// The byte of a character in Windows-1252, or in Latin-1 where that has a control character.
fn windows_1252(c: char) -> Option<u8> {
    const FROM_80_TO_9F: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
    match FROM_80_TO_9F.chars().position(|special| special == c) {
        Some(place) => u8::try_from(0x80 + place).ok(),
        None => u8::try_from(u32::from(c)).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::{country, excerpt, label, name, slug};

    #[test]
    fn a_name_is_composed_and_trimmed_and_otherwise_kept() {
        for (raw, kept) in [
            ("  Kaja \t Mets ", "Kaja Mets"),
            ("Bjo\u{308}rn", "Björn"),
            ("ليل الصحراء", "ليل الصحراء"),
            ("\u{202e}evil\u{202c}", "evil"),
            ("\u{2067}שלום\u{2069}", "שלום"),
            ("\u{feff}Kaja\u{200b}", "Kaja"),
            ("نمی\u{200c}دانم", "نمی\u{200c}دانم"),
            ("+++", "+++"),
            ("<3 Beats", "<3 Beats"),
            ("a < b > c", "a < b > c"),
            ("R&B; Soul", "R&B; Soul"),
            ("7431", "7431"),
            ("Seven 12\"", "Seven 12\""),
            ("CAFÉ™", "CAFÉ™"),
            ("Ärä Ööd São", "Ärä Ööd São"),
            ("हिन्दी", "हिन्दी"),
        ] {
            assert_eq!(name(raw), Ok(kept.to_owned()), "{raw:?}");
        }
        assert_eq!(name(&"é".repeat(200)), Ok("é".repeat(200)));
    }

    #[test]
    fn a_name_that_is_damaged_is_refused_with_its_reason() {
        for (raw, reason) in [
            ("", "the name is empty"),
            (" \u{200b}\u{feff}", "the name is empty"),
            ("\u{200d}", "the name is \"\\u{200d}\", which stands for nothing"),
            ("None", "the name is \"None\", which stands for nothing"),
            ("\\N", "the name is \"\\\\N\", which stands for nothing"),
            ("A\u{0}B", "\"A\\0B\" contains the character U+0000"),
            ("A\u{1b}[31mB", "\"A\\u{1b}[31mB\" contains the character U+001B"),
            ("Bj\u{fffd}rk", "\"Bj\u{fffd}rk\" contains the character U+FFFD"),
            ("Kaja\nMets", "\"Kaja\\nMets\" goes on for more than one line"),
            ("<b>Kaja</b>", "\"<b>Kaja</b>\" contains HTML (\"<b>\")"),
            ("Salt &amp; Straw", "\"Salt &amp; Straw\" contains HTML (\"&amp;\")"),
            ("Sild &#39;n", "\"Sild &#39;n\" contains HTML (\"&#39;\")"),
            ("BjÃ¶rn", "\"BjÃ¶rn\" looks garbled, it was perhaps \"Björn\""),
            ("Ð\u{9d}Ð¾Ñ‡ÑŒ", "\"Ð\\u{9d}Ð¾Ñ‡ÑŒ\" looks garbled, it was perhaps \"Ночь\""),
            ("https://kaja.example/", "\"https://kaja.example/\" is a web address, not a name"),
        ] {
            assert_eq!(name(raw), Err(reason.to_owned()), "{raw:?}");
        }
        let long = name(&"x".repeat(300)).unwrap_err();
        assert_eq!(long, format!("\"{}\"… has 300 characters; 200 is the most", "x".repeat(40)));
        assert!(name(&format!("Z{}", "\u{301}\u{316}".repeat(20))).is_err());
    }

    #[test]
    fn a_country_is_what_the_resolver_knows() {
        let resolve = |text: &str| (text == "Estonia").then(|| "EE".to_owned());
        assert_eq!(country(" Estonia ", &resolve), Ok(Some("EE".to_owned())));
        assert_eq!(country("n/a", &resolve), Ok(None));
        assert_eq!(country("Atlantis", &resolve), Err("\"Atlantis\" is not a country".to_owned()));
        assert!(country("NA", &resolve).unwrap_err().contains("Namibia"));
    }

    #[test]
    fn places_and_slugs() {
        assert_eq!(label("São  Paulo"), Ok(Some("São Paulo".to_owned())));
        assert_eq!(label("unknown"), Ok(None));
        assert_eq!(slug("kaja-mets-2"), Ok(Some("kaja-mets-2".to_owned())));
        assert_eq!(slug("null"), Ok(None));
        for wrong in
            ["Kaja", "kaja--mets", "-kaja", "kaja-", "kaja mets", "../etc", &"a".repeat(81)]
        {
            assert!(slug(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_excerpt_is_short_and_shows_what_cannot_be_seen() {
        assert_eq!(excerpt("a\u{202e}b\u{7}"), "\"a\\u{202e}b\\u{7}\"");
        assert_eq!(excerpt(&"ä".repeat(41)), format!("\"{}\"…", "ä".repeat(40)));
    }
}
