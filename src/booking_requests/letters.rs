//! Which mail goes to whom when a request moves. Every mail carries its own fresh link, and joins
//! the transaction of what it tells.

use super::dates::Night;
use super::mails::{ConfirmRequest, FreshLink, LinkAgain, NewMessage, NewRequest, RequestSent};
use super::news_store::those_who_hear;
use super::parts::{DisclaimerView, TermGroup, TermRow};
use super::receipts::{receipt_url, receipt_view};
use super::store::Request;
use super::submit::UNCONFIRMED_HOURS;
use super::words::{warnings, warnings_in, words};
use super::{State, thread_store};
use crate::accounts::notifications::{Notice, those_who_want};
use crate::artists::{self, Artist, team_store};
use crate::db::{Reader, Tx};
use crate::disclaimer::{self, Version};
use crate::error::{Error, Result};
use crate::ids::reference;
use crate::mail::{Content, Kind, Site, outbox};
use crate::people::link_store;
use crate::people::links::{Purpose, Side, Target};
use crate::people::store::{Contact, get_contact};

/// A published text as pages and mails print it.
pub fn disclaimer_view(version: &Version) -> DisclaimerView {
    DisclaimerView {
        number: version.number,
        date: version.effective_at.display_date(),
        paragraphs: version.paragraphs(),
        hash: version.sha256.clone(),
    }
}

/// The text that the promoter accepted for a request.
pub fn accepted_disclaimer(reader: &mut Reader<'_>, request: &Request) -> Result<DisclaimerView> {
    let version = disclaimer::store::get_accepted_version(reader, request.acceptance)?;
    Ok(disclaimer_view(&version))
}

/// All terms, with the number by which people name the request to whoever runs the site.
pub fn numbered_terms(request: &Request) -> Result<Vec<TermGroup>> {
    let mut groups = request.revision.terms.groups(&request.requester)?;
    let number = TermRow { label: "Number".to_owned(), value: reference(request.id.0) };
    groups.push(TermGroup { heading: "This request".to_owned(), rows: vec![number] });
    Ok(groups)
}

/// The terms for an address that nobody has confirmed: anybody can type anybody's address, so the
/// mail repeats nothing that the sender worded. The page behind the link shows it all.
fn terms_for_a_stranger(request: &Request) -> Result<Vec<TermGroup>> {
    const CHOSEN_NOT_WORDED: [&str; 9] = [
        "Kind",
        "Access",
        "Night of",
        "Nights",
        "Performance",
        "Length",
        "Deal",
        "Amount",
        "Expected",
    ];
    let mut groups = request.revision.terms.groups(&request.requester)?;
    for group in &mut groups {
        group.rows.retain(|row| CHOSEN_NOT_WORDED.contains(&row.label.as_str()));
    }
    groups.retain(|group| !group.rows.is_empty());
    Ok(groups)
}

/// A fresh link to one side of a thread, absolute.
pub(super) fn thread_url(
    tx: &mut Tx<'_>,
    site: &Site,
    request: &Request,
    side: Side,
    to: &Contact,
) -> Result<String> {
    let token = link_store::issue(tx, Purpose::Thread, side, Target::Request(request.id), to.id)?;
    Ok(site.absolute(&format!("/t/{}", token.reveal())))
}

/// The people of one side: the promoter, or everybody of the artist's team.
pub(super) fn people(tx: &mut Tx<'_>, request: &Request, side: Side) -> Result<Vec<Contact>> {
    let ids = match side {
        Side::Promoter => match request.promoter() {
            Ok(promoter) => vec![promoter.id],
            // Erased: there is nobody to tell.
            Err(_) => Vec::new(),
        },
        Side::Artist => artists::contact_store::list_confirmed_contacts(tx, request.artist)?,
    };
    ids.into_iter().map(|id| get_contact(tx, id)).collect()
}

/// To the promoter: confirm your address, and the request is sent.
pub fn ask_to_confirm(
    tx: &mut Tx<'_>,
    site: &Site,
    artist: &Artist,
    request: &Request,
) -> Result<()> {
    let to = request.promoter()?;
    let target = Target::Request(request.id);
    let token = link_store::issue(tx, Purpose::ConfirmRequest, Side::Promoter, target, to.id)?;
    let until = tx.now.plus(jiff::SignedDuration::from_hours(UNCONFIRMED_HOURS));
    let content = ConfirmRequest {
        site,
        artist_name: &artist.facts.name,
        terms: &terms_for_a_stranger(request)?,
        confirm_url: &site.absolute(&format!("/confirm/{}", token.reveal())),
        until: &until.display(),
        disclaimer: &accepted_disclaimer(tx, request)?,
    }
    .render()?;
    let dedupe_key = format!("confirm_request:{}:{}", request.id, to.id);
    outbox::enqueue(
        tx,
        site,
        outbox::Mail {
            kind: Kind::ConfirmRequest,
            to,
            from_name: None,
            content,
            dedupe_key,
            request: Some(request.id),
        },
    )
}

/// A request was sent: the artist's team gets it with all its terms, the promoter the receipt.
pub fn deliver(tx: &mut Tx<'_>, site: &Site, artist: &Artist, request: &Request) -> Result<()> {
    let terms = numbered_terms(request)?;
    let disclaimer = accepted_disclaimer(tx, request)?;
    let promoter = request.requester.signature();
    let event = &request.revision.terms.event;
    let venue = &request.revision.terms.venue;
    let first_message = thread_store::list_messages(tx, request)?.into_iter().next();
    let message = first_message.map(|message| message.text).unwrap_or_default();
    let mut careful = warnings(&message);
    careful.extend(warnings_in(&terms));
    careful.dedup();
    let team = people(tx, request, Side::Artist)?;
    if team.is_empty() {
        return Err(Error::Conflict("Nobody would read this request at the moment.".into()));
    }
    for to in &those_who_want(tx, team, Notice::NewRequest)? {
        let thread_url = thread_url(tx, site, request, Side::Artist, to)?;
        let content = NewRequest {
            site,
            artist_name: &artist.facts.name,
            promoter_name: &promoter,
            event_name: &event.name,
            night: &event.nights.first().map(Night::evening).unwrap_or_default(),
            place: &format!("{}, {}", venue.city, venue.country.name()),
            closes: &request.expires_at.display(),
            asked: request.asked,
            terms: &terms,
            message: &words(&message),
            warnings: &careful,
            thread_url: &thread_url,
            may_answer: team_store::find_member(tx, artist.id, to.id)?
                .is_none_or(|member| member.may_answer()),
            disclaimer: &disclaimer,
        }
        .render()?;
        outbox::enqueue(
            tx,
            site,
            outbox::Mail {
                kind: Kind::NewRequest,
                to,
                from_name: Some(&promoter),
                content,
                dedupe_key: format!("new_request:{}:{}", request.id, to.id),
                request: Some(request.id),
            },
        )?;
    }
    let to = request.promoter()?;
    let thread_url = thread_url(tx, site, request, Side::Promoter, to)?;
    let content = RequestSent {
        site,
        artist_name: &artist.facts.name,
        event_name: &event.name,
        closes: &request.expires_at.display(),
        thread_url: &thread_url,
        receipt: &receipt_view(tx, site, artist, request, Side::Promoter)?,
        receipt_url: &receipt_url(request.acceptance, &thread_url),
        disclaimer: &disclaimer,
    }
    .render()?;
    outbox::enqueue(
        tx,
        site,
        outbox::Mail {
            kind: Kind::RequestSent,
            to,
            from_name: None,
            content,
            dedupe_key: format!("request_sent:{}", request.id),
            request: Some(request.id),
        },
    )
}

/// Tells one side of a message that the other wrote.
pub fn tell_of_message(
    tx: &mut Tx<'_>,
    site: &Site,
    artist: &Artist,
    request: &Request,
    author: Side,
    text: &str,
    number: i64,
) -> Result<()> {
    let disclaimer = accepted_disclaimer(tx, request)?;
    let author_name = display_name(artist, request, author);
    let readers = people(tx, request, author.other())?;
    if readers.is_empty() {
        return Err(Error::Conflict(
            "Nobody of the other side is here any more, so nobody would read this.".into(),
        ));
    }
    let readers = those_who_hear(tx, readers, request.id)?;
    for to in &those_who_want(tx, readers, Notice::NewMessage)? {
        let thread_url = thread_url(tx, site, request, author.other(), to)?;
        let content = NewMessage {
            site,
            author: &author_name,
            event_name: &request.revision.terms.event.name,
            message: &words(text),
            warnings: &warnings(text),
            thread_url: &thread_url,
            disclaimer: &disclaimer,
        }
        .render()?;
        outbox::enqueue(
            tx,
            site,
            outbox::Mail {
                kind: Kind::NewMessage,
                to,
                from_name: Some(&author_name),
                content,
                dedupe_key: format!("new_message:{number}:{}", to.id),
                request: Some(request.id),
            },
        )?;
    }
    Ok(())
}

/// Whether a moderator's decision keeps the words of a request in this state from a side.
pub const fn is_held_from(side: Side, state: State) -> bool {
    matches!(side, Side::Artist) && matches!(state, State::Quarantined | State::Removed)
}

/// "Harbour Night"; for a side from which the words of the request are kept its number.
pub fn event_name(request: &Request, side: Side) -> String {
    match is_held_from(side, request.state) {
        true => format!("Request {}", reference(request.id.0)),
        false => request.revision.terms.event.name.clone(),
    }
}

/// Under which name a side appears to the other.
pub fn display_name(artist: &Artist, request: &Request, side: Side) -> String {
    match side {
        Side::Promoter => request.requester.signature(),
        Side::Artist => artist.facts.name.clone(),
    }
}

/// "Send my link again": one mail with a fresh link to each of the newest threads of an address.
/// The caller has counted the mail against the address's allowance.
pub fn send_links_again(
    tx: &mut Tx<'_>,
    site: &Site,
    to: &Contact,
    threads: &[(Request, Side)],
) -> Result<()> {
    let Some(((first, _), until)) =
        threads.first().zip(Some(tx.now.plus(jiff::SignedDuration::from_hours(180 * 24))))
    else {
        return Ok(());
    };
    let disclaimer = accepted_disclaimer(tx, first)?;
    let mut lines = Vec::new();
    for (request, side) in threads {
        let artist = artists::store::get_artist(tx, request.artist)?;
        let url = thread_url(tx, site, request, *side, to)?;
        lines.push((event_name(request, *side), display_name(&artist, request, side.other()), url));
    }
    let link = |(event_name, counterpart, url)| FreshLink { event_name, counterpart, url };
    let fresh: Vec<FreshLink<'_>> = lines
        .iter()
        .map(|(event, counterpart, url)| link((event.as_str(), counterpart.as_str(), url.as_str())))
        .collect();
    let Some((newest, more)) = fresh.split_first() else { return Ok(()) };
    let content: Content =
        LinkAgain { site, link: *newest, more, until: &until.display(), disclaimer: &disclaimer }
            .render()?;
    let now = tx.now;
    outbox::enqueue(
        tx,
        site,
        outbox::Mail::plain(
            Kind::LinkAgain,
            to,
            content,
            format!("link_again:{}:{}", to.id, now.micros()),
        ),
    )
}
