//! The outbox: what becomes of a mail on its way, whoever fails.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use jiff::SignedDuration;
use soundpost::db::{DbUrl, migrate, schema};
use soundpost::mail::Kind;
use soundpost::mail::outbox::{self, Ending, State};
use soundpost::mail::transport::Outcome;

use crate::support::Site;

fn later(reply: &str) -> Outcome {
    Outcome::Later { reply: reply.into(), ambiguous: false }
}

async fn states(site: &Site) -> Vec<State> {
    site.mails().await.into_iter().map(|mail| mail.state).collect()
}

/// One mail in the outbox.
async fn one_mail(site: &Site) {
    site.list_night_ferry().await;
    assert_eq!(site.submit(&site.filled_form().await).await.status, 303);
}

on_both! {
    async fn a_mail_is_sent_once_with_the_id_it_was_queued_with(site: Site) {
        one_mail(&site).await;
        site.send_mails().await;
        site.send_mails().await;
        let sent = site.sent.take();
        assert_eq!(sent.len(), 1);
        let mail = site.mail_of(Kind::ConfirmRequest).await;
        let message = String::from_utf8(sent[0].message.clone()).unwrap();
        assert!(message.contains(&format!("Message-ID: {}", mail.message_id)), "{message}");
        assert!(message.contains("Auto-Submitted: auto-generated"));
        assert!(message.contains("multipart/alternative"));
        assert_eq!(sent[0].to, "jonas@speicher7.example");
        assert_eq!(states(&site).await, [State::Sent]);
    }

    async fn a_temporary_refusal_is_tried_again_after_growing_pauses(site: Site) {
        one_mail(&site).await;
        let first = site.mail_of(Kind::ConfirmRequest).await.message_id;
        for minutes in [2, 7, 20, 76] {
            site.sent.answer_next(later("451 4.3.0 try again"));
            site.send_mails().await;
            assert_eq!(states(&site).await, [State::Retry]);
            site.send_mails().await;
            assert!(site.sent.take().is_empty(), "not before its time");
            site.clock.advance(SignedDuration::from_mins(minutes));
        }
        site.send_mails().await;
        assert_eq!(states(&site).await, [State::Sent]);
        let sent = site.sent.take();
        assert_eq!(sent.len(), 1);
        assert!(String::from_utf8_lossy(&sent[0].message).contains(&first));
    }

    async fn a_mail_that_cannot_be_sent_for_two_days_is_given_up(site: Site) {
        one_mail(&site).await;
        for _ in 0..12 {
            site.sent.answer_next(later("421 4.4.2 no answer"));
            site.send_mails().await;
            site.clock.advance(SignedDuration::from_hours(16));
        }
        assert_eq!(states(&site).await, [State::Failed]);
        site.send_mails().await;
        assert!(site.sent.take().is_empty());
    }

    async fn a_permanent_refusal_is_final(site: Site) {
        one_mail(&site).await;
        let refused = Outcome::Refused {
            reply: "550 5.1.1 unknown".into(), code: 550, enhanced: Some("5.1.1".into()),
        };
        site.sent.answer_next(refused);
        site.send_mails().await;
        assert_eq!(states(&site).await, [State::Failed]);
        site.clock.advance(SignedDuration::from_hours(24));
        site.send_mails().await;
        assert!(site.sent.take().is_empty());
    }

    async fn two_workers_never_take_the_same_mail(site: Site) {
        one_mail(&site).await;
        let id = site.mail_of(Kind::ConfirmRequest).await.id;
        let other = site.another_node();
        let first = site.db.write(move |tx| outbox::claim(tx, &[id])).await.unwrap();
        let second = other.write(move |tx| outbox::claim(tx, &[id])).await.unwrap();
        assert_eq!((first.len(), second.len()), (1, 0));
        // The first worker dies with its claim; ten minutes later another gets the mail.
        site.send_mails().await;
        assert!(site.sent.take().is_empty());
        site.clock.advance(SignedDuration::from_mins(11));
        site.tick().await;
        site.send_mails().await;
        assert_eq!(site.sent.take().len(), 1);
        other.close();
    }

    async fn bodies_are_blanked_a_week_after_sending(site: Site) {
        site.list_night_ferry().await;
        site.sent_request().await;
        site.send_mails().await;
        site.clock.advance(SignedDuration::from_hours(7 * 24 - 1));
        site.tick().await;
        assert!(site.mails().await.iter().all(|mail| mail.letter.is_some()));
        site.clock.advance(SignedDuration::from_hours(2));
        site.tick().await;
        let mails = site.mails().await;
        assert_eq!(mails.len(), 3);
        assert!(mails.iter().all(|mail| mail.letter.is_none()));
    }

    async fn an_old_outbox_only_warns(site: Site) {
        one_mail(&site).await;
        assert_eq!(site.get("/readyz").await.text, "ready\n");
        site.clock.advance(SignedDuration::from_mins(20));
        let ready = site.get("/readyz").await;
        assert_eq!(ready.status, 200);
        assert!(ready.text.contains("20 minutes"), "{}", ready.text);
    }

    async fn one_unreadable_row_keeps_no_other_mail(site: Site) {
        one_mail(&site).await;
        let mut conn = migrate::connect(&site.url).unwrap();
        // A byte of the ciphertext is lost.
        let broken = match &site.url {
            DbUrl::Sqlite(_) => "UPDATE outbox SET mail = substr(mail, 1, 60)",
            DbUrl::Postgres(_) => "UPDATE outbox SET mail = substring(mail from 1 for 60)",
        };
        conn.batch_execute(broken).unwrap();
        let other = site.filled_form().await
            .set("key", "key-of-the-second-one")
            .set("email", "other@venue.example");
        assert_eq!(site.submit(&other).await.status, 303);
        site.send_mails().await;
        let sent = site.sent.take();
        assert_eq!(sent.len(), 1);
        assert_eq!(sent[0].to, "other@venue.example");
        // It is not given up at once: the key that opens it may come back.
        let states = site.db.read(|reader| {
            let rows = schema::outbox::table.order(schema::outbox::id);
            Ok(rows.select(schema::outbox::state).load::<State>(reader.conn)?)
        });
        assert_eq!(states.await.unwrap(), [State::Retry, State::Sent]);
    }

    async fn a_claim_that_was_given_to_another_is_not_renewed(site: Site) {
        one_mail(&site).await;
        let id = site.mail_of(Kind::ConfirmRequest).await.id;
        let mine = site.db.write(move |tx| outbox::claim(tx, &[id])).await.unwrap().remove(0);
        let own = mine.clone();
        assert!(site.db.write(move |tx| outbox::renew(tx, &own)).await.unwrap().is_some());
        site.clock.advance(SignedDuration::from_mins(11));
        site.tick().await;
        let others = site.db.write(move |tx| outbox::claim(tx, &[id])).await.unwrap();
        assert_eq!(others.len(), 1);
        let (late, own) = (mine.clone(), mine.clone());
        assert!(site.db.write(move |tx| outbox::renew(tx, &mine)).await.unwrap().is_none());
        // Who lost it has nothing to say any more, but that the mail has left.
        let later = Ending::Later("451 not now".into());
        site.db.write(move |tx| outbox::record(tx, &late, &later, 0)).await.unwrap();
        assert_eq!(site.mail_of(Kind::ConfirmRequest).await.state, State::Sending);
        site.db.write(move |tx| outbox::record(tx, &own, &Ending::Sent, 0)).await.unwrap();
        assert_eq!(site.mail_of(Kind::ConfirmRequest).await.state, State::Sent);
    }
}
