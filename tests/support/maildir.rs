//! The mails in a maildir, read as a mail program reads them.

use std::fs;
use std::path::Path;

use super::visitor::between;

/// A mail that was delivered.
#[derive(Debug, Clone)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    /// With its angle brackets.
    pub message_id: String,
    /// The text part.
    pub text: String,
}

impl Mail {
    /// The first link whose path begins like this, from its path on.
    pub fn link(&self, path: &str) -> String {
        let start = self.text.find(path).unwrap_or_else(|| panic!("no {path} in {}", self.text));
        self.text[start..].split_whitespace().next().unwrap().to_owned()
    }

    /// The text in one line.
    pub fn words(&self) -> String {
        self.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Every mail that was delivered whole, in no particular order.
pub fn delivered(maildir: &Path) -> Vec<Mail> {
    let Ok(entries) = fs::read_dir(maildir.join("new")) else { return Vec::new() };
    entries.map(|entry| read(&fs::read_to_string(entry.unwrap().path()).unwrap())).collect()
}

fn read(file: &str) -> Mail {
    let (head, body) = file.split_once("\n\n").expect("a header");
    let head = head.replace("\n ", " ");
    let field = |name: &str| {
        let found = head.lines().find_map(|line| line.strip_prefix(name));
        found.unwrap_or_else(|| panic!("no {name} in {head}")).trim().to_owned()
    };
    let boundary = between(&head, "boundary=\"", "\"");
    let first = body.split(&format!("--{boundary}\n")).nth(1).expect("a first part");
    let (part_head, text) = first.split_once("\n\n").expect("a header of the part");
    assert!(part_head.contains("text/plain"), "the text comes first: {part_head}");
    let text = match between(&format!("{part_head}\n"), "Content-Transfer-Encoding: ", "\n") {
        "quoted-printable" => unquoted(text),
        "7bit" => text.to_owned(),
        other => panic!("{other}"),
    };
    Mail { to: field("To:"), subject: field("Subject:"), message_id: field("Message-ID:"), text }
}

/// What quoted-printable text says (RFC 2045, section 6.7).
fn unquoted(text: &str) -> String {
    let joined = text.replace("=\n", "");
    let mut bytes = Vec::with_capacity(joined.len());
    let mut rest = joined.as_bytes();
    while let Some((&first, others)) = rest.split_first() {
        if first == b'=' {
            bytes.extend(data_encoding::HEXUPPER.decode(&others[..2]).expect("two digits"));
            rest = &others[2..];
        } else {
            bytes.push(first);
            rest = others;
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}
