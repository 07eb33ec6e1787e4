//! The parts that the pages and the mails of a booking request are made of, ready to print: text
//! that a person reads, times already written out. Empty means "leave it out".

/// Shown above a message in which the screening saw an IBAN, an account number or a card.
pub const BANK_DETAILS_WARNING: &str = "This message has bank details in it. This site takes no \
     payment and passes none on. Pay nobody whom you have not checked yourself.";

/// Shown above a message in which the screening saw the address of a wallet.
pub const WALLET_WARNING: &str = "This message has a wallet address in it. Such payments cannot \
     be called back. Pay nobody whom you have not checked yourself.";

/// One published version of the disclaimer, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisclaimerView {
    /// The version's number, from 1.
    pub number: i64,
    /// In force since ("2 November 2026").
    pub date: String,
    /// The text, nothing left out.
    pub paragraphs: Vec<String>,
    /// SHA-256 of the text, hexadecimal: what a form posts to say which text it showed.
    pub hash: String,
}

/// The state of a request, as a badge and a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateView {
    /// The badge's colour: `sent`, `hold`, `yes`, `stop`, or empty for an ended request.
    pub class: String,
    /// "Accepted in principle"
    pub label: String,
    /// What it means for who reads, in a sentence.
    pub explanation: String,
}

/// A run of somebody's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// As written.
    Text(String),
    /// A line ends here.
    Break,
    /// An address they wrote.
    Link {
        /// Our page that says where it goes (`/leaving?to=…`).
        url: String,
        /// The address as written.
        shown: String,
    },
}

/// Somebody's words, paragraph by paragraph.
pub type Words = Vec<Vec<Piece>>;

/// A group of terms under one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermGroup {
    /// "The place"
    pub heading: String,
    /// What is said about it; what was left open is left out.
    pub rows: Vec<TermRow>,
}

/// One term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermRow {
    /// "Capacity"
    pub label: String,
    /// "300"; may have several lines.
    pub value: String,
}

/// The artist a request goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArtistRef {
    /// The act's name.
    pub name: String,
    /// `/artists/{slug}`
    pub url: String,
}

/// One message of a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageView {
    /// "Jonas, Speicher 7"
    pub author: String,
    /// "Sat 21 Nov 2026, 14:02 UTC"
    pub when: String,
    /// The same for machines (RFC 3339).
    pub when_iso: String,
    /// What was written.
    pub paragraphs: Words,
    /// Whether the reader's side wrote it.
    pub mine: bool,
    /// What the screening saw in it, in sentences ([`BANK_DETAILS_WARNING`]).
    pub warnings: Vec<String>,
    /// The files that went with it.
    pub files: Vec<FileView>,
    /// The thread with these words in the box in which one writes; empty where nothing can be written.
    pub quote_url: String,
}

/// A file of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileView {
    /// How its sender called it.
    pub label: String,
    /// "PDF, 120 KB"
    pub what: String,
    /// Where it is read, by who is signed in.
    pub url: String,
}

/// Something that the reader can do with a request for themselves alone.
#[derive(Debug, Clone)]
pub struct MarkView {
    /// "Archive"
    pub label: &'static str,
    /// Where it is posted.
    pub url: String,
}

/// Something the reader may do now; it leads to a page that asks before it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveView {
    /// "Accept in principle"
    pub label: String,
    /// The page that asks.
    pub url: String,
    /// Whether it is the answer that the other side hopes for.
    pub primary: bool,
}

/// One event of a request's life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventView {
    /// "Sent, disclaimer version 1 accepted"
    pub what: String,
    /// "Jonas, Speicher 7"; may be empty.
    pub who: String,
    /// "Sat 21 Nov 2026, 14:02 UTC"
    pub when: String,
    /// The same for machines (RFC 3339).
    pub when_iso: String,
    /// The colour, as in [`StateView::class`].
    pub class: String,
}

/// The receipt of an acceptance, as the page and the mail print it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptView {
    /// The receipt's number.
    pub number: String,
    /// Who accepted ("Jonas, Speicher 7").
    pub accepted_by: String,
    /// "Harbour Night"
    pub event_name: String,
    /// "Kaleidoscope Evenings"
    pub artist_name: String,
    /// When the text was accepted ("Sat 21 Nov 2026, 14:02 UTC").
    pub accepted: String,
    /// The same for machines (RFC 3339).
    pub accepted_iso: String,
    /// When it joined the chain.
    pub chained: String,
    /// The same for machines.
    pub chained_iso: String,
    /// Its place in the chain, from 1.
    pub place: i64,
    /// Fingerprints and the signature: what each is of, and its value in hexadecimal.
    pub hashes: Vec<TermRow>,
}
