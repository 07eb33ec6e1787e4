//! An account moves to another address, and is taken back.

use jiff::SignedDuration;
use soundpost::mail::Kind;
use soundpost::mail::mailbox_store::Stored;

use super::access::freeze_account;
use super::second_factor::with_factor;
use crate::support::form::PROMOTER;
use crate::support::member::{Member, joining};
use crate::support::{Site, link_in};

const NEW: &str = "jonas@new-harbour.example";

fn to(mail: &Stored) -> &str {
    &mail.letter.as_ref().unwrap().to
}

async fn ask(site: &Site, member: &Member) -> String {
    let asked = member.post("/account/address", &[("email", NEW)]).await;
    assert_eq!(asked.location(), "/account/address/sent");
    let mail = site.mail_of(Kind::ConfirmAddress).await;
    assert_eq!(to(&mail), NEW);
    link_in(&mail, "/account/address/")
}

async fn ask_from(site: &Site, member: &Member) -> String {
    assert_eq!(member.post("/account/address", &[("email", NEW)]).await.status, 303);
    link_in(&site.mail_of(Kind::ConfirmAddress).await, "/account/address/")
}

/// The link by which the old address takes it back.
async fn undo_link(site: &Site) -> String {
    let told = site.mail_of(Kind::SecurityNotice).await;
    assert_eq!(to(&told), PROMOTER);
    link_in(&told, "/account/address/undo/")
}

on_both! {
    async fn it_moves_by_the_button_at_the_new_address_with_all_that_is_its(site: Site) {
        site.list_night_ferry().await;
        site.sent_request().await;
        let member = Member::join(&site, PROMOTER, "Jonas").await;
        let ticket = [("topic", "privacy"), ("message", "canary-of-the-ticket"), ("email", PROMOTER)];
        site.post("/contact", &ticket).await;
        let link = ask(&site, &member).await;
        // Opening it does nothing.
        for _ in 0..2 {
            assert_eq!(site.get(&link).await.status, 200);
        }
        assert!(member.get("/account").await.text.contains(PROMOTER));
        assert_eq!(site.post(&link, &[]).await.status, 200);
        assert_eq!(site.post(&link, &[]).await.status, 404);
        let page = member.get("/account").await.text;
        assert!(page.contains(NEW) && !page.contains(PROMOTER), "{page}");
        assert!(member.get("/requests").await.text.contains("Harbour Night"));
        assert!(member.get("/account/data").await.text.contains("canary-of-the-ticket"));
        // Mails go to the new one, links to sign in as well; for the old one there is nobody.
        let artist = link_in(&site.mail_of(Kind::NewRequest).await, "/t/");
        site.post(&format!("{artist}/reply"), &[("key", "k"), ("message", "Who opens?")]).await;
        assert_eq!(to(&site.mail_of(Kind::NewMessage).await), NEW);
        Member::sign_in(&site, NEW).await;
        let before = site.mails_of(Kind::SignInLink).await.len();
        site.post("/sign-in", &[("email", PROMOTER)]).await;
        assert_eq!(site.mails_of(Kind::SignInLink).await.len(), before);
    }

    async fn the_old_address_takes_it_back_for_seven_days(site: Site) {
        let member = Member::join(&site, PROMOTER, "Jonas").await;
        let link = ask(&site, &member).await;
        site.post(&link, &[]).await;
        let undo = undo_link(&site).await;
        let thief = Member::sign_in(&site, NEW).await;
        assert_eq!(site.get(&undo).await.status, 200);
        site.clock.advance(SignedDuration::from_hours(6 * 24));
        assert_eq!(site.post(&undo, &[]).await.status, 200);
        for out in [&member, &thief] {
            assert_eq!(out.get("/account").await.status, 303);
        }
        assert_eq!(to(&site.mail_of(Kind::SecurityNotice).await), PROMOTER);
        let back = Member::sign_in(&site, PROMOTER).await;
        assert!(back.get("/account").await.text.contains(PROMOTER));
        assert_eq!(site.post(&undo, &[]).await.status, 404);

        let link = ask(&site, &back).await;
        site.post(&link, &[]).await;
        let undo = undo_link(&site).await;
        site.clock.advance(SignedDuration::from_hours(7 * 24 + 1));
        assert_eq!(site.post(&undo, &[]).await.status, 404);
    }

    async fn an_address_that_is_known_is_not_taken_over(site: Site) {
        let member = Member::join(&site, PROMOTER, "Jonas").await;
        Member::join(&site, NEW, "Anna").await;
        // Who asks learns nothing; who reads mail there learns why.
        let link = ask(&site, &member).await;
        let refused = site.post(&link, &[]).await;
        assert!(refused.status == 409 && refused.text.contains("known here already"));
        assert!(member.get("/account").await.text.contains(PROMOTER));
    }

    async fn nobody_blocks_the_way_back_by_typing_the_old_address(site: Site) {
        site.list_night_ferry().await;
        let member = Member::join(&site, PROMOTER, "Jonas").await;
        let link = ask(&site, &member).await;
        // Nor the way there.
        site.post("/join", &joining(NEW, "Anybody")).await;
        assert_eq!(site.post(&link, &[]).await.status, 200);
        let undo = undo_link(&site).await;
        site.post("/join", &joining(PROMOTER, "Anybody")).await;
        let ticket = [("topic", "privacy"), ("message", "Hello."), ("email", PROMOTER)];
        site.post("/contact", &ticket).await;
        assert_eq!(site.submit(&site.filled_form().await).await.status, 303);
        let taken = site.post(&undo, &[]).await;
        assert_eq!(taken.status, 200, "{}", taken.text);
        let back = Member::sign_in(&site, PROMOTER).await;
        assert!(back.get("/account").await.text.contains(PROMOTER));
    }

    async fn who_took_it_does_not_come_back_by_what_they_set_up(site: Site) {
        let member = Member::join(&site, PROMOTER, "Jonas").await;
        let link = ask(&site, &member).await;
        site.post(&link, &[]).await;
        let undo = undo_link(&site).await;
        site.clock.advance(SignedDuration::from_mins(1));
        let thief = Member::sign_in(&site, NEW).await;
        let (thief, _, codes) = with_factor(&site, &thief).await;
        let password = [("password", "Ein Nebelhorn im November")];
        assert_eq!(thief.post("/account/password", &password).await.status, 303);
        assert_eq!(site.post(&undo, &[]).await.status, 200);
        let told = site.mail_of(Kind::SecurityNotice).await.letter.unwrap();
        assert!(told.text.contains("was set up since the move"), "{}", told.text);
        let signed_in = site.post("/sign-in/password", &[("email", PROMOTER), password[0]]).await;
        assert_eq!(signed_in.status, 422);
        let owner = Member::sign_in(&site, PROMOTER).await;
        assert_eq!(owner.get("/account").await.status, 200, "no factor is asked for: {codes:?}");
    }

    async fn a_link_mailed_to_the_old_address_signs_nobody_in_after_the_move(site: Site) {
        let member = Member::join(&site, PROMOTER, "Jonas").await;
        let link = ask(&site, &member).await;
        site.post("/sign-in", &[("email", PROMOTER)]).await;
        let old = link_in(&site.mail_of(Kind::SignInLink).await, "/sign-in/");
        site.post(&link, &[]).await;
        assert_eq!(site.post(&old, &[]).await.status, 404);
    }

    async fn a_frozen_account_stays_where_it_is_and_capitals_are_no_other_address(site: Site) {
        let member = Member::join(&site, PROMOTER, "Jonas").await;
        let capitals = PROMOTER.replace("jonas", "Jonas");
        assert_eq!(member.post("/account/address", &[("email", &capitals)]).await.status, 303);
        let link = link_in(&site.mail_of(Kind::ConfirmAddress).await, "/account/address/");
        assert_eq!(site.post(&link, &[]).await.status, 200);
        assert!(member.get("/account").await.text.contains(&capitals));
        let link = ask_from(&site, &member).await;
        freeze_account(&site, &capitals).await;
        assert_eq!(site.post(&link, &[]).await.status, 404);
    }

    async fn a_move_that_somebody_asked_for_is_void_once_a_sign_in_is_ended(site: Site) {
        Member::join(&site, PROMOTER, "Jonas").await;
        let password = [("password", "a fog horn in the fog")];
        for (path, fields) in [("/account/sessions/end-others", &[][..]), ("/account/password", &password)] {
            site.clock.advance(SignedDuration::from_mins(40));
            let thief = Member::sign_in(&site, PROMOTER).await;
            let link = ask(&site, &thief).await;
            assert_eq!(site.get(&link).await.status, 200);
            let owner = Member::sign_in(&site, PROMOTER).await;
            assert_eq!(owner.post(path, fields).await.status, 303);
            assert_eq!(site.post(&link, &[]).await.status, 404, "{path}");
        }
        site.clock.advance(SignedDuration::from_mins(40));
        assert!(Member::sign_in(&site, PROMOTER).await.get("/account").await.text.contains(PROMOTER));
    }

    async fn it_needs_a_fresh_sign_in_and_an_address(site: Site) {
        let member = Member::join(&site, PROMOTER, "Jonas").await;
        for (email, why) in [("jonas@localhost", "is not an e-mail address"), (PROMOTER, "already")] {
            let refused = member.post("/account/address", &[("email", email)]).await;
            assert!(refused.status == 422 && refused.text.contains(why), "{email}");
        }
        let link = ask(&site, &member).await;
        site.clock.advance(SignedDuration::from_mins(16));
        assert!(member.get("/account/address").await.text.contains("First sign in again"));
        let stale = member.post("/account/address", &[("email", "x@elsewhere.example")]).await;
        assert_eq!(stale.location(), "/account/address");
        assert_eq!(site.mails_of(Kind::ConfirmAddress).await.len(), 1);
        site.clock.advance(SignedDuration::from_hours(24));
        assert_eq!(site.post(&link, &[]).await.status, 404);
    }
}
