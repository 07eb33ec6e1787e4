//! The parts of a thread as its page shows them to one of its two sides.

use super::attachment_store::Attachment;
use super::differences;
use super::letters::display_name;
use super::parts::{EventView, FileView, MessageView, MoveView};
use super::situation::moves_of;
use super::thread::Look;
use super::thread_store::Event;
use super::views::OfferView;
use super::words::{warnings, words};
use super::{Actor, Move};
use crate::artists::papers::described;
use crate::error::Result;
use crate::people::links::Side;

impl Look {
    /// The counter-offers, newest first, each with what it changed.
    pub fn offer_views(&self) -> Result<Vec<OfferView>> {
        let mut views = Vec::new();
        for pair in self.offers.windows(2).rev() {
            let [before, offer] = pair else { continue };
            views.push(OfferView {
                title: format!("Revision {}", offer.n),
                author: display_name(&self.artist, &self.request, offer.by),
                when: offer.created_at.display(),
                changes: differences::between(&before.terms, &offer.terms)?,
            });
        }
        Ok(views)
    }

    /// The messages for the page, each with its files and where they are.
    pub fn message_views(
        &self,
        base: &str,
        files: &[Attachment],
        place: impl Fn(&Attachment) -> String,
    ) -> Vec<MessageView> {
        let may_write = self.closed().is_empty();
        self.messages
            .iter()
            .map(|message| MessageView {
                author: self.author(message.side, message.hand),
                when: message.created_at.display(),
                when_iso: message.created_at.rfc3339(),
                paragraphs: words(&message.text),
                mine: message.side == self.side(),
                warnings: warnings(&message.text),
                files: files
                    .iter()
                    .filter(|file| file.message == message.id)
                    .map(|file| FileView {
                        label: file.label.clone(),
                        what: described(file.kind, file.size),
                        url: place(file),
                    })
                    .collect(),
                quote_url: match may_write {
                    true => format!("{base}?quote={}#reply", message.id),
                    false => String::new(),
                },
            })
            .collect()
    }

    /// What the reader may do now, and nothing else.
    pub fn move_views(&self, base: &str) -> Vec<MoveView> {
        let mut moves: Vec<MoveView> = moves_of(Actor::from(self.side()), &self.situation)
            .into_iter()
            .filter(|step| self.party.may(*step))
            .filter_map(|step| {
                let (label, primary) = self.button(step)?;
                let url = format!("{base}/{}", step.as_str());
                Some(MoveView { label: label.to_owned(), url, primary })
            })
            .collect();
        moves.sort_by_key(|step| !step.primary);
        moves
    }

    /// What the button of a move says, and whether it is the answer that the other side hopes for.
    fn button(&self, step: Move) -> Option<(&'static str, bool)> {
        Some(match step {
            Move::Accept => ("Accept in principle", true),
            Move::Counter => ("Propose other terms", false),
            Move::Hold if self.request.hold.is_some() => ("Change the hold", false),
            Move::Hold => ("Keep a night", false),
            Move::LetGo => ("Let the hold go", false),
            Move::Challenge => ("Challenge the hold before yours", false),
            Move::Stand => ("Ready to confirm", true),
            Move::Confirm => ("Confirm the night", true),
            Move::Complete => ("Mark as completed", true),
            Move::Nudge => ("Remind them once", false),
            Move::Cancel => ("Call the night off", false),
            Move::Decline => ("Decline", false),
            Move::Withdraw => ("Withdraw the request", false),
            _ => return None,
        })
    }

    /// The timeline, newest first.
    pub fn event_views(&self) -> Vec<EventView> {
        self.events
            .iter()
            .rev()
            .map(|event| EventView {
                what: self.what(event),
                who: match event.actor {
                    Actor::Promoter => self.author(Side::Promoter, event.hand),
                    Actor::Artist => self.author(Side::Artist, event.hand),
                    Actor::Moderator => "a moderator".into(),
                    Actor::System => String::new(),
                },
                when: event.created_at.display(),
                when_iso: event.created_at.rfc3339(),
                class: event.state.class().to_owned(),
            })
            .collect()
    }

    fn what(&self, event: &Event) -> String {
        let what = match event.step {
            Move::Send => {
                format!("Sent, disclaimer version {} accepted", self.accepted.number)
            }
            step => step.label().to_owned(),
        };
        if event.note.is_empty() { what } else { format!("{what}: {}", event.note) }
    }
}
