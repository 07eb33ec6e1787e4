//! What the page of a thread shows its reader beside the thread itself: what the request is to them
//! alone, what they began to write, what they can begin with, and what they know of the other side.

use super::attachment_store::{self, Attachment};
use super::marks::Mark;
use super::news_store::{self, Marks};
use super::parts::MarkView;
use super::thread::Look;
use super::{answers, briefing};
use crate::artists::team::Capability;
use crate::artists::{self, paper_store};
use crate::db::Reader;
use crate::error::Result;
use crate::ids::PaperId;
use crate::people::links::Side;

/// All of it, read in the same look at the database as the thread.
#[derive(Debug)]
pub struct Beside {
    /// The files of the thread, oldest first.
    pub files: Vec<Attachment>,
    /// What the request is to the reader alone.
    pub marks: Marks,
    /// How many of the others that were asked at once can still answer: for the promoter, once the
    /// request has led to an agreement.
    pub others: usize,
    /// How the promoter answers acts, for the artist's side; nothing where there is little to say.
    pub reliability: Vec<String>,
    /// Where the promoter can be blocked; empty for who may not.
    pub block_url: String,
    /// Whether the act has blocked this promoter; for the artist's side. A block of the domain of their
    /// address is not told: it would tell the address.
    pub is_blocked: bool,
    /// What the reader began to write.
    pub draft: String,
    /// The answers that the act keeps; for the artist's side.
    pub answers: Vec<(PaperId, String)>,
}

/// Reads what stands beside a thread.
pub fn look_beside(reader: &mut Reader<'_>, look: &Look, base: &str) -> Result<Beside> {
    let (party, request) = (&look.party, &look.request);
    let promoter = request.promoter().ok().filter(|_| look.side() == Side::Artist);
    let (mut reliability, mut is_blocked) = (Vec::new(), false);
    if let Some(promoter) = promoter {
        let now = look.situation.now;
        reliability = answers::of_promoter(reader, promoter.id, now)?.sentences();
        is_blocked = artists::block_store::is_named(reader, look.artist.id, promoter.id)?;
    }
    let others = match look.side() {
        // A link opens its own request and no other.
        Side::Promoter if request.state.is_agreed() && look.is_signed_in => {
            briefing::list_others(reader, request, party.contact)?.len()
        }
        _ => 0,
    };
    let may_block = promoter.is_some() && !is_blocked && party.may(Capability::Decline);
    Ok(Beside {
        files: attachment_store::list_attachments(reader, request)?,
        marks: news_store::get_marks(reader, party.contact, request.id)?,
        others,
        reliability,
        block_url: if may_block { format!("{base}/block") } else { String::new() },
        is_blocked,
        draft: attachment_store::get_draft(reader, party.contact, request)?,
        answers: match look.side() {
            Side::Artist => kept_answers(reader, look)?,
            Side::Promoter => Vec::new(),
        },
    })
}

fn kept_answers(reader: &mut Reader<'_>, look: &Look) -> Result<Vec<(PaperId, String)>> {
    let papers = paper_store::list_papers(reader, look.artist.id)?;
    let answers = papers.into_iter().filter(|paper| paper.kind.is_none());
    Ok(answers.map(|paper| (paper.id, paper.name)).collect())
}

impl Beside {
    /// What the reader may do with the request for themselves alone.
    pub fn mark_views(&self, base: &str) -> Vec<MarkView> {
        let marks = [
            if self.marks.is_new { Mark::Read } else { Mark::Unread },
            if self.marks.is_archived { Mark::Unarchive } else { Mark::Archive },
            if self.marks.is_muted { Mark::Unmute } else { Mark::Mute },
        ];
        marks
            .into_iter()
            .map(|mark| MarkView {
                label: mark.label(),
                url: format!("{base}/mark/{}", mark.as_str()),
            })
            .collect()
    }
}
