//! What the pages of those who decide show.

use askama::Template;

use crate::artists::views::PhotoView;
use crate::booking_requests::parts::{Piece, StateView, Words};
use crate::web::form_state::{Choice, FormState};
use crate::web::page::Page;

/// A part of the queue, and how much waits there.
#[derive(Debug, Clone)]
pub struct KindTab {
    /// "Claims"
    pub label: &'static str,
    /// How many wait.
    pub count: i64,
    /// Where it is.
    pub url: String,
    /// Whether it is the one that is shown.
    pub is_chosen: bool,
}

/// A line of the queue.
#[derive(Debug, Clone)]
pub struct QueueEntry {
    /// Where it is decided.
    pub url: String,
    /// "Report"
    pub kind: &'static str,
    /// "It uses something that belongs to me"
    pub topic: &'static str,
    /// "Night Ferry"; empty when it is about no artist.
    pub about: String,
    /// Since when it waits.
    pub since: String,
    /// How long that is ("2 h").
    pub age: String,
}

/// `/staff`
#[derive(Debug, Template)]
#[template(path = "moderation/queue.html")]
pub struct QueuePage {
    /// What every page says.
    pub page: Page,
    /// The parts of the queue.
    pub tabs: Vec<KindTab>,
    /// What waits, the oldest first.
    pub entries: Vec<QueueEntry>,
    /// The next page; may be empty.
    pub next_url: String,
}

/// An artist, as far as everybody may know it.
#[derive(Debug, Clone)]
pub struct ArtistFacts {
    /// The name.
    pub name: String,
    /// The page; empty when visitors cannot see it.
    pub url: String,
    /// Where staff decide about it.
    pub staff_url: String,
    /// "unclaimed"
    pub listing: &'static str,
    /// "one person answers for it"
    pub team: String,
    /// Label and value.
    pub facts: Vec<(String, String)>,
}

/// What was decided.
#[derive(Debug, Clone)]
pub struct DecidedView {
    /// "Not done"
    pub what: &'static str,
    /// The badge's colour.
    pub class: &'static str,
    /// When.
    pub when: String,
    /// Why.
    pub reason: String,
}

/// Another ticket about the same artist, or from the same address.
#[derive(Debug, Clone)]
pub struct RelatedLine {
    /// Where it stands.
    pub url: String,
    /// "Report: It is a scam"
    pub what: String,
    /// When it came in.
    pub since: String,
    /// What was decided, or that it waits.
    pub decision: &'static str,
    /// The badge's colour.
    pub class: &'static str,
}

/// `/staff/tickets/{id}`
#[derive(Debug, Template)]
#[template(path = "moderation/case.html")]
pub struct CasePage {
    /// What every page says.
    pub page: Page,
    /// What was chosen and written, and what needs another look.
    pub form: FormState,
    /// "Report"
    pub kind: &'static str,
    /// "382041-234567-890123"
    pub number: String,
    /// What it is about, from the list that the form offered.
    pub topic: String,
    /// When it came in.
    pub since: String,
    /// Who wrote; may be empty.
    pub author: String,
    /// Where they can be answered; may be empty.
    pub address: String,
    /// The ticket by which the account of who wrote is looked up; empty when they have none.
    pub account_of: String,
    /// The code that a page of the act's shows when the claim is theirs; empty when it is no claim.
    pub code: String,
    /// What they wrote.
    pub message: Words,
    /// The artist that it is about.
    pub artist: Option<ArtistFacts>,
    /// Acts of the lists that it may be, while it waits.
    pub doubles: Vec<ArtistFacts>,
    /// Whether an act like it wanted no page here.
    pub is_unwanted: bool,
    /// The newest other tickets about it.
    pub about_same: Vec<RelatedLine>,
    /// The newest other tickets from the same address.
    pub from_same: Vec<RelatedLine>,
    /// What can be decided.
    pub choices: Vec<Choice>,
    /// What was decided already.
    pub decided: Option<DecidedView>,
    /// Whether the reader may decide now.
    pub elevated: bool,
    /// Where the second factor is shown first.
    pub elevate_url: String,
    /// Where the decision posts.
    pub action_url: String,
}

impl CasePage {
    /// Who reads the reason of the decision.
    fn who_reads(&self) -> &'static str {
        match (self.address.is_empty(), self.artist.is_some()) {
            (true, true) => {
                "Who wrote left no address. The act’s team reads these words if its page changes: \
                 do not describe who wrote. Say what you looked at."
            }
            (true, false) => {
                "Who wrote left no address. The words stay here, for those who decide."
            }
            (false, true) => {
                "Who wrote reads these words, and so does the act’s team if its page changes: do not \
                 name or describe who wrote. Say what you looked at, and what they can do."
            }
            (false, false) => "Who wrote reads these words. Say what they can do.",
        }
    }
}

/// `/staff/artists`
#[derive(Debug, Template)]
#[template(path = "moderation/find_artist.html")]
pub struct FindArtistPage {
    /// What every page says.
    pub page: Page,
    /// What was typed.
    pub form: FormState,
}

/// `/staff/artists/{slug}`
#[derive(Debug, Template)]
#[template(path = "moderation/artist.html")]
pub struct StaffArtistPage {
    /// What every page says.
    pub page: Page,
    /// The reason that was typed.
    pub form: FormState,
    /// What was done right before; may be empty.
    pub done: &'static str,
    /// The artist.
    pub facts: ArtistFacts,
    /// Whether nobody answers for it, so that its facts can be put right here.
    pub is_nobodys: bool,
    /// Whether a photo stands on its page.
    pub has_photo: bool,
    /// Why it was taken from view; may be empty.
    pub hidden_reason: String,
    /// Whether it was.
    pub is_hidden: bool,
    /// Whether the reader may decide now.
    pub elevated: bool,
    /// Where the second factor is shown first.
    pub elevate_url: String,
    /// This page.
    pub url: String,
}

impl StaffArtistPage {
    /// Who reads a reason that is given on the page.
    fn team_reads(&self) -> &'static str {
        match self.is_nobodys {
            true => "Nobody answers for the page; the reason stays with it, for those who decide.",
            false => "The act’s team reads this.",
        }
    }
}

/// `/staff/artists/{slug}/correct`
#[derive(Debug, Template)]
#[template(path = "moderation/correct.html")]
pub struct CorrectPage<'a> {
    /// What every page says.
    pub page: Page,
    /// What stands there, or was typed. Holds `seen`.
    pub form: FormState,
    /// The act's name as it is.
    pub name: String,
    /// Where its facts come from so far; may be empty.
    pub source: String,
    /// The names of the fields of genres.
    pub genre_fields: Vec<String>,
    /// The list of genres.
    pub genres: Vec<Choice>,
    /// Countries.
    pub countries: &'a [Choice],
    /// Where staff see the artist.
    pub staff_url: String,
}

/// `/staff/artists/{slug}/photo`
#[derive(Debug, Template)]
#[template(path = "moderation/photo.html")]
pub struct StaffPhotoPage {
    /// What every page says.
    pub page: Page,
    /// The reason that was typed.
    pub form: FormState,
    /// The act's name.
    pub name: String,
    /// The photo.
    pub photo: PhotoView,
    /// Whether others than its own people may see it.
    pub is_seen: bool,
    /// Where staff see the artist.
    pub staff_url: String,
}

/// A request that is held back.
#[derive(Debug, Clone)]
pub struct HeldLine {
    /// Where it is decided.
    pub url: String,
    /// Its number.
    pub number: String,
    /// Who is asked.
    pub artist_name: String,
    /// When it came in.
    pub since: String,
}

/// `/staff/requests`
#[derive(Debug, Template)]
#[template(path = "moderation/held.html")]
pub struct HeldPage {
    /// What every page says.
    pub page: Page,
    /// The number that was typed.
    pub form: FormState,
    /// What is held back.
    pub held: Vec<HeldLine>,
    /// The next page; may be empty.
    pub next_url: String,
}

/// Something that happened to a request.
#[derive(Debug, Clone)]
pub struct HappenedLine {
    /// What.
    pub what: &'static str,
    /// Who did it.
    pub who: &'static str,
    /// When.
    pub when: String,
}

/// `/staff/requests/{id}`
#[derive(Debug, Template)]
#[template(path = "moderation/request.html")]
pub struct StaffRequestPage {
    /// What every page says.
    pub page: Page,
    /// What was chosen and written.
    pub form: FormState,
    /// Its number.
    pub number: String,
    /// Where it is.
    pub state: StateView,
    /// Who is asked.
    pub artist_name: String,
    /// When the form came in.
    pub came_in: String,
    /// When it was sent; may be empty.
    pub sent: String,
    /// What happened.
    pub happened: Vec<HappenedLine>,
    /// What can be decided.
    pub choices: Vec<Choice>,
    /// Whether the reader may decide now.
    pub elevated: bool,
    /// Where the second factor is shown first.
    pub elevate_url: String,
    /// Where the decision posts.
    pub action_url: String,
}

/// One of several accounts of one name.
#[derive(Debug, Clone)]
pub struct AccountLine {
    /// Its page.
    pub url: String,
    /// The name.
    pub name: String,
    /// "j…@speicher7.example"
    pub address: String,
    /// Since when there is the account.
    pub since: String,
}

/// `/staff/accounts`
#[derive(Debug, Template)]
#[template(path = "moderation/look_up.html")]
pub struct LookUpPage {
    /// What every page says.
    pub page: Page,
    /// What was typed.
    pub form: FormState,
    /// Accounts of that name, when there are several.
    pub found: Vec<AccountLine>,
}

/// `/staff/accounts/{id}`
#[derive(Debug, Template)]
#[template(path = "moderation/account.html")]
pub struct StaffAccountPage {
    /// What every page says.
    pub page: Page,
    /// The reason that was typed.
    pub form: FormState,
    /// The name.
    pub name: String,
    /// The address.
    pub address: String,
    /// Since when there is the account.
    pub since: String,
    /// What it may do.
    pub role: &'static str,
    /// Whether it decides about others.
    pub is_staff: bool,
    /// The roles that the reader can give it; none unless they are an admin.
    pub roles: Vec<Choice>,
    /// The acts that it answers for.
    pub acts: Vec<String>,
    /// Why it is frozen; empty when it is not.
    pub frozen: String,
    /// Whether the reader may decide now.
    pub elevated: bool,
    /// Where the second factor is shown first.
    pub elevate_url: String,
    /// This page.
    pub url: String,
}
