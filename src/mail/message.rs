//! From a letter to the bytes of an RFC 5322 message. lettre writes the header fields, so that no
//! name or subject can bring a line break with it; each is made one line before.

use anyhow::Context;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart};

use super::{Letter, one_line};
use crate::clock::Instant;

/// The message, with a fixed Message-ID and the date at which it was queued, so that a second
/// attempt sends the same bytes' worth.
pub fn build(letter: &Letter, message_id: &str, date: Instant) -> anyhow::Result<Vec<u8>> {
    let from =
        Mailbox::new(Some(one_line(&letter.from_name, 120)), letter.from.parse().context("from")?);
    let to = Mailbox::new(None, letter.to.parse().context("to")?);
    let mut message = lettre::Message::builder()
        .from(from)
        .to(to)
        .subject(one_line(&letter.subject, 200))
        .message_id(Some(message_id.to_owned()))
        .date(system_time(date))
        .multipart(parts(letter)?)
        .context("a mail could not be built")?;
    for (name, value) in &letter.headers {
        let name = HeaderName::new_from_ascii(name.clone()).context("header name")?;
        message.headers_mut().insert_raw(HeaderValue::new(name, one_line(value, 900)));
    }
    Ok(message.formatted())
}

/// Text and HTML, and beside them what is attached.
fn parts(letter: &Letter) -> anyhow::Result<MultiPart> {
    let words = MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone());
    if letter.attachments.is_empty() {
        return Ok(words);
    }
    let mut mixed = MultiPart::mixed().multipart(words);
    for file in &letter.attachments {
        let kind = ContentType::parse(&file.kind).context("the kind of an attachment")?;
        mixed = mixed.singlepart(Attachment::new(file.name.clone()).body(file.text.clone(), kind));
    }
    Ok(mixed)
}

fn system_time(instant: Instant) -> std::time::SystemTime {
    let micros = u64::try_from(instant.micros()).unwrap_or(0);
    std::time::UNIX_EPOCH + std::time::Duration::from_micros(micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_or_subject_never_brings_its_own_header_field() {
        let letter = Letter {
            from_name: "Night Ferry\r\nBcc: thief@evil.test".into(),
            from: "no-reply@site.example".into(),
            to: "jonas@speicher7.example".into(),
            subject: "Harbour\r\nX-Evil: 1\nNight – ü".into(),
            headers: vec![("Auto-Submitted".into(), "auto-generated\r\nX-Evil: 2".into())],
            text: "Hello.\n.\nBye".into(),
            html: "<p>Hello</p>".into(),
            attachments: Vec::new(),
        };
        let bytes = build(&letter, "<1@site.example>", Instant::from_micros(1_795_000_000_000_000));
        let text = String::from_utf8(bytes.unwrap()).unwrap();
        let head = text.split("\r\n\r\n").next().unwrap();
        let names: Vec<&str> = head
            .split("\r\n")
            .filter(|line| !line.starts_with([' ', '\t']))
            .map(|line| line.split(':').next().unwrap())
            .collect();
        let mut expected = [
            "From",
            "To",
            "Subject",
            "Message-ID",
            "Date",
            "MIME-Version",
            "Content-Type",
            "Auto-Submitted",
        ];
        let mut names_sorted = names.clone();
        names_sorted.sort_unstable();
        expected.sort_unstable();
        assert_eq!(names_sorted, expected, "{head}");
    }

    #[test]
    fn what_is_attached_is_a_file_beside_the_words() {
        let text = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n".to_owned();
        let kind = "text/calendar; charset=utf-8".to_owned();
        let letter = Letter {
            from_name: "Night Ferry".into(),
            from: "no-reply@site.example".into(),
            to: "jonas@speicher7.example".into(),
            subject: "On hold".into(),
            headers: Vec::new(),
            text: "Hello.".into(),
            html: "<p>Hello</p>".into(),
            attachments: vec![super::super::Attachment { name: "night.ics".into(), kind, text }],
        };
        let bytes = build(&letter, "<1@site.example>", Instant::from_micros(1_795_000_000_000_000));
        let text = String::from_utf8(bytes.unwrap()).unwrap();
        for part in ["multipart/mixed", "multipart/alternative", "text/calendar", "night.ics"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }
}
