//! What a picture's file is made of, looked at before anything is decoded: whether it is whole, and
//! where it ends. A decoder fills up what is missing and believes what a part says of its own size.

/// A photograph that is shown step by step has ten of these or so. Each costs a walk over all its
/// pixels, also when it is a few bytes long.
const MOST_SCANS: usize = 100;

/// The picture at the beginning of a JPEG file, up to its end; what may stand behind it (a short
/// film, another archive) is left out. None when it is cut off.
pub fn jpeg(file: &[u8]) -> Option<&[u8]> {
    let (mut at, mut scans) = (2, 0);
    loop {
        let marker = loop {
            at += file.get(at..)?.iter().position(|byte| *byte == 0xff)? + 1;
            match *file.get(at)? {
                // Another that fills up: the marker comes behind it.
                0xff => {}
                // A scan's own 0xff, or a place where reading it can start again.
                0x00 | 0x01 | 0xd0..=0xd8 => at += 1,
                marker => break marker,
            }
        };
        at += 1;
        match marker {
            0xd9 => return if scans > 0 { file.get(..at) } else { None },
            0xda => scans += 1,
            _ => {}
        }
        if scans > MOST_SCANS {
            return None;
        }
        // The length counts itself; an embedded small picture, with an end of its own, is inside.
        let length = u16::from_be_bytes([*file.get(at)?, *file.get(at + 1)?]);
        at += usize::from(length).max(2);
    }
}

/// The picture in a WebP file. None when it is cut off, or when a part of it is larger than the
/// whole.
pub fn webp(file: &[u8]) -> Option<&[u8]> {
    let whole = file.get(..8 + number(file, 4, 4)?)?;
    let canvas = match whole.get(12..16)? {
        b"VP8X" => Some((number(whole, 24, 3)? + 1, number(whole, 27, 3)? + 1)),
        _ => None,
    };
    let mut at = 12;
    while at + 8 <= whole.len() {
        let size = number(whole, at + 4, 4)?;
        let part = whole.get(at + 8..at + 8 + size)?;
        if let (Some(canvas), b"VP8 ") = (canvas, whole.get(at..at + 4)?) {
            // The decoder makes room for what the frame says before it compares.
            let frame = (number(part, 6, 2)? & 0x3fff, number(part, 8, 2)? & 0x3fff);
            if frame != canvas {
                return None;
            }
        }
        // Parts begin at even places.
        at += 8 + size + size % 2;
    }
    Some(whole)
}

/// The number in so many bytes, the lowest first.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let bytes = bytes.get(at..at + length)?;
    Some(bytes.iter().rev().fold(0, |number, byte| (number << 8) | usize::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Start, a part with a small picture inside, a scan with all that may stand in one, the end.
    fn sample() -> Vec<u8> {
        let thumbnail = b"\xff\xe1\x00\x08\xff\xd8\xff\xd9\xff\xff";
        let scan = b"\xff\xda\x00\x04ab\x12\xff\x00\x34\xff\xd3\x56";
        [&b"\xff\xd8"[..], thumbnail, b"\xff\xff", &scan[1..], b"\xff\xd9"].concat()
    }

    #[test]
    fn a_jpeg_ends_where_it_says_and_not_before() {
        let whole = sample();
        assert_eq!(jpeg(&whole), Some(&whole[..]));
        let longer = [&whole[..], b"PK\x03\x04\xff\xd9"].concat();
        assert_eq!(jpeg(&longer), Some(&whole[..]));
        for length in 2..whole.len() {
            assert_eq!(jpeg(&whole[..length]), None, "{length}");
        }
        assert_eq!(jpeg(b"\xff\xd8\xff\xd9"), None, "no picture at all");
    }

    #[test]
    fn a_jpeg_of_a_thousand_scans_is_none() {
        let scans = b"\xff\xda\x00\x02".repeat(1_000);
        assert_eq!(jpeg(&[&b"\xff\xd8"[..], &scans, b"\xff\xd9"].concat()), None);
    }

    fn riff(parts: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut body = b"WEBP".to_vec();
        for (name, content) in parts {
            body.extend_from_slice(*name);
            body.extend_from_slice(&(content.len() as u32).to_le_bytes());
            body.extend_from_slice(content);
            body.resize(body.len().next_multiple_of(2), 0);
        }
        [&b"RIFF"[..], &(body.len() as u32).to_le_bytes(), &body].concat()
    }

    #[test]
    fn a_webp_is_whole_and_its_frame_is_as_large_as_it_says() {
        let canvas = |side: u8| [0, 0, 0, 0, side - 1, 0, 0, side - 1, 0, 0];
        let frame = b"\x00\x00\x00\x9d\x01\x2a\x0a\x00\x0a\x00...";
        let good = riff(&[(b"VP8X", &canvas(10)), (b"VP8 ", frame), (b"EXIF", b"abc")]);
        assert_eq!(webp(&good), Some(&good[..]));
        assert_eq!(webp(&[&good[..], b"PK"].concat()), Some(&good[..]));
        for length in 0..good.len() {
            assert_eq!(webp(&good[..length]), None, "{length}");
        }
        let other = riff(&[(b"VP8X", &canvas(11)), (b"VP8 ", frame)]);
        assert_eq!(webp(&other), None, "the frame is another");
        let mut lying = good.clone();
        let at = lying.len() - 8;
        lying[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(webp(&lying), None, "a part is larger than the file");
    }
}
