//! Cells that hold several values: genres and links.

use url::{Host, Url};

use super::texts::{excerpt, is_nothing, label, trimmed};

/// More genres than this describe nothing.
const MAX_GENRES: usize = 50;

/// More links than this are a page of their own.
const MAX_LINKS: usize = 20;

/// The longest address, in bytes; browsers and mail readers cut longer ones.
const MAX_LINK: usize = 2_000;

/// The labels of genres in a cell: a list as JSON, Python, NumPy or PostgreSQL write it, or plain
/// labels between `;`, else between `|`, else between `,`.
///
/// Labels come back as written (composed, white space collapsed), without repetition; which genre
/// they mean is not decided here.
///
/// # Errors
/// The reason why the list or one of its labels is damaged.
pub fn genres(raw: &str) -> Result<Vec<String>, String> {
    let value = trimmed(raw);
    let labels = match written_list(value) {
        Some(list) => list?,
        None => {
            let separator = [';', '|', ','].into_iter().find(|&s| value.contains(s));
            value.split(separator.unwrap_or(';')).map(str::to_owned).collect()
        }
    };
    let mut genres: Vec<String> = Vec::new();
    for written in labels {
        if let Some(genre) = label(&written)? {
            let lower = genre.to_lowercase();
            if !genres.iter().any(|known| known.to_lowercase() == lower) {
                genres.push(genre);
            }
        }
        if genres.len() > MAX_GENRES {
            return Err(format!("more than {MAX_GENRES} genres"));
        }
    }
    Ok(genres)
}

/// The addresses in a cell: a list as for [`genres`], or addresses between spaces, line breaks or
/// `|`, or between `,` and `;` where another address follows (both may stand *in* an address).
///
/// # Errors
/// The reason why one of them is no public http or https address.
pub fn links(raw: &str) -> Result<Vec<String>, String> {
    let value = trimmed(raw);
    if is_nothing(value) {
        return Ok(Vec::new());
    }
    let written = match written_list(value) {
        Some(list) => list?,
        None => value
            .split(|c: char| c.is_whitespace() || c == '|')
            .flat_map(split_before_addresses)
            .map(|part| part.trim_end_matches([',', ';']).to_owned())
            .collect(),
    };
    let mut links: Vec<String> = Vec::new();
    for address in written.iter().filter(|address| !is_nothing(address)) {
        let link = link(address)?;
        if !links.contains(&link) {
            links.push(link);
        }
        if links.len() > MAX_LINKS {
            return Err(format!("more than {MAX_LINKS} links"));
        }
    }
    Ok(links)
}

/// One public web address, as a browser would write it.
fn link(address: &str) -> Result<String, String> {
    if address.len() > MAX_LINK {
        return Err(format!("{} is longer than {MAX_LINK} bytes", excerpt(address)));
    }
    let refused = |why: &str| Err(format!("{} {why}", excerpt(address)));
    let url = match Url::parse(trimmed(address)) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => url,
        _ => return refused("is not an http or https address"),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return refused("contains a user name or password");
    }
    match url.host() {
        Some(Host::Domain(domain)) if domain.trim_end_matches('.').contains('.') => Ok(url.into()),
        _ => refused("has no public host name"),
    }
}

/// The parts of a text that begin with an address after a comma or semicolon.
fn split_before_addresses(text: &str) -> Vec<&str> {
    let lower = text.to_ascii_lowercase();
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices([',', ';']) {
        let after = &lower[at + 1..];
        if after.starts_with("http://") || after.starts_with("https://") {
            parts.push(&text[start..at]);
            start = at + 1;
        }
    }
    parts.push(&text[start..]);
    parts
}

/// The items of a list that a program wrote, `None` if the cell is not such a list.
fn written_list(value: &str) -> Option<Result<Vec<String>, String>> {
    let close = match value.chars().next()? {
        '[' => ']',
        '{' => '}',
        // People use parentheses too; a Python tuple of strings goes on with a quote.
        '(' if value[1..].trim_start().starts_with(['\'', '"', ')']) => ')',
        _ => return None,
    };
    if let Ok(json) = serde_json::from_str::<Vec<Option<String>>>(value) {
        return Some(Ok(json.into_iter().flatten().collect()));
    }
    let items = value[1..].strip_suffix(close).and_then(list_items);
    Some(items.ok_or_else(|| format!("{} is not a well-formed list", excerpt(value))))
}

/// The items between the brackets: quoted strings, with or without commas (NumPy writes none), and
/// bare words up to a comma.
fn list_items(inside: &str) -> Option<Vec<String>> {
    let mut items = Vec::new();
    let mut rest = inside;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        // Python 2 marks text with a u.
        let unmarked = rest.strip_prefix('u').filter(|r| r.starts_with(['\'', '"']));
        let item = unmarked.unwrap_or(rest);
        match item.chars().next() {
            None => return Some(items),
            Some(quote @ ('\'' | '"')) => {
                let (string, after) = quoted(&item[1..], quote)?;
                if !after.is_empty() && !after.starts_with(|c: char| c.is_whitespace() || c == ',')
                {
                    return None;
                }
                items.push(string);
                rest = after;
            }
            Some(_) => {
                let end = item.find(',').unwrap_or(item.len());
                if item[..end].contains(|c: char| "'\"[](){}:\n".contains(c)) {
                    return None;
                }
                items.push(item[..end].to_owned());
                rest = &item[end..];
            }
        }
    }
}

/// A string literal up to its closing quote, and what follows it.
fn quoted(text: &str, quote: char) -> Option<(String, &str)> {
    let mut string = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => string.push(match chars.next()? {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'x' => code_point(&mut chars, 2)?,
                'u' => code_point(&mut chars, 4)?,
                'U' => code_point(&mut chars, 8)?,
                same => same,
            }),
            c if c == quote => return Some((string, chars.as_str())),
            c => string.push(c),
        }
    }
    None
}

/// The character whose number is written in the next `digits` hexadecimal digits.
fn code_point(chars: &mut std::str::Chars<'_>, digits: usize) -> Option<char> {
    let number = (0..digits)
        .try_fold(0_u32, |number, _| Some(number.checked_mul(16)? + chars.next()?.to_digit(16)?))?;
    char::from_u32(number)
}

#[cfg(test)]
mod tests {
    use super::{genres, links};

    #[test]
    fn genres_are_read_from_every_way_to_write_a_list() {
        for text in [
            "deep house;techno",
            " deep  house ; techno ; ",
            "deep house|techno",
            "deep house, techno",
            r#"["deep house", "techno"]"#,
            r#"["deep house", null, "techno"]"#,
            "['deep house', 'techno']",
            "['deep house', 'techno', None, '']",
            "[u'deep house', u\"techno\"]",
            "['deep house' 'techno']",
            "['deep house'\n 'techno']",
            "('deep house', 'techno')",
            "{'deep house', 'techno'}",
            "{\"deep house\",techno}",
            "[deep house, techno]",
            "deep house;Techno".to_lowercase().as_str(),
            "deep house;techno;Deep House",
        ] {
            assert_eq!(genres(text).unwrap(), ["deep house", "techno"], "{text}");
        }
        assert_eq!(genres("[\"children's music\"]").unwrap(), ["children's music"]);
        assert_eq!(
            genres(r"['children\'s music', 'm\xfasica']").unwrap(),
            ["children's music", "música"]
        );
        assert_eq!(genres("R&B").unwrap(), ["R&B"]);
        assert_eq!(genres("(post-)punk").unwrap(), ["(post-)punk"]);
        for nothing in ["", "[]", "['']", "()", "{}", "n/a", "[None]", "nan", ";;"] {
            assert_eq!(genres(nothing), Ok(Vec::new()), "{nothing}");
        }
    }

    #[test]
    fn a_broken_list_is_refused() {
        for text in [
            "['deep house', 'techno'",
            "['deep house, 'techno']",
            "['a'], EE, Tartu]",
            "['rock 'n' roll']",
            "[['a', 'b'], ['c']]",
            "{'a': 1}",
            "{\"a\": [\"b\"]}",
            r"['\ud800']",
            r"['\xZZ']",
        ] {
            let reason = genres(text).unwrap_err();
            assert!(reason.ends_with("is not a well-formed list"), "{text}: {reason}");
        }
        assert!(genres("house\ntechno").unwrap_err().contains("more than one line"));
        assert!(genres("<i>house</i>").unwrap_err().contains("HTML"));
        assert!(genres(&"x".repeat(101)).unwrap_err().contains("100 is the most"));
        let many: Vec<String> = (0..60).map(|n| format!("genre {n}")).collect();
        assert_eq!(genres(&many.join(";")), Err("more than 50 genres".to_owned()));
        assert!(genres(&"[".repeat(60_000)).is_err());
    }

    #[test]
    fn links_are_found_between_spaces_bars_and_commas() {
        let two = ["https://a.example/x,y;z", "http://b.example/"];
        for text in [
            "https://a.example/x,y;z http://b.example",
            "https://a.example/x,y;z,http://b.example",
            "https://a.example/x,y;z; http://b.example;",
            "https://a.example/x,y;z\nhttp://b.example/",
            "https://a.example/x,y;z|HTTP://B.example",
            r#"["https://a.example/x,y;z", "http://b.example"]"#,
            "['https://a.example/x,y;z', 'http://b.example', 'http://b.example/']",
        ] {
            assert_eq!(links(text).unwrap(), two, "{text}");
        }
        assert_eq!(links("-"), Ok(Vec::new()));
    }

    #[test]
    fn what_is_no_public_web_address_is_refused() {
        for text in [
            "www.a.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://a.example",
            "https://",
            "https://user:secret@a.example/",
            "http://localhost/",
            "http://127.0.0.1/",
            "http://[::1]/",
            "https://a.example, b.example",
            &format!("https://a.example/{}", "x".repeat(2_000)),
        ] {
            assert!(links(text).is_err(), "{text}");
        }
    }
}
