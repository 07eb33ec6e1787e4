//! Compression, for the two encodings that browsers ask for.

use std::io::Write;

use actix_web::HttpMessage;
use actix_web::http::header::ACCEPT_ENCODING;

use crate::error::Result;

/// How a body is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// As it is.
    Identity,
    /// gzip (RFC 1952).
    Gzip,
    /// Brotli (RFC 7932).
    Brotli,
}

impl Encoding {
    /// The best that the browser takes.
    pub fn wanted(request: &impl HttpMessage) -> Self {
        let accepted = request
            .headers()
            .get(ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        Self::best_of(accepted)
    }

    /// The same of what stands in the header (RFC 9110, section 12.5.3).
    fn best_of(accepted: &str) -> Self {
        let refuses = |parameter: &str| {
            let weight =
                parameter.split_once('=').filter(|(q, _)| q.trim().eq_ignore_ascii_case("q"));
            weight.is_some_and(|(_, weight)| weight.trim().parse::<f32>() == Ok(0.0))
        };
        let takes = |name: &str| {
            accepted.split(',').any(|offer| {
                let mut parts = offer.split(';');
                let offered = parts.next().unwrap_or_default().trim();
                offered.eq_ignore_ascii_case(name) && !parts.any(refuses)
            })
        };
        if takes("br") {
            Self::Brotli
        } else if takes("gzip") {
            Self::Gzip
        } else {
            Self::Identity
        }
    }

    /// As `Content-Encoding` says it; nothing for identity.
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
        }
    }
}

/// Compresses while somebody waits.
pub fn now(encoding: Encoding, bytes: Vec<u8>) -> Result<Vec<u8>> {
    match encoding {
        Encoding::Identity => Ok(bytes),
        encoding => compress(encoding, &bytes, 4),
    }
}

/// Compresses what is kept. Brotli's level 9 makes a list page 0.6 % smaller than its level 6, for eight
/// times the time and a table of 32 MiB each time, which the allocator then keeps for a while.
pub fn once(encoding: Encoding, bytes: &[u8]) -> Result<Vec<u8>> {
    let quality = if encoding == Encoding::Brotli { 6 } else { 9 };
    compress(encoding, bytes, quality)
}

/// How far back Brotli looks for what it has seen: 2 to this power bytes, more than a page has.
const BROTLI_WINDOW: u32 = 18;

fn compress(encoding: Encoding, bytes: &[u8], quality: u32) -> Result<Vec<u8>> {
    let written = match encoding {
        Encoding::Identity => Ok(bytes.to_vec()),
        Encoding::Gzip => {
            let level = flate2::Compression::new(quality);
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
            encoder.write_all(bytes).and_then(|()| encoder.finish())
        }
        Encoding::Brotli => {
            let mut out = Vec::new();
            let mut encoder = brotli::CompressorWriter::new(&mut out, 4096, quality, BROTLI_WINDOW);
            encoder
                .write_all(bytes)
                .and_then(|()| encoder.flush())
                .map(|()| drop(encoder))
                .map(|()| out)
        }
    };
    written.map_err(|error| crate::error::Error::Unexpected(error.into()))
}

#[cfg(test)]
mod tests {
    use super::Encoding;

    #[test]
    fn nobody_is_sent_what_they_refuse() {
        for (accepted, best) in [
            ("", Encoding::Identity),
            ("gzip, deflate, br", Encoding::Brotli),
            ("GZIP", Encoding::Gzip),
            ("br;q=0, gzip;q=0.5", Encoding::Gzip),
            ("br; q=0.000 , gzip ; Q = 0.0", Encoding::Identity),
            ("br;q=0.1", Encoding::Brotli),
            ("zstd", Encoding::Identity),
        ] {
            assert_eq!(Encoding::best_of(accepted), best, "{accepted}");
        }
    }
}
