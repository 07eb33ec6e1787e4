//! `kill -9`, again and again under load: what was acknowledged is there, what was committed is
//! mailed and nothing else is, and who sends a form again gets the answer that the first one got.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use futures_util::future::{join, join_all};
use jiff::SignedDuration;
use soundpost::clock::Clock;
use soundpost::db::Db;
use soundpost::db::schema::{booking_requests, outbox};
use soundpost::ids::random_bytes;
use soundpost::mail::Kind;
use soundpost::mail::outbox::{State, tend};

use crate::support::Backend;
use crate::support::server::{Installation, Server};
use crate::support::visitor::{Visitor, between, booking_request, hidden};

const ROUNDS: usize = 50;
const SUBMITTERS: usize = 8;
/// Of a server that is not told otherwise.
const MAIL_CONNECTIONS: usize = 4;
/// Between two forms of one submitter, so that on no machine the mails of all rounds take minutes.
const PAUSE: Duration = Duration::from_millis(15);
/// How long the mails of all rounds may take to leave.
const PATIENCE: Duration = Duration::from_secs(120);
const FORM: &str = "/artists/night-ferry/request";

/// Makes forms, each with a key and an address of its own.
struct Forms {
    disclaimer_sha256: String,
    made: Cell<usize>,
}

impl Forms {
    fn next(&self) -> String {
        let n = self.made.get() + 1;
        self.made.set(n);
        let (key, email) = (format!("key-under-load-{n}"), format!("p{n}@load.example"));
        booking_request(&key, &self.disclaimer_sha256, &email)
    }
}

/// What became of forms.
#[derive(Default)]
struct Sent {
    /// Each with the place that the answer led to.
    acknowledged: Vec<(String, String)>,
    /// Whoever sent these does not know whether they arrived.
    unanswered: Vec<String>,
}

/// Sends one form after another until the server is gone.
async fn submit(visitor: &Visitor, forms: &Forms) -> Sent {
    let mut sent = Sent::default();
    loop {
        let form = forms.next();
        match visitor.try_post(FORM, &form).await {
            Some(answer) => sent.acknowledged.push((form, answer.location())),
            None => {
                sent.unanswered.push(form);
                return sent;
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Kills a server a moment after it has begun to answer.
async fn strike(server: Server) {
    let moment = 100 + u64::from(u16::from_le_bytes(random_bytes())) % 301;
    tokio::time::sleep(Duration::from_millis(moment)).await;
    server.kill();
}

/// Lets the ten minutes pass after which what a killed worker had claimed is anybody's again.
async fn let_claims_run_out(installation: &Installation) {
    let later = Clock::system().now().plus(SignedDuration::from_mins(11));
    let db = installation.open(Clock::manual(later));
    db.write(tend).await.unwrap();
    db.close();
}

async fn wait_until_everything_is_sent(db: &Db) {
    let start = Instant::now();
    loop {
        let unfinished = db.read(|reader| {
            let rows = outbox::table.filter(outbox::finished_at.is_null());
            Ok(rows.count().get_result::<i64>(reader.conn)?)
        });
        match unfinished.await.unwrap() {
            0 => return,
            n => assert!(start.elapsed() < PATIENCE, "{n} mails do not leave"),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Compares requests, outbox and maildir; returns how many mails were delivered more than once.
async fn compare(installation: &Installation, db: &Db, acknowledged: &[(String, String)]) -> usize {
    let id = |place: &str| between(place, "/requests/", "/").parse::<i64>().unwrap();
    let acknowledged: HashSet<i64> = acknowledged.iter().map(|(_, place)| id(place)).collect();
    let requests = db.read(|reader| {
        Ok(booking_requests::table.select(booking_requests::id).load::<i64>(reader.conn)?)
    });
    let requests: HashSet<i64> = requests.await.unwrap().into_iter().collect();
    assert_eq!(acknowledged, requests, "every form is one request, and there is no other");

    type Row = (Option<i64>, Kind, State, String);
    let rows = db.read(|reader| {
        let columns = (outbox::request, outbox::kind, outbox::state, outbox::message_id);
        Ok(outbox::table.select(columns).load::<Row>(reader.conn)?)
    });
    let rows = rows.await.unwrap();
    assert!(rows.iter().all(|row| (row.1, row.2) == (Kind::ConfirmRequest, State::Sent)));
    assert_eq!(rows.len(), requests.len(), "one mail for each request");
    let mailed: HashSet<i64> = rows.iter().filter_map(|row| row.0).collect();
    assert_eq!(mailed, requests);

    let mut copies: HashMap<String, usize> = HashMap::new();
    for mail in installation.mails() {
        *copies.entry(mail.message_id).or_default() += 1;
    }
    let queued: HashSet<String> = rows.into_iter().map(|row| row.3).collect();
    let delivered: HashSet<String> = copies.keys().cloned().collect();
    assert_eq!(delivered, queued, "what was committed is mailed, and nothing else is");
    copies.values().map(|copies| copies - 1).sum()
}

async fn story(backend: Backend) {
    let installation = Installation::with_night_ferry(backend).await;
    let server = installation.serve().await;
    let page = server.visitor.get(FORM).await.text;
    let disclaimer_sha256 = hidden(&page, "disclaimer_hash").to_owned();
    server.kill();

    let forms = Forms { disclaimer_sha256, made: Cell::new(0) };
    let mut sent = Sent::default();
    for _ in 0..ROUNDS {
        let server = installation.serve().await;
        let visitor = server.visitor.clone();
        let load = join_all((0..SUBMITTERS).map(|_| submit(&visitor, &forms)));
        let (round, ()) = join(load, strike(server)).await;
        for submitted in round {
            sent.acknowledged.extend(submitted.acknowledged);
            sent.unanswered.extend(submitted.unanswered);
        }
    }
    let under_load = sent.acknowledged.len();
    assert!(under_load > ROUNDS, "a load of {under_load} requests is none");

    let_claims_run_out(&installation).await;
    let server = installation.serve().await;
    for (form, place) in sent.acknowledged.iter().step_by(under_load / 20) {
        assert_eq!(&server.visitor.post(FORM, form).await.location(), place);
    }
    for unanswered in sent.unanswered.chunks(SUBMITTERS) {
        let again = unanswered.iter().map(|form| server.visitor.post(FORM, form));
        let places = join_all(again).await.into_iter().map(|answer| answer.location());
        sent.acknowledged.extend(unanswered.iter().cloned().zip(places));
    }
    assert_eq!(sent.acknowledged.len(), forms.made.get());

    let db = installation.open(Clock::system());
    wait_until_everything_is_sent(&db).await;
    let (code, _) = server.terminate();
    assert_eq!(code, Some(0));
    let twice = compare(&installation, &db, &sent.acknowledged).await;
    // A blow falls between sending a mail and noting it, once for each connection at most.
    assert!(twice <= ROUNDS * MAIL_CONNECTIONS, "{twice} mails were delivered twice");
    println!("{under_load} requests under load, {} in all", sent.acknowledged.len());
    println!("{twice} mails were delivered a second time, under their one Message-ID");
    db.close();
}

#[test]
fn fifty_crashes_under_load_lose_nothing_on_sqlite() {
    actix_web::rt::System::new().block_on(story(Backend::Sqlite));
}

#[test]
fn fifty_crashes_under_load_lose_nothing_on_postgres() {
    actix_web::rt::System::new().block_on(story(Backend::Postgres));
}
