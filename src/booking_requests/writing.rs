//! Writing to the other side: a message, with a file if need be; what is kept for later; what the act
//! sends along with a yes.

use super::attachment_store;
use super::letters;
use super::move_store::note_answer;
use super::party::{self, Party};
use super::respond::require_welcome;
use super::store::Request;
use super::submission_store::{self, Submitted};
use super::{news_store, thread_store};
use crate::artists::papers::{Passed, described};
use crate::artists::team::Capability;
use crate::artists::{self, paper_store};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::{MessageId, PaperId};
use crate::mail::Site;
use crate::people::links::Side;
use crate::sealed::blind_index;

/// Messages that one side may write to a thread within a span: each is a mail.
const MOST_MESSAGES: &[(i64, jiff::SignedDuration)] =
    &[(6, jiff::SignedDuration::from_mins(1)), (30, jiff::SignedDuration::from_hours(1))];
/// Files of one thread.
const MOST_FILES: usize = 20;
/// Bytes of all of them.
const MOST_BYTES: i64 = 30 * 1024 * 1024;

/// What is written.
#[derive(Debug, Clone)]
pub struct Written {
    /// The key that the form carried: the same again is the same message.
    pub key: String,
    /// The words.
    pub text: String,
    /// A file that goes with them, and how it is called.
    pub file: Option<(String, Passed)>,
}

/// Writes a message to the other side. The same key twice is one message.
pub fn reply(tx: &mut Tx<'_>, site: &Site, party: &Party, written: &Written) -> Result<()> {
    let request = party::lock(tx, party, Capability::Message)?;
    let key = format!("{}:{}", request.id, written.key);
    let key_index = blind_index::of_secret(tx.vault, "message key", &key);
    let body_index = body_index(tx, written);
    let known = submission_store::find_submission(tx, &key_index)?;
    // Without a key two that are alike may be two that are meant.
    match known.filter(|_| !written.key.is_empty()) {
        Some(known) if known.body_index == body_index && known.request == request.id => {
            return Ok(());
        }
        Some(_) => {
            return Err(Error::field("message", "This page is out of date: send it once more"));
        }
        None => {}
    }
    if !request.state.is_talking() {
        return Err(Error::Conflict(format!(
            "No more messages can be written here: the request is {}.",
            request.state.label().to_lowercase()
        )));
    }
    require_welcome(tx, &request, party.side)?;
    require_turn(tx, &request, party.side)?;
    let files: Vec<_> = written.file.iter().cloned().collect();
    let (id, told) = store(tx, &request, party, &written.text, &files)?;
    let artist = artists::store::get_artist(tx, request.artist)?;
    letters::tell_of_message(tx, site, &artist, &request, party.side, &told, id.0)?;
    submission_store::insert_submission(
        tx,
        &key_index,
        &Submitted { body_index, request: request.id },
    )?;
    attachment_store::forget_draft(tx, party.contact, request.id)?;
    news_store::note(tx, &request, party.side.into(), true)?;
    note_answer(tx, &request, party.side.into(), request.state)
}

fn body_index(tx: &Tx<'_>, written: &Written) -> Vec<u8> {
    let mut body = written.text.clone().into_bytes();
    if let Some((label, file)) = &written.file {
        body.push(0);
        body.extend_from_slice(label.as_bytes());
        body.extend_from_slice(&file.bytes);
    }
    blind_index::of_body(tx.vault, &body)
}

fn require_turn(tx: &mut Tx<'_>, request: &Request, side: Side) -> Result<()> {
    for (most, span) in MOST_MESSAGES {
        let since = tx.now.minus(*span);
        if thread_store::count_messages(tx, request.id, side, since)? >= *most {
            return Err(Error::TooMany {
                what: "Many messages were written here in a short time, and each is a mail to the \
                       other side."
                    .into(),
                retry_after: *span,
            });
        }
    }
    Ok(())
}

/// Stores a message with its files. Returns it as a mail tells of it: files are read on the site alone.
fn store(
    tx: &mut Tx<'_>,
    request: &Request,
    party: &Party,
    text: &str,
    files: &[(String, Passed)],
) -> Result<(MessageId, String)> {
    let mut sizes = attachment_store::list_sizes(tx, request.id)?;
    sizes.extend(files.iter().map(|(_, file)| file.bytes.len() as i64));
    if !files.is_empty() && (sizes.len() > MOST_FILES || sizes.iter().sum::<i64>() > MOST_BYTES) {
        return Err(Error::field("", "A request has 20 files and 30 MB of them at most"));
    }
    let (key, side) = (&request.key, party.side);
    let id = thread_store::insert_message(tx, request.id, key, side, party.hand(), text)?;
    let mut told = text.to_owned();
    for (label, file) in files {
        attachment_store::insert_attachment(tx, request, id, side, label, file)?;
        let what = described(file.kind, file.bytes.len() as i64);
        told.push_str(&format!("\n\n[A file: {label} ({what}). Sign in to open it.]"));
    }
    Ok((id, told))
}

/// Keeps for later what somebody began to write.
pub fn keep(tx: &mut Tx<'_>, party: &Party, text: &str) -> Result<()> {
    let request = party::lock(tx, party, Capability::Message)?;
    attachment_store::keep_draft(tx, party.contact, &request, text)
}

/// What the act sends along with its yes: its rider, its press kit, as it says. Returns the words for the
/// mail that tells of the yes; empty when nothing goes along.
pub fn send_papers(
    tx: &mut Tx<'_>,
    request: &Request,
    party: &Party,
    wanted: &[PaperId],
) -> Result<String> {
    if party.side != Side::Artist || wanted.is_empty() {
        return Ok(String::new());
    }
    let mut files = Vec::new();
    for paper in paper_store::list_papers(tx, request.artist)? {
        let Some(kind) = paper.kind.filter(|_| wanted.contains(&paper.id)) else { continue };
        let bytes = paper_store::get_body(tx, request.artist, paper.id)?;
        files.push((paper.name, Passed { kind, bytes }));
    }
    match files.is_empty() {
        true => Ok(String::new()),
        false => Ok(store(tx, request, party, "With our yes:", &files)?.1),
    }
}
