//! What those who decide change on the page of an act: facts for which nobody answers, and a photo that
//! must not stand there.

use image::ImageFormat;
use jiff::civil::date;
use soundpost::artists::import::{self, Options};
use soundpost::artists::{double_store, store};
use soundpost::mail::Kind;

use crate::staff::moderator_at;
use crate::support::Site;
use crate::support::form::ARTIST;
use crate::support::member::Member;
use crate::support::pictures::{file, halves};
use crate::support::visitor::between;

const MONA: &str = "mona@site.example";
const WHY: &str = "The photographer wrote to us; it is theirs.";
const PAGE: &str = "/staff/artists/kaja";
const CORRECT: &str = "/staff/artists/kaja/correct";

async fn import(site: &Site, file: &'static str, source: &str) {
    let options = Options {
        source: source.into(),
        observed_on: date(2026, 11, 21),
        dry_run: false,
        map: Vec::new(),
    };
    import::import(&site.db, file.as_bytes(), &options, &mut |_| {}).await.unwrap();
}

async fn city(site: &Site) -> String {
    let found = site.db.read(|reader| store::find_by_slug(reader, "kaja")).await.unwrap();
    found.unwrap().facts.city
}

on_both! {
    async fn a_page_for_which_nobody_answers_is_put_right_and_no_file_changes_it_again(site: Site) {
        import(&site, "name,country,city\nKaja,EE,Tartu\n", "a.csv").await;
        let (staff, _) = moderator_at(&site, MONA).await;
        assert!(staff.get(PAGE).await.text.contains("nobody answers for it"));
        let form = staff.get(CORRECT).await.text;
        assert!(form.contains("value=\"Tartu\"") && form.contains("a.csv"), "{form}");
        let seen = between(&form, "name=\"seen\" value=\"", "\"").to_owned();
        let fields = [("seen", seen.as_str()), ("name", "Kaja"), ("country", "EE"), ("city", "Narva")];
        let wrong = staff.post(CORRECT, &fields).await;
        assert!(wrong.status == 422 && wrong.text.contains("where this can be checked"), "{}", wrong.text);
        assert!(wrong.text.contains("value=\"Narva\""), "what was typed is kept");
        let with_source = [&fields[..], &[("source", "her own page")]].concat();
        let called = [&with_source[..], &[("bio", "Ring +372 5555 0123")]].concat();
        let warned = staff.post(CORRECT, &called).await;
        assert!(warned.status == 200 && warned.text.contains("unless the act itself makes it public"));
        assert_eq!(city(&site).await, "Tartu");
        let done = staff.post(CORRECT, &with_source).await.location();
        assert!(staff.get(&done).await.text.contains("The page says what you wrote"));
        assert!(site.get("/artists/kaja").await.text.contains("Narva"));
        let stale = staff.post(CORRECT, &with_source).await;
        assert!(stale.status == 422 && stale.text.contains("was changed since"), "{}", stale.text);

        import(&site, "name,country,city\nKaja,EE,Elva\n", "b.csv").await;
        assert_eq!(city(&site).await, "Narva");
    }

    async fn what_somebody_added_is_claimed_by_no_link_of_theirs_also_when_it_was_put_right(site: Site) {
        let (staff, _) = moderator_at(&site, MONA).await;
        let fan = Member::join(&site, "fan@attacker.example", "Fanny").await;
        let act = [("name", "Kaja"), ("country", "EE"), ("source", "their poster"), ("public_facts", "yes"),
            ("links", "https://attacker.example/")];
        assert_eq!(fan.post("/artists/add", &act).await.location(), "/artists/add/sent");
        let form = staff.get(CORRECT).await.text;
        let seen = between(&form, "name=\"seen\" value=\"", "\"").to_owned();
        let fields = [("seen", seen.as_str()), ("name", "Kaja"), ("country", "EE"), ("city", "Narva"),
            ("links", "https://attacker.example/"), ("source", "her own page")];
        assert_eq!(staff.post(CORRECT, &fields).await.status, 303);
        // A file that knows her changes nothing of what was put right, and shows it to nobody.
        import(&site, "name,country,city\nKaja,EE,Elva\n", "b.csv").await;
        assert_eq!(city(&site).await, "Narva");
        assert_eq!(site.get("/artists/kaja").await.status, 404);
        let queue = staff.get("/staff?kind=new_artist").await.text;
        let case = format!("/staff/tickets/{}", between(&queue, "href=\"/staff/tickets/", "\""));
        assert_eq!(staff.post(&case, &[("decision", "listed"), ("reason", WHY)]).await.status, 303);
        assert!(!site.get("/artists/kaja/claim").await.text.contains("name=\"email\""));
        let claim = [("email", "fan@attacker.example")];
        assert_eq!(site.post("/artists/kaja/claim", &claim).await.status, 409);
    }

    async fn a_source_alone_is_put_right_as_well_and_a_wrong_catalogue_page_takes_its_figures_along(site: Site) {
        import(&site, "name,country\nKaja,EE\n", "a.csv").await;
        let (staff, _) = moderator_at(&site, MONA).await;
        let put = |links: &'static str| {
            let staff = &staff;
            async move {
                let form = staff.get(CORRECT).await.text;
                let seen = between(&form, "name=\"seen\" value=\"", "\"").to_owned();
                let fields = [("seen", seen.as_str()), ("name", "Kaja"), ("country", "EE"),
                    ("links", links), ("source", "her own page")];
                assert_eq!(staff.post(CORRECT, &fields).await.status, 303);
            }
        };
        put("").await;
        let source = |site: Site| async move {
            let found = site.db.read(|reader| store::find_by_slug(reader, "kaja")).await.unwrap();
            found.unwrap().facts.source
        };
        assert!(source(site.clone()).await.ends_with("source: her own page"));
        put("https://www.discogs.com/artist/777-Kaja").await;
        let ids = |site: Site| async move {
            let listed = |reader: &mut soundpost::db::Reader<'_>| {
                let act = store::find_by_slug(reader, "kaja")?.unwrap();
                double_store::list_external_ids(reader, act.id)
            };
            site.db.read(listed).await.unwrap()
        };
        assert!(ids(site.clone()).await.contains(&("discogs".into(), "777".into())));
        put("https://www.discogs.com/artist/778-Kaja").await;
        let known = ids(site.clone()).await;
        assert!(known.contains(&("discogs".into(), "778".into())), "{known:?}");
        assert!(!known.contains(&("discogs".into(), "777".into())), "{known:?}");
    }

    async fn a_page_that_has_a_team_is_the_teams_to_put_right(site: Site) {
        site.list_night_ferry().await;
        let (staff, _) = moderator_at(&site, MONA).await;
        let page = staff.get("/staff/artists/night-ferry").await.text;
        assert!(page.contains("one person answers for it") && !page.contains("/correct"), "{page}");
        let refused = staff.get("/staff/artists/night-ferry/correct").await;
        assert!(refused.status == 409 && refused.text.contains("puts it right themselves"));
        let fields = [("seen", "1"), ("name", "Day Ferry"), ("source", "a guess")];
        assert_eq!(staff.post("/staff/artists/night-ferry/correct", &fields).await.status, 409);
        assert!(site.get("/artists/night-ferry").await.text.contains("Night Ferry"));
        assert_eq!(staff.get("/staff/artists/nobody/correct").await.status, 404);
    }

    async fn a_photo_is_taken_away_with_a_reason_that_the_team_reads(site: Site) {
        site.list_night_ferry().await;
        let team = Member::join(&site, ARTIST, "Mari").await;
        let (staff, _) = moderator_at(&site, MONA).await;
        let page = "/staff/artists/night-ferry/photo";
        assert_eq!(staff.get(page).await.status, 404);
        let picture = file(&halves(700, 700), ImageFormat::Png);
        let put = team.upload("/artists/night-ferry/photo", &[("rights", "yes")], &picture).await;
        assert_eq!(put.status, 303, "{}", put.text);
        let form = staff.get(page).await.text;
        let photo = format!("/photos/{}.webp", between(&form, "src=\"/photos/", ".webp"));
        assert_eq!(site.bytes(&photo, &[]).await.0.status, 200);
        let unexplained = staff.post(page, &[("reason", "No.")]).await;
        assert!(unexplained.status == 422 && unexplained.text.contains("Give the reason"));
        assert_eq!(site.bytes(&photo, &[]).await.0.status, 200);

        let done = staff.post(page, &[("reason", WHY)]).await.location();
        assert!(staff.get(&done).await.text.contains("The photo is gone"));
        assert_eq!(site.bytes(&photo, &[]).await.0.status, 404);
        let told = site.mail_of(Kind::Decided).await.letter.unwrap();
        assert!(told.to == ARTIST && told.text.contains(WHY), "{}", told.text);
        assert_eq!(staff.post(page, &[("reason", WHY)]).await.status, 409);
        let history = team.get("/artists/night-ferry/edit").await.text;
        assert!(history.contains("photo taken away by a moderator"), "{history}");
        let again = team.upload("/artists/night-ferry/photo", &[("rights", "yes")], &picture).await;
        assert_eq!(again.status, 303, "another may be put up: {}", again.text);
    }
}
