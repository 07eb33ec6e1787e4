//! What the pages of a booking request show, ready to print: text that a person reads, addresses
//! that links lead to, times already written out. Empty means "leave it out". Askama escapes all
//! of it.
//!
//! Every page here carries a [`DisclaimerView`] that is no option, except those that show no
//! request's terms: [`EndedKindly`] and [`LinkExpired`]. Those that ask before a move is made are in
//! `act_views`, the lists in `dashboard_views`.

use askama::Template;

use super::dates::Fold;
use super::differences::TermChange;
use super::form_choices::FormChoices;
pub use super::parts::*;
use crate::web::form_state::{Choice, FormState};
use crate::web::page::Page;

/// Which of two identical clock times is meant, in the night in which the clocks go back.
#[derive(Debug, Clone)]
pub struct FoldQuestion {
    /// `clash1`, `clash2` or `clash3`.
    pub name: String,
    /// "02:30 comes twice in that night. Which one is meant?"
    pub legend: String,
    /// "the first, CEST", "the second, CET".
    pub options: Vec<Choice>,
}

impl FoldQuestion {
    /// The questions of a form: where one is open, or was answered.
    pub fn of(form: &FormState) -> Vec<Self> {
        ["clash1", "clash2", "clash3"]
            .into_iter()
            .filter(|name| !form.error(name).is_empty() || !form.value(name).is_empty())
            .map(|name| Self {
                name: name.to_owned(),
                legend: "This time comes twice in that night. Which one is meant?".to_owned(),
                options: Fold::ALL
                    .iter()
                    .map(|fold| Choice { value: fold.as_str().into(), label: fold.label().into() })
                    .collect(),
            })
            .collect()
    }
}

/// Whether something was entered at the second or third date of a form, or is wrong there.
pub(super) fn more_dates_in_use(form: &FormState) -> bool {
    ["night2", "start2", "end2", "night3", "start3", "end3"]
        .iter()
        .any(|name| !form.value(name).is_empty() || !form.error(name).is_empty())
}

/// A value of the request form that the preview keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// The field's name.
    pub name: String,
    /// What was entered.
    pub value: String,
}

/// `/artists/{slug}/request`
#[derive(Debug, Template)]
#[template(path = "booking_requests/form.html")]
pub struct FormPage<'a> {
    /// What every page says.
    pub page: Page,
    /// What was typed, and what needs another look. Holds `key`.
    pub form: FormState,
    /// Who is asked.
    pub artist: ArtistRef,
    /// What the artist asks of a request ("Fees from €800"), in sentences; may be empty.
    pub asks: Vec<String>,
    /// Whether one of the messages says that the request is below what the artist asks.
    pub below_floor: bool,
    /// What the selects and radio buttons offer.
    pub choices: &'a FormChoices,
    /// The nights in which a clock time comes twice; mostly none.
    pub ask_fold: Vec<FoldQuestion>,
    /// The number of the privacy policy in force.
    pub privacy_version: i64,
    /// The version in force.
    pub disclaimer: DisclaimerView,
}

impl FormPage<'_> {
    /// Whether the second and third date stand open: something was entered there, or is wrong.
    pub fn more_dates_in_use(&self) -> bool {
        more_dates_in_use(&self.form)
    }

    /// The question the privacy answer belongs to, which names the version.
    pub fn privacy_question(&self) -> String {
        format!("Do you accept version {} of the privacy policy? *", self.privacy_version)
    }
}

/// The request as the artist will read it, before it is sent.
#[derive(Debug, Template)]
#[template(path = "booking_requests/preview.html")]
pub struct RequestPreview {
    /// What every page says.
    pub page: Page,
    /// For the message at the tick.
    pub form: FormState,
    /// Who is asked.
    pub artist: ArtistRef,
    /// "Harbour Night"
    pub event_name: String,
    /// All terms.
    pub terms: Vec<TermGroup>,
    /// The message.
    pub message: Words,
    /// Every field of the form but `disclaimer_accepted` and `disclaimer_hash`.
    pub carried: Vec<Carried>,
    /// The version in force.
    pub disclaimer: DisclaimerView,
}

/// Why a request ends before it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Too young, or no guardian agrees.
    Age,
    /// The privacy policy was not accepted.
    Privacy,
}

/// After a "no" to one of the two questions: nothing was stored, and the page says so.
#[derive(Debug, Template)]
#[template(path = "booking_requests/ended_kindly.html")]
pub struct EndedKindly {
    /// What every page says.
    pub page: Page,
    /// Which question.
    pub ending: Ending,
    /// Who was to be asked.
    pub artist: ArtistRef,
}

/// Stored, not sent: the address has to be confirmed.
#[derive(Debug, Template)]
#[template(path = "booking_requests/check_mail.html")]
pub struct CheckMail {
    /// What every page says.
    pub page: Page,
    /// The corrected address, and what is wrong with it.
    pub form: FormState,
    /// Who is asked.
    pub artist: ArtistRef,
    /// "j…@speicher7.example"
    pub masked: String,
    /// Until when the link works ("Sat 28 Nov 2026, 14:02 UTC").
    pub until: String,
    /// Whether the address may still be corrected.
    pub can_correct: bool,
    /// Where the correction is posted.
    pub correct_url: String,
    /// The version that was accepted.
    pub disclaimer: DisclaimerView,
}

/// What the link in the mail opens: a look, and a button that sends.
#[derive(Debug, Template)]
#[template(path = "booking_requests/confirm.html")]
pub struct Confirm {
    /// What every page says.
    pub page: Page,
    /// Whether it was sent already.
    pub is_sent: bool,
    /// For the message at the tick.
    pub form: FormState,
    /// Who is asked.
    pub artist: ArtistRef,
    /// "Harbour Night"
    pub event_name: String,
    /// All terms.
    pub terms: Vec<TermGroup>,
    /// The message.
    pub message: Words,
    /// Where the button posts.
    pub send_url: String,
    /// The version that was accepted with the form.
    pub accepted: DisclaimerView,
    /// The version in force, when it is another by now; to be accepted anew.
    pub reaccept: Option<DisclaimerView>,
}

/// Sent.
#[derive(Debug, Template)]
#[template(path = "booking_requests/confirmed.html")]
pub struct Confirmed {
    /// What every page says.
    pub page: Page,
    /// Who was asked.
    pub artist: ArtistRef,
    /// "Harbour Night"
    pub event_name: String,
    /// The promoter's side of the thread.
    pub thread_url: String,
    /// The receipt.
    pub receipt_url: String,
    /// When the request closes by itself ("Sun 10 Jan 2027, 23:00 UTC").
    pub closes: String,
    /// The version that was accepted.
    pub disclaimer: DisclaimerView,
}

/// A counter-offer of a thread.
#[derive(Debug)]
pub struct OfferView {
    /// "Revision 2"
    pub title: String,
    /// Who made it.
    pub author: String,
    /// "Sat 21 Nov 2026, 14:02 UTC"
    pub when: String,
    /// What it changed in the one before.
    pub changes: Vec<TermChange>,
}

/// An answer that an act keeps.
#[derive(Debug)]
pub struct KeptAnswer {
    /// How the act calls it.
    pub name: String,
    /// The thread with its words in the box.
    pub url: String,
}

/// The thread of a request, for either side.
#[derive(Debug, Template)]
#[template(path = "booking_requests/thread.html")]
pub struct Thread {
    /// What every page says.
    pub page: Page,
    /// The answer that was typed, and what is wrong with it. Holds `key`.
    pub form: FormState,
    /// What the thread's addresses begin with (`/t/{token}`).
    pub base: String,
    /// Who the reader is here ("Kaleidoscope Evenings").
    pub side_label: String,
    /// Who is on the other side.
    pub counterpart: String,
    /// "Harbour Night"
    pub event_name: String,
    /// Where the request stands.
    pub state: StateView,
    /// Whose turn it is ("It is your turn"); empty when it is nobody's.
    pub turn: String,
    /// What the reader should know first, such as that a message just went out; may be empty.
    pub notices: Vec<String>,
    /// Oldest first.
    pub messages: Vec<MessageView>,
    /// Answers that the act keeps.
    pub answers: Vec<KeptAnswer>,
    /// Where a file is sent along; empty for who is not signed in.
    pub attach_url: String,
    /// Why no more can be written; empty while it can.
    pub closed: String,
    /// What the reader may do now, and nothing else.
    pub moves: Vec<MoveView>,
    /// What the reader can do for themselves alone.
    pub marks: Vec<MarkView>,
    /// "Sent to 3 acts at once."; empty for a request to one.
    pub asked: String,
    /// How many other acts that were asked at once can still answer: for the promoter, once one of
    /// them has led to an agreement.
    pub others: usize,
    /// The form that begins with this request, for its promoter who is signed in; else empty.
    pub again_url: String,
    /// Whether something is new for the reader.
    pub is_new: bool,
    /// The number of the request, to name it by.
    pub number: String,
    /// Why something was not done; empty where nothing was refused.
    pub refused: String,
    /// Whether the dossier is without the files of the thread: they are for who is signed in.
    pub lacks_files: bool,
    /// Where the promoter can be blocked; empty for who may not.
    pub block_url: String,
    /// Whether the act takes no more requests from this promoter.
    pub is_blocked: bool,
    /// How the promoter answers acts; may be empty.
    pub reliability: Vec<String>,
    /// Which night is kept, and until when; empty while none is.
    pub hold: String,
    /// The counter-offers, newest first, each with what it changed.
    pub offers: Vec<OfferView>,
    /// "Terms, revision 1"
    pub terms_title: String,
    /// All terms.
    pub terms: Vec<TermGroup>,
    /// Newest first.
    pub timeline: Vec<EventView>,
    /// The reader's receipt; empty when the reader's side has accepted nothing yet.
    pub receipt_url: String,
    /// Whether a night is held or agreed on, so that there is a calendar file of it.
    pub has_night: bool,
    /// Whether a moderator's decision keeps the words of the request from the reader.
    pub is_held: bool,
    /// The version that holds for the reader.
    pub disclaimer: DisclaimerView,
}

/// `/receipts/{id}`
#[derive(Debug, Template)]
#[template(path = "booking_requests/receipt.html")]
pub struct Receipt {
    /// What every page says.
    pub page: Page,
    /// What it proves.
    pub receipt: ReceiptView,
    /// The file that the program verifies.
    pub download_url: String,
    /// Its name ("receipt-7.json").
    pub file_name: String,
    /// The public key of this installation, hexadecimal.
    pub public_key: String,
    /// The thread; may be empty.
    pub thread_url: String,
    /// The version that was accepted.
    pub disclaimer: DisclaimerView,
}

/// A link from a mail that no longer opens anything.
#[derive(Debug, Template)]
#[template(path = "booking_requests/link_expired.html")]
pub struct LinkExpired {
    /// What every page says.
    pub page: Page,
}
