//! Who is seen where: in lists, on a page of its own, by programs; and what a name or a link that
//! means harm can do there (nothing).

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use jiff::SignedDuration;
use soundpost::artists::{OutsideLink, genres};
use soundpost::db::{Tx, migrate};
use soundpost::error::Result;
use soundpost::ids::ArtistId;

use super::*;

/// Everywhere that an act called Salt Harbour can appear.
const PLACES: [&str; 8] = [
    "/",
    "/artists",
    "/artists?sort=name",
    "/artists?q=salt",
    "/artists?country=EE",
    "/genres/ambient",
    "/sitemap.xml",
    "/artists/new.atom",
];

fn salt_harbour(listing: Listing) -> Facts {
    Facts { listing, ..facts("salt-harbour", "Salt Harbour", Floor::default()) }
}

/// The places where it does.
async fn places(site: &Site) -> BTreeSet<&'static str> {
    let mut seen = BTreeSet::new();
    for place in PLACES {
        let answer = site.get(place).await;
        assert_eq!(answer.status, 200, "{place}");
        if answer.text.contains("salt-harbour") {
            seen.insert(place);
        }
    }
    seen
}

/// What a moderator does to Salt Harbour.
async fn moderate<T: Send + 'static>(
    site: &Site,
    act: fn(&mut Tx<'_>, ArtistId) -> Result<T>,
) -> Result<T> {
    site.db
        .write(move |tx| {
            let artist = store::find_by_slug(tx, "salt-harbour")?.unwrap();
            act(tx, artist.id)
        })
        .await
}

fn hide(tx: &mut Tx<'_>, id: ArtistId) -> Result<()> {
    store::hide(tx, id, "The name belongs to somebody else.")
}

/// The three addresses of its own.
async fn statuses(site: &Site) -> [u16; 3] {
    [
        site.get("/artists/salt-harbour").await.status,
        site.get("/artists/salt-harbour/request").await.status,
        site.get("/artists/salt-harbour/report").await.status,
    ]
}

/// Checks that a text of an XML document names only characters and entities that XML has.
fn is_text(text: &str) {
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
    for reference in text.split('&').skip(1) {
        let (name, _) = reference.split_once(';').unwrap_or_else(|| panic!("& in {text}"));
        let number = name.strip_prefix('#');
        let known = ["amp", "lt", "gt", "quot", "apos"].contains(&name);
        assert!(known || number.is_some_and(|n| n.parse::<u32>().is_ok()), "&{name}; in {text}");
    }
}

/// The elements of an XML document and the text in each, in the order in which they end; an
/// element without content shows its attributes. Fails where the document is not well-formed.
fn elements(xml: &str) -> Vec<(String, String)> {
    let mut rest = xml.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>").unwrap();
    let (mut open, mut ended) = (Vec::<(String, String)>::new(), Vec::new());
    while let Some((text, after)) = rest.split_once('<') {
        is_text(text);
        match open.last_mut() {
            Some((_, inside)) => inside.push_str(&unescaped(text)),
            None => assert_eq!(text.trim(), ""),
        }
        let (tag, after) = after.split_once('>').unwrap();
        is_text(tag);
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        if let Some(name) = tag.strip_prefix('/') {
            let (opened, inside) = open.pop().unwrap();
            assert_eq!(opened, name, "they end in another order than they began");
            ended.push((opened, inside));
        } else if let Some(attributes) = attributes.strip_suffix('/') {
            ended.push((name.to_owned(), unescaped(attributes)));
        } else {
            open.push((name.to_owned(), String::new()));
        }
        rest = after;
    }
    assert!(open.is_empty() && rest.trim().is_empty(), "{open:?} {rest}");
    ended
}

fn texts<'a>(elements: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    let named = elements.iter().filter(|(known, _)| known == name);
    named.map(|(_, text)| text.as_str()).collect()
}

fn is_date(text: &str) -> bool {
    text.ends_with('Z') && text.parse::<jiff::Timestamp>().is_ok()
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn rows(site: &Site, table: &str) -> i64 {
    let mut conn = migrate::connect(&site.url).unwrap();
    let query = format!("SELECT count(*) AS n FROM {table}");
    diesel::sql_query(query).get_result::<Count>(&mut conn).unwrap().n
}

on_both! {
    async fn a_listed_act_is_seen_everywhere_and_a_hidden_one_nowhere(site: Site) {
        site.list_night_ferry().await;
        site.list_act(salt_harbour(Listing::Listed)).await;
        let everywhere = BTreeSet::from(PLACES);
        assert_eq!(places(&site).await, everywhere);
        assert_eq!(statuses(&site).await, [200, 200, 200]);

        moderate(&site, hide).await.unwrap();
        assert_eq!(places(&site).await, BTreeSet::new());
        assert_eq!(statuses(&site).await, [404, 404, 404]);
        let form = site.filled_form().await;
        let asked = site.post("/artists/salt-harbour/request", &form.pairs()).await;
        assert_eq!(asked.status, 404);
        let report = [("reason", "scam"), ("details", "It asks for money.")];
        assert_eq!(site.post("/artists/salt-harbour/report", &report).await.status, 404);
        assert!(site.mails().await.is_empty());
        let near = suggestions(&site.get(&search_for("slat")).await);
        assert_eq!(near, [pair("/artists", "All acts")], "its words suggest nothing");
        assert_eq!(site.get("/artists/night-ferry").await.status, 200);
        assert!(moderate(&site, hide).await.is_err(), "hidden twice");

        assert_eq!(moderate(&site, store::show).await.unwrap(), Listing::Listed);
        assert_eq!(places(&site).await, everywhere);
        assert_eq!(statuses(&site).await, [200, 200, 200]);
        assert!(moderate(&site, store::show).await.is_err(), "shown twice");
    }

    async fn an_act_whose_figure_has_expired_leaves_no_trace_in_the_index(site: Site) {
        site.db
            .write(|tx| {
                let mut figure = figures(Some(48_210));
                figure[0].expires_on = Some(date(2026, 11, 25));
                store::insert_artist(tx, &salt_harbour(Listing::Listed), &figure).map(drop)
            })
            .await
            .unwrap();
        assert!(site.get("/artists").await.text.contains("48.2k"));
        let index = ["artist_cards", "artist_genres", "artist_terms", "artist_facets"];
        assert!(index.iter().all(|table| rows(&site, table) > 0));
        site.clock.advance(SignedDuration::from_hours(10 * 24));
        moderate(&site, hide).await.unwrap();
        assert_eq!(index.map(|table| rows(&site, table)), [0; 4]);
        moderate(&site, store::show).await.unwrap();
        assert!(!site.get("/artists").await.text.contains("48.2k"), "its time is over");
        assert_eq!(places(&site).await, BTreeSet::from(PLACES));
    }

    async fn an_unlisted_act_is_seen_only_by_who_has_its_address(site: Site) {
        site.list_act(salt_harbour(Listing::Unlisted)).await;
        assert_eq!(places(&site).await, BTreeSet::new());
        assert_eq!(statuses(&site).await, [200, 200, 200], "and can be asked");
        let profile = site.get("/artists/salt-harbour").await.text;
        assert!(profile.contains("<meta name=\"robots\" content=\"noindex\">"));
        assert!(!profile.contains("ld+json"), "search engines are told nothing");
        moderate(&site, |tx, id| store::set_listing(tx, id, Listing::Draft)).await.unwrap();
        assert_eq!(statuses(&site).await, [404, 404, 404]);
    }

    async fn an_unclaimed_act_is_marked_and_cannot_be_asked(site: Site) {
        site.list_act(salt_harbour(Listing::Unclaimed)).await;
        assert_eq!(places(&site).await, BTreeSet::from(PLACES));
        assert!(site.get("/artists").await.text.contains("unclaimed, not bookable"));
        let profile = site.get("/artists/salt-harbour").await.text;
        assert!(profile.contains("Nobody has claimed this page"));
        assert!(!profile.contains("/request\""), "no way to ask");
        let refused = site.get("/artists/salt-harbour/request").await;
        assert_eq!(refused.status, 409);
        assert!(refused.text.contains("nobody of the act takes requests on this site"));
        let form = site.filled_form().await;
        let refused = site.post("/artists/salt-harbour/request", &form.pairs()).await;
        assert_eq!(refused.status, 409);
        assert!(refused.text.contains("does not take requests here"));
        assert!(site.mails().await.is_empty() && rows(&site, "booking_requests") == 0);
    }

    async fn a_listed_act_whose_address_nobody_confirmed_cannot_be_asked_either(site: Site) {
        site.db
            .write(|tx| store::insert_artist(tx, &salt_harbour(Listing::Listed), &[]).map(drop))
            .await
            .unwrap();
        assert_eq!(statuses(&site).await, [200, 409, 200]);
        let profile = site.get("/artists/salt-harbour").await.text;
        assert!(profile.contains("No requests at the moment") && !profile.contains("/request\""));
    }

    async fn a_name_cannot_leave_the_place_where_it_is_shown(site: Site) {
        let name = "</script><script>alert(1)</script>";
        let bio = "<!--<script>alert(2)</script> \"'&]]>\n\nAnd so on.";
        let link = "https://records.example/?a=</script>&b=\"";
        let mut facts = salt_harbour(Listing::Listed);
        facts.name = name.into();
        facts.bio = bio.into();
        facts.city = "<i>Tallinn</i>".into();
        facts.links = vec![OutsideLink { label: "<b>Label</b>".into(), url: link.into() }];
        site.list_act(facts).await;
        for place in PLACES.into_iter().chain(["/artists/salt-harbour",
            "/artists/salt-harbour/request", "/artists/salt-harbour/report",
            "/artists?q=%3Cscript%3Ealert(1)"]) {
            let page = site.get(place).await;
            assert_eq!(page.status, 200, "{place}");
            for markup in ["<script>", "<!--", "<b>Label", "<i>Tallinn"] {
                assert!(!page.text.contains(markup), "{place}: {markup}");
            }
        }
        let profile = site.get("/artists/salt-harbour").await.text;
        assert_eq!(profile.matches("<script").count(), 2, "ours, and the description");
        assert!(profile.contains("/leaving?to=https%3A%2F%2Frecords.example%2F"));
        let (_, described) = profile.split_once("<script type=\"application/ld+json\">").unwrap();
        let (described, _) = described.split_once("</script>").unwrap();
        let group: serde_json::Value = serde_json::from_str(described).unwrap();
        assert_eq!(group["name"], name);
        assert_eq!(group["description"], bio);
        assert_eq!(group["sameAs"][0], link);
        assert_eq!(group["url"], format!("{}/artists/salt-harbour", site.base));
    }

    async fn programs_read_a_site_map_and_a_feed(site: Site) {
        site.db
            .write(|tx| {
                for n in 0..45_i64 {
                    let name = format!("Fish & \"Chips\" <{n}>");
                    let bio = format!("It's ]]> the {n}th & last.\n\nMore.");
                    let slug = format!("fish-{n}");
                    let facts = Facts { bio, ..facts(&slug, &name, Floor::default()) };
                    let added_at = Instant::from_micros(NOON - n * 60_000_000);
                    store::insert_artist_added_at(tx, &facts, &[], added_at)?;
                }
                Ok(())
            })
            .await
            .unwrap();
        let map = site.get("/sitemap.xml").await;
        assert_eq!(map.headers["content-type"], "application/xml; charset=utf-8");
        let locations = elements(&map.text);
        let locations = texts(&locations, "loc");
        let unique: BTreeSet<&str> = locations.iter().copied().collect();
        assert_eq!(unique.len(), locations.len(), "each once");
        assert_eq!(locations.len(), 4 + genres::all().len() + 45);
        assert!(locations.iter().all(|url| url.starts_with(&format!("{}/", site.base))));
        for path in ["/", "/artists", "/how-it-works", "/genres/ambient", "/artists/fish-44"] {
            assert!(unique.contains(format!("{}{path}", site.base).as_str()), "{path}");
        }
        let changed = elements(&map.text);
        assert!(texts(&changed, "lastmod").into_iter().all(is_date));
        let robots = site.get("/robots.txt").await.text;
        assert!(robots.lines().any(|line| line == format!("Sitemap: {}/sitemap.xml", site.base)));
        assert_eq!(site.get("/sitemap-0.xml").await.text, map.text);
        for beyond in ["9223372036854775807", "99999999999999999999"] {
            assert_eq!(site.get(&format!("/sitemap-{beyond}.xml")).await.status, 404);
        }

        let feed = site.get("/artists/new.atom").await;
        assert_eq!(feed.headers["content-type"], "application/atom+xml; charset=utf-8");
        let parts = elements(&feed.text);
        let expected: Vec<String> = (0..40).map(|n| format!("Fish & \"Chips\" <{n}>")).collect();
        // The feed's own elements end before its entries begin.
        assert_eq!(texts(&parts, "title")[1..], expected, "the newest forty, newest first");
        assert_eq!(texts(&parts, "summary")[1], "It's ]]> the 1th & last.");
        let ids = texts(&parts, "id");
        assert_eq!(ids.iter().copied().collect::<BTreeSet<_>>().len(), 41);
        assert_eq!(ids[0], format!("{}/artists/new.atom", site.base));
        let updated = texts(&parts, "updated");
        assert_eq!((updated.len(), updated[0]), (41, "2026-11-21T14:00:00Z"));
        assert!(updated.iter().chain(&texts(&parts, "published")).all(|at| is_date(at)));
        let links = texts(&parts, "link");
        assert!(links[2].contains(&format!("href=\"{}/artists/fish-0\"", site.base)), "{links:?}");
    }

    async fn the_page_between_here_and_elsewhere_refuses_what_is_no_web_address(site: Site) {
        site.list_night_ferry().await;
        let leaving = |to: &str, from: &str| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            format!("/leaving?{}", query.append_pair("to", to).append_pair("from", from).finish())
        };
        for to in [
            "javascript:alert(1)", "JavaScript:alert(1)", "  javascript:alert(1)",
            "java\nscript:alert(1)", "data:text/html,<script>alert(1)</script>",
            "vbscript:alert(1)", "mailto:jonas@venue.example", "ftp://records.example/",
            "//records.example/", "/artists", "https://", "",
        ] {
            let refused = site.get(&leaving(to, "")).await;
            assert_eq!(refused.status, 404, "{to}");
            assert!(!refused.text.contains("alert(1)"), "{to}");
        }
        let to = "https://records.example/a?b=c&d=\"><script>";
        let page = site.get(&leaving(to, "night-ferry")).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("<strong>records.example</strong>"));
        assert!(page.text.contains("rel=\"noopener nofollow ugc\" referrerpolicy=\"no-referrer\""));
        assert!(page.text.contains("href=\"/artists/night-ferry\""), "a way back");
        assert!(!page.text.contains("<script>") && !page.text.contains("http-equiv=\"refresh\""));
        let disguised = site.get(&leaving("https://records.example@elsewhere.example/", "")).await;
        assert!(disguised.text.contains("<strong>elsewhere.example</strong>"));
        let forged = site.get(&leaving("https://records.example/", "\"><script>alert(1)")).await;
        assert!(forged.status == 200 && !forged.text.contains("alert(1)"));
    }
}
