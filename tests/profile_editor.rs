//! An artist's own people edit its page.

use soundpost::artists::{self, Facts, Listing, OutsideLink, edit_store, store};
use soundpost::error::Error;
use soundpost::mail::Kind;
use soundpost::moderation::hiding;
use soundpost::people::EmailAddress;

use crate::support::form::{ARTIST, PROMOTER, facts};
use crate::support::member::Member;
use crate::support::visitor::{between, hidden};
use crate::support::{Answer, Site, link_in};

const EDIT: &str = "/artists/night-ferry/edit";

/// The form as the page shows it, with some values changed.
pub async fn edited<'a>(member: &Member, changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, String)> {
    let page = member.get(EDIT).await.text;
    let mut form = vec![
        ("seen", hidden(&page, "seen").to_owned()),
        ("name", "Night Ferry".to_owned()),
        ("slug", "night-ferry".to_owned()),
        ("genre1", "ambient".to_owned()),
        ("genre2", "electro".to_owned()),
        ("country", "EE".to_owned()),
        ("city", "Tallinn".to_owned()),
        ("bio", "Tapes from the engine room.".to_owned()),
        ("plays_live", "yes".to_owned()),
    ];
    for (name, value) in changes {
        match form.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => (*value).clone_into(old),
            None => form.push((name, (*value).to_owned())),
        }
    }
    form
}

async fn save(member: &Member, form: &[(&str, String)]) -> Answer {
    let form: Vec<(&str, &str)> =
        form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    member.post(EDIT, &form).await
}

async fn listing(site: &Site) -> &'static str {
    let act = site.db.read(|reader| store::find_by_slug(reader, "night-ferry")).await.unwrap();
    act.unwrap().facts.listing.as_str()
}

on_both! {
    async fn the_team_edits_and_everybody_sees_it(site: Site) {
        site.list_night_ferry().await;
        let mari = Member::join(&site, ARTIST, "Mari").await;
        assert!(mari.get("/requests").await.text.contains("/artists/night-ferry/edit"));
        let form = edited(&mari, &[
            ("bio", "Now with <b>brass</b>.\n\nAnd a boat."),
            ("genre2", "dub"),
            ("links", "The boat https://boat.example/tickets"),
            ("notice_days", "40"),
            ("fee", "1,200"),
            ("currency", "EUR"),
            ("countries", "Estonia, Germany"),
            ("kind_festival", "yes"),
        ]).await;
        assert_eq!(save(&mari, &form).await.location(), format!("{EDIT}?saved=yes"));
        let page = site.get("/artists/night-ferry").await.text;
        for words in ["Now with &#60;b&#62;brass&#60;/b&#62;.", "And a boat.", "The boat", "at least 40 days",
            "from EUR 1,200", "Estonia, Germany", "festival"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        // Lists and search follow.
        assert!(site.get("/artists?genre=dub").await.text.contains("Night Ferry"));
        assert!(!site.get("/artists?genre=electro").await.text.contains("Night Ferry"));
        // The floor holds.
        let low = site.submit(&site.filled_form().await).await;
        assert_eq!(low.status, 422);
        // Who changed what stands on the page of the team.
        let page = mari.get(EDIT).await.text;
        assert!(page.contains("genres, about, links, what you ask of requests, by you"), "{page}");
        // Saving the same again changes nothing and notes nothing.
        let same: Vec<(&str, String)> = form.iter().cloned()
            .map(|(name, value)| (name, if name == "seen" { hidden(&page, "seen").into() } else { value }))
            .collect();
        assert_eq!(save(&mari, &same).await.status, 303);
        assert_eq!(mari.get(EDIT).await.text.matches("by you</li>").count(), 1);
    }

    async fn the_team_reads_who_changed_what_page_by_page(site: Site) {
        site.list_night_ferry().await;
        let mari = Member::join(&site, ARTIST, "Mari").await;
        let siim = Member::join(&site, "siim@night-ferry.example", "Siim <b>").await;
        let mail_site = site.site.clone();
        site.db.write(move |tx| {
            let address = EmailAddress::parse("siim@night-ferry.example").unwrap();
            artists::listing::ask_to_list(tx, &mail_site, "night-ferry", &address).map(drop)
        }).await.unwrap();
        let invited = link_in(&site.mail_of(Kind::ConfirmListing).await, "/listing/");
        assert_eq!(site.post(&invited, &[("answer", "yes")]).await.status, 200);
        // Editing is among what the owner gives.
        assert_eq!(siim.get(EDIT).await.status, 403);
        let team = mari.get("/artists/night-ferry/team").await.text;
        let change = team.split("href=\"/artists/night-ferry/team/").nth(2).unwrap();
        let change = format!("/artists/night-ferry/team/{}", change.split('"').next().unwrap());
        let given = mari.post(&change, &[("role", "agent"), ("may_manage", "yes")]).await;
        assert_eq!(given.status, 303);
        let page = mari.get(EDIT).await.text;
        assert!(page.contains("joined the team, by <span dir=\"auto\">Siim &#60;b&#62;</span>"), "{page}");
        assert!(siim.get(EDIT).await.text.contains("joined the team, by you"));

        // A moderator is named by what they are.
        for step in [true, false] {
            let mail_site = site.site.clone();
            site.db.write(move |tx| {
                let act = store::find_by_slug(tx, "night-ferry")?.unwrap();
                match step {
                    true => hiding::hide(tx, &mail_site, &act, "Two sides quarrel about it."),
                    false => hiding::show(tx, &mail_site, &act, "It was another act.").map(drop),
                }
            }).await.unwrap();
        }
        let page = mari.get(EDIT).await.text;
        for what in ["taken from view by a moderator</li>", "shown again by a moderator</li>"] {
            assert!(page.contains(what), "{what}: {page}");
        }

        // What is older than the last ten stands behind a link.
        assert!(!page.contains("Older changes"));
        for listing in ["draft", "listed"].repeat(5) {
            let set = mari.post("/artists/night-ferry/listing", &[("listing", listing)]).await;
            assert_eq!(set.status, 303);
        }
        let page = mari.get(EDIT).await.text;
        assert!(!page.contains("joined the team"), "{page}");
        let older = between(&page, "href=\"/artists/night-ferry/edit?changes_before=", "#changes\"");
        let older = mari.get(&format!("{EDIT}?changes_before={older}")).await.text;
        assert!(older.contains("joined the team") && !older.contains("where it can be seen"), "{older}");
        assert!(!older.contains("Older changes"));

        // An invitation that was used lists no draft again.
        assert_eq!(mari.post("/artists/night-ferry/listing", &[("listing", "draft")]).await.status, 303);
        let again = site.post(&invited, &[("answer", "yes")]).await;
        assert!(again.status == 200 && again.text.contains("You act for"), "{}", again.text);
        assert_eq!(listing(&site).await, "draft");
    }

    async fn nobody_else_can(site: Site) {
        site.list_night_ferry().await;
        let mari = Member::join(&site, ARTIST, "Mari").await;
        let other = Member::join(&site, PROMOTER, "Jonas").await;
        let form = edited(&mari, &[("bio", "Defaced.")]).await;
        assert_eq!(save(&other, &form).await.status, 404);
        assert_eq!(other.get(EDIT).await.status, 404);
        assert_eq!(other.get("/artists/night-ferry/figures").await.status, 404);
        let listing = [("listing", "draft")];
        assert_eq!(other.post("/artists/night-ferry/listing", &listing).await.status, 404);
        let figure = [("metric", "followers"), ("value", "1"), ("observed_on", "2026-11-01")];
        assert_eq!(other.post("/artists/night-ferry/figures", &figure).await.status, 404);
        assert!(!site.get("/artists/night-ferry").await.text.contains("Defaced"));
        // What is there for another answers like what is not there for anybody.
        let (theirs, nobodys) = (other.get(EDIT).await, other.get("/artists/no-such-act/edit").await);
        let settled = |answer: &Answer| {
            let reference = between(&answer.text, "reference <code>", "</code>").to_owned();
            answer.text.replace(&reference, "")
        };
        assert_eq!(settled(&theirs), settled(&nobodys));
    }

    async fn what_is_wrong_is_said_and_what_was_typed_is_kept(site: Site) {
        site.list_night_ferry().await;
        let mari = Member::join(&site, ARTIST, "Mari").await;
        let form = edited(&mari, &[
            ("bio", "Pay to 4111 1111 1111 1111."), ("links", "javascript:alert(1)"), ("city", "Tartu"),
        ]).await;
        let again = save(&mari, &form).await;
        assert_eq!(again.status, 422);
        assert!(again.text.contains("2 things need another look"), "{}", again.text);
        assert!(again.text.contains("value=\"Tartu\""));
        assert!(!site.get("/artists/night-ferry").await.text.contains("4111"));
    }

    async fn of_two_who_edit_at_once_the_second_is_told(site: Site) {
        site.list_night_ferry().await;
        let mari = Member::join(&site, ARTIST, "Mari").await;
        let one = edited(&mari, &[("bio", "One.")]).await;
        let two = edited(&mari, &[("bio", "Two.")]).await;
        site.clock.advance(jiff::SignedDuration::from_secs(5));
        assert_eq!(save(&mari, &one).await.status, 303);
        let told = save(&mari, &two).await;
        assert_eq!(told.status, 422);
        assert!(told.text.contains("was changed since") && told.text.contains("Two."));
        // Told, and saved all the same.
        let seen = hidden(&told.text, "seen").to_owned();
        let two: Vec<(&str, String)> = two.into_iter()
            .map(|(name, value)| (name, if name == "seen" { seen.clone() } else { value }))
            .collect();
        assert_eq!(save(&mari, &two).await.status, 303);
        assert!(site.get("/artists/night-ferry").await.text.contains("Two."));
    }

    async fn an_old_address_leads_to_the_new_one_and_nobody_takes_it(site: Site) {
        site.list_night_ferry().await;
        site.list_act(facts("day-ferry", "Day Ferry", Default::default())).await;
        site.clock.advance(jiff::SignedDuration::from_hours(24));
        let mari = Member::join(&site, ARTIST, "Mari").await;
        let form = edited(&mari, &[("slug", "nattfarjan")]).await;
        assert_eq!(save(&mari, &form).await.location(), "/artists/nattfarjan/edit?saved=yes");
        let old = site.get("/artists/night-ferry").await;
        assert_eq!(old.status, 301);
        assert_eq!(old.headers["location"], "/artists/nattfarjan");
        assert_eq!(site.get("/artists/nattfarjan").await.status, 200);
        let other = Member::join(&site, "booking@day-ferry.example", "Dora").await;
        let page = other.get("/artists/day-ferry/edit").await.text;
        for taken in ["night-ferry", "nattfarjan"] {
            let form = [("seen", hidden(&page, "seen")), ("name", "Day Ferry"), ("slug", taken)];
            let refused = other.post("/artists/day-ferry/edit", &form).await;
            assert!(refused.status == 422 && refused.text.contains("that of another act"));
        }
    }

    async fn nobody_collects_addresses(site: Site) {
        site.list_night_ferry().await;
        let day = jiff::SignedDuration::from_hours(24);
        let act = site.db.read(|reader| store::find_by_slug(reader, "night-ferry")).await.unwrap();
        let id = act.unwrap().id;
        let move_to = async |slug: &'static str| {
            let job = site.db.write(move |tx| {
                let act = store::get_artist(tx, id)?;
                let facts = Facts { slug: slug.to_owned(), ..act.facts.clone() };
                edit_store::update_facts(tx, &act, &facts)
            });
            job.await
        };
        // Held for an hour, an address is nobody's any more once it is left.
        site.clock.advance(jiff::SignedDuration::from_hours(1));
        move_to("one").await.unwrap();
        assert_eq!(site.get("/artists/night-ferry").await.status, 404);
        match move_to("night-ferry").await {
            Err(Error::Invalid(errors)) => assert!(
                errors[0].0 == "slug" && errors[0].1.contains("once a day"), "{errors:?}"),
            other => panic!("{other:?}"),
        }
        site.clock.advance(day);
        move_to("night-ferry").await.unwrap();
        for slug in ["two", "three", "four"] {
            site.clock.advance(day);
            move_to(slug).await.unwrap();
        }
        // "one" is the fourth: whoever comes may take it.
        assert_eq!(site.get("/artists/one").await.status, 404);
        for old in ["night-ferry", "two", "three"] {
            assert_eq!(site.get(&format!("/artists/{old}")).await.headers["location"], "/artists/four");
        }
    }

    async fn the_team_decides_who_sees_the_page_unless_a_moderator_did(site: Site) {
        site.list_night_ferry().await;
        let mari = Member::join(&site, ARTIST, "Mari").await;
        let set = async |word: &str| mari.post("/artists/night-ferry/listing", &[("listing", word)]).await.status;
        assert_eq!(set("unlisted").await, 303);
        assert!(!site.get("/artists").await.text.contains("Night Ferry"));
        assert_eq!(site.get("/artists/night-ferry/request").await.status, 200);
        assert_eq!(set("draft").await, 303);
        assert_eq!(site.get("/artists/night-ferry").await.status, 404);
        assert_eq!(set("listed").await, 303);
        assert!(site.get("/artists").await.text.contains("Night Ferry"));
        for no in ["hidden", "unclaimed", ""] {
            assert_eq!(set(no).await, 422, "{no}");
        }
        site.db.write(|tx| {
            let act = store::find_by_slug(tx, "night-ferry")?.unwrap();
            store::hide(tx, act.id, "Not theirs, as it seems.")
        }).await.unwrap();
        assert_eq!(set("listed").await, 409);
        assert_eq!(listing(&site).await, "hidden");
        let page = mari.get(EDIT).await.text;
        assert!(page.contains("A moderator took this page from view"));
        assert!(page.contains("Not theirs, as it seems."));
    }

    async fn a_figure_has_its_source_and_its_day_and_moves_the_list(site: Site) {
        site.list_night_ferry().await;
        let mari = Member::join(&site, ARTIST, "Mari").await;
        let figures = "/artists/night-ferry/figures";
        let good = [("metric", "monthly_listeners"), ("value", "48,210"),
            ("observed_on", "2026-11-03"), ("source", "Example Radio")];
        assert_eq!(mari.post(figures, &good).await.location(), figures);
        let page = site.get("/artists/night-ferry").await.text;
        assert!(page.contains("48,210") && page.contains("as Example Radio shows it, 3 Nov 2026"));
        assert!(site.get("/artists").await.text.contains("48.2k"));
        // The same day again is a correction, not a second figure.
        let corrected = [good[0], ("value", "51300"), good[2], good[3]];
        assert_eq!(mari.post(figures, &corrected).await.status, 303);
        assert!(!site.get("/artists/night-ferry").await.text.contains("48,210"));
        assert!(site.get("/artists").await.text.contains("51.3k"));
        for (name, value) in [("value", "many"), ("value", "-1"), ("value", ""),
            ("observed_on", "2026-11-22"), ("observed_on", "2026-02-30"), ("metric", "score"),
            ("source", "4111 1111 1111 1111")] {
            let mut form = good.to_vec();
            form.iter_mut().filter(|(known, _)| *known == name).for_each(|pair| pair.1 = value);
            assert_eq!(mari.post(figures, &form).await.status, 422, "{name}: {value}");
        }
        let page = mari.get(figures).await.text;
        let forms = page.split("action=\"/artists/night-ferry/figures/").skip(1);
        let mut forms = forms.map(|rest| rest.split('"').next().unwrap());
        let remove = forms.find(|address| address.ends_with("/remove")).unwrap();
        assert_eq!(mari.post(&format!("{figures}/{remove}"), &[]).await.status, 303);
        assert_eq!(mari.post(&format!("{figures}/{remove}"), &[]).await.status, 404);
        assert!(!site.get("/artists/night-ferry").await.text.contains("51,300"));
        assert!(!site.get("/artists").await.text.contains("51.3k"));
    }

    async fn a_page_is_claimed_by_a_mail_to_the_act_s_own_website(site: Site) {
        let mut unclaimed = facts("sable-quartet", "Sable Quartet", Default::default());
        unclaimed.listing = Listing::Unclaimed;
        unclaimed.links = ["https://sable.example/", "https://sounds.example/sable"]
            .map(|url| OutsideLink { label: "a page".into(), url: url.into() })
            .to_vec();
        site.db.write(move |tx| store::insert_artist(tx, &unclaimed, &[])).await.unwrap();
        let claim = "/artists/sable-quartet/claim";
        assert!(site.get("/artists/sable-quartet").await.text.contains(claim));
        let page = site.get(claim).await.text;
        assert!(page.contains("sable.example") && page.contains("Show my code"), "{page}");
        for (email, why) in [
            ("me@sounds.example", "ends in @sable.example"),
            ("me@sable.example.evil.example", "ends in @sable.example"),
            ("me@evilsable.example", "ends in @sable.example"),
            ("me", "is not an e-mail address"),
        ] {
            let refused = site.post(claim, &[("email", email)]).await;
            assert!(refused.status == 422 && refused.text.contains(why), "{email}: {}", refused.text);
        }
        assert!(site.mails().await.is_empty());
        let asked = site.post(claim, &[("email", "booking@sable.example")]).await;
        assert_eq!(asked.location(), format!("{claim}/sent"));
        let link = link_in(&site.mail_of(Kind::ConfirmListing).await, "/listing/");
        assert_eq!(site.get("/artists/sable-quartet/request").await.status, 409);
        assert_eq!(site.post(&link, &[("answer", "yes")]).await.status, 200);
        assert_eq!(site.get("/artists/sable-quartet/request").await.status, 200);
        // Now it is somebody's, and no mail alone takes it from them.
        let page = site.get(claim).await.text;
        assert!(page.contains("7 days to object") && !page.contains("sable.example"), "{page}");
        assert_eq!(site.post(claim, &[("email", "other@sable.example")]).await.status, 409);
        let owner = Member::join(&site, "booking@sable.example", "Sybil").await;
        assert_eq!(owner.get("/artists/sable-quartet/edit").await.status, 200);
        // Nobody is bombed by claims.
        assert!(site.mails_of(Kind::ConfirmListing).await.len() == 1);
    }

    async fn of_two_who_claim_by_mail_the_first_to_say_yes_has_the_page(site: Site) {
        let mut unclaimed = facts("sable-quartet", "Sable Quartet", Default::default());
        unclaimed.listing = Listing::Unclaimed;
        unclaimed.links = ["https://sable.example/", "https://gmail.com/", "https://sable.bandcamp.com/"]
            .map(|url| OutsideLink { label: "a page".into(), url: url.into() })
            .to_vec();
        let act = site.db.write(move |tx| store::insert_artist(tx, &unclaimed, &[])).await.unwrap();
        let claim = "/artists/sable-quartet/claim";
        for everybodys in ["sable@gmail.com", "sable@sable.bandcamp.com"] {
            let refused = site.post(claim, &[("email", everybodys)]).await;
            assert!(refused.status == 422 && refused.text.contains("ends in @sable.example"), "{everybodys}");
        }
        let mut links = Vec::new();
        for person in ["boss@sable.example", "intern@sable.example"] {
            assert_eq!(site.post(claim, &[("email", person)]).await.status, 303);
            let mail = site.mail_of(Kind::ConfirmListing).await;
            let text = mail.letter.as_ref().unwrap().text.clone();
            // Whoever put words and links on the page mails them to nobody.
            assert!(text.contains("ambient") && text.contains("Tallinn"), "{text}");
            assert!(!text.contains("engine room") && !text.contains("bandcamp"), "{text}");
            links.push(link_in(&mail, "/listing/"));
            site.clock.advance(jiff::SignedDuration::from_secs(5));
        }
        assert_eq!(site.post(&links[0], &[("answer", "yes")]).await.status, 200);
        assert_eq!(site.post(&links[1], &[("answer", "yes")]).await.status, 404, "theirs is dead");
        let team = site.db.read(move |reader| {
            artists::contact_store::list_confirmed_contacts(reader, act)
        }).await.unwrap();
        assert_eq!(team.len(), 1);
        let boss = Member::join(&site, "boss@sable.example", "Sybil").await;
        let page = boss.get("/artists/sable-quartet/edit").await.text;
        assert!(page.contains("listed, by you"), "{page}");
    }
}
