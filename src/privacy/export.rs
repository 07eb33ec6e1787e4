//! Everything that is stored about a person, for that person, read at once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::own_data::{
    AccountData, Browser, CalendarData, ChangeData, ClaimData, EventData, Export, IdentityData,
    MailData, MessageData, MoveData, OfferData, PasskeyData, PhotoData, RequestData, TeamData,
    TicketData, When,
};
use crate::accounts::account_store::Account;
use crate::accounts::providers::identity_store;
use crate::accounts::{
    account_store, address_store, look_store, notification_store, passkey_store, password_store,
    recovery_store, second_factor_store, session_store,
};
use crate::artists::block_store::{self, Blocked};
use crate::artists::papers::described;
use crate::artists::team::Member;
use crate::artists::{
    self, Artist, contact_store, handover_store, paper_store, photo, photo_store, shortlist_store,
    team_store,
};
use crate::booking_requests::letters::is_held_from;
use crate::booking_requests::parts::TermGroup;
use crate::booking_requests::store::{self as requests, Request};
use crate::booking_requests::{attachment_store, news_store};
use crate::booking_requests::{letters, receipts};
use crate::booking_requests::{
    list_store, revision_store, template_store, thread_store, view_store,
};
use crate::calendar::{self, Block};
use crate::clock::Instant;
use crate::db::Reader;
use crate::disclaimer;
use crate::error::{Error, Result};
use crate::ids::{AccountId, ArtistId, ContactId, KeyId, RequestId, reference};
use crate::mail::kept_store;
use crate::moderation;
use crate::people::EmailAddress;
use crate::people::links::Side;
use crate::people::store::Contact;

/// Puts everything together.
pub fn export(
    reader: &mut Reader<'_>,
    base_url: &str,
    account: AccountId,
    now: Instant,
) -> Result<Export> {
    let account = account_store::get_account(reader, account)?;
    let person = &account.contact;
    let browsers = session_store::list_of_account(reader, account.id, now)?;
    let mut known = HashMap::new();
    let mut requests = Vec::new();
    for id in list_store::list_all_of_promoter(reader, person.id)? {
        requests.push(request_data(reader, base_url, (id, Side::Promoter), person, &mut known)?);
    }
    let (mut acts, mut photos, mut calendars) = (Vec::new(), Vec::new(), Vec::new());
    let mut teams = Vec::new();
    for (artist, joined) in contact_store::list_joined(reader, person.id)? {
        let act = artists::store::get_artist(reader, artist)?.facts.name;
        if let Some(found) = photo_store::find_photo(reader, artist)? {
            let address = |sha256: &str| format!("{base_url}{}", photo::url(sha256));
            photos.push(PhotoData {
                act: act.clone(),
                since: found.created_at.into(),
                description: found.alt,
                addresses: found.sizes.iter().map(|size| address(&size.sha256)).collect(),
            });
        }
        let blocks = calendar::store::list_blocks(reader, artist)?;
        let links = calendar::feed_store::list_feeds(reader, artist, person.id)?;
        if !blocks.is_empty() || !links.is_empty() {
            calendars.push(CalendarData {
                act: act.clone(),
                blocked: blocks.iter().map(Block::display).collect(),
                links: links.into_iter().map(|link| link.created_at.into()).collect(),
            });
        }
        if let Some(member) = team_store::find_member(reader, artist, person.id)? {
            teams.push(team_data(reader, &act, artist, &member)?);
        }
        acts.push(act);
        let mut seen = list_store::list_seen_since(reader, artist, joined, i64::MAX)?;
        seen.reverse();
        for id in seen {
            requests.push(request_data(reader, base_url, (id, Side::Artist), person, &mut known)?);
        }
    }
    let mut claims = Vec::new();
    for claim in handover_store::list_of_claimant(reader, person.id)? {
        claims.push(ClaimData {
            act: artists::store::get_artist(reader, claim.artist)?.facts.name,
            since: claim.created_at.into(),
            state: claim.state.label(),
        });
    }
    let kept = shortlist_store::list_kept(reader, person.id)?;
    let shortlist = artists::store::list_artists(reader, &kept)?;
    let shortlist = shortlist.into_iter().map(|act| act.facts.name).collect();
    let forms = template_store::list_templates(reader, person)?;
    let searches = view_store::list_views(reader, person)?;
    let changes = change_data(reader, person.id)?;
    let tickets = ticket_data(reader, &person.address)?;
    let mails = kept_store::list_of(reader, KeyId(person.key.id()))?;
    let looks = look_store::list_of_account(reader, account.id, i64::from(i32::MAX))?;
    let moves = move_data(reader, &account)?;
    let password = password_store::find_password(reader, &account)?;
    let factor = second_factor_store::find_factor(reader, &account)?;
    let recovery_codes_left = recovery_store::count_codes(reader, account.id)?;
    let passkeys = passkey_store::list_of_account(reader, &account)?;
    let identities = identity_store::list_of_account(reader, &account)?;
    let switched_off = notification_store::list_chosen(reader, account.id)?;
    let zone = notification_store::get_zone(reader, account.id)?;
    let attested = account_store::get_attested(reader, account.id)?;
    Ok(Export {
        made: now.into(),
        address: person.address.as_str().to_owned(),
        moves,
        browsers: browsers
            .into_iter()
            .map(|browser| Browser {
                device: browser.device,
                network: browser.network,
                since: browser.created_at.into(),
                last_seen: browser.seen_at.into(),
            })
            .collect(),
        staff_looks: looks.into_iter().map(When::from).collect(),
        passkeys: passkeys
            .into_iter()
            .map(|kept| PasskeyData {
                name: kept.name.as_str().to_owned(),
                since: kept.created_at.into(),
                last_used: kept.last_used_at.map(When::from),
            })
            .collect(),
        identities: identities.into_iter().map(IdentityData::from).collect(),
        requests,
        acts,
        teams,
        shortlist,
        forms: forms.into_iter().map(|(_, kept)| (kept.name, kept.fields)).collect(),
        searches: searches.into_iter().map(|(_, kept)| (kept.name, kept.query)).collect(),
        photos,
        calendars,
        claims,
        changes,
        tickets,
        mails: mails.into_iter().map(MailData::from).collect(),
        account: AccountData {
            name: account.name.as_str().to_owned(),
            role: account.role.label().to_owned(),
            since: account.created_at.into(),
            country: attested.country,
            age: attested.age.label().to_owned(),
            privacy_policy_version: account.policy_version,
            frozen: account.frozen,
            zone,
            mails_not_at_once: switched_off
                .into_iter()
                .map(|(notice, how)| format!("{}: {}", notice.label(), how.label().to_lowercase()))
                .collect(),
            password_since: password.map(|kept| kept.since.into()),
            recovery_codes_left,
            second_factor_since: factor.and_then(|factor| factor.confirmed_at).map(When::from),
        },
    })
}

fn team_data(
    reader: &mut Reader<'_>,
    act: &str,
    artist: ArtistId,
    member: &Member,
) -> Result<TeamData> {
    let blocks = block_store::list_blocks(reader, artist)?;
    let papers = paper_store::list_papers(reader, artist)?;
    Ok(TeamData {
        papers: papers
            .into_iter()
            .map(|paper| format!("{}: {}", paper.purpose.label(), paper.name))
            .collect(),
        act: act.to_owned(),
        role: if member.is_owner { "Owner" } else { member.role.label() }.to_owned(),
        may: member.capabilities.labels().collect(),
        blocked: blocks
            .into_iter()
            .map(|block| match block.whom {
                Blocked::Domain(domain) => format!("everybody at {domain}"),
                Blocked::Promoter(Some(request)) => {
                    format!("the promoter of request {}", reference(request.0))
                }
                Blocked::Promoter(None) => "a promoter".to_owned(),
            })
            .collect(),
    })
}

fn move_data(reader: &mut Reader<'_>, account: &Account) -> Result<Vec<MoveData>> {
    let moves = address_store::list_of_account(reader, account)?.into_iter();
    let data = moves.map(|known| MoveData {
        from: known.addresses.old.as_str().to_owned(),
        to: known.addresses.new.as_str().to_owned(),
        asked: known.created_at.into(),
        moved: known.changed_at.map(When::from),
    });
    Ok(data.collect())
}

fn ticket_data(reader: &mut Reader<'_>, address: &EmailAddress) -> Result<Vec<TicketData>> {
    let mut tickets = Vec::new();
    for ticket in moderation::store::list_of_address(reader, address)? {
        let (_, decided) = moderation::decision_store::get_ticket(reader, ticket.id)?;
        tickets.push(TicketData {
            number: reference(ticket.id.0),
            topic: ticket.body.topic,
            name: ticket.body.name,
            written: ticket.created_at.into(),
            text: ticket.body.message,
            decision: decided.as_ref().map(|decided| decided.decision.label()),
            decided: decided.as_ref().map(|decided| decided.at.into()),
            reason: decided.map(|decided| decided.reason),
        });
    }
    Ok(tickets)
}

fn change_data(reader: &mut Reader<'_>, contact: ContactId) -> Result<Vec<ChangeData>> {
    let changes = artists::edit_store::list_changes_of(reader, contact)?;
    let mut ids: Vec<ArtistId> = changes.iter().map(|(artist, _)| *artist).collect();
    ids.sort_unstable();
    ids.dedup();
    let names = artists::store::list_names(reader, &ids)?;
    Ok(changes
        .into_iter()
        .map(|(artist, change)| ChangeData {
            act: names.get(&artist).cloned().unwrap_or_default(),
            what: change.what,
            when: change.created_at.into(),
        })
        .collect())
}

fn request_data(
    reader: &mut Reader<'_>,
    base_url: &str,
    (id, side): (RequestId, Side),
    person: &Contact,
    known: &mut HashMap<ArtistId, Artist>,
) -> Result<RequestData> {
    let request = requests::get_request(reader, id)?;
    let marks = news_store::get_marks(reader, person.id, id)?;
    let draft = attachment_store::get_draft(reader, person.id, &request)?;
    let events = thread_store::list_events(reader, &request)?;
    // What a moderator holds back from the act is held back here as well.
    let is_held = is_held_from(side, request.state);
    let messages = match is_held {
        true => Vec::new(),
        false => thread_store::list_messages(reader, &request)?,
    };
    let files = match is_held {
        true => Vec::new(),
        false => attachment_store::list_attachments(reader, &request)?,
    };
    let terms = if is_held { Vec::new() } else { letters::numbered_terms(&request)? };
    let artist = &*match known.entry(request.artist) {
        Entry::Occupied(artist) => artist.into_mut(),
        Entry::Vacant(place) => place.insert(artists::store::get_artist(reader, request.artist)?),
    };
    let author = |author: Side| letters::display_name(artist, &request, author);
    let mut earlier_offers = Vec::new();
    if request.revision.n > 1 && !is_held {
        let offers = revision_store::list_revisions(reader, id, &request.key)?;
        for offer in offers.iter().filter(|offer| offer.n < request.revision.n) {
            earlier_offers.push(OfferData {
                author: author(offer.by),
                made: offer.created_at.into(),
                terms: rows(offer.terms.groups(&request.requester)?),
            });
        }
    }
    Ok(RequestData {
        number: reference(id.0),
        side: side.as_str(),
        artist: artist.facts.name.clone(),
        state: request.state.label(),
        sent: request.sent_at.map(When::from),
        terms: rows(terms),
        earlier_offers,
        messages: messages
            .into_iter()
            .map(|message| MessageData {
                author: author(message.side),
                written: message.created_at.into(),
                text: message.text,
            })
            .collect(),
        events: events
            .into_iter()
            .map(|event| EventData {
                what: event.step.label(),
                who: event.actor.label(),
                when: event.created_at.into(),
                note: event.note,
            })
            .collect(),
        files: files
            .into_iter()
            .map(|file| {
                let what = described(file.kind, file.size);
                format!("{} ({what}): {base_url}/requests/{id}/files/{}", file.label, file.id)
            })
            .collect(),
        draft,
        marks: [
            (marks.is_new, "new"),
            (marks.is_archived, "archived"),
            (marks.is_muted, "no mails about it"),
        ]
        .into_iter()
        .filter_map(|(is_so, word)| is_so.then_some(word))
        .collect(),
        receipt: own_receipt(reader, base_url, &request, side, person.key.id())?,
    })
}

fn rows(groups: Vec<TermGroup>) -> Vec<(String, String)> {
    groups.into_iter().flat_map(|group| group.rows).map(|row| (row.label, row.value)).collect()
}

/// The receipt of the side's acceptance, if it is this person's and in the chain.
fn own_receipt(
    reader: &mut Reader<'_>,
    base_url: &str,
    request: &Request,
    side: Side,
    own_key: i64,
) -> Result<Option<serde_json::Value>> {
    let Some(id) = receipts::acceptance_of(request, side) else { return Ok(None) };
    if !disclaimer::store::is_of(reader, id, KeyId(own_key))? {
        return Ok(None);
    }
    match disclaimer::store::get_receipt(reader, base_url, id) {
        Ok(receipt) => Ok(Some(serde_json::to_value(receipt).map_err(anyhow::Error::from)?)),
        // Not sent yet, so not in the chain.
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}
