//! Public pages that are kept as they were sent: rendered once, compressed once, found by their one
//! address, and by the version of what they were made from, so that one from before a change is never
//! found again. No page with a person or a secret in it comes here.

use std::sync::Arc;

use actix_http::Request;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, EntityTag, HeaderValue, VARY,
};
use actix_web::http::{Method, StatusCode};
use actix_web::web::Bytes;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use data_encoding::HEXLOWER;
use prometheus_client::metrics::counter::Counter;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use sha2::{Digest, Sha256};

use super::access::{self, For};
use super::compress::Encoding;
use super::page::{Text, has_kept, public_text};
use super::press::Press;
use crate::clock::Instant;
use crate::db::Db;
use crate::db::versions::Source;
use crate::error::{Error, Result};

/// Seconds of a day: figures expire and months begin at midnight UTC, and pages with them.
const A_DAY: i64 = 86_400;
/// What a page takes beside its bytes and its address, in bytes: its place in the table, its tag.
const BESIDE: usize = 256;
/// Bytes of a page as it is expected; the table grows where they are smaller.
const EXPECTED: usize = 8 * 1024;

/// Why there is no page to keep.
#[derive(Debug)]
pub enum Instead {
    /// There is none at this address, or it could not be made.
    Error(Error),
    /// Something else is answered, and asked for again next time.
    Answer(HttpResponse),
}

impl Instead {
    fn answer(self) -> Result<HttpResponse> {
        match self {
            Self::Error(error) => Err(error),
            Self::Answer(answer) => Ok(answer),
        }
    }
}

impl From<Error> for Instead {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// How a page is found.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    /// Its one address, with its parameters in their one order.
    url: String,
    encoding: Encoding,
    /// The version of what it was made from.
    version: i64,
    /// The day in UTC on which it is true.
    day: i64,
}

impl Key {
    fn new(url: String, encoding: Encoding, version: i64, now: Instant) -> Self {
        Self { url, encoding, version, day: now.seconds().div_euclid(A_DAY) }
    }
}

/// A page as it is sent.
#[derive(Debug)]
pub(super) struct Kept {
    /// The pattern of the route that made it.
    pub(super) route: &'static str,
    content_type: &'static str,
    encoding: Encoding,
    bytes: Bytes,
    /// The same for the same words, in every encoding: weak (RFC 9110, section 8.8.1).
    tag: EntityTag,
    /// The same as a header.
    tag_value: HeaderValue,
}

/// The bytes and no room for more: what is kept takes what is counted.
fn exactly(bytes: Vec<u8>) -> Bytes {
    Bytes::from(bytes.into_boxed_slice())
}

/// Counts what a page takes: a quarter more than its bytes, which is what the allocator leaves between
/// them by its sizes and by what was dropped (measured: 1.3 MiB of memory for each MiB of pages).
#[derive(Debug, Clone)]
struct Bytewise;

impl Weighter<Key, Arc<Kept>> for Bytewise {
    fn weight(&self, key: &Key, kept: &Arc<Kept>) -> u64 {
        (BESIDE + key.url.len() + kept.bytes.len() * 5 / 4) as u64
    }
}

/// Where pages are kept, and who compresses them.
#[derive(Debug)]
struct Shelf {
    pages: Cache<Key, Arc<Kept>, Bytewise>,
    press: Press,
}

/// The pages that are kept.
#[derive(Debug)]
pub struct PageCache {
    kept: Option<Shelf>,
    hits: Counter,
    makes: Counter,
}

impl PageCache {
    /// Keeps pages of so many bytes together; of none, where that is 0.
    pub fn new(bytes: u64) -> Result<Self> {
        let expected = usize::try_from(bytes).unwrap_or(usize::MAX) / EXPECTED;
        let kept = match bytes {
            0 => None,
            _ => Some(Shelf {
                pages: Cache::with_weighter(expected, bytes, Bytewise),
                press: Press::start()?,
            }),
        };
        Ok(Self { kept, hits: Counter::default(), makes: Counter::default() })
    }

    /// How many answers were there already.
    pub fn hits(&self) -> &Counter {
        &self.hits
    }

    /// How many pages were made.
    pub fn makes(&self) -> &Counter {
        &self.makes
    }

    /// The page that is asked for, if it is kept under the very address of the request.
    pub(super) fn at_hand(&self, db: &Db, request: &Request) -> Option<Arc<Kept>> {
        let shelf = self.kept.as_ref()?;
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return None;
        }
        let url = request.uri().path_and_query()?.as_str();
        let version = db.version(source_of(url))?;
        shelf.pages.get(&Key::new(url.to_owned(), Encoding::wanted(request), version, db.now()))
    }

    /// Answers with the page whose one address is `url`, which is made by `make` if it is not kept. Of
    /// several who ask for it at once, one makes it.
    pub async fn answer(
        &self,
        db: &Db,
        request: &HttpRequest,
        url: String,
        make: impl Future<Output = Result<Text, Instead>>,
    ) -> Result<HttpResponse> {
        let Some(shelf) = &self.kept else { return self.answer_anew(request, make).await };
        // What is kept is answered before anybody looks who asks.
        let row = request.match_pattern().and_then(|pattern| access::row(&pattern));
        let row = row.filter(|row| row.get == Some(For::Everybody));
        let (Some(row), Some(version)) = (row, version(db, source_of(&url)).await?) else {
            return self.answer_anew(request, make).await;
        };
        let make = async {
            self.makes.inc();
            make.await
        };
        let key = Key::new(url, Encoding::wanted(request), version, db.now());
        if let Some(kept) = shelf.pages.get(&key) {
            self.hits.inc();
            return Ok(kept.answer(request));
        }
        match shelf.find(key, row.pattern, make).await {
            Ok(kept) => Ok(kept.answer(request)),
            Err(instead) => instead.answer(),
        }
    }

    /// Answers with a page that is made for this request alone, and not kept.
    pub async fn answer_anew(
        &self,
        request: &HttpRequest,
        make: impl Future<Output = Result<Text, Instead>>,
    ) -> Result<HttpResponse> {
        self.makes.inc();
        match make.await {
            Ok(text) => public_text(request, text),
            Err(instead) => instead.answer(),
        }
    }
}

impl Shelf {
    /// The page with this key; of several who ask for it at once, one makes it.
    async fn find(
        &self,
        key: Key,
        route: &'static str,
        make: impl Future<Output = Result<Text, Instead>>,
    ) -> Result<Arc<Kept>, Instead> {
        let made = async { Ok(Arc::new(Kept::of(route, make.await?))) };
        let encoding = key.encoding;
        if encoding == Encoding::Identity {
            return self.pages.get_or_insert_async(&key, made).await;
        }
        let plain = Key { encoding: Encoding::Identity, ..key.clone() };
        let packed = async {
            let plain = self.pages.get_or_insert_async(&plain, made).await?;
            let packed = self.press.compress(encoding, plain.bytes.clone()).await?;
            Ok(Arc::new(plain.packed(encoding, packed)))
        };
        self.pages.get_or_insert_async(&key, packed).await
    }
}

/// What the page at an address is made from: a profile from its act, every other from all acts.
fn source_of(url: &str) -> Source {
    match url.strip_prefix("/artists/") {
        None | Some("new.atom") => Source::LISTS,
        Some(slug) => Source::profile(slug),
    }
}

/// The version of what a page is made from. Where it was not read for too long (nobody does it beside
/// the server, or the database did not answer), it is read now.
async fn version(db: &Db, source: Source) -> Result<Option<i64>> {
    if let Some(version) = db.version(source) {
        return Ok(Some(version));
    }
    db.read_versions().await?;
    Ok(db.version(source))
}

impl Kept {
    fn of(route: &'static str, text: Text) -> Self {
        let hash = HEXLOWER.encode(&Sha256::digest(text.body.as_bytes())[..12]);
        let tag_value = HeaderValue::from_str(&format!("W/\"{hash}\""));
        Self {
            route,
            content_type: text.content_type,
            encoding: Encoding::Identity,
            bytes: exactly(text.body.into_bytes()),
            tag: EntityTag::new_weak(hash),
            // Hexadecimal digits in quotes are a value; were they none, an empty tag matches nothing.
            tag_value: tag_value.unwrap_or(HeaderValue::from_static("W/\"\"")),
        }
    }

    /// The same in another encoding.
    fn packed(&self, encoding: Encoding, bytes: Vec<u8>) -> Self {
        Self {
            route: self.route,
            content_type: self.content_type,
            encoding,
            bytes: exactly(bytes),
            tag: self.tag.clone(),
            tag_value: self.tag_value.clone(),
        }
    }

    /// As an answer to who asks: the page, or that it is the one that the reader has.
    pub(super) fn answer(&self, request: &impl HttpMessage) -> HttpResponse {
        let mut answer = HttpResponse::Ok();
        answer.insert_header((CACHE_CONTROL, HeaderValue::from_static("no-cache")));
        answer.insert_header((ETAG, self.tag_value.clone()));
        answer.insert_header((VARY, HeaderValue::from_static("accept-encoding")));
        if has_kept(request, &self.tag) {
            return answer.status(StatusCode::NOT_MODIFIED).finish();
        }
        answer.insert_header((CONTENT_TYPE, HeaderValue::from_static(self.content_type)));
        if let Some(name) = self.encoding.name() {
            answer.insert_header((CONTENT_ENCODING, HeaderValue::from_static(name)));
        }
        answer.body(self.bytes.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_its_page_is_made_from() {
        for lists in [
            "/",
            "/artists",
            "/artists?genre=dub",
            "/artists/new.atom",
            "/genres/dub",
            "/genres/dub?after=7.1",
            "/sitemap.xml",
            "/sitemap-1.xml",
        ] {
            assert_eq!(source_of(lists), Source::LISTS, "{lists}");
        }
        for slug in ["night-ferry", "new-atom", "8-ball", "Night.Ferry"] {
            assert_eq!(source_of(&format!("/artists/{slug}")), Source::profile(slug), "{slug}");
        }
    }
}
