//! Artists: public profiles of acts, found by name, genre, place and size of audience.

pub mod add_forms;
pub mod added_store;
pub mod adding;
pub mod block_store;
pub mod busy_store;
pub mod card_store;
pub mod chart;
pub mod claim;
pub mod claim_pages;
pub mod contact_forms;
pub mod contact_store;
pub mod correcting;
pub mod counts;
pub mod cover;
pub mod darkroom;
pub mod double_store;
pub mod doubles;
pub mod edit;
pub mod edit_pages;
pub mod edit_store;
pub mod edit_views;
pub mod feed_store;
pub mod feeds;
pub mod figure_forms;
pub mod figure_pages;
pub mod figure_store;
pub mod floor;
pub mod forms;
pub mod genres;
pub mod handover;
pub mod handover_mails;
pub mod handover_pages;
pub mod handover_store;
pub mod handover_views;
pub mod import;
pub mod import_file;
pub mod import_values;
pub mod index;
mod list_words;
pub mod listing;
pub mod listing_pages;
pub mod listing_views;
pub mod mails;
pub mod membership;
pub mod names;
pub mod pages;
pub mod paging;
pub mod panel_views;
pub mod panels;
pub mod paper_pages;
pub mod paper_store;
pub mod paper_views;
pub mod papers;
pub mod photo;
pub mod photo_container;
pub mod photo_develop;
pub mod photo_files;
pub mod photo_pages;
pub mod photo_store;
pub mod photo_views;
pub mod picture_copy;
pub mod present;
pub mod profile_pages;
pub mod query;
pub mod removal;
pub mod removal_store;
pub mod rule_pages;
pub mod rule_views;
pub mod rules;
pub mod search;
pub mod shared_domains;
pub mod shortlist_pages;
pub mod shortlist_store;
pub mod shortlist_views;
pub mod stats;
pub mod store;
pub mod succession;
pub mod suggest_store;
pub mod team;
pub mod team_mails;
pub mod team_pages;
pub mod team_store;
pub mod team_views;
pub mod upload_pages;
pub mod views;
pub mod word_index_store;
mod word_store;
pub mod words_due;

use serde::{Deserialize, Serialize};

use crate::clock::Instant;
use crate::db::types::choices;
use crate::ids::ArtistId;
use crate::places::Country;
use floor::Floor;

choices! {
    /// Whether and where an artist can be seen.
    Listing {
        /// Being written; nobody sees it.
        Draft = "draft", "draft";
        /// Public facts that somebody added; visible, marked, not bookable.
        Unclaimed = "unclaimed", "unclaimed";
        /// The artist said yes: visible and bookable.
        Listed = "listed", "listed";
        /// Seen by who has the address; bookable, in no list.
        Unlisted = "unlisted", "unlisted";
        /// Taken from view by a moderator.
        Hidden = "hidden", "hidden";
    }
}

impl Listing {
    /// Whether lists, search, feeds and the site map show it.
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Listed | Self::Unclaimed)
    }

    /// Whether its page can be opened.
    pub const fn is_visible(self) -> bool {
        matches!(self, Self::Listed | Self::Unclaimed | Self::Unlisted)
    }

    /// Whether the artist takes requests in this state (given a confirmed address).
    pub const fn takes_requests(self) -> bool {
        matches!(self, Self::Listed | Self::Unlisted)
    }
}

choices! {
    /// What an act plays.
    Performance {
        /// Records.
        Dj = "dj", "DJ set";
        /// Instruments.
        Live = "live", "Live";
        /// Both.
        Hybrid = "hybrid", "Hybrid";
    }
}

/// A place of the act on another site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutsideLink {
    /// What it is.
    pub label: String,
    /// http or https.
    pub url: String,
}

/// An artist, whole.
#[derive(Debug, Clone)]
pub struct Artist {
    /// The row.
    pub id: ArtistId,
    /// When it was added.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
    /// Everything else.
    pub facts: Facts,
    /// Whether a request can be sent now: the listing allows it and a confirmed address waits.
    pub bookable: bool,
    /// How it answers requests.
    pub answers: Answers,
}

/// How an artist answered the requests of the last twelve months; `booking_requests/answers.rs` counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Answers {
    /// Requests that were answered, or closed unanswered.
    pub asked: i64,
    /// Those that were answered.
    pub answered: i64,
    /// Half of these were answered within so many minutes.
    pub median_minutes: i64,
}

impl Answers {
    /// Of fewer requests nothing is said.
    pub const LEAST: i64 = 5;

    /// "12 of 14 requests in the last 12 months, half of them within 9 hours"; empty where there are
    /// too few to say anything.
    pub fn sentence(&self) -> String {
        if self.asked < Self::LEAST {
            return String::new();
        }
        let share = format!("{} of {} requests in 12 months", self.answered, self.asked);
        let within = match self.median_minutes {
            _ if self.answered == 0 => return share,
            0..60 => "an hour".to_owned(),
            minutes @ 60..2_880 => format!("{} hours", minutes / 60 + 1),
            minutes => format!("{} days", minutes / 1_440 + 1),
        };
        format!("{share}, half of them within {within}")
    }
}

/// What is said about an artist.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// The last part of the profile's address.
    pub slug: String,
    /// As the act writes it.
    pub name: String,
    /// Where it can be seen.
    pub listing: Listing,
    /// Slugs of the maintained list.
    pub genres: Vec<String>,
    /// Home country.
    pub country: Option<Country>,
    /// Home city; empty when unknown.
    pub city: String,
    /// Plain text; paragraphs are separated by blank lines.
    pub bio: String,
    /// What the act plays.
    pub plays: Vec<Performance>,
    /// Places on other sites.
    pub links: Vec<OutsideLink>,
    /// What the act asks of a request.
    pub floor: Floor,
    /// Where the facts come from ("entered by the artist", a file's name).
    pub source: String,
}

impl Facts {
    /// Where its own team looks at its page: where visitors do, or alone as long as those cannot.
    pub fn url_for_team(&self) -> String {
        let page = format!("/artists/{}", self.slug);
        if self.listing.is_visible() { page } else { format!("{page}/preview") }
    }

    /// "Berlin, DE"; empty when nothing is known.
    pub fn place(&self) -> String {
        place(&self.city, self.country.as_ref().map_or("", Country::code))
    }
}

/// City and country in one, whichever is known.
pub fn place(city: &str, country: &str) -> String {
    match (city, country) {
        (city, "") => city.to_owned(),
        ("", country) => country.to_owned(),
        (city, country) => format!("{city}, {country}"),
    }
}
