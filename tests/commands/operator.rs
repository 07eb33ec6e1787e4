//! The operator's way by docs/operating.md: from nothing to the first answer, and what comes after.

use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use soundpost::db::versions;

use super::tell;
use crate::support::Backend;
use crate::support::form::{ARTIST, PROMOTER};
use crate::support::server::{Installation, program, run};
use crate::support::visitor::{Visitor, between, booking_request, encoded, hidden};

const FORM: &str = "/artists/night-ferry/request";

/// A request that was confirmed by its link.
pub(super) struct Delivered {
    pub(super) id: String,
    /// The two sides of its thread.
    pub(super) promoter: String,
    pub(super) artist: String,
    pub(super) receipt: String,
}

pub(super) async fn deliver_request(installation: &Installation, visitor: &Visitor) -> Delivered {
    let page = visitor.get(FORM).await.text;
    let form = booking_request(hidden(&page, "key"), hidden(&page, "disclaimer_hash"), PROMOTER);
    let check_mail = visitor.post(FORM, &form).await.location();
    let confirm = installation.mail(PROMOTER, "Confirm your booking request").await;
    let confirm = confirm.link("/confirm/");
    assert!(visitor.get(&confirm).await.text.contains("Harbour Night"));
    assert_eq!(visitor.post(&confirm, "").await.status, 303);
    let to_promoter = installation.mail(PROMOTER, "Sent: Harbour Night").await;
    let to_artist = installation.mail(ARTIST, "Booking request: Harbour Night").await;
    Delivered {
        id: between(&check_mail, "/requests/", "/").to_owned(),
        promoter: to_promoter.link("/t/"),
        artist: to_artist.link("/t/"),
        receipt: to_promoter.link("/receipts/"),
    }
}

async fn from_nothing_to_the_first_answer(backend: Backend) {
    let installation = Installation::configured(backend);
    installation.run(&["config", "check"]).printed();
    assert!(installation.run(&["migrate"]).printed().contains("Applied"));
    assert!(installation.run(&["migrate"]).printed().contains("up to date"));
    let server = installation.serve().await;
    let visitor = server.visitor.clone();

    let acts = "name;genres;country;city;monthly listeners;links\n\
        Night Ferry;ambient, electro;EE;Tallinn;31740;https://night-ferry.example/\n\
        Kaja Mets;techno;DE;Berlin;48210;\n";
    fs::write(installation.path("acts.csv"), acts).unwrap();
    let tried = installation.run(&["artists", "import", "acts.csv", "--dry-run"]).printed();
    assert!(tried.contains("nothing is stored"), "{tried}");
    assert_eq!(visitor.get("/artists/night-ferry").await.status, 404);
    let whence = ["--source", "the list of the festival", "--observed-on", "2026-11-01"];
    let import = [&["artists", "import", "acts.csv"][..], &whence].concat();
    let imported = installation.run(&import).printed();
    assert!(imported.contains("New artists: 2") && imported.contains("refused: 0"), "{imported}");
    let profile = visitor.get("/artists/night-ferry").await;
    assert!(profile.status == 200 && profile.text.contains("the list of the festival"));
    assert_eq!(visitor.get(FORM).await.status, 409, "nobody of the act has said yes");

    let code = |email: &str| {
        installation.run(&["artists", "claim-code", "night-ferry", "--for", email]).printed()
    };
    assert!(code(ARTIST).starts_with("soundpost-") && code(ARTIST) != code(PROMOTER));

    installation.run(&["artists", "list", "night-ferry", "--notify", ARTIST]).printed();
    let asked = installation.mail(ARTIST, "May Night Ferry be listed").await.link("/listing/");
    assert_eq!(visitor.get(&asked).await.status, 200);
    assert_eq!(visitor.get(FORM).await.status, 409, "opening the link says nothing");
    assert_eq!(visitor.post(&asked, "answer=yes").await.status, 200);

    let request = deliver_request(&installation, &visitor).await;
    assert!(visitor.get(&request.artist).await.text.contains("old warehouse"));
    let words = encoded(&[("key", "reply-1"), ("message", "Gladly. Who opens?")]);
    let reply = visitor.post(&format!("{}/reply", request.artist), &words).await;
    assert_eq!(reply.status, 303);
    let told = installation.mail(PROMOTER, "Night Ferry wrote about Harbour Night").await;
    assert!(told.text.contains("Gladly. Who opens?"));
    assert!(visitor.get(&request.promoter).await.text.contains("Gladly. Who opens?"));
}

#[test]
fn an_operator_comes_from_nothing_to_the_first_answer_on_sqlite() {
    tell(from_nothing_to_the_first_answer(Backend::Sqlite));
}

#[test]
fn an_operator_comes_from_nothing_to_the_first_answer_on_postgres() {
    tell(from_nothing_to_the_first_answer(Backend::Postgres));
}

#[test]
fn a_hidden_act_is_gone_until_it_is_shown_again() {
    tell(async {
        let installation = Installation::with_night_ferry(Backend::Sqlite).await;
        let server = installation.serve().await;
        let (profile, reason) = ("/artists/night-ferry", "Somebody says that they never agreed.");
        installation.run(&["artists", "hide", "night-ferry", "--reason", reason]).printed();
        assert_eq!(server.visitor.get(FORM).await.status, 404);
        // What the server keeps is no older than this.
        tokio::time::sleep(versions::BOUND).await;
        assert_eq!(server.visitor.get(profile).await.status, 404);
        assert!(!server.visitor.get("/artists").await.text.contains(profile));
        let show = ["artists", "show", "night-ferry", "--reason"];
        let hasty = installation.run(&[&show[..], &["Fine."]].concat());
        assert!(hasty.complaint().contains("in a full sentence, of ten characters"));
        let shown = installation.run(&[&show[..], &["They did agree, as we know now."]].concat());
        let shown = shown.printed();
        assert!(shown.contains("is listed again"), "{shown}");
        tokio::time::sleep(versions::BOUND).await;
        assert!(server.visitor.get("/artists").await.text.contains(profile));
        assert_eq!(server.visitor.get(FORM).await.status, 200);
    });
}

#[test]
fn an_act_that_wants_no_page_is_removed_and_stays_away_until_it_is_readmitted() {
    tell(async {
        let installation = Installation::with_night_ferry(Backend::Sqlite).await;
        let reason = "The act wrote that it wants no page here.";
        let refused = installation.run(&["artists", "remove", "night-ferry", "--reason", reason]);
        assert!(refused.complaint().contains("Somebody answers for Night Ferry"));
        fs::write(installation.path("acts.csv"), "name;country\nKaja Mets;EE\n").unwrap();
        let import = ["artists", "import", "acts.csv"];
        assert!(installation.run(&import).printed().contains("New artists: 1"));
        let remove = ["artists", "remove", "kaja-mets", "--reason"];
        let hasty = installation.run(&[&remove[..], &["Because."]].concat());
        assert!(hasty.complaint().contains("in a full sentence, of ten characters"));
        let removed = installation.run(&[&remove[..], &[reason]].concat()).printed();
        assert!(removed.contains("Kaja Mets is deleted") && removed.contains(reason), "{removed}");
        let again = installation.run(&import).printed();
        assert!(again.contains("New artists: 0") && again.contains("so not added: 1"), "{again}");
        let elsewhere = ["artists", "readmit", "Kaja Mets", "--country", "Finland"];
        assert!(installation.run(&elsewhere).complaint().contains("no act"));
        let readmit = ["artists", "readmit", "Kaja Mets", "--country", "Estonia"];
        assert!(installation.run(&readmit).printed().contains("can be added again"));
        assert!(installation.run(&import).printed().contains("New artists: 1"));
    });
}

#[test]
fn what_a_moderator_decides_reaches_both_sides_with_its_reason() {
    tell(async {
        let installation = Installation::with_night_ferry(Backend::Sqlite).await;
        let server = installation.serve().await;
        let request = deliver_request(&installation, &server.visitor).await;
        let mut number = request.id.clone();
        for (decision, subject, reason) in [
            ("quarantine", "Held for review: ", "The same text went to eleven acts."),
            ("release", "Released after review: ", "They were eleven real nights."),
            ("remove", "Removed: ", "The venue knows nothing of this."),
        ] {
            installation.run(&["requests", decision, &number, "--reason", reason]).printed();
            for side in [PROMOTER, ARTIST] {
                let told = installation.mail(side, subject).await;
                assert!(told.words().contains(reason), "{}", told.text);
                if decision == "quarantine" {
                    // From now on by the number that people read, with its dashes.
                    number = between(&told.words(), "Name the number ", ". ").to_owned();
                }
            }
            for side in [&request.promoter, &request.artist] {
                assert!(server.visitor.get(side).await.text.contains(reason));
            }
        }
        let twice = "The venue still knows nothing of this.";
        let again = installation.run(&["requests", "remove", &number, "--reason", twice]);
        assert!(again.complaint().contains("not possible now"));
    });
}

#[test]
fn a_form_with_an_older_disclaimer_comes_back_with_the_new_one() {
    tell(async {
        let installation = Installation::with_night_ferry(Backend::Sqlite).await;
        let server = installation.serve().await;
        let old = server.visitor.get(FORM).await.text;
        let (key, old) = (hidden(&old, "key"), hidden(&old, "disclaimer_hash"));
        let text = "Whoever reads this reads the second version of the disclaimer. ".repeat(4);
        fs::write(installation.path("second.txt"), text).unwrap();
        let published = installation.run(&["disclaimer", "publish", "second.txt"]).printed();
        assert!(published.contains("Published version 2"), "{published}");

        let form = booking_request(key, old, PROMOTER);
        let back = server.visitor.post(FORM, &form).await;
        assert_eq!(back.status, 422);
        assert!(back.text.contains("reads the second version"));
        let new = hidden(&back.text, "disclaimer_hash");
        assert!(published.contains(new), "its hash was printed when it was published");
        let form = booking_request(key, new, PROMOTER);
        assert_eq!(server.visitor.post(FORM, &form).await.status, 303);
    });
}

#[test]
fn a_receipt_is_proved_without_the_site_and_an_altered_one_is_not() {
    tell(async {
        let installation = Installation::with_night_ferry(Backend::Sqlite).await;
        let server = installation.serve().await;
        let request = deliver_request(&installation, &server.visitor).await;
        let file = request.receipt.replacen('?', ".json?", 1);
        let receipt = server.visitor.get(&file).await.text;
        let page = server.visitor.get("/legal/disclaimer").await.text;
        let key = between(&page, "Public key of this site", "</code>").rsplit('>').next().unwrap();
        assert_eq!(server.terminate().0, Some(0));

        let elsewhere = tempfile::tempdir().unwrap();
        let verify = |receipt: &str| {
            fs::write(elsewhere.path().join("receipt.json"), receipt).unwrap();
            let arguments = ["receipts", "verify", "receipt.json", "--key", key];
            run(program(elsewhere.path()).args(arguments))
        };
        let proved = verify(&receipt).printed();
        assert!(proved.starts_with("Valid.") && proved.contains(&request.id), "{proved}");
        let altered = receipt.replace("\"disclaimer_version\": 1", "\"disclaimer_version\": 2");
        assert_ne!(altered, receipt);
        assert!(verify(&altered).complaint().contains("NOT VALID"));
        let whole = installation.run(&["receipts", "verify-chain"]).printed();
        assert!(whole.contains("1 link(s), 1 compared"), "{whole}");
    });
}

#[test]
fn sigterm_ends_the_server_in_order_even_while_a_form_never_arrives() {
    tell(async {
        let installation = Installation::with_night_ferry(Backend::Sqlite).await;
        let server = installation.serve().await;
        let site = installation.configuration();
        let mut slow = TcpStream::connect(between(&site, "http.listen = '", "'")).unwrap();
        let head = "POST /contact HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n\
            Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nname=";
        slow.write_all(head.as_bytes()).unwrap();
        assert_eq!(server.visitor.get("/").await.status, 200);
        let (code, took) = server.terminate();
        assert_eq!(code, Some(0));
        assert!(took < Duration::from_secs(10), "it took {took:?}");
        assert_eq!(installation.files(), ["mail", "soundpost.db", "soundpost.toml"], "all closed");
    });
}
