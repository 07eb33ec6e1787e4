//! What an act keeps ready to send: answers in words, its technical rider, its press kit.

use super::picture_copy::Copy;
use super::{edit, paper_store};
use crate::db::Tx;
use crate::db::types::choices;
use crate::error::{Error, Result};
use crate::ids::{ContactId, PaperId};
use crate::numbers::grouped;

/// Papers that one act keeps.
const MOST: usize = 30;
/// How every document of this kind begins (ISO 32000-1, 7.5.2).
const PDF: &[u8] = b"%PDF-";

choices! {
    /// What a paper is for.
    Purpose {
        /// Words that are written often.
        Answer = "answer", "Answer";
        /// What the act needs on stage.
        Rider = "rider", "Technical rider";
        /// Texts and pictures about the act.
        PressKit = "press_kit", "Press kit";
    }
}

choices! {
    /// What a file is, by its own first bytes.
    FileKind {
        /// A photograph.
        Jpeg = "jpeg", "JPEG";
        /// A drawing.
        Png = "png", "PNG";
        /// A document.
        Pdf = "pdf", "PDF";
    }
}

impl FileKind {
    /// As `Content-Type` says it.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Pdf => "application/pdf",
        }
    }

    /// The ending of its name.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Pdf => "pdf",
        }
    }
}

/// "PDF, 120 KB"
pub fn described(kind: FileKind, size: i64) -> String {
    format!("{}, {} KB", kind.label(), grouped((size + 1_023) / 1_024))
}

/// Something that an act keeps, without what is in it.
#[derive(Debug, Clone)]
pub struct Paper {
    /// The row.
    pub id: PaperId,
    /// What it is for.
    pub purpose: Purpose,
    /// What the file is; none of words.
    pub kind: Option<FileKind>,
    /// How the act calls it.
    pub name: String,
    /// In bytes.
    pub size: i64,
}

/// A file that may be passed on.
#[derive(Debug, Clone)]
pub struct Passed {
    /// What it is.
    pub kind: FileKind,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A document as it came, if it is one; a picture is copied instead.
pub fn document(original: &[u8]) -> Option<Passed> {
    original.starts_with(PDF).then(|| Passed { kind: FileKind::Pdf, bytes: original.to_vec() })
}

impl From<Copy> for Passed {
    fn from(copy: Copy) -> Self {
        match copy {
            Copy::Jpeg(bytes) => Self { kind: FileKind::Jpeg, bytes },
            Copy::Png(bytes) => Self { kind: FileKind::Png, bytes },
        }
    }
}

/// Keeps words or a file for an act, as somebody who manages its page.
pub fn keep(
    tx: &mut Tx<'_>,
    slug: &str,
    by: ContactId,
    purpose: Purpose,
    name: &str,
    body: &Body,
) -> Result<()> {
    let artist = edit::lock_managed(tx, slug, by)?;
    if paper_store::list_papers(tx, artist.id)?.len() >= MOST {
        return Err(Error::field("name", "There are very many already: take some away first"));
    }
    let (kind, bytes) = match body {
        Body::Words(words) => (None, words.as_bytes()),
        Body::File(file) => (Some(file.kind), file.bytes.as_slice()),
    };
    paper_store::insert_paper(tx, artist.id, purpose, kind, name, bytes)
}

/// What is kept.
#[derive(Debug, Clone)]
pub enum Body {
    /// An answer.
    Words(String),
    /// A rider or a press kit.
    File(Passed),
}

/// Keeps it no longer.
pub fn remove(tx: &mut Tx<'_>, slug: &str, by: ContactId, id: PaperId) -> Result<()> {
    let artist = edit::lock_managed(tx, slug, by)?;
    paper_store::delete_paper(tx, artist.id, id)
}
