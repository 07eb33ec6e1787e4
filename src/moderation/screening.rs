//! Payment data in what people type: found before it is stored.
//!
//! The site takes no payment and keeps no payment data. A card number is therefore *refused*: the
//! form comes back with the reason, the message bounces with the reason, and the text is stored
//! nowhere. Bank details and wallet addresses are the parties' own affair, but also what a fraud
//! asks for first: they pass, under a *warning* that both sides see.
//!
//! Call [`find_payment_data`] on each free-text field, as it was typed and before it is written
//! anywhere. Phone numbers, dates, times, prices and references are left alone; the rules that
//! tell them apart stand beside the code that applies them:
//! `fold` (what a digit and a gap are, in any script), `cards` and `issuers`, `iban`, `wallets`.
//!
//! [`contact_data`] looks for something else: what everybody would read who should not.
//!
//! What this cannot see: numbers spelled out in words, drawn in an image, or spread over several
//! messages. It stops the honest mistake and the lazy trick, not somebody determined.

mod cards;
pub mod contact_data;
mod fold;
mod iban;
mod issuers;
mod wallets;

#[cfg(test)]
mod tests;

use fold::Folded;

/// A kind of payment data that [`find_payment_data`] recognises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Finding {
    /// The number of a payment card (a PAN in the words of ISO/IEC 7812). Refused.
    CardNumber,
    /// An international bank account number (ISO 13616). Warned about.
    Iban,
    /// An address that receives Bitcoin, Litecoin, Ether, Tron or Monero. Warned about.
    Wallet,
}

/// What [`find_payment_data`] found in one text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Findings {
    /// There is a card number.
    pub card: bool,
    /// There is an IBAN.
    pub iban: bool,
    /// There is a wallet address.
    pub wallet: bool,
}

impl Findings {
    /// The text must not be stored, relayed or logged.
    #[must_use]
    pub const fn refuses(self) -> bool {
        self.card
    }

    /// The text may pass, under a warning that both sides see.
    #[must_use]
    pub const fn warns(self) -> bool {
        !self.card && (self.iban || self.wallet)
    }

    /// Each finding, the gravest first: for the reasons listed on a page or in a mail.
    pub fn iter(self) -> impl Iterator<Item = Finding> {
        [
            (self.card, Finding::CardNumber),
            (self.iban, Finding::Iban),
            (self.wallet, Finding::Wallet),
        ]
        .into_iter()
        .filter_map(|(found, finding)| found.then_some(finding))
    }
}

/// Looks for card numbers, IBANs and wallet addresses in `text`, in any script's digits.
///
/// Takes time proportional to the length of the text, whatever the text is: every look ahead or
/// back is bounded by the longest number that can be meant.
#[must_use]
pub fn find_payment_data(text: &str) -> Findings {
    find_in(&Folded::from(text))
}

fn find_in(text: &Folded) -> Findings {
    let ibans = iban::find(text);
    let wallets = wallets::find(text);
    Findings {
        // Digits that are part of an IBAN or of a wallet address are accounted for already; four
        // groups out of the middle of an account number are no card.
        card: cards::any(text, &[&ibans, &wallets]),
        iban: !ibans.is_empty(),
        wallet: !wallets.is_empty(),
    }
}
