//! What a side can take away of a request at any time: the dossier, whole, in formats that other
//! programs read.

use std::io::{Cursor, Write};

use lettre::message::{Mailbox, SinglePart};
use serde::Serialize;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::attachment_store::{self, Attachment};
use super::document_views::DossierPage;
use super::letters::display_name;
use super::terms::Terms;
use super::thread::Look;
use crate::db::Reader;
use crate::disclaimer;
use crate::error::{Error, Result};
use crate::ids::reference;
use crate::mail::{Site, one_line};
use crate::people::links::Side;

/// The request as data.
#[derive(Debug, Serialize)]
struct Data<'a> {
    number: String,
    artist: &'a str,
    event: &'a str,
    you_are: &'static str,
    state: &'static str,
    night: Option<String>,
    offers: Vec<OfferData<'a>>,
    messages: Vec<MessageData<'a>>,
    events: Vec<EventData<'a>>,
    disclaimer: DisclaimerData<'a>,
    files: Vec<FileData<'a>>,
    receipt: Option<serde_json::Value>,
}

#[derive(Debug, Serialize)]
struct FileData<'a> {
    label: &'a str,
    size: i64,
    /// Where it lies in the zip file; nothing, where it was left out.
    name: Option<String>,
}

#[derive(Debug, Serialize)]
struct OfferData<'a> {
    number: i64,
    by: String,
    at: String,
    /// SHA-256 of `terms` as they stand here, without spaces.
    sha256: &'a str,
    terms: &'a Terms,
}

#[derive(Debug, Serialize)]
struct MessageData<'a> {
    by: String,
    at: String,
    text: &'a str,
}

#[derive(Debug, Serialize)]
struct EventData<'a> {
    what: &'static str,
    who: &'static str,
    at: String,
    note: &'a str,
}

#[derive(Debug, Serialize)]
struct DisclaimerData<'a> {
    version: i64,
    sha256: &'a str,
    text: &'a [String],
}

/// A dossier.
#[derive(Debug)]
pub struct Dossier {
    /// "harbour-night-dossier.zip"
    pub name: String,
    /// The zip file.
    pub bytes: Vec<u8>,
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::unexpected(format!("a dossier could not be made: {error}"))
}

/// Puts a side's dossier together: request.json, thread.mbox, request.html, night.ics where a night is
/// held or agreed on, the side's receipt, and for who is signed in the files of the thread.
pub fn dossier(reader: &mut Reader<'_>, site: &Site, look: &Look) -> Result<Dossier> {
    if look.is_held_from_reader() {
        return Err(Error::Conflict(
            "A moderator’s decision keeps the words of this request from you for now, so there is \
             no dossier of it."
                .into(),
        ));
    }
    let receipt = match look.own_acceptance().filter(|_| look.has_receipt) {
        Some(own) => {
            let receipt = disclaimer::store::get_receipt(reader, &site.base_url, own)?;
            Some(serde_json::to_value(receipt).map_err(failed)?)
        }
        None => None,
    };
    let calendar = look.night_file(reader, site)?;
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut put = |name: &str, bytes: &[u8], method: CompressionMethod| -> Result<()> {
        // Without a date of its own: the same request makes the same file.
        zip.start_file(name, SimpleFileOptions::default().compression_method(method))
            .map_err(failed)?;
        zip.write_all(bytes).map_err(failed)
    };
    let packed = CompressionMethod::Deflated;
    let files = attachment_store::list_attachments(reader, &look.request)?;
    let data = data_of(look, &files, receipt.clone());
    put("request.json", &serde_json::to_vec_pretty(&data).map_err(failed)?, packed)?;
    put("thread.mbox", &mbox_of(look)?, packed)?;
    put("request.html", page_of(site, look, &files)?.text()?.as_bytes(), packed)?;
    if let Some(receipt) = receipt {
        put("receipt.json", &serde_json::to_vec_pretty(&receipt).map_err(failed)?, packed)?;
    }
    if let Some(calendar) = calendar {
        put("night.ics", calendar.as_bytes(), packed)?;
    }
    for file in files.iter().filter(|_| look.is_signed_in) {
        let body = attachment_store::get_body(reader, &look.request, file.id)?;
        // Pictures and PDF files are packed already.
        put(&name_in_zip(file), &body, CompressionMethod::Stored)?;
    }
    let bytes = zip.finish().map_err(failed)?.into_inner();
    Ok(Dossier { name: format!("{}-dossier.zip", file_stem(&look.event_name())), bytes })
}

/// The name of an event as part of a file's name: Latin letters, digits and dashes.
pub fn file_stem(event_name: &str) -> String {
    let plain = deunicode::deunicode(event_name).to_lowercase();
    let words: Vec<&str> =
        plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let stem: String = words.join("-").chars().take(60).collect();
    if stem.is_empty() { "request".to_owned() } else { stem }
}

fn name_in_zip(file: &Attachment) -> String {
    format!("files/file-{}.{}", file.id, file.kind.ending())
}

fn data_of<'a>(
    look: &'a Look,
    files: &'a [Attachment],
    receipt: Option<serde_json::Value>,
) -> Data<'a> {
    let name = |side: Side| display_name(&look.artist, &look.request, side);

    Data {
        number: reference(look.request.id.0),
        artist: &look.artist.facts.name,
        event: &look.request.revision.terms.event.name,
        you_are: look.side().as_str(),
        state: look.request.state.label(),
        night: look.request.night.map(|night| night.date.to_string()),
        offers: look
            .all_offers()
            .map(|offer| OfferData {
                number: offer.n,
                by: name(offer.by),
                at: offer.created_at.rfc3339(),
                sha256: &offer.sha256,
                terms: &offer.terms,
            })
            .collect(),
        messages: look
            .messages
            .iter()
            .map(|message| MessageData {
                by: name(message.side),
                at: message.created_at.rfc3339(),
                text: &message.text,
            })
            .collect(),
        events: look
            .events
            .iter()
            .map(|event| EventData {
                what: event.step.label(),
                who: event.actor.label(),
                at: event.created_at.rfc3339(),
                note: &event.note,
            })
            .collect(),
        disclaimer: DisclaimerData {
            version: look.accepted.number,
            sha256: &look.accepted.hash,
            text: &look.accepted.paragraphs,
        },
        files: files
            .iter()
            .map(|file| FileData {
                label: &file.label,
                size: file.size,
                name: look.is_signed_in.then(|| name_in_zip(file)),
            })
            .collect(),
        receipt,
    }
}

/// The messages as mails (RFC 4155): under addresses that lead nowhere, as neither side has the
/// other's.
fn mbox_of(look: &Look) -> Result<Vec<u8>> {
    let number = reference(look.request.id.0);
    let domain = format!("{number}.invalid");
    let mailbox = |side: Side| -> Result<Mailbox> {
        let name = one_line(&display_name(&look.artist, &look.request, side), 100);
        let address = format!("{}@{domain}", side.as_str()).parse().map_err(failed)?;
        Ok(Mailbox::new(Some(name), address))
    };
    let mut mbox = Vec::new();
    for (at, message) in look.messages.iter().enumerate() {
        let time = message.created_at.timestamp();
        let sent = std::time::SystemTime::from(time);
        let mail = lettre::Message::builder()
            .from(mailbox(message.side)?)
            .to(mailbox(message.side.other())?)
            .subject(one_line(&look.event_name(), 150))
            .message_id(Some(format!("<{}@{domain}>", at + 1)))
            .date(sent)
            .singlepart(SinglePart::plain(message.text.clone()))
            .map_err(failed)?;
        let date = time.strftime("%a %b %e %H:%M:%S %Y");
        writeln!(mbox, "From {}@{domain} {date}", message.side.as_str()).map_err(failed)?;
        for line in String::from_utf8_lossy(&mail.formatted()).lines() {
            let quoted = line.trim_start_matches('>').starts_with("From ");
            writeln!(mbox, "{}{line}", if quoted { ">" } else { "" }).map_err(failed)?;
        }
        writeln!(mbox).map_err(failed)?;
    }
    Ok(mbox)
}

fn page_of<'a>(site: &'a Site, look: &'a Look, files: &[Attachment]) -> Result<DossierPage<'a>> {
    Ok(DossierPage {
        site_name: &site.name,
        made: look.situation.now.display(),
        event_name: look.event_name(),
        own_name: look.own_name(),
        counterpart: look.counterpart(),
        state: look.state().label,
        terms_title: format!("Terms, revision {}", look.request.revision.n),
        terms: &look.terms,
        offers: look.offer_views()?,
        messages: look.message_views("", files, |file| match look.is_signed_in {
            true => name_in_zip(file),
            false => String::new(),
        }),
        timeline: look.event_views(),
        lacks_files: !files.is_empty() && !look.is_signed_in,
        disclaimer: &look.accepted,
    })
}

#[cfg(test)]
mod tests {
    use super::file_stem;

    #[test]
    fn a_file_is_named_after_the_event_and_nothing_else() {
        for (event, stem) in [
            ("Harbour Night", "harbour-night"),
            ("../../x.html", "x-html"),
            ("Ночь: «Порт»", "noch-port"),
            ("?!", "request"),
        ] {
            assert_eq!(file_stem(event), stem, "{event}");
        }
    }
}
