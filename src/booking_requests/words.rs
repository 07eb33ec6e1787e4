//! Somebody's plain text as paragraphs with safe links.

use linkify::{LinkFinder, LinkKind};

use super::parts::{BANK_DETAILS_WARNING, Piece, TermGroup, WALLET_WARNING, Words};
use crate::moderation::screening::find_payment_data;

/// Paragraphs, line breaks and links. A link leads to the page that says where it goes.
pub fn words(text: &str) -> Words {
    text.split("\n\n")
        .map(str::trim)
        .filter(|paragraph| !paragraph.is_empty())
        .map(|paragraph| {
            let mut pieces = Vec::new();
            for (at, line) in paragraph.lines().enumerate() {
                if at > 0 {
                    pieces.push(Piece::Break);
                }
                pieces.extend(line_pieces(line));
            }
            pieces
        })
        .collect()
}

fn line_pieces(line: &str) -> Vec<Piece> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    let spans = finder.spans(line);
    spans
        .map(|span| {
            let shown = span.as_str().to_owned();
            let is_web = shown.starts_with("http://") || shown.starts_with("https://");
            match span.kind() {
                Some(LinkKind::Url) if is_web => {
                    Piece::Link { url: crate::artists::listing::leaving(&shown, None), shown }
                }
                _ => Piece::Text(shown),
            }
        })
        .collect()
}

/// What both sides are warned of in a text; empty for most.
pub fn warnings(text: &str) -> Vec<String> {
    let found = find_payment_data(text);
    let bank = (found.iban || found.card).then(|| BANK_DETAILS_WARNING.to_owned());
    let wallet = found.wallet.then(|| WALLET_WARNING.to_owned());
    bank.into_iter().chain(wallet).collect()
}

/// The same of a text that is laid out already.
pub fn warnings_in_words(words: &Words) -> Vec<String> {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Link { shown, .. } => shown.clone(),
        Piece::Break => "\n".to_owned(),
    };
    let paragraphs = words.iter().map(|pieces| pieces.iter().map(piece).collect::<String>());
    warnings(&paragraphs.collect::<Vec<_>>().join("\n\n"))
}

/// What both sides are warned of in any of these terms.
pub fn warnings_in(groups: &[TermGroup]) -> Vec<String> {
    let values = groups.iter().flat_map(|group| &group.rows).map(|row| row.value.as_str());
    let mut found: Vec<String> = values.flat_map(warnings).collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_paragraphs_with_links_that_say_where_they_go() {
        let words = words("Look:\nhttps://speicher7.example/a?b=1.\n\njavascript:alert(1) <b>");
        assert_eq!(words.len(), 2);
        assert_eq!(words[0][0], Piece::Text("Look:".into()));
        assert_eq!(
            words[0][2],
            Piece::Link {
                url: "/leaving?to=https%3A%2F%2Fspeicher7.example%2Fa%3Fb%3D1".into(),
                shown: "https://speicher7.example/a?b=1".into(),
            }
        );
        assert!(words[1].iter().all(|piece| matches!(piece, Piece::Text(_))));
    }
}
