//! The mails about an artist: may this act be listed, and the form of those about who answers for it.

use super::{Artist, genres};
use crate::db::Tx;
use crate::error::Result;
use crate::ids::Token;
use crate::mail::messages::{ConfirmListing, two_parts};
use crate::mail::{Kind, Site, outbox};
use crate::people::store::Contact;

/// Asks the owner of an address.
pub fn ask_to_confirm(
    tx: &mut Tx<'_>,
    site: &Site,
    artist: &Artist,
    to: &Contact,
    token: &Token,
) -> Result<()> {
    let now = tx.now;
    let until = now.plus(jiff::SignedDuration::from_hours(30 * 24));
    let content = ConfirmListing {
        site,
        artist_name: &artist.facts.name,
        facts: &facts_for_a_stranger(artist),
        answer_url: &site.absolute(&format!("/listing/{}", token.reveal())),
        until: &until.display(),
    }
    .render()?;
    outbox::enqueue(
        tx,
        site,
        outbox::Mail::plain(
            Kind::ConfirmListing,
            to,
            content,
            format!("confirm_listing:{}:{}:{}", artist.id, to.id, now.micros()),
        ),
    )
}

/// What a mail says to an address of which nobody knows yet whose it is: what the act is known by, and
/// none of the words and links that somebody else may have put on the page.
fn facts_for_a_stranger(artist: &Artist) -> Vec<(String, String)> {
    const KNOWN_BY: [&str; 3] = ["Name", "Genres", "Home"];
    let mut facts = public_facts(artist);
    facts.retain(|(label, _)| KNOWN_BY.contains(&label.as_str()));
    facts
}

/// What would be public.
pub fn public_facts(artist: &Artist) -> Vec<(String, String)> {
    let facts = &artist.facts;
    let genres: Vec<&str> = facts.genres.iter().map(|slug| genres::name(slug)).collect();
    let links: Vec<&str> = facts.links.iter().map(|link| link.url.as_str()).collect();
    [
        ("Name", facts.name.clone()),
        ("Genres", genres.join(", ")),
        ("Home", facts.place()),
        ("About", facts.bio.clone()),
        ("Links", links.join(", ")),
        ("Source of these facts", facts.source.clone()),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(label, value)| (label.to_owned(), value))
    .collect()
}

/// A mail about who answers for an artist: some paragraphs, and one thing to do.
#[derive(Debug, Clone, Copy)]
pub struct NewsMail<'a> {
    /// Who sends it.
    pub site: &'a Site,
    /// The subject line.
    pub title: &'a str,
    /// What it says.
    pub paragraphs: &'a [String],
    /// What one does next, for the first line.
    pub next: &'a str,
    /// The same on a button.
    pub button: &'a str,
    /// Where.
    pub url: &'a str,
    /// Why it came.
    pub why: &'a str,
}

impl NewsMail<'_> {
    /// The subject line.
    pub fn subject(&self) -> String {
        self.title.to_owned()
    }
}

two_parts!(NewsMail, "artists/mail/news.txt", "artists/mail/news.html");
