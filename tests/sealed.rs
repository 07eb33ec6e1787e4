//! Private words at rest: typed into every field there is, read by those they are for, and found
//! neither in the database's files or dump nor in the log.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use soundpost::accounts::account_store::find_of_contact;
use soundpost::artists::handover;
use soundpost::booking_requests::forms::LIMITS;
use soundpost::booking_requests::{Move, State, list_store, respond, store};
use soundpost::db::DbUrl;
use soundpost::ids::{RequestId, TicketId};
use soundpost::mail::Kind;
use soundpost::mail::mailbox_store::Stored;
use soundpost::moderation::decide::decide;
use soundpost::moderation::{Decision, TicketKind, decision_store};
use soundpost::people::EmailAddress;
use soundpost::people::store::find_contact;
use tracing_subscriber::EnvFilter;

use crate::support::authenticator::with_passkey;
use crate::support::form::{ARTIST, Form};
use crate::support::member::Member;
use crate::support::visitor::hidden;
use crate::support::{Site, link_in};

/// Begins every private word below, and nothing else in the world.
const CANARY: &str = "qzxv-";
/// The zone of a venue is a private field too, and cannot be invented.
const ZONE: &str = "Pacific/Chatham";
/// The city of an event is not sealed: moderators look for requests by it.
const CITY: &str = "Zvolenqx";

/// What is typed into each field of the request form that takes words.
const WORDS: [(&str, &str); 15] = [
    ("key", "qzxv-form-key-0123456789"),
    ("event_name", "qzxv-event"),
    ("age_policy", "qzxv-ages 18+"),
    ("venue_name", "qzxv-venue"),
    ("venue_link", "https://qzxv-room.example/"),
    ("slot", "qzxv-slot"),
    ("billing", "qzxv-billing"),
    ("line_up", "qzxv-line-up"),
    ("your_name", "qzxv-name"),
    ("trading_name", "qzxv-company"),
    ("email", "qzxv-email@venue.example"),
    ("website", "https://qzxv-website.example/"),
    ("past_events", "qzxv-past"),
    ("message", "qzxv-message is what this night is about"),
    ("links", "https://qzxv-links.example/"),
];

/// The fields that offer a choice, count something or name a day; and those about the form itself.
const NO_WORDS: [&str; 43] = [
    "disclaimer_hash",
    "disclaimer_accepted",
    "action",
    "event_kind",
    "visibility",
    "night1",
    "start1",
    "end1",
    "clash1",
    "night2",
    "start2",
    "end2",
    "clash2",
    "night3",
    "start3",
    "end3",
    "clash3",
    "flexible",
    "venue_country",
    "capacity",
    "setting",
    "performance",
    "set_length",
    "recording",
    "deal",
    "amount",
    "amount_to",
    "currency",
    "ticket_price",
    "attendance",
    "exclusivity_km",
    "exclusivity_days",
    "travel",
    "hotel",
    "ground",
    "hospitality",
    "backline",
    "role",
    "respond_by",
    "age",
    "your_country",
    "privacy",
    "zone",
];

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Writes the program's log into memory.
struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Keeps everything that the program logs, at every level. Both stories share one log.
fn keep_the_log() {
    let listening = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new("soundpost=trace"))
        .with_ansi(false)
        .with_writer(|| Log)
        .try_init();
    // Refused when the other story was first, in the same process.
    drop(listening);
}

/// The newest of the installed `pg_dump`s: an older one refuses a newer server.
fn pg_dump() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is installed");
    let versions =
        versions.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    let newest = versions.max().expect("a version of PostgreSQL");
    PathBuf::from(format!("/usr/lib/postgresql/{newest}/bin/pg_dump"))
}

/// Everything that the database keeps, as who stole it would read it; in lower case.
pub fn stolen(site: &Site) -> String {
    let bytes = match &site.url {
        DbUrl::Sqlite(path) => {
            let mut bytes = std::fs::read(path).unwrap();
            for suffix in ["-wal", "-shm"] {
                let mut beside = path.clone().into_os_string();
                beside.push(suffix);
                bytes.extend(std::fs::read(beside).expect("the files of a database at work"));
            }
            bytes
        }
        DbUrl::Postgres(url) => {
            let dump = Command::new(pg_dump()).arg("--dbname").arg(url).output().unwrap();
            assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
            dump.stdout
        }
    };
    String::from_utf8_lossy(&bytes).to_lowercase()
}

/// Fails where `secret` can be read, as it is or (as PostgreSQL dumps bytes) in hexadecimal digits.
pub fn keeps(what: &str, text: &str, secret: &str) {
    let lower = secret.to_lowercase();
    let hex = |text: &str| data_encoding::HEXLOWER.encode(text.as_bytes());
    for written in [lower.clone(), hex(secret), hex(&lower)] {
        if let Some(at) = text.find(&written) {
            let around: String = text[at..].chars().take(160).collect();
            panic!("{secret} can be read in {what}: {around:?}");
        }
    }
}

/// The secrets of the links in a mail: 52 letters and digits.
fn tokens(text: &str) -> BTreeSet<String> {
    let is_part = |c: char| c.is_ascii_lowercase() || ('2'..='7').contains(&c);
    let words = text.split(|c| !is_part(c)).filter(|word| word.len() == 52);
    words.map(ToOwned::to_owned).collect()
}

/// The word of a field by which it is recognised on a page.
fn canary(typed: &str) -> &str {
    let mut words = typed.split(|c: char| !c.is_ascii_lowercase() && c != '-');
    words.find(|word| word.starts_with(CANARY)).unwrap()
}

async fn newest_request(site: &Site) -> RequestId {
    let found = site.db.read(|reader| {
        let act = soundpost::artists::store::find_by_slug(reader, "night-ferry")?.unwrap();
        list_store::list_of_artist(reader, act.id, 1)
    });
    found.await.unwrap()[0]
}

async fn decide_newest(site: &Site, reason: &'static str) {
    const MONA: &str = "qzxv-mona@site.example";
    Member::join(site, MONA, "qzxv-mona").await;
    let mail_site = site.site.clone();
    let job = site.db.write(move |tx| {
        let mona = find_contact(tx, &EmailAddress::parse(MONA).unwrap())?.unwrap();
        let account = find_of_contact(tx, mona.id)?.unwrap();
        let waiting = decision_store::list_waiting(tx, TicketKind::ALL, TicketId(0), 1)?;
        decide(tx, &mail_site, account, waiting[0].id, Decision::Refused, reason)
    });
    job.await.unwrap();
}

async fn moderate(site: &Site, id: RequestId, step: Move, reason: &'static str) {
    let mail_site = site.site.clone();
    let job = site.db.write(move |tx| respond::moderate(tx, &mail_site, id, step, reason));
    job.await.unwrap();
}

/// The request form with private words in every field that takes words.
async fn private_form(site: &Site) -> Form {
    let form = site.filled_form().await.set("zone", ZONE).set("venue_city", CITY);
    WORDS.iter().fold(form, |form, (name, value)| form.set(name, value))
}

#[test]
fn every_field_of_the_form_is_looked_at_or_takes_no_words() {
    let known: BTreeSet<&str> = WORDS.iter().map(|(name, _)| *name).chain(NO_WORDS).collect();
    let fields: BTreeSet<&str> =
        LIMITS.iter().map(|(name, _)| *name).filter(|name| *name != "venue_city").collect();
    assert_eq!(known, fields);
}

#[test]
fn the_search_finds_what_is_there() {
    let dump = "... QZXV-one ... \\x717a78762d74776f ...".to_lowercase();
    for secret in ["qzxv-one", "qzxv-two"] {
        assert!(std::panic::catch_unwind(|| keeps("a dump", &dump, secret)).is_err(), "{secret}");
    }
    keeps("a dump", &dump, "qzxv-three");
    assert_eq!(tokens(&format!("http://x/t/{}?a", "ab".repeat(26))).len(), 1);
}

on_both! {
    async fn private_words_are_read_by_those_they_are_for_and_by_no_thief(site: Site) {
        keep_the_log();
        site.list_night_ferry().await;

        // A request, held back, released and accepted.
        let form = private_form(&site).await;
        let (promoter, artist) = site.sent_request_of(&form).await;
        for side in [&promoter, &artist] {
            let page = site.get(side).await.text;
            for (name, value) in WORDS.iter().filter(|(name, _)| !["key", "email"].contains(name)) {
                assert!(page.contains(canary(value)), "{name} is not shown to {side}");
            }
            assert!(page.contains(ZONE) && page.contains(CITY));
        }
        assert_eq!(site.mail_of(Kind::RequestSent).await.letter.unwrap().to, WORDS[10].1);
        let id = newest_request(&site).await;
        moderate(&site, id, Move::Quarantine, "qzxv-reason: somebody has to look at it.").await;
        moderate(&site, id, Move::Release, "qzxv-release: somebody has looked at it.").await;
        for (side, key, words) in [
            (&artist, "qzxv-key-a", "qzxv-answer from the act"),
            (&promoter, "qzxv-key-b", "qzxv-reply of the promoter"),
        ] {
            let reply = [("key", key), ("message", words)];
            assert_eq!(site.post(&format!("{side}/reply"), &reply).await.status, 303);
        }
        let accept = format!("{artist}/accept");
        let page = site.get(&accept).await.text;
        let (revision, hash) = (hidden(&page, "revision"), hidden(&page, "disclaimer_hash"));
        let agreed = [
            ("revision", revision), ("night", "2027-03-13"),
            ("disclaimer_hash", hash), ("disclaimer_accepted", "yes"),
        ];
        assert_eq!(site.post(&accept, &agreed).await.status, 303);
        let state = site.db.read(move |reader| store::get_request(reader, id)).await.unwrap().state;
        assert_eq!(state, State::Accepted);
        let thread = site.get(&promoter).await.text;
        for words in ["qzxv-reason", "qzxv-release", "qzxv-answer", "qzxv-reply"] {
            assert!(thread.contains(words), "{words}");
        }

        // One that is declined with a note, one that waits under a corrected address, one refused.
        let second = form.clone().set("key", "qzxv-second-key-0123456789");
        let (_, artist) = site.sent_request_of(&second).await;
        let offer = [("slot", "qzxv-other slot"), ("note", "qzxv-line with the offer")];
        assert_eq!(site.counter(&artist, &offer).await.status, 303);
        let no = [("reason", "busy"), ("note", "qzxv-note for the promoter")];
        assert_eq!(site.post(&format!("{artist}/decline"), &no).await.status, 303);
        let third = form.clone().set("key", "qzxv-third-key-0123456789")
            .set("email", "qzxv-mistyped@venue.example");
        let check_mail = site.submit(&third).await.location();
        let corrected = [("email", "qzxv-corrected@venue.example")];
        assert_eq!(site.post(&check_mail, &corrected).await.status, 303);
        let refused = form.clone().set("key", "qzxv-fourth-key-0123456789")
            .set("message", "qzxv-refused: pay 4111 1111 1111 1111 for it");
        assert_eq!(site.submit(&refused).await.status, 422);

        // What is told to the operator, and asked for.
        let report = [("reason", "scam"), ("details", "qzxv-details"),
            ("your_name", "qzxv-witness"), ("email", "qzxv-report@venue.example")];
        assert_eq!(site.post("/artists/night-ferry/report", &report).await.status, 303);
        let contact = [("topic", "privacy"), ("message", "qzxv-question"), ("name", "qzxv-asker"),
            ("email", "qzxv-contact@venue.example")];
        assert_eq!(site.post("/contact", &contact).await.status, 303);
        let claim = [("proof", "qzxv-proof"), ("reach", "qzxv-claimant@venue.example")];
        assert_eq!(site.post("/artists/night-ferry/claim/ask", &claim).await.status, 303);
        let mail_site = site.site.clone();
        site.db.write(move |tx| {
            let act = soundpost::artists::store::find_by_slug(tx, "night-ferry")?.unwrap();
            let claimant = EmailAddress::parse("qzxv-claimant@venue.example").unwrap();
            handover::accept_claim(tx, &mail_site, act.id, &claimant)
        }).await.unwrap();
        let objection = link_in(&site.mail_of(Kind::ClaimContested).await, "/objection/");
        let words = [("words", "qzxv-objection")];
        assert_eq!(site.post(&objection, &words).await.status, 303);
        assert!(site.mail_of(Kind::TicketArrived).await.letter.unwrap().text.contains("qzxv-objection"));
        for email in ["qzxv-email@venue.example", "qzxv-unknown@venue.example"] {
            assert_eq!(site.post("/links/again", &[("email", email)]).await.status, 303);
        }

        // Who has an account.
        let member = Member::join(&site, "qzxv-member@venue.example", "qzxv-name").await;
        let renamed = member.post("/account/name", &[("name", "qzxv-renamed")]).await;
        assert_eq!(renamed.status, 303);
        assert!(member.get("/account").await.text.contains("qzxv-renamed"));
        let moving = [("email", "qzxv-moving@venue.example")];
        assert_eq!(member.post("/account/address", &moving).await.status, 303);
        let again = [("email", "qzxv-member@venue.example")];
        assert_eq!(site.post("/sign-in", &again).await.status, 303);

        let password = [("password", "qzxv-password of a member")];
        assert_eq!(member.post("/account/password", &password).await.status, 303);
        decide_newest(&site, "qzxv-decision: this is not how it was.").await;
        let keeper = Member::join(&site, "qzxv-keeper@venue.example", "qzxv-keeper").await;
        let (keeper, device, codes) = with_passkey(&site, &keeper, "qzxv-passkey").await;
        assert!(keeper.get("/account/passkeys").await.text.contains("qzxv-passkey"));

        // Who acts for the act.
        let owner = Member::join(&site, ARTIST, "qzxv-owner").await;
        let invited = [("address", "qzxv-invited@venue.example"), ("role", "agent")];
        assert_eq!(owner.post("/artists/night-ferry/team", &invited).await.status, 303);
        let invited = link_in(&site.mail_of(Kind::TeamInvitation).await, "/listing/");
        assert_eq!(site.post(&invited, &[("answer", "yes")]).await.status, 200);

        let daily = [("new_message", "digest"), ("moved", "digest"), ("zone", "UTC")];
        assert_eq!(owner.post("/account/notifications", &daily).await.status, 303);
        let words = [("key", "qzxv-key-c"), ("message", "qzxv-last words")];
        assert_eq!(site.post(&format!("{promoter}/reply"), &words).await.status, 303);
        crate::snapshots::digest_of(&site).await;
        site.clock.advance(jiff::SignedDuration::from_hours(26));
        let file = [("key", "qzxv-key-d"), ("label", "qzxv-plan")];
        let list = owner.get("/requests?show=agreed").await.text;
        let thread = format!("/requests/{}", crate::support::visitor::between(&list, "href=\"/requests/", "\""));
        let pdf = b"%PDF-1.4 qzxv-document";
        assert_eq!(owner.upload(&format!("{thread}/attach"), &file, pdf).await.status, 303);
        let draft = [("message", "qzxv-draft"), ("action", "keep")];
        assert_eq!(owner.post(&format!("{thread}/reply"), &draft).await.status, 303);
        let kept = [("name", "qzxv-name of an answer"), ("words", "qzxv-kept answer")];
        assert_eq!(owner.post("/artists/night-ferry/papers", &kept).await.status, 303);
        let view = [("name", "qzxv-search"), ("q", "qzxv-sought")];
        assert_eq!(owner.post("/requests/views", &view).await.status, 303);
        let template = [("action", "keep"), ("template_name", "qzxv-template"), ("venue_name", "qzxv-room")];
        assert_eq!(owner.post("/requests/new", &template).await.status, 303);

        let leaver = Member::join(&site, "qzxv-leaver@venue.example", "qzxv-leaver").await;
        assert_eq!(leaver.post("/account/delete", &[("sure", "yes")]).await.status, 303);

        let mails = site.mails().await;
        let kinds: BTreeSet<&str> = mails.iter().map(|mail| mail.kind.as_str()).collect();
        assert_eq!(kinds.len(), Kind::ALL.len() - 1, "every kind but the listing's: {kinds:?}");
        let letters: Vec<_> = mails.into_iter().filter_map(|mail| mail.letter).collect();
        let links: BTreeSet<String> =
            letters.iter().flat_map(|letter| tokens(&letter.text)).collect();
        assert!(links.len() > 10, "{} links in {} mails", links.len(), letters.len());

        for moment in ["waiting", "sent"] {
            let database = stolen(&site);
            assert!(database.contains(&CITY.to_lowercase()), "this is the database");
            keeps("the database", &database, CANARY);
            keeps("the database", &database, ZONE);
            keeps("the database", &database, ARTIST);
            keeps("the database", &database, "operator@site.example");
            for letter in &letters {
                keeps("the database", &database, &letter.subject);
            }
            for link in &links {
                keeps("the database", &database, link);
            }
            keeps("the database", &database, member.cookie());
            keeps("the database", &database, &device.handle);
            for code in &codes {
                keeps("the database", &database, &code.replace('-', ""));
            }
            if moment == "waiting" {
                site.send_mails().await;
                assert_eq!(site.sent.take().len(), letters.len() - cancelled(&site).await);
                site.tick().await;
            }
        }

        let log = LOG.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let log = String::from_utf8(log).unwrap().to_lowercase();
        assert!(log.contains("answered") && log.contains("/t/{token}"), "this is the log: {log}");
        keeps("the log", &log, CANARY);
        keeps("the log", &log, member.cookie());
        keeps("the log", &log, ARTIST);
        for link in &links {
            keeps("the log", &log, link);
        }
    }
}

/// Mails that nobody waits for any more.
async fn cancelled(site: &Site) -> usize {
    use soundpost::mail::outbox::State;
    let waiting = |mail: &&Stored| mail.state == State::Cancelled && mail.letter.is_some();
    site.mails().await.iter().filter(waiting).count()
}
