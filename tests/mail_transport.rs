//! Delivering one finished mail: what a mail server gets from us. What we make of one that fails
//! stands in `mail_trouble.rs`.

use std::fs::{self, Permissions};
use std::future::Future;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use soundpost::mail::mail_url::MailUrl;
use soundpost::mail::smtp::{Patience, SmtpTransport};
use soundpost::mail::transport::{Outcome, Parcel, Transport};

use crate::support::smtp_peers::{Postfix, ScriptedSmtp, meddler};

/// Runs one story to its end.
pub fn wait<T>(story: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(story)
}

fn transport(url: &str) -> Transport {
    Transport::open(&MailUrl::parse(url).unwrap(), "site.test").unwrap()
}

const PATIENCE: Patience = Patience {
    connect: Duration::from_secs(2),
    command: Duration::from_secs(1),
    message: Duration::from_secs(2),
    idle: Duration::from_secs(60),
};

/// In the clear, and with little patience.
pub fn to_port(port: u16) -> Transport {
    to_port_with(PATIENCE, port)
}

fn to_port_with(patience: Patience, port: u16) -> Transport {
    let url = MailUrl::parse(&format!("smtp://127.0.0.1:{port}")).unwrap();
    let MailUrl::Smtp(url) = url else { panic!("{url}") };
    let smtp = SmtpTransport::new(&url, "site.test").unwrap().with_patience(patience);
    Transport::Smtp(Box::new(smtp))
}

/// A small, complete mail.
pub fn parcel() -> Parcel {
    Parcel {
        envelope_from: Some("b-7kq2@site.test".into()),
        to: "mary@inbox.test".into(),
        message: b"From: account@site.test\r\nTo: mary@inbox.test\r\nSubject: Hi\r\n\
            Date: Sun, 22 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@site.test>\r\n\
            \r\nHello.\r\n"
            .to_vec(),
    }
}

/// The reply to a mail that was sent.
#[track_caller]
pub fn sent(outcome: &Outcome) -> &str {
    let Outcome::Sent { reply } = outcome else { panic!("{outcome:?}") };
    reply
}

/// The reply to a mail that has to wait, and whether it may have arrived all the same.
#[track_caller]
pub fn later(outcome: &Outcome) -> (&str, bool) {
    let Outcome::Later { reply, ambiguous } = outcome else { panic!("{outcome:?}") };
    (reply, *ambiguous)
}

#[test]
fn a_mail_reaches_a_real_server_without_a_byte_changed_even_where_lines_begin_with_dots() {
    let postfix = Postfix::start();
    let mut parcel = parcel();
    let body = b".\r\n..\r\n.hidden\r\nMAIL FROM:<x@y.test>\r\n\r\n.\r\nlast\r\n\r\n";
    parcel.message.extend_from_slice(body);
    let url = format!("smtp://127.0.0.1:{}", postfix.smtp);
    wait(async {
        let outcome = transport(&url).deliver(&parcel).await;
        assert!(sent(&outcome).starts_with("250 2.0.0 Ok: queued as "), "{outcome:?}");
    });
    let delivered = postfix.inbox(1).remove(0);
    let ours = String::from_utf8(parcel.message).unwrap().replace("\r\n", "\n");
    assert!(delivered.ends_with(&format!("\n{ours}")), "{delivered}");
    assert!(delivered.contains("Return-Path: <b-7kq2@site.test>\n"), "{delivered}");
    assert!(delivered.contains("Delivered-To: mary@inbox.test\n"), "{delivered}");
    assert!(delivered.contains("Received: from site.test "), "{delivered}");
}

#[test]
fn a_mail_without_a_sender_goes_out_with_the_null_sender() {
    let postfix = Postfix::start();
    let parcel = Parcel { envelope_from: None, ..parcel() };
    wait(async {
        let url = format!("smtp://127.0.0.1:{}", postfix.smtp);
        sent(&transport(&url).deliver(&parcel).await);
    });
    assert!(postfix.inbox(1)[0].contains("Return-Path: <>\n"));
}

#[test]
fn a_command_behind_a_real_server_gets_the_envelope_as_we_gave_it() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).unwrap();
    let file = folder.path().join("received");
    let postfix = Postfix::start_with_pipe(&format!("/usr/bin/tee {}", file.display()));
    let parcel = Parcel { to: "r-k7q2@relay.test".into(), ..parcel() };
    wait(async {
        let url = format!("smtp://127.0.0.1:{}", postfix.smtp);
        sent(&transport(&url).deliver(&parcel).await);
    });
    postfix.wait_for_log("relay=command, ");
    let received = fs::read_to_string(file).unwrap();
    assert!(received.contains("Return-Path: <b-7kq2@site.test>\n"), "{received}");
    assert!(received.contains("Delivered-To: r-k7q2@relay.test\n"), "{received}");
}

#[test]
fn a_refused_recipient_is_told_with_both_codes_and_without_the_address_and_the_next_mail_goes_on() {
    let postfix = Postfix::start();
    let stranger = Parcel { to: "unknown.mary@inbox.test".into(), ..parcel() };
    wait(async {
        let mut transport = transport(&format!("smtp://127.0.0.1:{}", postfix.smtp));
        let expected = Outcome::Refused {
            reply: "550 5.1.1 <***>: Recipient address rejected: User unknown in virtual mailbox \
                    table"
                .into(),
            code: 550,
            enhanced: Some("5.1.1".into()),
        };
        assert_eq!(transport.deliver(&stranger).await, expected);
        sent(&transport.deliver(&parcel()).await);
        transport.close().await;
    });
    postfix.inbox(1);
    postfix.wait_for_log("mail=2 rcpt=1/2 data=1/2 rset=1 quit=1");
}

#[test]
fn starttls_and_tls_from_the_first_byte_both_encrypt_and_both_check_the_certificate() {
    let postfix = Postfix::start();
    let ca = format!("ca={}", postfix.ca().display());
    let (smtp, smtps) = (postfix.smtp, postfix.smtps);
    let trusting = [
        format!("smtp://localhost:{smtp}?tls=required&{ca}"),
        format!("smtp://127.0.0.1:{smtp}?tls=opportunistic&{ca}"),
        format!("smtps://localhost:{smtps}?{ca}"),
    ];
    let without_the_authority = [
        format!("smtp://localhost:{smtp}?tls=required"),
        format!("smtp://localhost:{smtp}?tls=opportunistic"),
        format!("smtps://localhost:{smtps}"),
    ];
    let by_a_name_not_in_it = [
        format!("smtp://mx.localhost:{smtp}?tls=required&{ca}"),
        format!("smtps://127.0.0.2:{smtps}?{ca}"),
    ];
    wait(async {
        for url in &trusting {
            let mut transport = transport(url);
            sent(&transport.deliver(&parcel()).await);
            sent(&transport.deliver(&parcel()).await);
            transport.close().await;
        }
        for url in &without_the_authority {
            let outcome = transport(url).deliver(&parcel()).await;
            let (reply, ambiguous) = later(&outcome);
            assert!(reply.starts_with("no secure connection to the mail server: "), "{reply}");
            assert!(!ambiguous);
        }
        for url in &by_a_name_not_in_it {
            later(&transport(url).deliver(&parcel()).await);
        }
    });
    let delivered = postfix.inbox(6);
    assert_eq!(delivered.len(), 6);
    for mail in delivered {
        assert!(mail.contains("(using TLSv1.3"), "{mail}");
    }
}

#[test]
fn a_server_without_starttls_gets_no_mail_where_encryption_is_required() {
    let server = ScriptedSmtp::start(&[]);
    let port = server.port;
    wait(async {
        let mut strict = transport(&format!("smtp://127.0.0.1:{port}?tls=required"));
        let outcome = strict.deliver(&parcel()).await;
        assert_eq!(later(&outcome).0, "the mail server does not offer encryption (STARTTLS)");
        assert!(server.arrived().is_empty());
        let mut lenient = transport(&format!("smtp://127.0.0.1:{port}?tls=opportunistic"));
        sent(&lenient.deliver(&parcel()).await);
    });
}

#[test]
fn what_was_said_before_the_encryption_began_is_not_believed() {
    let url = format!("smtp://user:hunter2@127.0.0.1:{}?tls=required", meddler());
    let outcome = wait(async { transport(&url).deliver(&parcel()).await });
    assert!(later(&outcome).0.contains("meddles"), "{outcome:?}");
}

#[test]
fn mails_share_a_connection_also_after_one_was_refused_or_put_off() {
    let steps = [
        "accept -",
        "mail 550 5.7.1 not from you",
        "rcpt 451 4.7.1 greylisted",
        "data 452 4.3.1 disk full",
        "dot 554 5.6.0 not like this",
    ];
    for server in ScriptedSmtp::both(&steps) {
        wait(async {
            let mut transport = to_port(server.port);
            for _ in 0..6 {
                transport.deliver(&parcel()).await;
            }
        });
        let arrived = server.arrived();
        assert_eq!(arrived.len(), 3, "the first, the one refused after its dot, and the last");
        assert!(arrived.iter().all(|mail| mail.connection == 1), "{arrived:?}");
        assert_eq!((&*arrived[2].from, &*arrived[2].to), ("b-7kq2@site.test", "mary@inbox.test"));
        assert_eq!(arrived[2].message, parcel().message);
    }
}

#[test]
fn a_mail_does_not_wait_for_a_delayed_acknowledgement() {
    const MAILS: u32 = 50;
    let server = ScriptedSmtp::start(&[]);
    let took = wait(async {
        let mut transport = to_port(server.port);
        transport.deliver(&parcel()).await;
        let start = Instant::now();
        for _ in 0..MAILS {
            transport.deliver(&parcel()).await;
        }
        start.elapsed()
    });
    assert_eq!(server.arrived().len(), 51);
    // The kernel delays an acknowledgement by 40 ms, in which Nagle's algorithm would hold back
    // the final dot.
    assert!(took < MAILS * Duration::from_millis(40), "{took:?}");
}

#[test]
fn a_connection_is_not_kept_beyond_its_time_nor_after_closing() {
    let server = ScriptedSmtp::start(&[]);
    wait(async {
        let short = Patience { idle: Duration::ZERO, ..PATIENCE };
        let mut transport = to_port_with(short, server.port);
        sent(&transport.deliver(&parcel()).await);
        sent(&transport.deliver(&parcel()).await);
        let mut transport = to_port(server.port);
        sent(&transport.deliver(&parcel()).await);
        transport.close().await;
        sent(&transport.deliver(&parcel()).await);
    });
    let connections: Vec<u64> = server.arrived().iter().map(|mail| mail.connection).collect();
    assert_eq!(connections, [1, 2, 3, 4]);
}

#[test]
fn we_sign_in_by_the_mechanism_the_server_knows() {
    for mechanism in ["PLAIN", "LOGIN"] {
        let server = ScriptedSmtp::start_with_sign_in("soundpost", "p#ss", mechanism);
        let url = format!("smtp://soundpost:p%23ss@127.0.0.1:{}", server.port);
        wait(async { sent(&transport(&url).deliver(&parcel()).await).to_owned() });
        assert_eq!(server.arrived()[0].user.as_deref(), Some("soundpost"));
    }
}

#[test]
fn a_wrong_password_refuses_no_mail_and_is_not_told() {
    let server = ScriptedSmtp::start_with_sign_in("soundpost", "right", "PLAIN");
    let wrong = format!("smtp://soundpost:hunter2@127.0.0.1:{}", server.port);
    let outcome = wait(async { transport(&wrong).deliver(&parcel()).await });
    assert_eq!(later(&outcome), ("the mail server does not let us sign in: 535", false));
    let none = format!("smtp://127.0.0.1:{}", server.port);
    let outcome = wait(async { transport(&none).deliver(&parcel()).await });
    assert_eq!(later(&outcome), ("530 5.7.0 Authentication required", false));
}

#[test]
fn an_international_address_asks_for_smtputf8_and_eight_bits_for_8bitmime() {
    let server = ScriptedSmtp::start(&[]);
    let mut parcel = Parcel { to: "märy@bücher.test".into(), ..parcel() };
    parcel.message.extend_from_slice("Grüße\r\n".as_bytes());
    wait(async { sent(&to_port(server.port).deliver(&parcel).await).to_owned() });
    let arrived = server.arrived().remove(0);
    assert_eq!(arrived.to, "märy@xn--bcher-kva.test");
    assert_eq!(arrived.parameters, ["SMTPUTF8", "BODY=8BITMIME"]);
    assert_eq!(arrived.message, parcel.message);
}

#[test]
fn a_message_that_could_smuggle_another_is_not_sent() {
    let server = ScriptedSmtp::start(&[]);
    let mut parcel = parcel();
    parcel.message.extend_from_slice(b"bye\r\n\n.\nMAIL FROM:<eve@evil.test>\r\n");
    let outcome = wait(async { to_port(server.port).deliver(&parcel).await });
    assert!(matches!(outcome, Outcome::Refused { code: 554, .. }), "{outcome:?}");
    assert!(server.arrived().is_empty());
}
