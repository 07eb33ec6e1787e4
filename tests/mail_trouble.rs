//! Delivering one finished mail to a server that refuses, falls silent or hangs up.

use std::time::Duration;

use soundpost::mail::transport::Outcome;

use crate::mail_transport::{later, parcel, sent, to_port, wait};
use crate::support::smtp_peers::{ScriptedSmtp, wants_all_messages};

/// Sends one mail for each step to a server that follows them. What becomes of it is the same whether
/// the server takes one command at a time or several.
fn outcomes_of<const N: usize>(steps: [&str; N]) -> [Outcome; N] {
    let [one, other] = ScriptedSmtp::both(&steps).map(|server| {
        wait(async {
            let mut transport = to_port(server.port);
            let mut outcomes = Vec::new();
            for _ in steps {
                outcomes.push(transport.deliver(&parcel()).await);
            }
            outcomes
        })
    });
    assert_eq!(one, other);
    one.try_into().unwrap()
}

#[test]
fn a_message_that_nobody_is_to_get_is_not_sent_and_the_next_mail_goes_on() {
    let (port, told) = wants_all_messages();
    wait(async {
        let mut transport = to_port(port);
        for _ in 0..2 {
            let outcome = transport.deliver(&parcel()).await;
            let Outcome::Refused { reply, .. } = outcome else { panic!("{outcome:?}") };
            assert_eq!(reply, "550 5.1.1 nobody");
        }
    });
    let told = told.join().unwrap();
    let verbs: Vec<&str> = told.iter().map(|told| told.split([' ', ':']).next().unwrap()).collect();
    let mail = ["MAIL", "RCPT", "DATA", ".", "RSET"];
    assert_eq!(verbs, [&["EHLO", "EHLO"], &mail[..], &mail[..]].concat());
}

#[test]
fn a_kept_connection_that_died_is_replaced_and_the_mail_goes_out_once() {
    let deaths: [&[&str]; 3] =
        [&["after drop"], &["after 421 4.4.2 idle too long"], &["accept -", "mail hang"]];
    for server in deaths.iter().flat_map(|steps| ScriptedSmtp::both(steps)) {
        wait(async {
            let mut transport = to_port(server.port);
            sent(&transport.deliver(&parcel()).await);
            tokio::time::sleep(Duration::from_millis(50)).await;
            sent(&transport.deliver(&parcel()).await);
        });
        let connections: Vec<u64> = server.arrived().iter().map(|mail| mail.connection).collect();
        assert_eq!(connections, [1, 2]);
    }
}

#[test]
fn a_kept_connection_that_refuses_a_sender_is_not_stale() {
    let server = ScriptedSmtp::start(&["accept -", "mail 450 4.7.1 slow down"]);
    wait(async {
        let mut transport = to_port(server.port);
        sent(&transport.deliver(&parcel()).await);
        let outcome = transport.deliver(&parcel()).await;
        assert_eq!(later(&outcome), ("450 4.7.1 slow down", false));
    });
}

#[test]
fn a_temporary_answer_at_any_stage_means_later() {
    let outcomes = outcomes_of([
        "mail 421 4.3.2 closing",
        "mail 451 4.3.0 not now",
        "rcpt 452 4.2.2 <mary@inbox.test> has no room",
        "data 451 4.3.0 nor now",
        "dot 451 4.7.1 nor ever again today",
    ]);
    let replies = outcomes.each_ref().map(later);
    let expected = [
        "421 4.3.2 closing",
        "451 4.3.0 not now",
        "452 4.2.2 <***> has no room",
        "451 4.3.0 nor now",
        "451 4.7.1 nor ever again today",
    ];
    assert_eq!(replies, expected.map(|reply| (reply, false)));
}

#[test]
fn a_permanent_answer_at_any_stage_means_never() {
    let outcomes = outcomes_of([
        "mail 550 5.7.1 you are not welcome",
        "rcpt 551 5.1.6 <mary@inbox.test> has moved",
        "data 554 5.5.1 nobody left",
        "dot 552 no room for so many words",
    ]);
    let refused = |reply: &str, code, enhanced: Option<&str>| Outcome::Refused {
        reply: reply.into(),
        code,
        enhanced: enhanced.map(str::to_owned),
    };
    let expected = [
        refused("550 5.7.1 you are not welcome", 550, Some("5.7.1")),
        refused("551 5.1.6 <***> has moved", 551, Some("5.1.6")),
        refused("554 5.5.1 nobody left", 554, Some("5.5.1")),
        refused("552 no room for so many words", 552, None),
    ];
    assert_eq!(outcomes, expected);
}

#[test]
fn a_refusal_in_another_charset_is_still_a_refusal() {
    let reply = "550 5.1.1 Empf?nger unbekannt".into();
    let enhanced = Some("5.1.1".into());
    let [outcome] = outcomes_of(["rcpt 550 5.1.1 Empfänger unbekannt"]);
    assert_eq!(outcome, Outcome::Refused { reply, code: 550, enhanced });
}

#[test]
fn a_server_that_turns_us_away_at_the_door_refuses_no_mail() {
    let outcomes = outcomes_of(["greeting 554 5.7.1 blocked", "greeting 421 4.3.2 busy"]);
    let replies = outcomes.each_ref().map(later);
    let expected = ["the mail server is not ready: 554", "the mail server is not ready: 421"];
    assert_eq!(replies, expected.map(|reply| (reply, false)));
}

#[test]
fn a_connection_lost_before_the_final_dot_means_later() {
    for outcome in outcomes_of(["greeting drop", "mail drop", "rcpt drop"]) {
        assert!(!later(&outcome).1, "{outcome:?}");
    }
}

#[test]
fn a_connection_lost_in_the_middle_of_a_long_message_means_later() {
    let server = ScriptedSmtp::start(&["data drop"]);
    let mut parcel = parcel();
    parcel.message.extend(b"All work and no play.\r\n".repeat(1_000_000));
    let outcome = wait(async { to_port(server.port).deliver(&parcel).await });
    assert!(!later(&outcome).1, "{outcome:?}");
    assert!(server.arrived().is_empty());
}

#[test]
fn a_connection_lost_after_the_final_dot_is_ambiguous() {
    for action in ["drop", "hang"] {
        let server = ScriptedSmtp::start(&[&format!("dot {action}")]);
        let outcome = wait(async { to_port(server.port).deliver(&parcel()).await });
        assert!(later(&outcome).1, "{action}: {outcome:?}");
        assert_eq!(server.arrived().len(), 1);
    }
}

#[test]
fn a_mail_that_may_have_been_accepted_is_not_sent_again_on_a_new_connection() {
    let server = ScriptedSmtp::start(&["accept -", "dot drop"]);
    wait(async {
        let mut transport = to_port(server.port);
        sent(&transport.deliver(&parcel()).await);
        assert!(later(&transport.deliver(&parcel()).await).1);
    });
    assert_eq!(server.arrived().len(), 2);
}

#[test]
fn a_server_that_falls_silent_is_left_in_time() {
    for outcome in outcomes_of(["greeting hang", "mail hang", "rcpt hang", "data hang"]) {
        assert_eq!(later(&outcome), ("the mail server did not answer in time", false));
    }
}

#[test]
fn a_port_where_nobody_listens_means_later() {
    let port = ScriptedSmtp::start(&[]).port;
    let outcome = wait(async { to_port(port).deliver(&parcel()).await });
    assert!(later(&outcome).0.starts_with("the mail server could not be reached: "));
}
