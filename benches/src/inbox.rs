//! The lists of somebody whose act was asked five thousand times, beside those of somebody whose act
//! was asked five times: all of them, those of one state, of some nights, those that were put away, and
//! those that have some words.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};
use jiff::SignedDuration;
use soundpost::accounts::session::{Came, Strength};
use soundpost::accounts::sign_in::NewAccount;
use soundpost::accounts::{PersonName, Role, account_store, session};
use soundpost::artists::floor::Floor;
use soundpost::artists::{Facts, Listing, contact_store, store as artists};
use soundpost::booking_requests::forms::{Draft, RequestForm};
use soundpost::booking_requests::submit::{self, Envelope};
use soundpost::booking_requests::{Actor, Move, State, move_store, news_store, store};
use soundpost::clock::Clock;
use soundpost::db::{Db, Tx};
use soundpost::disclaimer::{self, Claim};
use soundpost::ids::{ContactId, RequestId};
use soundpost::mail::{Site, kept_store};
use soundpost::people::EmailAddress;
use soundpost::people::store::ensure_contact;
use soundpost::places::Country;
use soundpost::privacy::age::Age;

use crate::Bench;
use crate::load::{Ask, each, quantile};
use crate::program::{Installation, Serving};
use crate::submissions::{database_of, fresh_copy};

/// Requests in the two inboxes.
const FEW: u32 = 5;
const MANY: u32 = 5_000;
/// Requests in one transaction while they are made.
const AT_ONCE: u32 = 100;
/// Of so many the first is put away, and so on: the lists have gaps.
const ARCHIVED_EVERY: u32 = 3;
/// How often a page is asked for in a round.
const ASKED: usize = 100;
/// The lists that are asked for.
const LISTS: &[(&str, &str)] = &[
    ("all", "/requests"),
    ("one state", "/requests?state=sent"),
    ("some nights", "/requests?from=2020-01-01&to=2099-12-31"),
    ("archived", "/requests?show=archived"),
];
/// Words that no request has, so that all that may be looked through is.
const WORDS: &str = "/requests?q=nothing+of+this";
/// Within so many milliseconds people take an answer as immediate (Nielsen, Response Times, 1993).
const AT_ONCE_MS: f64 = 100.0;

/// Measures them and adds their rows.
pub fn measure(bench: &mut Bench) -> Result<()> {
    let installation = fresh_copy(bench, "inbox")?;
    let tokens = seed(&installation)?;
    let serving = Serving::soundpost(&installation, 0)?;
    let rounds = if bench.rounds.quick { 5 } else { 11 };
    let cookies = tokens.map(|token| format!("cookie: session={token}"));
    for (name, path) in LISTS {
        let asks = cookies.each_ref().map(|it| vec![Ask::get(path, &[it], 200); ASKED]);
        let (mut few, mut many) = (Vec::new(), Vec::new());
        // The first round warms it up.
        for round in 0..=rounds {
            for (asks, slowest) in asks.iter().zip([&mut few, &mut many]) {
                let mut took = each(serving.port, asks)?;
                if round > 0 {
                    let slow: Duration = quantile(&mut took, 0.99);
                    slowest.push(slow.as_secs_f64() * 1_000_000.0);
                }
            }
        }
        let figure = format!("p99 of an inbox of 5,000 requests / of 5, {name} (µs)");
        bench.table.at_most(&figure, &many, &few, 2.0);
    }
    let [_, of_many] = &cookies;
    let mut took = each(serving.port, &vec![Ask::get(WORDS, &[of_many], 200); ASKED / 10])?;
    let slow = quantile(&mut took, 0.99).as_secs_f64() * 1_000.0;
    let figure = "p99 of words in the 2,000 newest of an inbox (ms) / 100 ms";
    bench.table.at_most(figure, &[slow], &[AT_ONCE_MS], 1.0);
    drop(serving);
    Ok(fs::remove_dir_all(installation.folder())?)
}

/// Two acts with their inboxes; returns the tokens of their owners' sign-ins.
fn seed(installation: &Installation) -> Result<[String; 2]> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(async {
        let (db, site) = database_of(installation)?;
        let tokens = [act(&db, &site, "few", FEW).await?, act(&db, &site, "many", MANY).await?];
        db.close();
        Ok(tokens)
    })
}

async fn act(db: &Db, site: &Site, slug: &'static str, requests: u32) -> Result<String> {
    let (token, owner) = db.write(move |tx| owner(tx, slug)).await?;
    let night = Clock::system().now().plus(SignedDuration::from_hours(100 * 24)).date_utc();
    for first in (0..requests).step_by(AT_ONCE as usize) {
        let (site, last) = (site.clone(), (first + AT_ONCE).min(requests));
        let draft = draft(&night.to_string())?;
        db.write(move |tx| {
            for number in first..last {
                let id = ask(tx, &site, slug, &draft, number)?;
                if number % ARCHIVED_EVERY == 0 {
                    news_store::archive(tx, owner, id)?;
                }
            }
            Ok(())
        })
        .await?;
    }
    Ok(token)
}

/// An act; returns its owner and their sign-in.
fn owner(tx: &mut Tx<'_>, slug: &str) -> soundpost::error::Result<(String, ContactId)> {
    let facts = Facts {
        slug: slug.to_owned(),
        name: format!("The {slug}"),
        listing: Listing::Listed,
        genres: vec!["techno".to_owned()],
        country: Country::from_code("EE"),
        city: "Tallinn".to_owned(),
        bio: String::new(),
        plays: Vec::new(),
        links: Vec::new(),
        floor: Floor::default(),
        source: "the benchmark".to_owned(),
    };
    let artist = artists::insert_artist(tx, &facts, &[])?;
    let address = EmailAddress::parse(&format!("{slug}@load.example"))
        .map_err(soundpost::error::Error::unexpected)?;
    let contact = ensure_contact(tx, &address)?;
    contact_store::add_contact(tx, artist, contact.id)?;
    contact_store::confirm_contact(tx, artist, contact.id)?;
    let new = NewAccount {
        name: PersonName::parse("Mari").map_err(soundpost::error::Error::unexpected)?,
        country: Country::from_code("EE").ok_or(soundpost::error::Error::NotFound)?,
        age: Age::Adult,
        policy_version: 1,
    };
    let id = account_store::insert_account(tx, &contact, &new, Role::Member)?;
    let account = account_store::get_account(tx, id)?;
    let came = Came { device: "the benchmark".to_owned(), network: String::new() };
    let token = session::start(tx, &account, &came, None, Strength::Mailbox)?;
    Ok((token.reveal().to_owned(), contact.id))
}

/// The form as somebody has filled it in.
fn draft(night: &str) -> Result<Draft> {
    let form = RequestForm {
        event_name: "Harbour Night".to_owned(),
        event_kind: "club_night".to_owned(),
        visibility: "public".to_owned(),
        night1: night.to_owned(),
        start1: "23:00".to_owned(),
        end1: "01:00".to_owned(),
        zone: "Europe/Berlin".to_owned(),
        venue_name: "Speicher 7".to_owned(),
        venue_city: "Hamburg".to_owned(),
        venue_country: "DE".to_owned(),
        performance: "live".to_owned(),
        deal: "quote".to_owned(),
        your_name: "Jonas".to_owned(),
        role: "venue".to_owned(),
        email: "jonas@load.example".to_owned(),
        message: "We run a Saturday for three hundred people.".to_owned(),
        age: "adult".to_owned(),
        your_country: "DE".to_owned(),
        privacy: "yes".to_owned(),
        ..RequestForm::default()
    };
    form.parse(Clock::system().now()).context("a form of the benchmark")
}

/// A request that has reached the act; nobody is mailed.
fn ask(
    tx: &mut Tx<'_>,
    site: &Site,
    slug: &str,
    draft: &Draft,
    number: u32,
) -> soundpost::error::Result<RequestId> {
    let now = tx.now;
    let shown_sha256 = disclaimer::store::get_current(tx, now)?.sha256;
    let envelope = Envelope {
        key: format!("the-key-of-{slug}-{number}"),
        body: Vec::new(),
        claim: Claim { shown_sha256, ticked: true },
        policy_version: 1,
        anonymous_address: "192.0.2.0".to_owned(),
    };
    let address = format!("p{number}.{slug}@load.example");
    let email = EmailAddress::parse(&address).map_err(soundpost::error::Error::unexpected)?;
    let draft = Draft { email, ..draft.clone() };
    let id = submit::submit(tx, site, slug, &draft, &envelope)?;
    kept_store::cancel_for_request(tx, id)?;
    let request = store::get_request(tx, id)?;
    move_store::mark_sent(tx, id)?;
    move_store::record_move(tx, &request, Move::Send, State::Sent, Actor::Promoter.into(), None)?;
    Ok(id)
}
