//! What the mails say that are not about a booking request, and how any mail is made of its two
//! templates. The mails about requests are in `booking_requests::mails`.

use askama::Template;

use super::{Content, Site};
use crate::error::{Error, Result};

/// Columns of a text part. RFC 5322, section 2.1.1, asks for 78 at most; two are left for the
/// marks that a reply puts in front.
const WIDTH: usize = 76;

/// The line above a signature (RFC 3676, section 4.3). Its space at the end counts.
const SIGNATURE: &str = "-- ";

/// Gives a mail `render`: a template for the text, one for the HTML, and both know it as `mail`.
/// The mail has a `subject`.
macro_rules! two_parts {
    ($mail:ident, $text:literal, $html:literal) => {
        impl $mail<'_> {
            /// The mail as it goes out.
            pub fn render(&self) -> crate::error::Result<crate::mail::Content> {
                #[derive(askama::Template)]
                #[template(path = $text)]
                struct Text<'a> {
                    mail: &'a $mail<'a>,
                }
                #[derive(askama::Template)]
                #[template(path = $html)]
                struct Html<'a> {
                    mail: &'a $mail<'a>,
                }
                let (text, html) = (Text { mail: self }, Html { mail: self });
                crate::mail::messages::content(self.subject(), &text, &html)
            }
        }
    };
}
pub(crate) use two_parts;

/// A mail of its subject and its two rendered parts.
pub(crate) fn content(
    subject: String,
    text: &impl Template,
    html: &impl Template,
) -> Result<Content> {
    let rendered = |part: askama::Result<String>| part.map_err(|e| Error::Unexpected(e.into()));
    Ok(Content {
        subject,
        text: lay_out(&rendered(text.render())?),
        html: rendered(html.render())?,
        attachments: Vec::new(),
    })
}

/// A text part as it is read: lines of at most [`WIDTH`] columns where words allow it, one empty
/// line for any run of them, none at the beginning. Templates need not mind either.
fn lay_out(text: &str) -> String {
    let mut laid_out = String::with_capacity(text.len() + text.len() / 16);
    let mut gap = false;
    for line in text.lines() {
        if line.trim().is_empty() {
            gap = true;
            continue;
        }
        if gap && !laid_out.is_empty() {
            laid_out.push('\n');
        }
        gap = false;
        wrap(if line == SIGNATURE { line } else { line.trim_end() }, &mut laid_out);
    }
    laid_out
}

/// Appends a line, broken between words. What it is broken into keeps its indent; a term of a list
/// ("  Capacity: 300") goes on two columns further in. A word that is too long, such as a link,
/// stays whole.
fn wrap(line: &str, to: &mut String) {
    if line.chars().count() <= WIDTH {
        to.push_str(line);
        to.push('\n');
        return;
    }
    let indent = line.chars().take_while(|c| *c == ' ').count();
    let hanging = if indent == 2 { 4 } else { indent };
    let mut column = 0;
    for word in line.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length <= WIDTH {
            to.push(' ');
            column += 1 + length;
        } else {
            let margin = if column == 0 { indent } else { hanging };
            if column > 0 {
                to.push('\n');
            }
            to.extend(std::iter::repeat_n(' ', margin));
            column = margin + length;
        }
        to.push_str(word);
    }
    to.push('\n');
}

/// To an artist's team: the operator would like to list the act, and asks.
#[derive(Debug, Clone, Copy)]
pub struct ConfirmListing<'a> {
    /// Who sends it.
    pub site: &'a Site,
    /// The act.
    pub artist_name: &'a str,
    /// What the act is known by: ("Genres", "techno, dub").
    pub facts: &'a [(String, String)],
    /// The page with the yes and the no.
    pub answer_url: &'a str,
    /// How long the link works ("Sat 28 Nov 2026, 14:02 UTC").
    pub until: &'a str,
}

impl ConfirmListing<'_> {
    /// The subject line.
    pub fn subject(&self) -> String {
        format!("May {} be listed on {}?", self.artist_name, self.site.name)
    }

    /// Where a listing is changed or removed.
    pub fn contact_url(&self) -> String {
        self.site.absolute("/contact?topic=artist")
    }
}

two_parts!(ConfirmListing, "mail/confirm_listing.txt", "mail/confirm_listing.html");

/// To the operator: somebody reported a page, or wrote through the contact page.
#[derive(Debug, Clone, Copy)]
pub struct TicketArrived<'a> {
    /// Who sends it.
    pub site: &'a Site,
    /// "Report" or "Message".
    pub what: &'a str,
    /// The ticket's number.
    pub number: &'a str,
    /// "Something on the page is wrong"
    pub topic: &'a str,
    /// The page that was reported, absolute; may be empty.
    pub page_url: &'a str,
    /// The name given; may be empty.
    pub author: &'a str,
    /// The address given; may be empty.
    pub reply_to: &'a str,
    /// When it came ("Sat 21 Nov 2026, 14:02 UTC").
    pub when: &'a str,
    /// What was written.
    pub text: &'a str,
}

impl TicketArrived<'_> {
    /// The subject line.
    pub fn subject(&self) -> String {
        format!("{} {}: {}", self.what, self.number, self.topic)
    }
}

two_parts!(TicketArrived, "mail/ticket_arrived.txt", "mail/ticket_arrived.html");

/// To who wrote to the operator. It repeats nothing of what was written: anybody can enter any
/// address, and would have us mail their words to a stranger.
#[derive(Debug, Clone, Copy)]
pub struct TicketReceived<'a> {
    /// Who sends it.
    pub site: &'a Site,
    /// The ticket's number.
    pub number: &'a str,
    /// What it is about, from the list that the form offers.
    pub topic: &'a str,
    /// When it came.
    pub when: &'a str,
}

impl TicketReceived<'_> {
    /// The subject line.
    pub fn subject(&self) -> String {
        format!("We have your message, number {}", self.number)
    }

    /// Where more is written.
    pub fn contact_url(&self) -> String {
        self.site.absolute("/contact")
    }
}

two_parts!(TicketReceived, "mail/ticket_received.txt", "mail/ticket_received.html");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_break_between_words_and_keep_their_indent() {
        let long = format!("    {}", "warehouse ".repeat(20));
        let laid_out = lay_out(&long);
        assert!(
            laid_out.lines().all(|line| line.starts_with("    w") && line.chars().count() <= 76)
        );
        assert_eq!(laid_out.split_whitespace().count(), 20);
    }

    #[test]
    fn a_link_stays_whole_on_a_line_of_its_own() {
        let link = format!("https://site.example/t/{}", "a".repeat(80));
        let laid_out = lay_out(&format!("Replies to this mail are not read. Answer here: {link}"));
        assert_eq!(laid_out, format!("Replies to this mail are not read. Answer here:\n{link}\n"));
    }

    #[test]
    fn a_term_goes_on_further_in() {
        let laid_out = lay_out(&format!("  Line-up: {}", "Night Ferry, ".repeat(10)));
        let mut lines = laid_out.lines();
        assert!(lines.next().is_some_and(|line| line.starts_with("  Line-up: Night")));
        assert!(lines.all(|line| line.starts_with("    ") && !line.starts_with("     ")));
    }

    #[test]
    fn empty_lines_never_pile_up_and_the_signature_keeps_its_space() {
        assert_eq!(lay_out("\n\nOne\n \n\n\nTwo  \n-- \nThree"), "One\n\nTwo\n-- \nThree\n");
    }
}
