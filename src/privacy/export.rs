//! Everything that is stored about a person, for that person: read at once, as a file for programs and
//! as a page for people.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde::Serialize;

use crate::accounts::providers::identity_store::{self, Identity};
use crate::accounts::{
    account_store, look_store, passkey_store, second_factor_store, session_store,
};
use crate::artists::{self, Artist, contact_store, handover_store, photo, photo_store};
use crate::booking_requests::store::{self as requests, Request};
use crate::booking_requests::thread::is_held_from;
use crate::booking_requests::{letters, receipts};
use crate::booking_requests::{list_store, thread_store};
use crate::clock::Instant;
use crate::db::Reader;
use crate::disclaimer;
use crate::error::{Error, Result};
use crate::ids::{AccountId, ArtistId, KeyId, RequestId, reference};
use crate::mail::kept_store::{self, Listed};
use crate::moderation;
use crate::people::links::Side;

/// A person's data. Times are in UTC.
#[derive(Debug, Serialize)]
pub struct Export {
    /// When it was put together.
    pub made: String,
    /// The address.
    pub address: String,
    /// What the account says.
    pub account: AccountData,
    /// Where the person is signed in.
    pub browsers: Vec<Browser>,
    /// When somebody of the staff looked the account up.
    pub staff_looks: Vec<String>,
    /// The passkeys with which they sign in.
    pub passkeys: Vec<PasskeyData>,
    /// Who the person is at other services, as far as it is linked.
    pub identities: Vec<IdentityData>,
    /// What they asked, and what they answered for, oldest first.
    pub requests: Vec<RequestData>,
    /// The acts they answer for.
    pub acts: Vec<String>,
    /// The photos on the pages of these acts.
    pub photos: Vec<PhotoData>,
    /// The acts whose page they claim or claimed from others.
    pub claims: Vec<ClaimData>,
    /// What they wrote to the people who run the site.
    pub tickets: Vec<TicketData>,
    /// The mails to them that are still noted.
    pub mails: Vec<Listed>,
}

/// An account.
#[derive(Debug, Serialize)]
pub struct AccountData {
    /// The name.
    pub name: String,
    /// What it may do.
    pub role: String,
    /// Since when.
    pub since: String,
    /// The country they live in.
    pub country: String,
    /// What they attested about their age.
    pub age: String,
    /// The version of the privacy policy that they accepted.
    pub privacy_policy_version: i64,
    /// Why it is frozen, if it is.
    pub frozen: Option<String>,
    /// Since when signing in asks for a second factor, if it does.
    pub second_factor_since: Option<String>,
}

/// A signed-in browser.
#[derive(Debug, Serialize)]
pub struct Browser {
    /// Its family.
    pub device: String,
    /// From where, anonymised.
    pub network: String,
    /// Since when.
    pub since: String,
    /// When it was last seen, to five minutes.
    pub last_seen: String,
}

/// A passkey.
#[derive(Debug, Serialize)]
pub struct PasskeyData {
    /// What the person calls it.
    pub name: String,
    /// Since when.
    pub since: String,
    /// When it last signed them in, if it did.
    pub last_used: Option<String>,
}

/// What another service said about the person.
#[derive(Debug, Serialize)]
pub struct IdentityData {
    /// Which service ("google").
    pub provider: String,
    /// By whose word.
    pub issuer: String,
    /// By which name it knows the person.
    pub subject: String,
    /// What they are called there.
    pub name: Option<String>,
    /// Their address there.
    pub email: Option<String>,
    /// Since when it is linked.
    pub linked: String,
    /// When they last signed in by it.
    pub last_used: Option<String>,
}

impl From<Identity> for IdentityData {
    fn from(identity: Identity) -> Self {
        let profile = identity.profile;
        Self {
            provider: identity.provider,
            issuer: profile.issuer,
            subject: profile.subject,
            name: profile.name.map(|name| name.as_str().to_owned()),
            email: profile.email.map(|email| email.as_str().to_owned()),
            linked: identity.linked_at.rfc3339(),
            last_used: identity.used_at.map(Instant::rfc3339),
        }
    }
}

/// A request as one of its sides has it.
#[derive(Debug, Serialize)]
pub struct RequestData {
    /// The number by which people name it.
    pub number: String,
    /// "promoter" or "artist".
    pub side: &'static str,
    /// Who is asked.
    pub artist: String,
    /// Where it stands.
    pub state: &'static str,
    /// When it was sent.
    pub sent: Option<String>,
    /// The terms: label and value.
    pub terms: Vec<(String, String)>,
    /// What both sides wrote.
    pub messages: Vec<MessageData>,
    /// What happened.
    pub events: Vec<EventData>,
    /// The signed receipt of the person's own acceptance of the disclaimer.
    pub receipt: Option<serde_json::Value>,
}

/// A message.
#[derive(Debug, Serialize)]
pub struct MessageData {
    /// Who wrote it.
    pub author: String,
    /// When.
    pub written: String,
    /// The words.
    pub text: String,
}

/// Something that happened to a request.
#[derive(Debug, Serialize)]
pub struct EventData {
    /// What.
    pub what: &'static str,
    /// Who did it.
    pub who: &'static str,
    /// When.
    pub when: String,
    /// A reason or a note; may be empty.
    pub note: String,
}

/// A photo on the page of an act.
#[derive(Debug, Serialize)]
pub struct PhotoData {
    /// Whose page.
    pub act: String,
    /// Since when it is there.
    pub since: String,
    /// What is to be seen on it, as its people said; may be empty.
    pub description: String,
    /// Where it is in its widths, the smallest first.
    pub addresses: Vec<String>,
}

/// A claim to a page for which others answered.
#[derive(Debug, Serialize)]
pub struct ClaimData {
    /// The act.
    pub act: String,
    /// Since when it is under way.
    pub since: String,
    /// Where it stands.
    pub state: &'static str,
}

/// What somebody wrote to the people who run the site.
#[derive(Debug, Serialize)]
pub struct TicketData {
    /// Its number.
    pub number: String,
    /// What it was about.
    pub topic: String,
    /// The name given.
    pub name: String,
    /// When it came.
    pub written: String,
    /// The words.
    pub text: String,
}

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
    let (own_key, mut known) = (person.key.id(), HashMap::new());
    let mut requests = Vec::new();
    for id in list_store::list_all_of_promoter(reader, person.id)? {
        requests.push(request_data(reader, base_url, id, Side::Promoter, own_key, &mut known)?);
    }
    let (mut acts, mut photos) = (Vec::new(), Vec::new());
    for artist in contact_store::list_artists_of_contact(reader, person.id)? {
        let act = artists::store::get_artist(reader, artist)?.facts.name;
        if let Some(found) = photo_store::find_photo(reader, artist)? {
            let address = |sha256: &str| format!("{base_url}{}", photo::url(sha256));
            photos.push(PhotoData {
                act: act.clone(),
                since: found.created_at.rfc3339(),
                description: found.alt,
                addresses: found.sizes.iter().map(|size| address(&size.sha256)).collect(),
            });
        }
        acts.push(act);
        for id in list_store::list_all_of_artist(reader, artist)? {
            requests.push(request_data(reader, base_url, id, Side::Artist, own_key, &mut known)?);
        }
    }
    let mut claims = Vec::new();
    for claim in handover_store::list_of_claimant(reader, person.id)? {
        claims.push(ClaimData {
            act: artists::store::get_artist(reader, claim.artist)?.facts.name,
            since: claim.created_at.rfc3339(),
            state: claim.state.label(),
        });
    }
    let tickets = moderation::store::list_of_address(reader, &person.address)?;
    let mails = kept_store::list_of(reader, KeyId(person.key.id()))?;
    let looks = look_store::list_of_account(reader, account.id, i64::from(i32::MAX))?;
    let factor = second_factor_store::find_factor(reader, &account)?;
    let passkeys = passkey_store::list_of_account(reader, &account)?;
    let identities = identity_store::list_of_account(reader, &account)?;
    let attested = account_store::get_attested(reader, account.id)?;
    Ok(Export {
        made: now.rfc3339(),
        address: person.address.as_str().to_owned(),
        browsers: browsers
            .into_iter()
            .map(|browser| Browser {
                device: browser.device,
                network: browser.network,
                since: browser.created_at.rfc3339(),
                last_seen: browser.seen_at.rfc3339(),
            })
            .collect(),
        staff_looks: looks.into_iter().map(Instant::rfc3339).collect(),
        passkeys: passkeys
            .into_iter()
            .map(|kept| PasskeyData {
                name: kept.name.as_str().to_owned(),
                since: kept.created_at.rfc3339(),
                last_used: kept.last_used_at.map(Instant::rfc3339),
            })
            .collect(),
        identities: identities.into_iter().map(IdentityData::from).collect(),
        requests,
        acts,
        photos,
        claims,
        tickets: tickets
            .into_iter()
            .map(|ticket| TicketData {
                number: reference(ticket.id.0),
                topic: ticket.body.topic,
                name: ticket.body.name,
                written: ticket.created_at.rfc3339(),
                text: ticket.body.message,
            })
            .collect(),
        mails,
        account: AccountData {
            name: account.name.as_str().to_owned(),
            role: account.role.label().to_owned(),
            since: account.created_at.rfc3339(),
            country: attested.country,
            age: attested.age.label().to_owned(),
            privacy_policy_version: account.policy_version,
            frozen: account.frozen,
            second_factor_since: factor
                .and_then(|factor| factor.confirmed_at)
                .map(Instant::rfc3339),
        },
    })
}

fn request_data(
    reader: &mut Reader<'_>,
    base_url: &str,
    id: RequestId,
    side: Side,
    own_key: i64,
    known: &mut HashMap<ArtistId, Artist>,
) -> Result<RequestData> {
    let request = requests::get_request(reader, id)?;
    let events = thread_store::list_events(reader, &request)?;
    // What a moderator holds back from the act is held back here as well.
    let is_held = is_held_from(side, request.state);
    let messages = match is_held {
        true => Vec::new(),
        false => thread_store::list_messages(reader, &request)?,
    };
    let terms = if is_held { Vec::new() } else { letters::numbered_terms(&request)? };
    let artist = &*match known.entry(request.artist) {
        Entry::Occupied(artist) => artist.into_mut(),
        Entry::Vacant(place) => place.insert(artists::store::get_artist(reader, request.artist)?),
    };
    let author = |author: Side| letters::display_name(artist, &request, author);
    Ok(RequestData {
        number: reference(id.0),
        side: side.as_str(),
        artist: artist.facts.name.clone(),
        state: request.state.label(),
        sent: request.sent_at.map(Instant::rfc3339),
        terms: terms
            .into_iter()
            .flat_map(|group| group.rows)
            .map(|row| (row.label, row.value))
            .collect(),
        messages: messages
            .into_iter()
            .map(|message| MessageData {
                author: author(message.side),
                written: message.created_at.rfc3339(),
                text: message.text,
            })
            .collect(),
        events: events
            .into_iter()
            .map(|event| EventData {
                what: event.step.label(),
                who: event.actor.label(),
                when: event.created_at.rfc3339(),
                note: event.note,
            })
            .collect(),
        receipt: own_receipt(reader, base_url, &request, side, own_key)?,
    })
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
