//! Two sides that do anything at any time, from what their pages offer: whatever happens is recorded
//! once, told once to the side that did not act, and no look at a page changes anything.

use diesel::RunQueryDsl;
use jiff::SignedDuration;
use soundpost::booking_requests::{Actor, State, store, thread_store};
use soundpost::ids::RequestId;
use soundpost::people::links::Side;

use crate::support::form::{ARTIST, PROMOTER};
use crate::support::{Answer, Site};

/// Numbers that look like chance and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % most as u64).unwrap()
    }
}

/// What a page could have changed.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    state: State,
    events: Vec<(Actor, String)>,
    messages: usize,
    mails: usize,
    /// Rows of what stands beside requests.
    rows: Vec<i64>,
}

#[derive(diesel::QueryableByName)]
struct Rows {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    rows: i64,
}

/// The tables that reading or a refused move could write to.
const BESIDE: [&str; 7] = [
    "request_news",
    "request_marks",
    "message_drafts",
    "holds",
    "links",
    "revisions",
    "acceptances",
];

async fn seen(site: &Site, id: RequestId) -> Seen {
    let mails = site.mails().await.len();
    let read = site.db.read(move |reader| {
        let request = store::get_request(reader, id)?;
        let events = thread_store::list_events(reader, &request)?;
        Ok(Seen {
            state: request.state,
            events: events.iter().map(|one| (one.actor, one.step.as_str().to_owned())).collect(),
            messages: thread_store::list_messages(reader, &request)?.len(),
            mails: 0,
            rows: BESIDE
                .iter()
                .map(|table| {
                    let count = format!("SELECT count(*) AS rows FROM {table}");
                    let found = diesel::sql_query(count).get_result::<Rows>(reader.conn);
                    found.unwrap_or_else(|error| panic!("{table}: {error}")).rows
                })
                .collect(),
        })
    });
    Seen { mails, ..read.await.unwrap() }
}

/// The moves that a page of a thread offers.
fn offered(page: &str, thread: &str) -> Vec<String> {
    const MOVES: [&str; 11] = [
        "accept", "counter", "hold", "let_go", "confirm", "cancel", "complete", "decline",
        "withdraw", "nudge", "stand",
    ];
    let is_there = |step: &&&str| page.contains(&format!("href=\"{thread}/{step}\""));
    MOVES.iter().filter(is_there).map(|step| (*step).to_owned()).collect()
}

async fn make(site: &Site, thread: &str, step: &str, number: usize) -> Answer {
    match step {
        "accept" => site.accept(thread).await,
        "counter" => site.counter(thread, &[("amount", &format!("{}", 1_000 + number))]).await,
        "hold" => {
            let page = site.get(&format!("{thread}/hold")).await.text;
            let until = page.split("name=\"until\"").nth(1).unwrap();
            let until = until.split("value=\"").nth(1).unwrap().split('"').next().unwrap();
            site.hold(thread, until).await
        }
        "confirm" => site.confirm_night(thread).await,
        "cancel" => site.post(&format!("{thread}/cancel"), &[("reason", "event_off")]).await,
        step => site.make(thread, step).await,
    }
}

/// Makes every move that is not offered, with all that it would ask for: none of them goes through.
async fn overreach(site: &Site, thread: &str, offered: &[String]) {
    let agreed = [("agreed_elsewhere", "yes"), ("plays_both", "yes")];
    for (step, fields) in [
        ("let_go", &[][..]),
        ("challenge", &[]),
        ("stand", &[]),
        ("complete", &[]),
        ("nudge", &[]),
        ("withdraw", &[]),
        ("decline", &[("reason", "busy")]),
        ("cancel", &[("reason", "event_off")]),
        ("confirm", &agreed),
        ("expire", &[]),
        ("quarantine", &[]),
        ("send", &[]),
    ] {
        if offered.iter().any(|one| one == step) {
            continue;
        }
        let refused = site.post(&format!("{thread}/{step}"), fields).await;
        assert!([404, 409].contains(&refused.status), "{step}: {}", refused.status);
    }
}

/// Opens every page of a thread, by GET and by HEAD.
async fn look_everywhere(site: &Site, thread: &str) {
    for page in [
        "",
        "/sheet",
        "/night.ics",
        "/dossier.zip",
        "/counter",
        "/accept",
        "/hold",
        "/let_go",
        "/confirm",
        "/cancel",
        "/complete",
        "/decline",
        "/withdraw",
        "/nudge",
        "/challenge",
        "/stand",
    ] {
        let path = format!("{thread}{page}");
        let (answer, _) = site.bytes(&path, &[]).await;
        assert!([200, 404, 409].contains(&answer.status), "{path}: {}", answer.status);
        let head = site.head(&path).await;
        assert_eq!(head, answer.status, "{path}");
    }
}

async fn walk(site: &Site, seed: u64) -> State {
    let mut dice = Dice(seed);
    let form = site.filled_form().await.set("key", &format!("key-of-walk-{seed}-0123456"));
    let (promoter, artist) =
        site.sent_request_of(&form.set("event_name", &format!("Walk {seed}"))).await;
    let id = site.request_at(&promoter).await;
    for number in 0..14 {
        if dice.below(4) == 0 {
            site.clock.advance(SignedDuration::from_hours(24 * (1 + dice.below(6) as i64)));
            let before = seen(site, id).await;
            site.tick().await;
            let after = seen(site, id).await;
            let new = &after.events[before.events.len()..];
            assert!(new.iter().all(|(actor, _)| *actor == Actor::System), "{new:?}");
            continue;
        }
        let (side, thread, own, other) = match dice.below(2) {
            0 => (Side::Promoter, &promoter, PROMOTER, ARTIST),
            _ => (Side::Artist, &artist, ARTIST, PROMOTER),
        };
        let before = seen(site, id).await;
        look_everywhere(site, thread).await;
        assert_eq!(seen(site, id).await, before, "looking changes nothing");
        let moves = offered(&site.get(thread).await.text, thread);
        overreach(site, thread, &moves).await;
        assert_eq!(seen(site, id).await, before, "what is not offered changes nothing");
        if moves.is_empty() {
            continue;
        }
        let step = &moves[dice.below(moves.len())];
        let told = site.told().await;
        site.clock.advance(SignedDuration::from_mins(7));
        let made = make(site, thread, step, number).await;
        assert_eq!(
            made.status, 303,
            "{seed}: {step} was offered in {:?}: {}",
            before.state, made.text
        );
        let after = seen(site, id).await;
        let new = &after.events[before.events.len()..];
        let by_side: Vec<_> = new.iter().filter(|(actor, _)| *actor == Actor::from(side)).collect();
        assert_eq!(by_side.len(), 1, "{seed}: {step} is recorded once: {new:?}");
        assert_eq!(&by_side[0].1, step);
        let mails = site.told_since(told).await;
        assert_eq!(
            mails.iter().filter(|(to, _)| to == other).count(),
            1,
            "{seed}: {step}: {mails:?}"
        );
        // Who accepts the disclaimer for the act gets the receipt of it, once.
        let own = mails.iter().filter(|(to, _)| to == own).count();
        assert!(
            own <= usize::from(
                side == Side::Artist && ["accept", "counter"].contains(&step.as_str())
            )
        );
    }
    seen(site, id).await.state
}

on_both! {
    async fn whatever_two_sides_do_is_recorded_once_and_told_once(site: Site) {
        site.list_night_ferry().await;
        let mut ends = std::collections::BTreeSet::new();
        for seed in [3, 11, 29, 41] {
            ends.insert(walk(&site, seed).await.as_str());
        }
        assert!(ends.len() >= 2, "the walks end in different places: {ends:?}");
    }
}
