//! The receipts of a request's two sides, as pages and mails print them.

use super::letters::event_name;
use super::parts::{ReceiptView, TermRow};
use super::store::Request;
use crate::artists::Artist;
use crate::db::Reader;
use crate::disclaimer;
use crate::error::{Error, Result};
use crate::ids::{AcceptanceId, reference};
use crate::mail::Site;
use crate::people::links::Side;

/// Where the receipt is for who has the thread at `thread_url`: `/receipts/{id}` for the holder of
/// a link, `/requests/{id}/receipt` for who is signed in.
pub fn receipt_url(acceptance: AcceptanceId, thread_url: &str) -> String {
    match thread_url.rsplit_once("/t/") {
        Some((site, token)) => format!("{site}/receipts/{acceptance}?link={token}"),
        None => format!("{thread_url}/receipt"),
    }
}

/// The acceptance by which one side is bound.
pub fn acceptance_of(request: &Request, side: Side) -> Option<AcceptanceId> {
    match side {
        Side::Promoter => Some(request.acceptance),
        Side::Artist => request.artist_acceptance,
    }
}

/// The receipt of one side's acceptance, as page and mail print it.
pub fn receipt_view(
    reader: &mut Reader<'_>,
    site: &Site,
    artist: &Artist,
    request: &Request,
    side: Side,
) -> Result<ReceiptView> {
    let acceptance = acceptance_of(request, side).ok_or(Error::NotFound)?;
    let receipt = disclaimer::store::get_receipt(reader, &site.base_url, acceptance)?;
    let chained_at = disclaimer::store::get_chained_at(reader, receipt.receipt.n)?;
    let signed = &receipt.receipt;
    let accepted_at = crate::clock::Instant::from_micros(signed.acceptance.accepted_at_micros);
    let row = |label: &str, value: &str| TermRow { label: label.into(), value: value.into() };
    Ok(ReceiptView {
        number: reference(acceptance.0),
        accepted_by: match side {
            Side::Promoter => request.requester.signature(),
            Side::Artist => artist.facts.name.clone(),
        },
        event_name: event_name(request, side),
        artist_name: artist.facts.name.clone(),
        accepted: accepted_at.display(),
        accepted_iso: accepted_at.rfc3339(),
        chained: chained_at.display(),
        chained_iso: chained_at.rfc3339(),
        place: signed.n,
        hashes: vec![
            row("SHA-256 of the disclaimer", &signed.acceptance.disclaimer_sha256),
            row("SHA-256 of the terms", &signed.acceptance.terms_sha256),
            row("Salt", &signed.salt),
            row("Link before", &signed.previous_link),
            row("This link", &signed.link),
            row("Ed25519 signature", &receipt.signature),
        ],
    })
}
