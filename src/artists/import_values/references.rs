//! Identifiers under which other catalogues know an artist.

use super::texts::{excerpt, is_nothing, trimmed};

/// The scheme of an identifier that only the file itself explains, such as the `17` in a column
/// `id`. It recognises the artist when the same source is imported again, and means nothing else.
pub const OWN_SCHEME: &str = "file";

/// The longest identifier, in characters; those of the known catalogues have at most 36.
const MAX_ID: usize = 200;

/// Pages of catalogues whose addresses contain the identifier: scheme and what stands before it.
const PAGES: [(&str, &str); 8] = [
    ("spotify", "open.spotify.com/artist/"),
    ("musicbrainz", "musicbrainz.org/artist/"),
    ("wikidata", "wikidata.org/wiki/"),
    ("wikidata", "wikidata.org/entity/"),
    ("discogs", "discogs.com/artist/"),
    ("deezer", "deezer.com/artist/"),
    ("isni", "isni.org/isni/"),
    ("isni", "isni.org/page/"),
];

/// Whether a word can name a scheme: 2 to 32 of `a-z`, `0-9` and `_`, a letter first.
#[must_use]
pub fn is_scheme(word: &str) -> bool {
    (2..=32).contains(&word.len())
        && word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// An external identifier as (scheme, value).
///
/// `column` is the scheme that the column stands for, if it stands for one. A value can name its
/// scheme too (`spotify:artist:…`, `discogs:12`, the address of a page), and then both must agree.
/// A value of 22 letters and digits without either is Spotify's; anything else is the file's own,
/// UUIDs too: MusicBrainz is not the only one who uses those.
///
/// # Errors
/// The reason why the value is not an identifier of its scheme.
pub fn external_id(column: Option<&str>, raw: &str) -> Result<Option<(String, String)>, String> {
    let value = trimmed(raw);
    if is_nothing(value) {
        return Ok(None);
    }
    let (scheme, id) = match (column, named_scheme(value)) {
        (Some(column), Some((named, _))) if named != column => {
            return Err(format!("{} is not an id of {column}", excerpt(value)));
        }
        (_, Some(named)) => named,
        (Some(column), None) => (column, value),
        (None, None) if is_spotify(value) => ("spotify", value),
        (None, None) => (OWN_SCHEME, value),
    };
    match well_formed(scheme, id) {
        Some(id) => Ok(Some((scheme.to_owned(), id))),
        None => Err(format!("{} is not a well-formed id ({scheme})", excerpt(value))),
    }
}

/// The scheme that a value names itself, and the identifier without it.
fn named_scheme(value: &str) -> Option<(&str, &str)> {
    if let Some(page) = value.strip_prefix("https://").or_else(|| value.strip_prefix("http://")) {
        let page = page.strip_prefix("www.").unwrap_or(page);
        return PAGES.iter().find_map(|(scheme, before)| {
            let id = page.strip_prefix(before)?.split(['?', '#', '/']).next()?;
            // Discogs puts the name behind the number: /artist/12-kaja.
            let id = if *scheme == "discogs" { id.split('-').next()? } else { id };
            Some((*scheme, id))
        });
    }
    let (scheme, id) = value.split_once(':')?;
    let id = if scheme == "spotify" { id.strip_prefix("artist:").unwrap_or(id) } else { id };
    is_scheme(scheme).then_some((scheme, id))
}

/// The identifier in the one form that the scheme writes it in, `None` if it is none.
fn well_formed(scheme: &str, id: &str) -> Option<String> {
    match scheme {
        "spotify" => is_spotify(id).then(|| id.to_owned()),
        "musicbrainz" => is_uuid(id).then(|| id.to_ascii_lowercase()),
        "wikidata" => {
            let number = id.strip_prefix(['Q', 'q'])?;
            is_number(number).then(|| format!("Q{number}"))
        }
        "discogs" | "deezer" | "apple_music" => {
            // Programs that read the column as floats write 12.0.
            let number = id.strip_suffix(".0").unwrap_or(id);
            is_number(number).then(|| number.to_owned())
        }
        "isni" => {
            let digits = id.replace([' ', '-'], "").to_ascii_uppercase();
            is_isni(&digits).then_some(digits)
        }
        _ => {
            // 1.23457E+15 is what a spreadsheet leaves of a long number: the id is lost.
            let rounded = id.contains("E+") && id.parse::<f64>().is_ok();
            let printable = id.chars().all(|c| !c.is_whitespace() && !c.is_control());
            let fits = (1..=MAX_ID).contains(&id.chars().count()) && !id.contains("://");
            (fits && printable && !rounded && !id.contains('\u{fffd}')).then(|| id.to_owned())
        }
    }
}

fn is_spotify(id: &str) -> bool {
    id.len() == 22 && id.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn is_number(id: &str) -> bool {
    (1..=19).contains(&id.len()) && !id.starts_with('0') && id.bytes().all(|b| b.is_ascii_digit())
}

fn is_uuid(id: &str) -> bool {
    id.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        && id.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

/// Fifteen digits and the check character of ISO/IEC 7064, MOD 11-2.
fn is_isni(id: &str) -> bool {
    let Some((digits, check)) = id.split_at_checked(15) else {
        return false;
    };
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let sum = digits.bytes().fold(0_u32, |sum, b| (sum + u32::from(b - b'0')) * 2 % 11);
    match (12 - sum) % 11 {
        10 => check == "X",
        digit => check == digit.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{external_id, is_scheme};

    const SPOTIFY: &str = "0aBcDeFgHiJkLmNoPqRsT9";
    const MBID: &str = "12345678-9abc-4def-8123-456789abcdef";

    fn read(column: Option<&str>, value: &str) -> Option<(String, String)> {
        external_id(column, value).unwrap()
    }

    #[test]
    fn an_id_says_its_scheme_or_its_column_does() {
        for (column, value, scheme, id) in [
            (None, SPOTIFY, "spotify", SPOTIFY),
            (Some("spotify"), SPOTIFY, "spotify", SPOTIFY),
            (None, &format!("spotify:artist:{SPOTIFY}"), "spotify", SPOTIFY),
            (None, &format!("https://open.spotify.com/artist/{SPOTIFY}?si=1"), "spotify", SPOTIFY),
            (Some("musicbrainz"), &MBID.to_uppercase(), "musicbrainz", MBID),
            (None, &format!("https://musicbrainz.org/artist/{MBID}"), "musicbrainz", MBID),
            (None, MBID, "file", MBID),
            (None, "17", "file", "17"),
            (None, "discogs:12", "discogs", "12"),
            (None, "https://www.discogs.com/artist/12-Kaja-Mets", "discogs", "12"),
            (Some("deezer"), "12.0", "deezer", "12"),
            (Some("wikidata"), "q99999999", "wikidata", "Q99999999"),
            (Some("isni"), "9999 0000 1234 568X", "isni", "999900001234568X"),
            (Some("soundcloud"), "kaja-mets", "soundcloud", "kaja-mets"),
        ] {
            let expected = Some((scheme.to_owned(), id.to_owned()));
            assert_eq!(read(column, value), expected, "{column:?} {value}");
        }
        for nothing in ["", "-", "None", "nan", "\\N"] {
            assert_eq!(read(Some("spotify"), nothing), None);
        }
    }

    #[test]
    fn what_is_not_an_id_of_its_scheme_is_refused() {
        for (column, value) in [
            (Some("spotify"), "0aBcDeFgHiJkLmNoPqRsT"),
            (Some("spotify"), "spotify:track:0aBcDeFgHiJkLmNoPqRsT9"),
            (Some("musicbrainz"), &format!("spotify:artist:{SPOTIFY}")),
            (Some("musicbrainz"), SPOTIFY),
            (Some("isni"), "9999 0000 1234 5681"),
            (Some("isni"), "ä9900001234568X"),
            (Some("discogs"), "1e5"),
            (Some("wikidata"), "42"),
            (None, "1.23457E+15"),
            (None, "two words"),
            (None, "a\u{0}b"),
            (None, "https://unknown.example/artist/1"),
            (None, &"x".repeat(201)),
        ] {
            assert!(external_id(column, value).is_err(), "{column:?} {value}");
        }
    }

    #[test]
    fn schemes_are_short_words() {
        assert!(is_scheme("apple_music") && is_scheme("s3"));
        for word in ["", "a", "Spotify", "_x", "with space", "ünder", &"x".repeat(33)] {
            assert!(!is_scheme(word), "{word}");
        }
    }
}
