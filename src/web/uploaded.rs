//! The body of a form that brings a file (multipart/form-data): limited like the others in size,
//! fields and time, and held to the same token, which comes first, before the rest is read.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::{Duration, Instant as Stopwatch};

use actix_web::error::{
    ErrorPayloadTooLarge, ErrorRequestTimeout, ErrorUnsupportedMediaType, PayloadError,
};
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::{HttpRequest, web};
use futures_util::future::ready;
use futures_util::stream::once;
use futures_util::{Stream, StreamExt};
use multer::Multipart;

use super::auth;
use super::form_state::Fields;
use crate::app::App;
use crate::error::{Error, Result};

/// A larger file is not kept, and the form comes back with the reason.
pub const LARGEST_FILE: usize = 5 * 1024 * 1024;
/// The largest file with the fields beside it. Of a larger body the beginning and the end are kept.
const LARGEST_BODY: usize = 6 * 1024 * 1024;
/// So much is read of a body that is too large, and dropped: a browser shows an answer only once it
/// has sent everything. Beyond it the answer comes at once, whether it is seen or not.
const LARGEST_READ: u64 = 32 * 1024 * 1024;
/// The first field is there by then.
const HEAD: usize = 16 * 1024;
/// What is kept at either end of a body that is too large: the fields before and after its file.
const EDGE: usize = 32 * 1024;
/// Longer than any line of ours.
const LONGEST_FIELD: usize = 8 * 1024;
/// More than any form with a file has.
const MOST_PARTS: usize = 16;
/// A form that has not arrived by then is given up: the largest file over a slow telephone.
const PATIENCE: Duration = Duration::from_secs(120);
/// A form of which less than a step arrives in this time has come to a halt.
const HALT: Duration = Duration::from_secs(30);
const STEP: u64 = 256 * 1024;

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

impl Uploaded {
    /// Reads the form of a request. No extractor: a handler calls it once it knows that the file may
    /// come.
    pub async fn read(
        app: &App,
        request: &HttpRequest,
        payload: web::Payload,
    ) -> Result<Self, actix_web::Error> {
        let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        let boundary = header(CONTENT_TYPE).and_then(|kind| multer::parse_boundary(kind).ok());
        let Some(boundary) = boundary else {
            return Err(ErrorUnsupportedMediaType("not a form with a file"));
        };
        let declared = header(CONTENT_LENGTH).and_then(|length| length.parse().ok());
        let said = Said { boundary, length: declared.unwrap_or(0), halt: HALT };
        let is_ours = |token: &str| auth::require_form_token(app, request, token);
        let body = tokio::time::timeout(PATIENCE, receive(payload, &said, is_ours))
            .await
            .map_err(|_| too_slow())??;
        parse(body, &said.boundary).await
    }
}

/// What the head of a request says of its form, and how long to wait for more of it.
struct Said {
    boundary: String,
    length: u64,
    halt: Duration,
}

/// What is kept of a body: all of it, or the two ends of one that is too large.
struct Body {
    start: Vec<u8>,
    end: Vec<u8>,
    is_cut: bool,
    most: usize,
    length: u64,
}

impl Body {
    fn of_length(declared: u64) -> Self {
        let is_large = declared > LARGEST_BODY as u64;
        let most = if is_large { EDGE } else { LARGEST_BODY };
        Self { start: Vec::new(), end: Vec::new(), is_cut: false, most, length: 0 }
    }

    fn add(&mut self, chunk: &[u8]) {
        self.length += chunk.len() as u64;
        let last = if self.is_cut { &mut self.end } else { &mut self.start };
        last.extend_from_slice(chunk);
        if !self.is_cut && self.start.len() > self.most {
            let from = EDGE.max(self.start.len() - EDGE);
            self.end = self.start[from..].to_vec();
            self.start.truncate(EDGE);
            self.start.shrink_to_fit();
            self.is_cut = true;
        }
        // Not at every chunk: each time the end is moved.
        if self.end.len() > 4 * EDGE {
            let surplus = self.end.len() - EDGE;
            self.end.drain(..surplus);
        }
    }

    fn head(&self) -> &[u8] {
        &self.start[..self.start.len().min(HEAD)]
    }

    /// A form still: where the middle is left out, that of the file.
    fn into_bytes(self) -> web::Bytes {
        let Self { mut start, end, .. } = self;
        start.extend_from_slice(&end);
        start.into()
    }
}

/// Takes in a body that begins as a form of ours does: with a part, and that with the token.
async fn receive<S>(
    mut payload: S,
    said: &Said,
    is_ours: impl Fn(&str) -> Result<()>,
) -> Result<Body, actix_web::Error>
where
    S: Stream<Item = Result<web::Bytes, PayloadError>> + Unpin,
{
    if said.length > LARGEST_READ {
        return Err(ErrorPayloadTooLarge("form too large"));
    }
    let mut body = Body::of_length(said.length);
    let (mut since, mut before, mut is_known) = (Stopwatch::now(), 0, false);
    loop {
        let rest = said.halt.saturating_sub(since.elapsed());
        let next = tokio::time::timeout(rest, payload.next()).await.map_err(|_| too_slow())?;
        let Some(chunk) = next else { break };
        body.add(&chunk.map_err(|_| unreadable())?);
        if body.length > LARGEST_READ {
            return Err(ErrorPayloadTooLarge("form too large"));
        }
        if body.length - before >= STEP {
            (since, before) = (Stopwatch::now(), body.length);
        }
        if !is_known && let Some(token) = first_token(body.head(), &said.boundary).await? {
            is_ours(&token)?;
            is_known = true;
        }
    }
    if is_known { Ok(body) } else { Err(unreadable().into()) }
}

/// The token, as soon as the first part is there; empty where that is another. None while it is yet
/// to come.
async fn first_token(head: &[u8], boundary: &str) -> Result<Option<String>> {
    let mark = format!("--{boundary}");
    let known = head.len().min(mark.len());
    if head[..known] != mark.as_bytes()[..known] {
        return Err(unreadable());
    }
    let token = async {
        let mut parts = parts_of(web::Bytes::copy_from_slice(head), boundary);
        let part = parts.next_field().await.ok()??;
        if part.name() != Some(auth::FORM_TOKEN) || part.file_name().is_some() {
            return Some(String::new());
        }
        part.text().await.ok()
    };
    match token.await {
        None if head.len() >= HEAD => Err(unreadable()),
        token => Ok(token),
    }
}

/// The parts of a body that is there: fed by and by, multer would look through all that it has at
/// each chunk, again and again, until a boundary or the end of a part's headers comes.
fn parts_of(body: web::Bytes, boundary: &str) -> Multipart<'static> {
    Multipart::new(once(ready(Ok::<_, Infallible>(body))), boundary)
}

async fn parse(body: Body, boundary: &str) -> Result<Uploaded, actix_web::Error> {
    let is_cut = body.is_cut;
    let mut parts = parts_of(body.into_bytes(), boundary);
    let (mut pairs, mut file) = (Vec::new(), File::Missing);
    let mut seen = BTreeSet::new();
    while let Some(part) = parts.next_field().await.map_err(|_| unreadable())? {
        let name = part.name().unwrap_or_default().to_owned();
        if !seen.insert(name.clone()) {
            return Err(Error::BadRequest("A field of the form comes twice.".into()).into());
        }
        if seen.len() > MOST_PARTS {
            let why = "The form has more fields than any form here.";
            return Err(Error::BadRequest(why.into()).into());
        }
        let is_file = part.file_name().is_some();
        let bytes = part.bytes().await.map_err(|_| unreadable())?;
        if !is_file {
            if bytes.len() > LONGEST_FIELD {
                return Err(ErrorPayloadTooLarge("field too large"));
            }
            let text = String::from_utf8(bytes.into());
            pairs.push((name, text.map_err(|_| unreadable())?));
        } else if is_cut || bytes.len() > LARGEST_FILE {
            file = File::TooLarge;
        } else if !bytes.is_empty() {
            file = File::Bytes(bytes.into());
        }
    }
    Ok(Uploaded { fields: Fields::of(pairs)?, file })
}

fn too_slow() -> actix_web::Error {
    ErrorRequestTimeout("form too slow")
}

fn unreadable() -> Error {
    Error::BadRequest("The form cannot be read, or did not arrive whole.".into())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use futures_util::stream::{iter, pending};

    use super::*;

    fn run<T>(work: impl Future<Output = T>) -> T {
        actix_web::rt::System::new().block_on(work)
    }

    fn said(length: u64) -> Said {
        Said { boundary: "x".to_owned(), length, halt: HALT }
    }

    /// Reads a body that comes in pieces of this size.
    fn posted(body: &[u8], piece: usize) -> Result<Uploaded, actix_web::Error> {
        run(async {
            let pieces = body.chunks(piece).map(|piece| Ok(web::Bytes::copy_from_slice(piece)));
            let body = receive(iter(pieces), &said(0), |_| Ok(())).await?;
            parse(body, "x").await
        })
    }

    /// The status with which a body is refused, and how many pieces of it were taken until then.
    fn refused(pieces: &[Vec<u8>], length: u64) -> (u16, usize) {
        let taken = Cell::new(0);
        let coming = pieces.iter().map(|piece| {
            taken.set(taken.get() + 1);
            Ok(web::Bytes::copy_from_slice(piece))
        });
        let is_ours = |token: &str| match token {
            "good" => Ok(()),
            _ => Err(Error::Forbidden("No.".into())),
        };
        let outcome = run(receive(iter(coming), &said(length), is_ours));
        let status =
            outcome.map_or_else(|why| why.as_response_error().status_code().as_u16(), |_| 200);
        (status, taken.get())
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

    #[test]
    fn of_a_form_that_is_far_too_large_the_fields_are_left() {
        for length in [LARGEST_BODY, 7 * 1024 * 1024, 20 * 1024 * 1024] {
            let content = vec![7; length];
            let file = part("name=\"photo\"; filename=\"a.png\"", &content);
            let before = part("name=\"form_token\"", b"good");
            let body = form(&[before, file, part("name=\"alt\"", b"a boat")]);
            let read = posted(&body, 65_536).unwrap();
            assert!(matches!(read.file, File::TooLarge), "{length}");
            assert_eq!(read.fields.value("form_token"), "good");
            assert_eq!(read.fields.value("alt"), "a boat");
        }
    }

    #[test]
    fn little_is_kept_of_a_body_that_is_too_large() {
        for (declared, most) in [(0, LARGEST_BODY), (7_000_000, EDGE)] {
            let mut body = Body::of_length(declared);
            let mut longest = 0;
            for _ in 0..400 {
                body.add(&[7; 65_536]);
                longest = longest.max(body.start.len() + body.end.len());
            }
            assert!(longest <= most + 5 * EDGE + 65_536, "{longest}");
            assert!(body.is_cut && body.into_bytes().len() <= 6 * EDGE);
        }
    }

    #[test]
    fn what_does_not_begin_as_a_form_is_not_read_on() {
        let junk = vec![vec![b'a'; 4096]; 1_000];
        let before_junk = |first: &[u8]| [vec![first.to_vec()], junk.clone()].concat();
        let token = |token: &[u8]| part("name=\"form_token\"", token);
        let (open, file) = (token(b""), part("name=\"photo\"; filename=\"a\"", b"a"));
        let cases: [(&[u8], (u16, usize), &str); 5] = [
            (b"aaa", (400, 1), "no boundary"),
            (b"--x\r\n", (400, 5), "headers without an end"),
            (&open[..open.len() - 2], (400, 5), "a token without an end"),
            (&[&token(b"bad")[..], b"--x"].concat(), (403, 1), "another token"),
            (&file, (403, 1), "a file before the token"),
        ];
        for (first, outcome, what) in cases {
            assert_eq!(refused(&before_junk(first), 0), outcome, "{what}");
        }
        let good = before_junk(&[&token(b"good")[..], b"--x"].concat());
        assert_eq!(refused(&good, 0), (200, 1_001));
        assert_eq!(refused(&good, LARGEST_READ + 1), (413, 0), "too large by what it says");
        let endless = [good, vec![vec![b'a'; 65_536]; 600]].concat();
        let (status, taken) = refused(&endless, 0);
        assert!(status == 413 && taken < endless.len(), "{status} {taken}");
    }

    #[test]
    fn a_form_that_comes_to_a_halt_is_given_up() {
        let came = iter([Ok(web::Bytes::from(part("name=\"form_token\"", b"good")))]);
        let said = Said { halt: Duration::from_millis(20), ..said(0) };
        let outcome = run(receive(came.chain(pending()), &said, |_| Ok(())));
        let status = outcome.map(drop).unwrap_err().as_response_error().status_code();
        assert_eq!(status.as_u16(), 408);
    }
}
