//! From an artist's facts and figures to what the pages print.

use jiff::civil::Date;

use super::card_store::Card;
use super::chart::{chart_svg, spark_svg};
use super::cover::cover_svg;
use super::paging::Count;
use super::photo::{self, Photo};
use super::query::{Filter, ListQuery};
use super::stats::{Metric, StatPoint};
use super::store::{monthly_listeners, split_genres};
use super::views::{ChartRow, Fact, Figure, Link, ListRow, OutLink, PhotoView};
use super::{Artist, Listing, figure_store, genres, listing::leaving, place};
use crate::numbers::{grouped, short_number};

/// A card as a row of a list.
pub fn row(card: Card) -> ListRow {
    ListRow {
        cover_svg: if card.photo.is_empty() { cover_svg(&card.slug) } else { "".into() },
        photo: if card.photo.is_empty() { String::new() } else { photo::url(&card.photo) },
        slug: card.slug,
        name: card.name,
        genres: genre_line(&card.genres),
        listeners: if card.popularity < 0 { String::new() } else { short_number(card.popularity) },
        spark_svg: spark_svg(&card.spark).unwrap_or_default(),
        place: place(&card.city, &card.country),
        note: if card.bookable { String::new() } else { "unclaimed, not bookable".into() },
    }
}

/// "techno · dub", from slugs as a card has them.
fn genre_line(slugs: &str) -> String {
    let mut line = String::new();
    for slug in split_genres(slugs) {
        if !line.is_empty() {
            line.push_str(" · ");
        }
        line.push_str(genres::name(slug));
    }
    line
}

/// A photo as a page shows it.
pub fn photo(photo: &Photo, name: &str) -> Option<PhotoView> {
    let largest = photo.sizes.last()?;
    let srcset: Vec<String> = photo
        .sizes
        .iter()
        .map(|size| format!("{} {}w", photo::url(&size.sha256), size.width))
        .collect();
    Some(PhotoView {
        url: photo::url(&largest.sha256),
        srcset: srcset.join(", "),
        width: largest.width,
        height: largest.height,
        alt: if photo.alt.is_empty() { format!("Photo of {name}") } else { photo.alt.clone() },
    })
}

/// Links to the pages of genres.
pub fn genre_links(slugs: &[String]) -> Vec<Link> {
    slugs
        .iter()
        .map(|slug| Link { url: format!("/genres/{slug}"), label: genres::name(slug).to_owned() })
        .collect()
}

/// "Berlin, Germany · DJ set, live · here since 2024".
pub fn summary(artist: &Artist) -> String {
    let facts = &artist.facts;
    let country = facts.country.as_ref().map(|country| country.name()).unwrap_or_default();
    let plays: Vec<&str> = facts.plays.iter().map(|play| play.label()).collect();
    let since = format!("here since {}", artist.created_at.date_utc().year());
    [place(&facts.city, &country), plays.join(", "), since]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ")
}

/// The newest figure of each metric that has not expired.
pub fn figures(stats: &[StatPoint], today: Date) -> Vec<Figure> {
    Metric::ALL
        .iter()
        .filter_map(|metric| {
            stats.iter().rfind(|point| point.metric == *metric && point.is_current(today))
        })
        .map(|point| Figure {
            value: grouped(point.value),
            label: point.metric.label().to_owned(),
            provenance: point.provenance(),
        })
        .collect()
}

/// The chart of 24 months and the table that says the same, newest first.
pub fn chart(stats: &[StatPoint], today: Date) -> (String, Vec<ChartRow>) {
    let months = monthly_listeners(stats, today, figure_store::MONTHS);
    let Some(svg) = chart_svg(&months, "Monthly listeners") else {
        return (String::new(), Vec::new());
    };
    let rows = months.iter().rev().map(|month| {
        let of_month = stats
            .iter()
            .filter(|p| p.metric == Metric::MonthlyListeners)
            .rfind(|p| (p.observed_on.year(), p.observed_on.month()) == (month.year, month.month));
        let name = Date::new(month.year, month.month, 1)
            .map(|day| day.strftime("%B %Y").to_string())
            .unwrap_or_default();
        ChartRow {
            month: name,
            value: month.value.map_or_else(|| "no figure".to_owned(), grouped),
            source: of_month.map(StatPoint::provenance).unwrap_or_default(),
        }
    });
    (svg, rows.collect())
}

/// What the act asks of a request.
pub fn asks(artist: &Artist) -> Vec<Fact> {
    let lines = artist.facts.floor.lines();
    lines.into_iter().map(|(term, detail)| Fact { term: term.to_owned(), detail }).collect()
}

/// The same, and how it answers, as far as enough requests say so.
pub fn asks_and_answers(artist: &Artist) -> Vec<Fact> {
    let mut facts = asks(artist);
    let detail = artist.answers.sentence();
    if !detail.is_empty() {
        facts.push(Fact { term: "Answers".to_owned(), detail });
    }
    facts
}

/// Why no request can be sent; empty when one can.
pub fn closed_reason(artist: &Artist) -> String {
    match (artist.bookable, artist.facts.listing) {
        (true, _) => String::new(),
        (false, Listing::Unclaimed) => "Nobody of the act has said yes to this page, so no \
            request can be sent. The facts on it are public and were added by others."
            .into(),
        (false, _) => "The act takes no requests here at the moment.".into(),
    }
}

/// The act's places on other sites, by way of the page that says where they lead, and from there back
/// to the profile with this slug.
pub fn out_links(artist: &Artist, slug: &str) -> Vec<OutLink> {
    artist
        .facts
        .links
        .iter()
        .map(|link| OutLink {
            url: leaving(&link.url, Some(slug)),
            label: link.label.clone(),
            host: host_of(&link.url),
        })
        .collect()
}

/// The host of an address.
pub fn host_of(url: &str) -> String {
    url::Url::parse(url)
        .ok()
        .and_then(|url| url.host_str().map(ToOwned::to_owned))
        .unwrap_or_default()
}

/// schema.org's `MusicGroup`, with the address of its photo, if it has one; every `<` is written so
/// that no name can close the element.
pub fn json_ld(artist: &Artist, url: &str, image: Option<&str>) -> String {
    let facts = &artist.facts;
    let genres: Vec<&str> = facts.genres.iter().map(|slug| genres::name(slug)).collect();
    let links: Vec<&str> = facts.links.iter().map(|link| link.url.as_str()).collect();
    let mut group = serde_json::json!({
        "@context": "https://schema.org",
        "@type": "MusicGroup",
        "name": facts.name,
        "url": url,
        "genre": genres,
    });
    if let Some(image) = image {
        group["image"] = image.into();
    }
    if !facts.bio.is_empty() {
        group["description"] = facts.bio.clone().into();
    }
    if !links.is_empty() {
        group["sameAs"] = links.into();
    }
    if let Some(country) = &facts.country {
        group["foundingLocation"] = serde_json::json!({
            "@type": "Place",
            "address": {
                "@type": "PostalAddress",
                "addressLocality": facts.city,
                "addressCountry": country.code(),
            },
        });
    }
    group.to_string().replace('<', "\\u003c")
}

/// "500+ acts, most listeners first".
pub fn count_words(count: Count, query: &ListQuery) -> String {
    let what = match count {
        Count::AtLeast(0) | Count::Exactly(0) => return "No act found".to_owned(),
        Count::AtLeast(n) => format!("{}+ acts", grouped(n as i64)),
        Count::Exactly(1) => "1 act".to_owned(),
        Count::Exactly(n) => format!("{} acts", grouped(n as i64)),
    };
    match &query.filter {
        Filter::Search(_) => format!("{what} · most listeners first"),
        _ => format!("{what} · {}", query.sort.label()),
    }
}
