//! Who is told of a move, and by which mail.

use jiff::civil::Date;

use super::dates::evening;
use super::differences::TermChange;
use super::hold_store::Hold;
use super::letters::{
    accepted_disclaimer, disclaimer_view, display_name, event_name, people, thread_url,
};
use super::mails::YouAccepted;
use super::moved_mail::{Moved, RequestMoved};
use super::news_store::those_who_hear;
use super::receipts::{receipt_url, receipt_view};
use super::store::Request;
use super::words::words;
use crate::accounts::notifications::{Notice, those_who_want};
use crate::artists::{self, Artist, team_store};
use crate::calendar::events;
use crate::calendar::ical_write::Status;
use crate::db::Tx;
use crate::disclaimer;
use crate::error::{Error, Result};
use crate::ids::reference;
use crate::mail::{Attachment, Kind, Site, outbox};
use crate::people::links::Side;
use crate::people::store::Contact;

/// What a mail about a move says beyond the move itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Saying<'a> {
    /// From the list, or the statement of reasons of a moderator.
    pub reason: &'a str,
    /// In the mover's own words.
    pub note: &'a str,
    /// What a counter-offer changes.
    pub changes: &'a [TermChange],
    /// A night that was held for the request and is no longer, because another is.
    pub no_longer: Option<Date>,
    /// Until when it is so; for a hold its own end when nothing else is said.
    pub until: &'a str,
}

/// Tells one side of a move. `request` has the night, the hold and the terms that the mail speaks of.
pub fn tell_of_move(
    tx: &mut Tx<'_>,
    site: &Site,
    request: &Request,
    moved: Moved,
    reader: Side,
    saying: Saying<'_>,
) -> Result<()> {
    let artist = artists::store::get_artist(tx, request.artist)?;
    let disclaimer = accepted_disclaimer(tx, request)?;
    let counterpart = display_name(&artist, request, reader.other());
    let until = match (saying.until, &request.hold) {
        ("", Some(hold)) => hold.promised_until.display(),
        (until, _) => until.to_owned(),
    };
    let rank = request.hold.as_ref().map(Hold::rank_shown).unwrap_or_default();
    let now = tx.now;
    let mut readers = people(tx, request, reader)?;
    if !moved.is_always_told() {
        readers = those_who_hear(tx, readers, request.id)?;
        readers = those_who_want(tx, readers, Notice::Moved)?;
    }
    let files = night_files(tx, site, request, moved, saying.no_longer, (reader, &counterpart))?;
    for to in &readers {
        let thread_url = thread_url(tx, site, request, reader, to)?;
        let mut content = RequestMoved {
            site,
            reader,
            moved,
            event_name: &event_name(request, reader),
            counterpart: &counterpart,
            night: &request.night_shown(),
            rank: &rank,
            until: &until,
            changes: saying.changes,
            reason: saying.reason,
            note: &words(saying.note),
            reference: &reference(request.id.0),
            thread_url: &thread_url,
            may_answer: match reader {
                Side::Promoter => true,
                Side::Artist => team_store::find_member(tx, artist.id, to.id)?
                    .is_none_or(|member| member.may_answer()),
            },
            disclaimer: &disclaimer,
        }
        .render()?;
        content.attachments.clone_from(&files);
        outbox::enqueue(
            tx,
            site,
            outbox::Mail {
                kind: moved.kind(),
                to,
                from_name: moved.is_by_the_other_side().then_some(counterpart.as_str()),
                content,
                dedupe_key: format!("moved:{}:{moved:?}:{}:{}", request.id, now.micros(), to.id),
                request: Some(request.id),
            },
        )?;
    }
    Ok(())
}

/// The calendar files that go with a move: of the night as it stands now, and of one that is held no
/// longer for it.
fn night_files(
    tx: &mut Tx<'_>,
    site: &Site,
    request: &Request,
    moved: Moved,
    no_longer: Option<Date>,
    (reader, with): (Side, &str),
) -> Result<Vec<Attachment>> {
    let standing = request.kept_night().and_then(|night| Some((night, moved.night_status()?)));
    let off = no_longer.map(|night| (night, Status::Cancelled));
    let (mut files, now) = (Vec::new(), tx.now);
    for (at, name) in [(standing, "night.ics"), (off, "night-before.ics")] {
        let Some(at) = at else { continue };
        if let Some(text) = events::file_of(tx, site, request, at, (reader, with), now)? {
            let kind = "text/calendar; charset=utf-8".to_owned();
            files.push(Attachment { name: name.to_owned(), kind, text });
        }
    }
    Ok(files)
}

/// To the artist's side: your own acceptance, with its receipt.
pub fn tell_who_accepted(
    tx: &mut Tx<'_>,
    site: &Site,
    artist: &Artist,
    request: &Request,
    to: &Contact,
) -> Result<()> {
    let acceptance = request.artist_acceptance.ok_or(Error::NotFound)?;
    let version = disclaimer::store::get_accepted_version(tx, acceptance)?;
    let thread_url = thread_url(tx, site, request, Side::Artist, to)?;
    let content = YouAccepted {
        site,
        event_name: &request.revision.terms.event.name,
        counterpart: &request.requester.signature(),
        // A night that is only held was not agreed on.
        night: &request.night.map(|night| evening(night.date)).unwrap_or_default(),
        thread_url: &thread_url,
        receipt: &receipt_view(tx, site, artist, request, Side::Artist)?,
        receipt_url: &receipt_url(acceptance, &thread_url),
        disclaimer: &disclaimer_view(&version),
    }
    .render()?;
    outbox::enqueue(
        tx,
        site,
        outbox::Mail {
            kind: Kind::RequestMoved,
            to,
            from_name: None,
            content,
            dedupe_key: format!("you_accepted:{}:{}", request.id, to.id),
            request: Some(request.id),
        },
    )
}
