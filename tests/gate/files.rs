//! Files and compressed pages: the same bytes in every encoding, kept by browsers where they may
//! be, and no secret compressed next to what a stranger can choose.

use std::io::Read;
use std::path::Path;

use reqwest::Method;
use soundpost::mail::Kind;

use super::{Raw, ask, carries_the_headers, header};
use crate::support::{Site, link_in};

/// What browsers say they take, and what is chosen of it.
const ENCODINGS: [(&str, &str); 5] = [
    ("identity", ""),
    ("deflate, zstd", ""),
    ("gzip, deflate", "gzip"),
    ("gzip, deflate, br, zstd", "br"),
    ("br;q=0, gzip;q=0.5", "gzip"),
];

async fn get(site: &Site, path: &str, accepted: &str) -> Raw {
    ask(&site.base, Method::GET, path, &[("accept-encoding", accepted)], String::new()).await
}

/// The bytes behind an answer's encoding.
fn unpacked(answer: &Raw) -> Vec<u8> {
    let mut bytes = Vec::new();
    let packed = answer.body.as_slice();
    match header(&answer.headers, "content-encoding") {
        "" => bytes.extend_from_slice(packed),
        "gzip" => {
            flate2::read::GzDecoder::new(packed).read_to_end(&mut bytes).unwrap();
        }
        "br" => {
            brotli::Decompressor::new(packed, 4096).read_to_end(&mut bytes).unwrap();
        }
        other => panic!("nobody asked for {other}"),
    }
    bytes
}

/// The address that a page gives for a file.
fn address_of(name: &str, page: &str) -> String {
    let end = page.find(name).unwrap_or_else(|| panic!("{name} in {page}")) + name.len();
    let start = page[..end].rfind('"').unwrap() + 1;
    page[start..end].to_owned()
}

on_both! {
    async fn a_file_is_kept_for_ever_under_the_name_of_its_content(site: Site) {
        let home = site.get("/").await.text;
        for (name, kind, packs) in [
            ("app.css", "text/css; charset=utf-8", true),
            ("app.js", "text/javascript; charset=utf-8", true),
            ("icons/icon.svg", "image/svg+xml", true),
            ("fonts/sofia-sans-latin.woff2", "font/woff2", false),
        ] {
            let path = address_of(name, &home);
            assert!(path.starts_with("/static/") && path.ends_with(name), "{path}");
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("static");
            let file = std::fs::read(folder.join(name)).unwrap();
            for (accepted, chosen) in ENCODINGS {
                let seen = get(&site, &path, accepted).await;
                let what = format!("{name}, {accepted}");
                assert_eq!(seen.status, 200, "{what}");
                let chosen = if packs { chosen } else { "" };
                assert_eq!(header(&seen.headers, "content-encoding"), chosen, "{what}");
                assert!(unpacked(&seen) == file, "{what}: other bytes");
                assert!(chosen.is_empty() || seen.body.len() < file.len(), "{what}: no smaller");
                assert_eq!(header(&seen.headers, "content-type"), kind, "{what}");
                assert_eq!(header(&seen.headers, "vary"), "accept-encoding", "{what}");
                let kept = "public, max-age=31536000, immutable";
                assert_eq!(header(&seen.headers, "cache-control"), kept, "{what}");
                carries_the_headers(&seen.headers, &what);
            }
            // A page of an older release still finds the file, and keeps it no longer than that.
            let old = get(&site, &format!("/static/0123456789ab/{name}"), "identity").await;
            assert_eq!((old.status, header(&old.headers, "cache-control")), (200, "no-cache"));
            assert!(old.body == file);
        }
        for path in ["/static/x/none.css", "/static/x/", "/static/x/..%2f..%2fCargo.toml"] {
            assert_eq!(get(&site, path, "br").await.status, 404, "{path}");
        }
    }

    async fn a_public_page_says_the_same_in_every_encoding(site: Site) {
        site.list_night_ferry().await;
        for path in [
            "/", "/artists", "/artists/night-ferry", "/genres/ambient", "/how-it-works",
            "/legal/privacy", "/contact", "/sitemap.xml", "/artists/new.atom", "/robots.txt",
        ] {
            let plain = site.get(path).await;
            for (accepted, chosen) in ENCODINGS {
                let seen = get(&site, path, accepted).await;
                let what = format!("{path}, {accepted}");
                assert_eq!(header(&seen.headers, "content-encoding"), chosen, "{what}");
                assert!(unpacked(&seen) == plain.text.as_bytes(), "{what}: another text");
                assert_eq!(header(&seen.headers, "vary"), "accept-encoding", "{what}");
                assert_eq!(header(&seen.headers, "cache-control"), "no-cache", "{what}");
            }
        }
    }

    async fn a_page_with_a_secret_is_never_compressed_and_kept_by_nobody(site: Site) {
        site.list_night_ferry().await;
        let (promoter, artist) = site.sent_request().await;
        let confirm = link_in(&site.mail_of(Kind::ConfirmRequest).await, "/confirm/");
        let receipt = link_in(&site.mail_of(Kind::RequestSent).await, "/receipts/");
        for path in [
            "/artists/night-ferry/request", "/links/again", "/dev/mailbox", "/dev/mailbox.json",
            &promoter, &artist, &format!("{artist}/accept"), &confirm, &receipt,
            &receipt.replacen('?', ".json?", 1),
        ] {
            let seen = get(&site, path, "gzip, br").await;
            assert_eq!(seen.status, 200, "{path}");
            assert_eq!(header(&seen.headers, "content-encoding"), "", "{path}");
            assert_eq!(header(&seen.headers, "cache-control"), "no-store", "{path}");
        }
    }
}
