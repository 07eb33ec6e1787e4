//! The filters that a list offers: only those that an index answers, each as a link.

use super::genres;
use super::query::{Edge, Filter, ListQuery, Sort, band_of};
use super::stats::BANDS;
use super::views::{Choice, Link, Panel};
use crate::places;

fn link(query: &ListQuery, label: impl Into<String>) -> Link {
    Link { url: query.url(), label: label.into() }
}

/// The filters in force; each leads to the list without it.
pub fn active(query: &ListQuery) -> Vec<Link> {
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
pub fn panels(query: &ListQuery) -> Vec<Panel> {
    if matches!(query.filter, Filter::Search(_)) {
        return Vec::new();
    }
    vec![genre_panel(query), country_panel(query), band_panel(query)]
}

fn genre_panel(query: &ListQuery) -> Panel {
    let filter = &query.filter;
    let choices = genres::all().iter().map(|genre| {
        let slug = genre.slug.clone();
        let (chosen, active) = match filter {
            Filter::Genre(one) if *one == slug => (Filter::None, true),
            Filter::Genre(one) => (pair(one, &slug), false),
            Filter::Genres(one, other) if *one == slug => (Filter::Genre(other.clone()), true),
            Filter::Genres(one, other) if *other == slug => (Filter::Genre(one.clone()), true),
            Filter::GenreInCountry(one, country) if *one == slug => {
                (Filter::Country(country.clone()), true)
            }
            Filter::Country(country) | Filter::GenreInCountry(_, country) => {
                (Filter::GenreInCountry(slug, country.clone()), false)
            }
            _ => (Filter::Genre(slug), false),
        };
        choice(query, chosen, genre.name.clone(), active)
    });
    Panel {
        name: "genre".into(),
        label: "Genre".into(),
        choices: choices.collect(),
        note: "Two genres, or one genre in a country. Anything more would have to read every act."
            .into(),
    }
}

fn pair(one: &str, other: &str) -> Filter {
    let (first, second) = if one < other { (one, other) } else { (other, one) };
    Filter::Genres(first.to_owned(), second.to_owned())
}

fn country_panel(query: &ListQuery) -> Panel {
    let choices = places::all().iter().map(|(country, name)| {
        let (chosen, active) = match &query.filter {
            Filter::Country(now) if now == country => (Filter::None, true),
            Filter::GenreInCountry(genre, now) if now == country => {
                (Filter::Genre(genre.clone()), true)
            }
            Filter::City(_, _, now) if now == country => (Filter::None, true),
            Filter::Genre(genre) | Filter::GenreInCountry(genre, _) => {
                (Filter::GenreInCountry(genre.clone(), country.clone()), false)
            }
            _ => (Filter::Country(country.clone()), false),
        };
        choice(query, chosen, name.clone(), active)
    });
    Panel {
        name: "country".into(),
        label: "Country".into(),
        choices: choices.collect(),
        note: "A city’s acts: search for the city’s name.".into(),
    }
}

fn band_panel(query: &ListQuery) -> Panel {
    let choices = BANDS.iter().enumerate().map(|(at, band)| {
        let (chosen, active) = match query.filter {
            Filter::Band(now) if now == at => (Filter::None, true),
            _ => (Filter::Band(at), false),
        };
        choice(query, chosen, band.label.to_owned(), active)
    });
    Panel {
        name: "listeners".into(),
        label: "Monthly listeners".into(),
        choices: choices.collect(),
        note: "Acts without a figure are in no band.".into(),
    }
}

fn choice(query: &ListQuery, filter: Filter, label: String, active: bool) -> Choice {
    Choice { url: query.with_filter(filter).url(), label, active }
}

/// The orders on offer; none when there is only one.
pub fn sorts(query: &ListQuery) -> Vec<Choice> {
    if !query.filter.is_sortable() {
        return Vec::new();
    }
    Sort::ALL
        .iter()
        .map(|(sort, _, label)| Choice {
            url: ListQuery { sort: *sort, edge: Edge::Start, ..query.clone() }.url(),
            label: (*label).to_owned(),
            active: *sort == query.sort,
        })
        .collect()
}
