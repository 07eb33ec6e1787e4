//! The filters that a list offers: only those that an index answers, each as a link.

use jiff::civil::Date;

use super::genres;
use super::panel_views::{Choice, Panel};
use super::query::{Filter, ListQuery, Offer, Sort, band_of};
use super::stats::BANDS;
use super::views::Link;
use crate::places;

fn link(query: &ListQuery, label: impl Into<String>) -> Link {
    Link { url: query.url(), label: label.into() }
}

/// The filters in force; each leads to the list without it.
pub fn active(query: &ListQuery) -> Vec<Link> {
    let mut chosen = active_filters(query);
    if let Ok(day) = query.free.parse::<Date>() {
        let label = format!("Free on {}", day.strftime("%a %-d %b %Y"));
        chosen.push(link(&query.with_free(""), label));
    }
    chosen
}

fn active_filters(query: &ListQuery) -> Vec<Link> {
    let to = |filter: Filter| query.with_filter(filter);
    match &query.filter {
        Filter::None => Vec::new(),
        Filter::Search(text) => vec![link(&to(Filter::None), format!("“{text}”"))],
        Filter::Genre(genre) => vec![link(&to(Filter::None), genres::name(genre))],
        Filter::Genres(one, other) => vec![
            link(&to(Filter::Genre(other.clone())), genres::name(one)),
            link(&to(Filter::Genre(one.clone())), genres::name(other)),
        ],
        Filter::Country(country) => vec![link(&to(Filter::None), country.name())],
        Filter::GenreInCountry(genre, country) => vec![
            link(&to(Filter::Country(country.clone())), genres::name(genre)),
            link(&to(Filter::Genre(genre.clone())), country.name()),
        ],
        Filter::City(_, city, country) => vec![
            link(&to(Filter::Country(country.clone())), city.clone()),
            link(&to(Filter::None), country.name()),
        ],
        Filter::Band(band) => {
            vec![link(&to(Filter::None), format!("{} listeners", band_of(*band).label))]
        }
    }
}

/// The panels above a list.
pub fn panels(query: &ListQuery) -> Vec<Panel<'_>> {
    if matches!(query.filter, Filter::Search(_)) {
        return Vec::new();
    }
    vec![genre_panel(query), country_panel(query), band_panel(query)]
}

fn genre_panel(query: &ListQuery) -> Panel<'_> {
    let choices = genres::all().iter().map(|genre| {
        let slug = genre.slug.as_str();
        let (offer, active) = match &query.filter {
            Filter::Genre(one) if one == slug => (Offer::Everything, true),
            Filter::Genre(one) => (pair(one, slug), false),
            Filter::Genres(one, other) if one == slug => (Offer::Genre(other), true),
            Filter::Genres(one, other) if other == slug => (Offer::Genre(one), true),
            Filter::GenreInCountry(one, country) if one == slug => {
                (Offer::Country(country.code()), true)
            }
            Filter::Country(country) | Filter::GenreInCountry(_, country) => {
                (Offer::GenreInCountry(slug, country.code()), false)
            }
            _ => (Offer::Genre(slug), false),
        };
        Choice { url: offer.url(query.sort, &query.free), label: &genre.name, active }
    });
    Panel {
        name: "genre",
        label: "Genre",
        choices: choices.collect(),
        note: "Two genres, or one genre in a country. Anything more would have to read every act.",
    }
}

fn pair<'a>(one: &'a str, other: &'a str) -> Offer<'a> {
    if one < other { Offer::Genres(one, other) } else { Offer::Genres(other, one) }
}

fn country_panel(query: &ListQuery) -> Panel<'_> {
    let choices = places::all().iter().map(|(country, name)| {
        let (offer, active) = match &query.filter {
            Filter::Country(now) if now == country => (Offer::Everything, true),
            Filter::GenreInCountry(genre, now) if now == country => (Offer::Genre(genre), true),
            Filter::City(_, _, now) if now == country => (Offer::Everything, true),
            Filter::Genre(genre) | Filter::GenreInCountry(genre, _) => {
                (Offer::GenreInCountry(genre, country.code()), false)
            }
            _ => (Offer::Country(country.code()), false),
        };
        Choice { url: offer.url(query.sort, &query.free), label: name, active }
    });
    Panel {
        name: "country",
        label: "Country",
        choices: choices.collect(),
        note: "A city’s acts: search for the city’s name.",
    }
}

fn band_panel(query: &ListQuery) -> Panel<'_> {
    let choices = BANDS.iter().enumerate().map(|(at, band)| {
        let (offer, active) = match query.filter {
            Filter::Band(now) if now == at => (Offer::Everything, true),
            _ => (Offer::Band(band.slug), false),
        };
        Choice { url: offer.url(query.sort, &query.free), label: band.label, active }
    });
    Panel {
        name: "listeners",
        label: "Monthly listeners",
        choices: choices.collect(),
        note: "Acts without a figure are in no band.",
    }
}

/// The orders on offer; none when there is only one.
pub fn sorts(query: &ListQuery) -> Vec<Choice<'_>> {
    let offer = query.filter.offer().filter(|_| query.filter.is_sortable());
    let Some(offer) = offer else { return Vec::new() };
    Sort::ALL
        .iter()
        .map(|(sort, _, label)| Choice {
            url: offer.url(*sort, &query.free),
            label,
            active: *sort == query.sort,
        })
        .collect()
}
