//! Pictures on their way to the site: what is not read to its end, how many come at a time, and how
//! many in a day.

use std::time::Duration;

use image::ImageFormat;
use jiff::SignedDuration;
use soundpost::artists::floor::Floor;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::form::{ARTIST, PROMOTER, facts};
use crate::support::member::Member;
use crate::support::pictures::{MULTIPART, file, halves};
use crate::support::{Answer, Site};

const PHOTO: &str = "/artists/night-ferry/photo";
const RIGHTS: (&str, &str) = ("rights", "yes");
/// What a form says of its length that has a picture, and more of it yet to come.
const LENGTH: usize = 3_000_000;

/// Night Ferry, and somebody of its team.
async fn team(site: &Site) -> Member {
    site.list_night_ferry().await;
    Member::join(site, ARTIST, "Mari").await
}

/// The first part of a form with a photo.
fn token(token: &str) -> String {
    format!(
        "------form-of-a-test\r\nContent-Disposition: form-data; name=\"form_token\"\r\n\r\n\
         {token}\r\n"
    )
}

/// A part that is the beginning of a picture.
const PICTURE: &str = "------form-of-a-test\r\nContent-Disposition: form-data; name=\"photo\"; \
    filename=\"a.jpg\"\r\n\r\nthe beginning of a picture";

/// Begins to send a form of this length; the rest of it does not come.
async fn begin(site: &Site, member: &Member, length: usize, body: &str) -> TcpStream {
    let port = site.base.trim_start_matches("http://localhost:");
    let address = ("127.0.0.1", port.parse::<u16>().unwrap());
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST {PHOTO} HTTP/1.1\r\nhost: localhost:{port}\r\ncookie: {}\r\n\
         sec-fetch-site: same-origin\r\ncontent-type: {MULTIPART}\r\ncontent-length: {length}\r\n\
         \r\n",
        member.header()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    stream
}

/// The first line that is answered, which comes although the form is not all there.
async fn answered(mut stream: TcpStream) -> String {
    let mut came = Vec::new();
    let reading = async {
        while !came.contains(&b'\n') {
            let mut some = [0; 1024];
            let length = stream.read(&mut some).await.unwrap();
            assert!(length > 0, "closed without an answer");
            came.extend_from_slice(&some[..length]);
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(10), reading).await;
    waited.expect("an answer while the rest is yet to come");
    String::from_utf8_lossy(&came).lines().next().unwrap().to_owned()
}

/// Something that is answered, and left where it is.
async fn answered_of(stream: &TcpStream) -> String {
    let mut some = [0; 64];
    let length = stream.peek(&mut some).await.unwrap();
    String::from_utf8_lossy(&some[..length]).into_owned()
}

/// Sends a photo until it is answered so.
async fn upload_until(member: &Member, status: u16) -> Answer {
    let jpeg = file(&halves(40, 30), ImageFormat::Jpeg);
    for _ in 0..9 {
        let answer = member.upload(PHOTO, &[RIGHTS], &jpeg).await;
        if answer.status == status {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("never {status}");
}

on_both! {
    async fn what_need_not_be_read_is_answered_before_it_has_come(site: Site) {
        let mari = team(&site).await;
        let jonas = Member::join(&site, PROMOTER, "Jonas").await;
        let good = token(mari.form_token());
        let bad = token("another") + PICTURE;
        let early = PICTURE.to_owned() + "\r\n" + &good;
        let junk = "a".repeat(4_096);
        let headers = "------form-of-a-test\r\n".to_owned() + &"a".repeat(17_000);
        for (who, length, body, line) in [
            (&mari, LENGTH, junk.as_str(), "HTTP/1.1 400 Bad Request"),
            (&mari, LENGTH, headers.as_str(), "HTTP/1.1 400 Bad Request"),
            (&mari, LENGTH, bad.as_str(), "HTTP/1.1 403 Forbidden"),
            (&mari, LENGTH, early.as_str(), "HTTP/1.1 403 Forbidden"),
            (&mari, 40_000_000, "", "HTTP/1.1 413 Payload Too Large"),
            // Not of the team: nothing of it is taken in.
            (&jonas, LENGTH, "", "HTTP/1.1 404 Not Found"),
        ] {
            let stream = begin(&site, who, length, body).await;
            assert_eq!(answered(stream).await, line, "{length}: {body:.60}");
        }
    }

    async fn a_few_come_at_a_time_and_who_finds_no_place_is_told_when(site: Site) {
        let mari = team(&site).await;
        let body = token(mari.form_token()) + PICTURE;
        let mut under_way = Vec::new();
        for _ in 0..4 {
            let stream = begin(&site, &mari, LENGTH, &body).await;
            let line = tokio::time::timeout(Duration::from_millis(500), answered_of(&stream)).await;
            assert!(line.is_err(), "the rest is waited for: {line:?}");
            under_way.push(stream);
        }
        let sent_away = upload_until(&mari, 503).await;
        assert_eq!(sent_away.headers["retry-after"], "60");
        assert!(sent_away.text.contains("Not just now"), "{}", sent_away.text);
        // Who is not of the team is told that first.
        let jonas = Member::join(&site, PROMOTER, "Jonas").await;
        let jpeg = file(&halves(40, 30), ImageFormat::Jpeg);
        assert_eq!(jonas.upload(PHOTO, &[RIGHTS], &jpeg).await.status, 404);
        under_way.pop();
        upload_until(&mari, 303).await;
    }

    async fn a_person_puts_up_twenty_photos_a_day(site: Site) {
        let mari = team(&site).await;
        for width in 30..50 {
            let jpeg = file(&halves(width, 20), ImageFormat::Jpeg);
            let put = mari.upload(PHOTO, &[RIGHTS], &jpeg).await;
            assert_eq!(put.status, 303, "{width}: {}", put.text);
        }
        let jpeg = file(&halves(60, 20), ImageFormat::Jpeg);
        let fields = [RIGHTS, ("alt", "Two people, one boat")];
        let refused = mari.upload(PHOTO, &fields, &jpeg).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        for says in [
            "You changed photos 20 times within a day",
            "after Sun 22 Nov 2026, 14:00 UTC",
            "value=\"Two people, one boat\"",
        ] {
            assert!(refused.text.contains(says), "{says}: {}", refused.text);
        }
        // It can be taken away all the same.
        let removed = mari.post(&format!("{PHOTO}/remove"), &[]).await;
        assert_eq!(removed.status, 303);
        // It is another's first.
        site.list_act(facts("day-ferry", "Day Ferry", Floor::default())).await;
        let dora = Member::join(&site, "booking@day-ferry.example", "Dora").await;
        assert_eq!(dora.upload("/artists/day-ferry/photo", &[RIGHTS], &jpeg).await.status, 303);
        site.clock.advance(SignedDuration::from_hours(24));
        assert_eq!(mari.upload(PHOTO, &[RIGHTS], &jpeg).await.status, 303);
    }
}
