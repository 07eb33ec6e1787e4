//! What lists are called.

use jiff::civil::Date;

use super::genres;
use super::query::{Filter, ListQuery, band_of};

/// The list, with the day on which its acts are free: "Acts from Estonia, free on Sat 13 Mar 2027".
pub fn describe_list(query: &ListQuery) -> String {
    match query.free.parse::<Date>() {
        Ok(day) => format!("{}, free on {}", name_of(&query.filter), day.strftime("%a %-d %b %Y")),
        Err(_) => name_of(&query.filter),
    }
}

fn name_of(filter: &Filter) -> String {
    match filter {
        Filter::None => "All acts".to_owned(),
        filter => describe_title(filter),
    }
}

/// As the title of a page: "Acts that play dub and techno".
pub fn describe_title(filter: &Filter) -> String {
    match filter {
        Filter::None => "Find an act".to_owned(),
        Filter::Search(text) => format!("Acts called “{text}”"),
        Filter::Genre(genre) => format!("Acts that play {}", genres::name(genre)),
        Filter::Genres(one, other) => {
            format!("Acts that play {} and {}", genres::name(one), genres::name(other))
        }
        Filter::Country(country) => format!("Acts from {}", country.name()),
        Filter::GenreInCountry(genre, country) => {
            format!("Acts that play {} from {}", genres::name(genre), country.name())
        }
        Filter::City(_, city, country) => format!("Acts from {city}, {}", country.name()),
        Filter::Band(band) => format!("Acts with {} listeners", band_of(*band).label),
    }
}
