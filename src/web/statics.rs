//! The files under `static/`, built into the program, compressed once, named by their content so
//! that a browser may keep them for ever.

use std::collections::HashMap;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use actix_web::{HttpRequest, HttpResponse, web};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::compress::{self, Encoding};
use crate::app::App;
use crate::error::{Error, Result};

#[derive(RustEmbed)]
#[folder = "static"]
struct Files;

struct Asset {
    content_type: &'static str,
    identity: Vec<u8>,
    gzip: Option<Vec<u8>>,
    brotli: Option<Vec<u8>>,
}

/// Every file, ready to be sent.
pub struct Assets {
    hash: String,
    files: HashMap<String, Asset>,
}

impl Assets {
    /// Reads and compresses them all: some 200 KB.
    pub fn new() -> Self {
        let mut names: Vec<String> = Files::iter().map(|name| name.into_owned()).collect();
        names.sort_unstable();
        let mut hash = Sha256::new();
        let mut files = HashMap::new();
        for name in names {
            let Some(file) = Files::get(&name) else { continue };
            hash.update(name.as_bytes());
            hash.update(&file.data);
            let content_type = content_type(&name);
            let is_text = content_type.starts_with("text/") || content_type.contains("svg");
            let packed =
                |encoding| is_text.then(|| compress::once(encoding, &file.data).ok()).flatten();
            let asset = Asset {
                content_type,
                gzip: packed(Encoding::Gzip),
                brotli: packed(Encoding::Brotli),
                identity: file.data.into_owned(),
            };
            files.insert(name, asset);
        }
        let hash = data_encoding::HEXLOWER.encode(&hash.finalize()[..6]);
        Self { hash, files }
    }

    /// The address of a file.
    pub fn url(&self, name: &str) -> String {
        format!("/static/{}/{name}", self.hash)
    }
}

impl Default for Assets {
    fn default() -> Self {
        Self::new()
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// `/static/{hash}/{path}`
pub async fn serve(
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse> {
    let (hash, name) = path.into_inner();
    let asset = app.assets.files.get(&name).ok_or(Error::NotFound)?;
    let mut answer = HttpResponse::Ok();
    let kept =
        if hash == app.assets.hash { "public, max-age=31536000, immutable" } else { "no-cache" };
    answer.insert_header((CACHE_CONTROL, kept));
    answer.insert_header((CONTENT_TYPE, asset.content_type));
    answer.insert_header((VARY, "accept-encoding"));
    let (encoding, body) = match Encoding::wanted(&request) {
        Encoding::Brotli if asset.brotli.is_some() => (Encoding::Brotli, asset.brotli.as_ref()),
        Encoding::Identity => (Encoding::Identity, None),
        _ if asset.gzip.is_some() => (Encoding::Gzip, asset.gzip.as_ref()),
        _ => (Encoding::Identity, None),
    };
    if let Some(name) = encoding.name() {
        answer.insert_header((CONTENT_ENCODING, name));
    }
    Ok(answer.body(body.unwrap_or(&asset.identity).clone()))
}

/// `/favicon.ico`: browsers ask for it whatever the page says.
pub async fn favicon(app: web::Data<App>) -> HttpResponse {
    HttpResponse::MovedPermanently()
        .insert_header(("location", app.assets.url("icons/icon.svg")))
        .finish()
}
