//! Pictures as cameras and programs write them, and the form that brings one.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

/// The kind of a form with a file.
pub const MULTIPART: &str = "multipart/form-data; boundary=----form-of-a-test";

/// What a camera notes beside its picture.
pub const CANARY: &str = "canary-59.4370N-24.7536E";

/// A form with a file, as a browser writes it.
pub fn multipart(fields: &[(&str, &str)], file: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!(
            "------form-of-a-test\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n\
             {value}\r\n"
        );
        body.extend_from_slice(part.as_bytes());
    }
    body.extend_from_slice(
        b"------form-of-a-test\r\nContent-Disposition: form-data; name=\"photo\"; \
          filename=\"canary-of-a-name.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n",
    );
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n------form-of-a-test--\r\n");
    body
}

/// The left half red, the right half blue.
pub fn halves(width: u32, height: u32) -> DynamicImage {
    let (red, blue) = (Rgb([200, 30, 30]), Rgb([30, 30, 200]));
    RgbImage::from_fn(width, height, |x, _| if x < width / 2 { red } else { blue }).into()
}

/// A picture as a file.
pub fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// A JPEG with the notes of a camera: how it was held, and where (EXIF, with a part for GPS).
pub fn with_exif(jpeg: &[u8], orientation: u16) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        let head = [tag.to_le_bytes(), kind.to_le_bytes()].concat();
        [head, count.to_le_bytes().to_vec(), value.to_le_bytes().to_vec()].concat()
    };
    // Two entries at 8, then one of the other part at 38, then the words at 56.
    let exif = [
        b"Exif\0\0II*\0\x08\0\0\0\x02\0".to_vec(),
        entry(0x0112, 3, 1, u32::from(orientation)),
        entry(0x8825, 4, 1, 38),
        b"\0\0\0\0\x01\0".to_vec(),
        entry(0x001b, 7, CANARY.len() as u32, 56),
        b"\0\0\0\0".to_vec(),
        CANARY.as_bytes().to_vec(),
    ]
    .concat();
    let length = (exif.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], b"\xff\xe1", &length, &exif, &jpeg[2..]].concat()
}

/// A PNG of a hundred bytes that says it is as large as this.
pub fn png_that_says(width: u32, height: u32) -> Vec<u8> {
    png_of(width, height, [8, 2])
}

/// The same with the bits of a channel, and the kind of its colours (2 without, 6 with alpha).
pub fn png_of(width: u32, height: u32, colours: [u8; 2]) -> Vec<u8> {
    let chunk = |name: &[u8; 4], content: &[u8]| {
        let body = [&name[..], content].concat();
        let mut sum = flate2::Crc::new();
        sum.update(&body);
        let length = (content.len() as u32).to_be_bytes();
        [&length[..], &body, &sum.sum().to_be_bytes()].concat()
    };
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    let head = chunk(b"IHDR", &[&size[..], &colours, &[0, 0, 0]].concat());
    let data = chunk(b"IDAT", b"\x78\x9c\x03\x00\x00\x00\x00\x01");
    [&b"\x89PNG\r\n\x1a\n"[..], &head, &data, &chunk(b"IEND", b"")].concat()
}

/// Whether these bytes stand somewhere in those.
pub fn has(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|window| window == words.as_bytes())
}
