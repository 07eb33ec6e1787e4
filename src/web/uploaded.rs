//! The body of a form that brings a file (multipart/form-data): limited like the others in size,
//! fields and time, and held to the same token.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::error::{ErrorPayloadTooLarge, ErrorRequestTimeout, ErrorUnsupportedMediaType};
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::StreamExt;
use futures_util::future::join;
use futures_util::stream::unfold;
use multer::{Constraints, Multipart, SizeLimit};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::auth;
use super::form_state::Fields;
use crate::app::App;
use crate::error::Error;

/// A larger file is not kept, and the form comes back with the reason.
pub const LARGEST_FILE: usize = 5 * 1024 * 1024;
/// So much is read of a file that is too large: a browser shows an answer only once it has sent
/// everything. Beyond it the answer comes at once, whether it is seen or not.
const LARGEST_BODY: u64 = 32 * 1024 * 1024;
/// Longer than any line of ours.
const LONGEST_FIELD: usize = 8 * 1024;
/// More than any form with a file has.
const MOST_PARTS: usize = 16;
/// A form that has not arrived by then is given up: the largest file over a slow telephone.
const PATIENCE: Duration = Duration::from_secs(120);

/// A form that was posted with a file.
#[derive(Debug)]
pub struct Uploaded {
    /// Its fields, without the file.
    pub fields: Fields,
    /// The file.
    pub file: File,
}

/// What came where the form asks for a file. Neither its name nor its type is looked at.
#[derive(Debug)]
pub enum File {
    /// None was chosen.
    Missing,
    /// Its bytes.
    Bytes(Vec<u8>),
    /// More bytes than are taken.
    TooLarge,
}

impl FromRequest for Uploaded {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let boundary = kind.and_then(|kind| multer::parse_boundary(kind).ok());
        let payload = payload.take();
        let request = request.clone();
        Box::pin(async move {
            let Some(boundary) = boundary else {
                return Err(ErrorUnsupportedMediaType("not a form with a file"));
            };
            // The reader of the parts may change threads, and what actix hands over may not.
            let (sender, receiver) = channel(2);
            let reading = join(pass_on(payload, sender), read(receiver, boundary));
            let ((), read) = tokio::time::timeout(PATIENCE, reading)
                .await
                .map_err(|_| ErrorRequestTimeout("form too slow"))?;
            let uploaded = read?;
            if let Some(app) = request.app_data::<web::Data<App>>() {
                auth::require_form_token(app, &request, uploaded.fields.value(auth::FORM_TOKEN))?;
            }
            Ok(uploaded)
        })
    }
}

type Chunk = Result<web::Bytes, std::io::Error>;

/// Hands on what arrives, until nobody wants any more of it.
async fn pass_on(mut payload: Payload, sender: Sender<Chunk>) {
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| std::io::Error::other(error.to_string()));
        if sender.send(chunk).await.is_err() {
            break;
        }
    }
}

async fn read(receiver: Receiver<Chunk>, boundary: String) -> Result<Uploaded, actix_web::Error> {
    let chunks = unfold(receiver, |mut receiver| async move {
        receiver.recv().await.map(|chunk| (chunk, receiver))
    });
    let limits = Constraints::new().size_limit(SizeLimit::new().whole_stream(LARGEST_BODY));
    let mut parts = Multipart::with_constraints(chunks, boundary, limits);
    let (mut pairs, mut file) = (Vec::new(), File::Missing);
    let mut seen = BTreeSet::new();
    while let Some(mut part) = parts.next_field().await.map_err(refused)? {
        let name = part.name().unwrap_or_default().to_owned();
        if !seen.insert(name.clone()) {
            return Err(Error::BadRequest("A field of the form comes twice.".into()).into());
        }
        if seen.len() > MOST_PARTS {
            let why = "The form has more fields than any form here.";
            return Err(Error::BadRequest(why.into()).into());
        }
        let is_file = part.file_name().is_some();
        let most = if is_file { LARGEST_FILE } else { LONGEST_FIELD };
        let (mut bytes, mut is_too_large) = (Vec::new(), false);
        while let Some(chunk) = part.chunk().await.map_err(refused)? {
            if bytes.len() + chunk.len() > most {
                (bytes, is_too_large) = (Vec::new(), true);
            }
            if !is_too_large {
                bytes.extend_from_slice(&chunk);
            }
        }
        match (is_file, is_too_large) {
            (true, true) => file = File::TooLarge,
            (true, false) if bytes.is_empty() => {}
            (true, false) => file = File::Bytes(bytes),
            (false, true) => return Err(ErrorPayloadTooLarge("field too large")),
            (false, false) => {
                let text = String::from_utf8(bytes);
                pairs.push((name, text.map_err(|_| unreadable())?));
            }
        }
    }
    Ok(Uploaded { fields: Fields::of(pairs)?, file })
}

fn refused(error: multer::Error) -> actix_web::Error {
    match error {
        multer::Error::StreamSizeExceeded { .. } => ErrorPayloadTooLarge("form too large"),
        _ => unreadable().into(),
    }
}

fn unreadable() -> Error {
    Error::BadRequest("The form cannot be read, or did not arrive whole.".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a body that comes in pieces of this size.
    fn posted(body: &[u8], piece: usize) -> Result<Uploaded, actix_web::Error> {
        let pieces: Vec<web::Bytes> = body.chunks(piece).map(web::Bytes::copy_from_slice).collect();
        actix_web::rt::System::new().block_on(async move {
            let (sender, receiver) = channel(2);
            let sending = async move {
                for piece in pieces {
                    if sender.send(Ok(piece)).await.is_err() {
                        break;
                    }
                }
            };
            join(sending, read(receiver, "x".to_owned())).await.1
        })
    }

    fn part(head: &str, content: &[u8]) -> Vec<u8> {
        let head = format!("--x\r\ncontent-disposition: form-data; {head}\r\n\r\n");
        [head.as_bytes(), content, b"\r\n"].concat()
    }

    fn form(parts: &[Vec<u8>]) -> Vec<u8> {
        [parts.concat(), b"--x--\r\n".to_vec()].concat()
    }

    fn status(body: &[u8]) -> u16 {
        posted(body, 4096).unwrap_err().as_response_error().status_code().as_u16()
    }

    #[test]
    fn fields_and_file_are_read_however_the_body_is_cut() {
        let body = form(&[
            part("name=\"alt\"", "Zwei, ein Boot — später".as_bytes()),
            part("name=\"photo\"; filename=\"../../x.svg\"", b"\x00--x\r\n\xff"),
            part("name=\"rights\"", b"yes"),
        ]);
        for piece in [1, 2, 7, 64, 4096] {
            let read = posted(&body, piece).unwrap();
            assert_eq!(read.fields.value("alt"), "Zwei, ein Boot — später", "{piece}");
            assert_eq!(read.fields.value("rights"), "yes", "{piece}");
            assert_eq!(read.fields.value("photo"), "", "{piece}");
            assert!(matches!(read.file, File::Bytes(bytes) if bytes == b"\x00--x\r\n\xff"));
        }
    }

    #[test]
    fn no_file_and_one_that_is_too_large_leave_the_other_fields() {
        let none = form(&[part("name=\"photo\"; filename=\"\"", b""), part("name=\"alt\"", b"a")]);
        let none = posted(&none, 64).unwrap();
        assert!(matches!(none.file, File::Missing) && none.fields.value("alt") == "a");
        for (length, is_taken) in [(LARGEST_FILE, true), (LARGEST_FILE + 1, false)] {
            let content = vec![7; length];
            let file = part("name=\"photo\"; filename=\"a.png\"", &content);
            let read = posted(&form(&[file, part("name=\"alt\"", b"a")]), 65_536).unwrap();
            assert_eq!(matches!(read.file, File::Bytes(_)), is_taken, "{length}");
            assert_eq!(matches!(read.file, File::TooLarge), !is_taken, "{length}");
            assert_eq!(read.fields.value("alt"), "a");
        }
    }

    #[test]
    fn what_no_form_of_ours_sends_is_refused() {
        let field = part("name=\"alt\"", b"a");
        let many: Vec<Vec<u8>> = (0..20).map(|n| part(&format!("name=\"f{n}\""), b"a")).collect();
        assert_eq!(status(&form(&[field.clone(), field.clone()])), 400, "twice");
        assert_eq!(status(&form(&many)), 400, "many");
        assert_eq!(status(&form(&[part("name=\"alt\"", b"\xff\xfe")])), 400, "no text");
        assert_eq!(status(&form(&[part("name=\"alt\"", b"a\0b")])), 400, "NUL");
        assert_eq!(status(&form(&[part("name=\"alt\"", &[b'a'; 9_000])])), 413, "long");
        assert_eq!(status(&field), 400, "cut off");
        assert_eq!(status(b"alt=a"), 400, "another kind of form");
    }
}
