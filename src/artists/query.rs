//! The state of a list, whole in its address: what is searched or filtered, in which order, from
//! where on. Only what an index answers is offered; `docs/lists.md` publishes the matrix.

use super::stats::{BANDS, Band};
use super::{genres, names::name_key};
use crate::ids::ArtistId;
use crate::places::Country;

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// By monthly listeners, most first.
    Popular,
    /// By the day they were added, newest first.
    Newest,
    /// By name, from A.
    Name,
}

impl Sort {
    /// Every order, with what stands in the address and what a person reads.
    pub const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Popular, "", "most listeners first"),
        (Self::Newest, "newest", "newest first"),
        (Self::Name, "name", "by name, A to Z"),
    ];

    /// "most listeners first".
    pub fn label(self) -> &'static str {
        Self::ALL.iter().find(|(sort, ..)| *sort == self).map_or("", |(_, _, label)| label)
    }

    /// As it stands in an address; empty for the ordinary order.
    fn word(self) -> &'static str {
        Self::ALL.iter().find(|(sort, ..)| *sort == self).map_or("", |(_, word, _)| word)
    }
}

/// What narrows a list: exactly the combinations that an index answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// Nothing.
    None,
    /// Names with words that begin like these; sorted by listeners only.
    Search(String),
    /// A genre.
    Genre(String),
    /// Two genres, in alphabetical order; sorted by listeners only.
    Genres(String, String),
    /// A country.
    Country(Country),
    /// A genre in a country; sorted by listeners only.
    GenreInCountry(String, Country),
    /// A city, by its key and as typed; sorted by listeners only.
    City(String, String, Country),
    /// A band of listeners, by its number.
    Band(usize),
}

impl Filter {
    /// Whether the orders beside listeners are offered: with at most one filter.
    pub fn is_sortable(&self) -> bool {
        self.offer().is_some_and(Offer::is_sortable)
    }

    /// The same, where its words stand in an address as they are.
    pub fn offer(&self) -> Option<Offer<'_>> {
        Some(match self {
            Self::None => Offer::Everything,
            Self::Genre(genre) => Offer::Genre(genre),
            Self::Genres(one, other) => Offer::Genres(one, other),
            Self::Country(country) => Offer::Country(country.code()),
            Self::GenreInCountry(genre, country) => Offer::GenreInCountry(genre, country.code()),
            Self::Band(band) => Offer::Band(band_of(*band).slug),
            Self::Search(_) | Self::City(..) => return None,
        })
    }
}

/// Where a page begins or ends: the key of the row next to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edge {
    /// The first page.
    Start,
    /// After this row.
    After(Cursor),
    /// Before this row.
    Before(Cursor),
}

/// A row's key in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The popularity, the time it was added, or the name's key.
    pub key: Key,
    /// The row.
    pub artist: ArtistId,
}

/// What rows are sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// Popularity or microseconds.
    Number(i64),
    /// A name's key.
    Text(String),
}

impl Cursor {
    /// Reads what [`Cursor::write`] wrote, for this order.
    pub fn read(text: &str, sort: Sort) -> Option<Self> {
        let (key, artist) = text.rsplit_once('.')?;
        let key = match sort {
            Sort::Name => {
                let bytes = data_encoding::BASE64URL_NOPAD.decode(key.as_bytes()).ok()?;
                Key::Text(String::from_utf8(bytes).ok().filter(|key| !key.contains('\0'))?)
            }
            Sort::Popular | Sort::Newest => Key::Number(key.parse().ok()?),
        };
        Some(Self { key, artist: artist.parse().ok()? })
    }

    /// As it stands in an address.
    pub fn write(&self) -> String {
        match &self.key {
            Key::Number(number) => format!("{number}.{}", self.artist),
            Key::Text(text) => {
                let key = data_encoding::BASE64URL_NOPAD.encode(text.as_bytes());
                format!("{key}.{}", self.artist)
            }
        }
    }
}

/// Where lists are.
const LISTS: &str = "/artists";

/// A filter whose words stand in an address as they are: slugs of genres and bands, codes of countries.
/// A list offers hundreds of them, so that their addresses are made of what is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer<'a> {
    /// All acts.
    Everything,
    /// Of a genre.
    Genre(&'a str),
    /// Of two, in alphabetical order.
    Genres(&'a str, &'a str),
    /// Of a country.
    Country(&'a str),
    /// Of a genre and a country.
    GenreInCountry(&'a str, &'a str),
    /// Of a band of listeners.
    Band(&'a str),
}

impl<'a> Offer<'a> {
    fn is_sortable(self) -> bool {
        !matches!(self, Self::Genres(..) | Self::GenreInCountry(..))
    }

    /// Where its list begins, in this order if the list is offered in it, of acts that are free on a
    /// day if one is given (`2027-03-13`).
    pub fn url(self, sort: Sort, free: &'a str) -> ListUrl<'a> {
        let [name, value, second, other] = match self {
            Self::Everything => ["", "", "", ""],
            Self::Genre(genre) => ["?genre=", genre, "", ""],
            Self::Genres(one, other) => ["?genre=", one, "&genre=", other],
            Self::Country(country) => ["?country=", country, "", ""],
            Self::GenreInCountry(genre, country) => ["?genre=", genre, "&country=", country],
            Self::Band(band) => ["?listeners=", band, "", ""],
        };
        let order = match (sort.word(), self) {
            ("", _) => ["", ""],
            (word, Self::Everything) => ["?sort=", word],
            (word, offer) if offer.is_sortable() => ["&sort=", word],
            _ => ["", ""],
        };
        let day = match (free, name.is_empty() && order[0].is_empty()) {
            ("", _) => ["", ""],
            (day, true) => ["?free=", day],
            (day, false) => ["&free=", day],
        };
        ListUrl([LISTS, name, value, second, other, order[0], order[1], day[0], day[1]])
    }
}

/// An address of a list, in the pieces of which it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListUrl<'a>(pub [&'a str; 9]);

impl std::fmt::Display for ListUrl<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|piece| f.write_str(piece))
    }
}

/// The state of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuery {
    /// What narrows it.
    pub filter: Filter,
    /// In which order.
    pub sort: Sort,
    /// Only acts that take requests for this day (`2027-03-13`); empty for all.
    pub free: String,
    /// From where on.
    pub edge: Edge,
}

/// The longest search.
const LONGEST: usize = 100;

impl ListQuery {
    /// The first page of a list in its ordinary order.
    pub const fn of(filter: Filter) -> Self {
        Self { filter, sort: Sort::Popular, free: String::new(), edge: Edge::Start }
    }

    /// Reads an address. What makes no sense, or what no index answers, is left out: a list is
    /// never an error.
    pub fn read<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let (mut search, mut chosen, mut country, mut city) = (None, Vec::new(), None, None);
        let (mut band, mut sort, mut after, mut before) = (None, Sort::Popular, None, None);
        let mut free = String::new();
        for (name, value) in pairs {
            match name {
                "q" => {
                    let words: Vec<&str> = value.split_whitespace().collect();
                    let text: String = words.join(" ").chars().take(LONGEST).collect();
                    search = Some(text).filter(|text| !name_key(text).is_empty());
                }
                "genre" => {
                    let value = value.to_lowercase();
                    let slugs = value.split(['+', ' ']).filter_map(genres::find);
                    chosen.extend(slugs.map(|genre| genre.slug.clone()));
                }
                "country" => country = Country::resolve(value),
                "city" => {
                    let text: String = value.trim().chars().take(LONGEST).collect();
                    city = Some(text).filter(|text| !name_key(text).is_empty());
                }
                "listeners" => {
                    band = BANDS.iter().position(|known| known.slug.eq_ignore_ascii_case(value));
                }
                "sort" => {
                    let known =
                        Sort::ALL.iter().find(|(_, word, _)| word.eq_ignore_ascii_case(value));
                    sort = known.map_or(Sort::Popular, |(sort, ..)| *sort);
                }
                "free" => free = read_day(value),
                "after" => after = Some(value),
                "before" => before = Some(value),
                _ => {}
            }
        }
        chosen.sort_unstable();
        chosen.dedup();
        let filter = match (search, chosen.as_slice(), country, city, band) {
            (Some(text), ..) => Filter::Search(text),
            (_, [one, other, ..], ..) => Filter::Genres(one.clone(), other.clone()),
            (_, [one], Some(country), ..) => Filter::GenreInCountry(one.clone(), country),
            (_, [one], None, ..) => Filter::Genre(one.clone()),
            (_, [], Some(country), Some(city), _) => Filter::City(name_key(&city), city, country),
            (_, [], Some(country), None, _) => Filter::Country(country),
            (_, [], None, _, Some(band)) => Filter::Band(band),
            (_, [], None, _, None) => Filter::None,
        };
        let sort = if filter.is_sortable() { sort } else { Sort::Popular };
        let cursor = |text: Option<&str>| text.and_then(|text| Cursor::read(text, sort));
        let edge = match (cursor(after), cursor(before)) {
            (Some(cursor), _) => Edge::After(cursor),
            (None, Some(cursor)) => Edge::Before(cursor),
            (None, None) => Edge::Start,
        };
        Self { filter, sort, free, edge }
    }

    /// The address of this list, in its one canonical form.
    pub fn url(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        match &self.filter {
            Filter::Search(text) => drop(query.append_pair("q", text)),
            Filter::City(_, city, country) => {
                query.append_pair("country", country.code()).append_pair("city", city);
            }
            _ => {}
        }
        if self.filter.offer().is_none() && !self.free.is_empty() {
            query.append_pair("free", &self.free);
        }
        match &self.edge {
            Edge::Start => {}
            Edge::After(cursor) => drop(query.append_pair("after", &cursor.write())),
            Edge::Before(cursor) => drop(query.append_pair("before", &cursor.write())),
        }
        let list = self.filter.offer().map(|offer| offer.url(self.sort, &self.free).to_string());
        match (list, query.finish()) {
            (Some(list), edge) if edge.is_empty() => list,
            (Some(list), edge) if list.contains('?') => format!("{list}&{edge}"),
            (_, query) => format!("{LISTS}?{query}"),
        }
    }

    /// Order and edge alone, as they follow the address of a genre's own page.
    pub fn with_edge_only(&self) -> String {
        let url = Self { filter: Filter::None, ..self.clone() }.url();
        url.strip_prefix(LISTS).unwrap_or_default().to_owned()
    }

    /// The same list with another filter, from its start.
    #[must_use]
    pub fn with_filter(&self, filter: Filter) -> Self {
        let sort = if filter.is_sortable() { self.sort } else { Sort::Popular };
        Self { filter, sort, free: self.free.clone(), edge: Edge::Start }
    }

    /// The same list of acts that are free on a day (`2027-03-13`), or of all; from its start.
    #[must_use]
    pub fn with_free(&self, day: &str) -> Self {
        Self { free: day.to_owned(), edge: Edge::Start, ..self.clone() }
    }

    /// What narrows and orders the list, but for the day, as fields of a form.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields: Vec<(&'static str, String)> = match &self.filter {
            Filter::None => Vec::new(),
            Filter::Search(text) => vec![("q", text.clone())],
            Filter::Genre(genre) => vec![("genre", genre.clone())],
            Filter::Genres(one, other) => vec![("genre", one.clone()), ("genre", other.clone())],
            Filter::Country(country) => vec![("country", country.code().to_owned())],
            Filter::GenreInCountry(genre, country) => {
                vec![("genre", genre.clone()), ("country", country.code().to_owned())]
            }
            Filter::City(_, city, country) => {
                vec![("country", country.code().to_owned()), ("city", city.clone())]
            }
            Filter::Band(band) => vec![("listeners", band_of(*band).slug.to_owned())],
        };
        if !self.sort.word().is_empty() {
            fields.push(("sort", self.sort.word().to_owned()));
        }
        fields
    }
}

/// A day as an address has it; empty for anything that is none, or none that anybody asks for.
fn read_day(text: &str) -> String {
    let day = text.trim().parse::<jiff::civil::Date>().ok();
    let day = day.filter(|day| (2020..2100).contains(&day.year()));
    day.map(|day| day.to_string()).unwrap_or_default()
}

/// The band with this number.
pub fn band_of(number: usize) -> &'static Band {
    &BANDS[number.min(BANDS.len() - 1)]
}

#[cfg(test)]
mod tests;
