//! Addresses of lists, read and written.

use super::*;
use proptest::prelude::*;

fn read(query: &str) -> ListQuery {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    ListQuery::read(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}

#[test]
fn an_address_has_one_form_and_keeps_the_whole_state() {
    for (query, url) in [
        ("", "/artists"),
        ("sort=&x=1", "/artists"),
        ("genre=techno&genre=dub", "/artists?genre=dub&genre=techno"),
        ("genre=techno&country=ee", "/artists?genre=techno&country=EE"),
        ("country=DE&city=Berlin&sort=name", "/artists?country=DE&city=Berlin"),
        ("listeners=50k&sort=newest", "/artists?listeners=50k&sort=newest"),
        ("q=night+fer&genre=techno", "/artists?q=night+fer"),
        ("genre=my-own-thing&country=XX&sort=fee", "/artists"),
        ("after=48200.77", "/artists?after=48200.77"),
        ("after=nonsense", "/artists"),
        ("free=2027-03-13", "/artists?free=2027-03-13"),
        ("free=2027-03-13&sort=name", "/artists?sort=name&free=2027-03-13"),
        ("free=2027-03-13&genre=dub", "/artists?genre=dub&free=2027-03-13"),
        (
            "country=DE&city=Berlin&free=2027-03-13",
            "/artists?country=DE&city=Berlin&free=2027-03-13",
        ),
        ("genre=DUB&country=germany", "/artists?genre=dub&country=DE"),
        ("listeners=50K&sort=NAME", "/artists?listeners=50k&sort=name"),
        ("q=++night+++fer+", "/artists?q=night+fer"),
        ("free=2027-02-30&genre=dub", "/artists?genre=dub"),
        ("free=2027-03-13&q=night", "/artists?q=night&free=2027-03-13"),
    ] {
        assert_eq!(read(query).url(), url, "{query}");
    }
}

proptest! {
    #[test]
    fn whatever_is_typed_the_canonical_address_reads_as_itself(query in "[a-z0-9=&+%._-]{0,80}") {
        let url = read(&query).url();
        let again = read(url.strip_prefix("/artists").unwrap().trim_start_matches('?'));
        prop_assert_eq!(again.url(), url);
    }
}
