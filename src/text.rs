//! What people type, as it is kept.

use unicode_normalization::UnicodeNormalization;

/// Text as it is kept: composed (NFC), without control and direction-override characters, trimmed.
pub fn tidy(text: &str) -> String {
    let kept = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = kept
        .nfc()
        .filter(|c| *c == '\n' || !c.is_control())
        .filter(|c| !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'))
        .collect();
    kept.trim().to_owned()
}

/// A name on one line: tidy, single spaces, and without the characters that nobody sees, by which
/// one name can pass for another. (The joiners U+200C and U+200D are letters' business in Persian
/// and in Indic scripts, and stay.)
pub fn tidy_name(text: &str) -> String {
    let seen: String = tidy(text)
        .chars()
        .filter(|c| {
            !matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{61c}' | '\u{ad}')
        })
        .collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_letters_and_loses_what_nobody_sees() {
        for (typed, kept) in [
            ("  Jonas \n Krüger ", "Jonas Krüger"),
            ("Jo\u{202e}nas", "Jonas"),
            ("Jo\u{200b}n\u{ad}as", "Jonas"),
            ("A\u{308}nne", "Änne"),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("\u{0}\u{7}", ""),
        ] {
            assert_eq!(tidy_name(typed), kept);
        }
    }
}
