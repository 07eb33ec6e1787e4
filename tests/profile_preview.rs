//! An artist's own people look at their page before others do, and are told what of it is theirs alone
//! to show.

use soundpost::accounts::freeze;
use soundpost::artists::{Artist, Listing, edit_store, store};
use soundpost::people::EmailAddress;

use crate::profile_editor::edited;
use crate::support::form::{ARTIST, PROMOTER, facts};
use crate::support::member::Member;
use crate::support::visitor::hidden;
use crate::support::{Answer, Site};

const ACT: &str = "/artists/night-ferry";
const EDIT: &str = "/artists/night-ferry/edit";
const PREVIEW: &str = "/artists/night-ferry/preview";
const NOTICE: &str = "This is a preview. Nothing is saved yet.";
const TEAM_ONLY: &str = "Only you and your team see this:";
const WARNED: &str =
    "This is public: everybody can read the address here. Requests reach you without it.";

/// Presses a button of the form; "" is the one that saves.
async fn press(member: &Member, button: &str, form: &[(&str, String)]) -> Answer {
    let mut form: Vec<(&str, &str)> =
        form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    if !button.is_empty() {
        form.push((button, "yes"));
    }
    member.post(EDIT, &form).await
}

/// What a preview carries in hidden fields.
fn carried(page: &str) -> Vec<(String, String)> {
    let text = |escaped: &str| {
        let escaped = escaped.replace("&#34;", "\"").replace("&#39;", "'");
        escaped.replace("&#60;", "<").replace("&#62;", ">").replace("&#38;", "&")
    };
    page.split("<input type=\"hidden\" name=\"")
        .skip(1)
        .map(|rest| {
            let (name, rest) = rest.split_once("\" value=\"").unwrap();
            (name.to_owned(), text(rest.split_once('"').unwrap().0))
        })
        .collect()
}

/// Presses a button of a preview.
async fn press_there(member: &Member, button: &str, page: &str) -> Answer {
    let fields = carried(page);
    let mut form: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    if !button.is_empty() {
        form.push((button, "yes"));
    }
    // It carries the token of the sign-in by itself.
    member.post_plainly(EDIT, &form).await
}

async fn act(site: &Site, slug: &'static str) -> Artist {
    let act = site.db.read(move |reader| store::find_by_slug(reader, slug)).await.unwrap();
    act.unwrap_or_else(|| panic!("no {slug}"))
}

async fn team(site: &Site) -> Member {
    site.list_night_ferry().await;
    Member::join(site, ARTIST, "Mari").await
}

/// Everything that the form can say.
const EVERYTHING: [(&str, &str); 12] = [
    ("bio", "Now with <b>brass</b> & \"tape\".\n\nIt's a boat."),
    ("genre2", "dub"),
    ("genre3", "techno"),
    ("city", "Tartu"),
    ("links", "The boat https://boat.example/tickets\nnightferry.example"),
    ("notice_days", "40"),
    ("min_capacity", "150"),
    ("fee", "1,200"),
    ("currency", "EUR"),
    ("countries", "Estonia, Germany"),
    ("plays_dj", "yes"),
    ("kind_festival", "yes"),
];

on_both! {
    async fn a_preview_shows_what_was_typed_and_stores_nothing(site: Site) {
        let mari = team(&site).await;
        let before = act(&site, "night-ferry").await;
        site.clock.advance(jiff::SignedDuration::from_secs(5));
        let form = edited(&mari, &EVERYTHING).await;
        let preview = press(&mari, "preview", &form).await;
        assert_eq!(preview.status, 200);
        assert_eq!(preview.headers["cache-control"], "no-store");
        for words in [NOTICE, "<meta name=\"robots\" content=\"noindex\">", "It&#39;s a boat.", "Tartu, Estonia",
            "Now with &#60;b&#62;brass&#60;/b&#62;", "The boat", "at least 40 days", "from EUR 1,200", ">techno</a>"] {
            assert!(preview.text.contains(words), "{words}: {}", preview.text);
        }
        for words in ["application/ld+json", "rel=\"canonical\"", "Tapes from the engine room"] {
            assert!(!preview.text.contains(words), "{words}: {}", preview.text);
        }
        let after = act(&site, "night-ferry").await;
        assert!(after.facts == before.facts && after.updated_at == before.updated_at);
        let id = after.id;
        let changes = site.db.read(move |reader| edit_store::list_changes(reader, id, 10)).await.unwrap();
        assert!(changes.is_empty(), "{changes:?}");
        let page = site.get(ACT).await.text;
        assert!(page.contains("Tapes from the engine room.") && !page.contains(NOTICE), "{page}");
    }

    async fn saving_from_a_preview_is_saving(site: Site) {
        let mari = team(&site).await;
        let form = edited(&mari, &EVERYTHING).await;
        let preview = press(&mari, "preview", &form).await.text;
        let names: Vec<String> = carried(&preview).into_iter().map(|(name, _)| name).collect();
        for (name, _) in &form {
            assert_eq!(names.iter().filter(|known| known == name).count(), 1, "{name}: {names:?}");
        }
        for name in ["preview", "change"] {
            assert!(!names.iter().any(|known| known == name), "{name}: {names:?}");
        }
        assert_eq!(press_there(&mari, "", &preview).await.location(), format!("{EDIT}?saved=yes"));
        let by_preview = act(&site, "night-ferry").await.facts;
        assert_eq!(by_preview.links.len(), 2);
        assert_eq!(by_preview.floor.notice_days, Some(40));

        // The same saved directly, over another page in between.
        let other = edited(&mari, &[("bio", "Another.")]).await;
        assert_eq!(press(&mari, "", &other).await.status, 303);
        let form = edited(&mari, &EVERYTHING).await;
        assert_eq!(press(&mari, "", &form).await.status, 303);
        assert_eq!(act(&site, "night-ferry").await.facts, by_preview);
    }

    async fn from_a_preview_one_goes_back_to_what_was_typed(site: Site) {
        let mari = team(&site).await;
        let form = edited(&mari, &EVERYTHING).await;
        let preview = press(&mari, "preview", &form).await.text;
        let back = press_there(&mari, "change", &preview).await;
        assert_eq!(back.status, 200);
        for words in ["<h1>Edit your page</h1>", "value=\"Tartu\"", "It&#39;s a boat.", "value=\"1,200\"",
            "name=\"kind_festival\" value=\"yes\" checked"] {
            assert!(back.text.contains(words), "{words}: {}", back.text);
        }
        assert!(site.get(ACT).await.text.contains("Tapes from the engine room."));
    }

    async fn a_preview_is_refused_as_saving_is(site: Site) {
        let mari = team(&site).await;
        site.list_act(facts("day-ferry", "Day Ferry", Default::default())).await;
        for (field, value, why) in [
            ("bio", "Pay to 4111 1111 1111 1111.", "This looks like a card number"),
            ("links", "javascript:alert(1)", "is no web address"),
            ("slug", "day-ferry", "that of another act"),
            ("slug", "add", "that of a page of the site itself"),
        ] {
            let form = edited(&mari, &[("city", "Tartu"), (field, value)]).await;
            let refused = press(&mari, "preview", &form).await;
            assert_eq!(refused.status, 422, "{field}: {value}");
            for words in [why, "<h1>Edit your page</h1>", "value=\"Tartu\""] {
                assert!(refused.text.contains(words), "{field}: {words}: {}", refused.text);
            }
            assert!(!refused.text.contains(NOTICE), "{field}: {value}");
        }
    }

    async fn who_previews_is_told_of_what_another_saved_meanwhile(site: Site) {
        let mari = team(&site).await;
        let one = edited(&mari, &[("bio", "One.")]).await;
        let two = edited(&mari, &[("bio", "Two.")]).await;
        let preview = press(&mari, "preview", &two).await.text;
        site.clock.advance(jiff::SignedDuration::from_secs(5));
        assert_eq!(press(&mari, "", &one).await.status, 303);
        // Going back to the form does not hide it.
        let back = press_there(&mari, "change", &preview).await.text;
        assert_eq!(hidden(&back, "seen"), two[0].1);
        for told in [press_there(&mari, "", &preview).await, press(&mari, "preview", &two).await] {
            assert!(told.status == 422 && told.text.contains("was changed since"), "{}", told.text);
            assert!(told.text.contains("Two."));
        }
        assert!(site.get(ACT).await.text.contains("One."));
    }

    async fn a_preview_under_a_new_address_leads_to_what_is_there(site: Site) {
        let mari = team(&site).await;
        let form = edited(&mari, &[("slug", "nattfarjan"), ("links", "https://boat.example/")]).await;
        let preview = press(&mari, "preview", &form).await;
        assert_eq!(preview.status, 200);
        for words in ["href=\"/artists/night-ferry/request\"", "from=night-ferry"] {
            assert!(preview.text.contains(words), "{words}: {}", preview.text);
        }
        assert_eq!(press_there(&mari, "", &preview.text).await.location(), "/artists/nattfarjan/edit?saved=yes");
    }

    async fn nobody_else_previews(site: Site) {
        let mari = team(&site).await;
        let form = edited(&mari, &[("bio", "Write to me@act.example")]).await;
        let plain = edited(&mari, &[]).await;
        let jonas = Member::join(&site, PROMOTER, "Jonas").await;
        for form in [&form, &plain] {
            for button in ["preview", "change", ""] {
                assert_eq!(press(&jonas, button, form).await.status, 404, "{button}");
            }
        }
        for path in [PREVIEW, "/artists/nobody/preview"] {
            assert_eq!(jonas.get(path).await.status, 404, "{path}");
        }
        assert!(site.get(PREVIEW).await.location().starts_with("/sign-in?next="));

        let (mail_site, address) = (site.site.clone(), EmailAddress::parse(ARTIST).unwrap());
        site.db
            .write(move |tx| freeze::freeze(tx, &mail_site, &address, "Three reports of fraud."))
            .await
            .unwrap();
        let frozen = Member::sign_in(&site, ARTIST).await;
        let refused = press(&frozen, "preview", &plain).await;
        assert!(refused.status == 403 && refused.text.contains("This account is frozen"), "{}", refused.text);
    }

    async fn the_team_sees_its_page_while_nobody_else_does(site: Site) {
        let mari = team(&site).await;
        // What everybody sees needs no page of its own.
        assert_eq!(mari.get(PREVIEW).await.location(), ACT);
        assert!(mari.get("/requests").await.text.contains("href=\"/artists/night-ferry\">See the page"));
        let set = [("listing", "draft")];
        assert_eq!(mari.post("/artists/night-ferry/listing", &set).await.status, 303);
        assert_eq!(site.get(ACT).await.status, 404);
        let seen = mari.get(PREVIEW).await;
        assert_eq!(seen.status, 200);
        assert_eq!(seen.headers["cache-control"], "no-store");
        for words in [format!("{TEAM_ONLY} the page is a draft.").as_str(), "Tapes from the engine room.",
            "content=\"noindex\"", "href=\"/artists/night-ferry/edit\""] {
            assert!(seen.text.contains(words), "{words}: {}", seen.text);
        }
        // Nothing on it leads where nothing is.
        for words in ["/report", "/claim", "/request\"", NOTICE] {
            assert!(!seen.text.contains(words), "{words}: {}", seen.text);
        }
        for path in [EDIT, "/requests"] {
            let page = mari.get(path).await.text;
            assert!(page.contains(&format!("href=\"{PREVIEW}\"")), "{path}: {page}");
        }
        // What is typed there is shown as well.
        let form = edited(&mari, &[("bio", "Now with brass.")]).await;
        let preview = press(&mari, "preview", &form).await;
        assert!(preview.status == 200 && preview.text.contains("Now with brass."));

        assert_eq!(mari.post("/artists/night-ferry/listing", &[("listing", "listed")]).await.status, 303);
        site.db.write(|tx| {
            let act = store::find_by_slug(tx, "night-ferry")?.unwrap();
            store::hide(tx, act.id, "Not theirs, as it seems.")
        }).await.unwrap();
        let words = format!("{TEAM_ONLY} the page was taken from view by a moderator.");
        assert!(mari.get(PREVIEW).await.text.contains(&words));
        let jonas = Member::join(&site, PROMOTER, "Jonas").await;
        assert_eq!(jonas.get(PREVIEW).await.status, 404);
    }

    async fn contact_data_is_warned_of_once_and_saved_with_the_tick(site: Site) {
        let mari = team(&site).await;
        let bio = ("bio", "Write to booking@night-ferry.example, we answer.");
        for button in ["", "preview"] {
            let form = edited(&mari, &[bio]).await;
            let warned = press(&mari, button, &form).await;
            assert_eq!(warned.status, 200);
            for words in [WARNED, "Show it all the same", "href=\"#f-bio_public\"", "we answer.", "Nothing is saved yet"] {
                assert!(warned.text.contains(words), "{words}: {}", warned.text);
            }
            assert!(!warned.text.contains("another look"), "nothing is wrong: {}", warned.text);
            assert!(!warned.text.contains("value=\"yes\" checked aria-describedby=\"f-bio-warning\""));
            assert!(!warned.text.contains(NOTICE));
        }
        assert!(!site.get(ACT).await.text.contains("we answer."));

        // The tick for one text is none for the other.
        let links = ("links", "Call +372 5555 0123 https://night-ferry.example/");
        let form = edited(&mari, &[bio, links, ("bio_public", "yes")]).await;
        let warned = press(&mari, "", &form).await;
        assert!(warned.status == 200 && warned.text.contains("everybody can read the number here"), "{}", warned.text);
        assert!(warned.text.contains("value=\"yes\" checked aria-describedby=\"f-bio-warning\""), "{}", warned.text);

        // What is wrong besides is said at the same time, and the tick is kept.
        let form = edited(&mari, &[bio, ("bio_public", "yes"), ("country", "XX")]).await;
        let wrong = press(&mari, "", &form).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.text.contains("value=\"yes\" checked aria-describedby=\"f-bio-warning\""), "{}", wrong.text);

        let form = edited(&mari, &[bio, ("bio_public", "yes")]).await;
        let preview = press(&mari, "preview", &form).await;
        assert!(preview.status == 200 && preview.text.contains(NOTICE), "{}", preview.text);
        assert_eq!(press_there(&mari, "", &preview.text).await.status, 303);
        assert!(site.get(ACT).await.text.contains("booking@night-ferry.example, we answer."));
        // What is public already is not asked about again.
        let page = mari.get(EDIT).await.text;
        assert!(page.contains("value=\"yes\" checked aria-describedby=\"f-bio-warning\""), "{page}");
        assert!(!page.contains("Nothing is saved yet"), "{page}");
        assert_eq!(act(&site, "night-ferry").await.facts.listing, Listing::Listed);
    }

    async fn who_adds_an_act_is_warned_as_well(site: Site) {
        let fan = Member::join(&site, "fan@listener.example", "Fanny").await;
        let mut form = vec![
            ("name", "Harbour Choir"), ("country", "EE"), ("links", "https://choir.example/"),
            ("bio", "Call +372 5555 0123 or write to choir@choir.example."),
            ("source", "https://festival.example/2026"), ("public_facts", "yes"),
        ];
        let warned = fan.post("/artists/add", &form).await;
        assert_eq!(warned.status, 200);
        for words in ["everybody can read the address and the number here", "Show it all the same",
            "Leave it out unless the act itself makes it public.", "value=\"Harbour Choir\"", "value=\"yes\" checked"] {
            assert!(warned.text.contains(words), "{words}: {}", warned.text);
        }
        let added = site.db.read(|reader| store::find_by_slug(reader, "harbour-choir")).await.unwrap();
        assert!(added.is_none());
        form.push(("bio_public", "yes"));
        assert_eq!(fan.post("/artists/add", &form).await.location(), "/artists/add/sent");
    }
}
