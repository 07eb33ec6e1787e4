//! From the file that somebody sends to the prints that are kept: opened within limits, turned
//! upright, made smaller, encoded anew. Of the file itself, its name, its place, its camera, nothing
//! is left.

use std::io::Cursor;

use image::codecs::{jpeg::JpegDecoder, png::PngDecoder, webp::WebPDecoder};
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, Limits};
use sha2::{Digest, Sha256};

use super::photo::{Print, Size, WIDTHS};
use super::photo_container;
use crate::error::{Error, Result};
use crate::numbers::grouped;

/// Pixels of an original.
const MOST_PIXELS: u64 = 40_000_000;
/// Bytes of its pixels once it is open: four channels of 8 bits.
const MOST_BYTES: u64 = 4 * MOST_PIXELS;
/// What a decoder may take for itself beside them, where it lets itself be told.
const MOST_BESIDE: u64 = 64 * 1024 * 1024;
/// How many times one side may be the other.
const MOST_TIMES: u32 = 5;
/// Pixels of the largest print, downwards: pages show the middle of what is tall.
const TALLEST: u32 = 2_560;
/// Of a hundred.
const QUALITY: f32 = 80.0;

/// The field at which it is said what is wrong with a picture.
const FIELD: &str = "photo";
const OTHER_FORMAT: &str =
    "This file is no JPEG, PNG or WebP picture. Save it as one of these three and choose it again";
const UNREADABLE: &str = "This picture is damaged, cut off or written in a way that is not read \
    here. Save it anew as JPEG or PNG and choose it again";
const MOVING: &str = "This picture moves. Save one that stands still and choose it again";
const SMALLER: &str = "Save a smaller copy, such as 2,000 pixels wide, and choose that one";

/// Opens an original and makes a print of it in each width, the smallest first. What is wrong with it
/// is said at its field.
pub fn develop(original: &[u8]) -> Result<Vec<Print>> {
    let (picture, orientation) = open(original)?;
    let largest = shrink(picture, orientation);
    let smaller = WIDTHS.into_iter().filter(|width| *width < largest.width());
    let mut prints = Vec::new();
    for width in smaller {
        let height = height_at(width, &largest);
        prints.push(print(&largest.resize_exact(width, height, FilterType::Lanczos3))?);
    }
    prints.push(print(&largest)?);
    Ok(prints)
}

/// Opens what is one of the three formats by its own first bytes.
pub(super) fn open(original: &[u8]) -> Result<(DynamicImage, Orientation)> {
    match image::guess_format(original) {
        Ok(ImageFormat::Jpeg) => {
            let picture = photo_container::jpeg(original).ok_or_else(unreadable)?;
            decode(JpegDecoder::new(Cursor::new(picture)).map_err(refused)?)
        }
        Ok(ImageFormat::Png) => {
            let mut limits = Limits::no_limits();
            limits.max_alloc = Some(MOST_BESIDE);
            decode(PngDecoder::with_limits(Cursor::new(original), limits).map_err(refused)?)
        }
        Ok(ImageFormat::WebP) => {
            let picture = photo_container::webp(original).ok_or_else(unreadable)?;
            let decoder = WebPDecoder::new(Cursor::new(picture)).map_err(refused)?;
            if decoder.has_animation() {
                return Err(Error::field(FIELD, MOVING));
            }
            decode(decoder)
        }
        _ => Err(Error::field(FIELD, OTHER_FORMAT)),
    }
}

/// Decodes what is not too large by its header.
fn decode(mut decoder: impl ImageDecoder) -> Result<(DynamicImage, Orientation)> {
    let (width, height) = decoder.dimensions();
    let size = format!("{} × {}", grouped(i64::from(width)), grouped(i64::from(height)));
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        let why = format!("This picture has {size} pixels; 40 million are the most. {SMALLER}");
        return Err(Error::field(FIELD, why));
    }
    if u64::from(width.max(height)) > u64::from(MOST_TIMES) * u64::from(width.min(height)) {
        let why = format!(
            "This picture has {size} pixels; no side may be more than five times the other. Cut a \
             part out of it and choose that one"
        );
        return Err(Error::field(FIELD, why));
    }
    if decoder.total_bytes() > MOST_BYTES {
        let why = format!("This picture has too many colours for its {size} pixels. {SMALLER}");
        return Err(Error::field(FIELD, why));
    }
    // How it was held is not worth a refusal.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Ok((DynamicImage::from_decoder(decoder).map_err(refused)?, orientation))
}

fn refused(error: ImageError) -> Error {
    match error {
        ImageError::Limits(_) => {
            Error::field(FIELD, format!("This picture is too large to be opened. {SMALLER}"))
        }
        _ => unreadable(),
    }
}

/// What is said of a picture that no decoder makes sense of.
pub fn unreadable() -> Error {
    Error::field(FIELD, UNREADABLE)
}

/// The picture upright, in the largest width and in 8 bits. It is turned once it is small: a turned
/// copy of the original would need the room of the original again.
fn shrink(picture: DynamicImage, orientation: Orientation) -> DynamicImage {
    let lies = matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    );
    let (width, height) = (picture.width(), picture.height());
    let upright = if lies { (height, width) } else { (width, height) };
    let across = widest(upright);
    let down = scaled(across, upright);
    let (width, height) = if lies { (down, across) } else { (across, down) };
    let picture = in_8_bits(nearly(picture, width, height));
    let mut small = picture.resize_exact(width, height, FilterType::Lanczos3);
    drop(picture);
    small.apply_orientation(orientation);
    small
}

/// The width of the largest print of a picture.
fn widest((width, height): (u32, u32)) -> u32 {
    let [.., widest] = WIDTHS;
    let in_height = u64::from(TALLEST) * u64::from(width) / u64::from(height.max(1));
    width.min(widest).min(u32::try_from(in_height).unwrap_or(u32::MAX)).max(1)
}

/// The picture in twice the size that is wanted, where it is larger. The fine filter works on a copy
/// in numbers of 32 bits; this one works on the pixels as they are.
fn nearly(picture: DynamicImage, width: u32, height: u32) -> DynamicImage {
    let (width, height) = (width.saturating_mul(2), height.saturating_mul(2));
    if picture.width() <= width || picture.height() <= height {
        return picture;
    }
    picture.thumbnail_exact(width, height)
}

fn in_8_bits(picture: DynamicImage) -> DynamicImage {
    if picture.has_alpha() { picture.into_rgba8().into() } else { picture.into_rgb8().into() }
}

/// The height that goes with a width.
fn scaled(across: u32, (width, height): (u32, u32)) -> u32 {
    let (across, width, height) = (u64::from(across), u64::from(width), u64::from(height));
    let down = (across * height + width / 2) / width.max(1);
    u32::try_from(down).unwrap_or(u32::MAX).max(1)
}

fn height_at(width: u32, picture: &DynamicImage) -> u32 {
    scaled(width, (picture.width(), picture.height()))
}

fn print(picture: &DynamicImage) -> Result<Print> {
    let (width, height) = (picture.width(), picture.height());
    let pixels = picture.as_bytes();
    let encoder = match picture.has_alpha() {
        true => webp::Encoder::from_rgba(pixels, width, height),
        false => webp::Encoder::from_rgb(pixels, width, height),
    };
    let bytes = encoder
        .encode_simple(false, QUALITY)
        .map_err(|error| Error::unexpected(format!("a photo could not be encoded: {error:?}")))?
        .to_vec();
    let sha256 = data_encoding::HEXLOWER.encode(&Sha256::digest(&bytes));
    Ok(Print { size: Size { width, height, sha256 }, bytes: Some(bytes) })
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage, Rgba, RgbaImage};

    use super::*;

    const RED: Rgb<u8> = Rgb([200, 30, 30]);
    const BLUE: Rgb<u8> = Rgb([30, 30, 200]);

    /// The left half red, the right half blue.
    fn picture(width: u32, height: u32) -> DynamicImage {
        RgbImage::from_fn(width, height, |x, _| if x < width / 2 { RED } else { BLUE }).into()
    }

    fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        picture.write_to(&mut file, format).unwrap();
        file.into_inner()
    }

    fn sizes(prints: &[Print]) -> Vec<(u32, u32)> {
        prints.iter().map(|print| (print.size.width, print.size.height)).collect()
    }

    fn seen(print: &Print) -> DynamicImage {
        let bytes = print.bytes.as_deref().unwrap();
        image::load_from_memory_with_format(bytes, ImageFormat::WebP).unwrap()
    }

    fn why(original: &[u8]) -> String {
        match develop(original) {
            Err(Error::Invalid(errors)) => errors.into_iter().map(|(_, why)| why).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_print_is_made_in_each_width_that_the_original_has() {
        for (original, expected) in [
            ((2_000, 1_000), vec![(320, 160), (640, 320), (1_280, 640)]),
            ((1_280, 256), vec![(320, 64), (640, 128), (1_280, 256)]),
            ((1_000, 5_000), vec![(320, 1_600), (512, 2_560)]),
            ((4_000, 1_000), vec![(320, 80), (640, 160), (1_280, 320)]),
            ((640, 900), vec![(320, 450), (640, 900)]),
            ((321, 321), vec![(320, 320), (321, 321)]),
            ((200, 100), vec![(200, 100)]),
            ((1, 1), vec![(1, 1)]),
        ] {
            // How large it is shows in every format alike; the large ones take long.
            let all = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP];
            let formats = if original.0 * original.1 > 1_000_000 { &all[..1] } else { &all[..] };
            for format in formats.iter().copied() {
                let prints = develop(&file(&picture(original.0, original.1), format)).unwrap();
                assert_eq!(sizes(&prints), expected, "{original:?} {format:?}");
                for print in &prints {
                    let seen = seen(print);
                    assert_eq!(
                        (seen.width(), seen.height()),
                        (print.size.width, print.size.height)
                    );
                    assert!(crate::artists::photo::is_name(&print.size.sha256));
                }
            }
        }
    }

    #[test]
    fn what_is_transparent_stays_so() {
        let half = RgbaImage::from_fn(400, 400, |x, _| {
            if x < 200 { Rgba([200, 30, 30, 255]) } else { Rgba([0, 0, 0, 0]) }
        });
        let prints = develop(&file(&half.into(), ImageFormat::Png)).unwrap();
        let seen = seen(&prints[0]).into_rgba8();
        assert_eq!((seen.get_pixel(20, 20)[3], seen.get_pixel(300, 20)[3]), (255, 0));
    }

    #[test]
    fn sixteen_bits_and_grey_are_read_as_well() {
        for picture in [
            DynamicImage::ImageRgb16(picture(400, 200).into_rgb16()),
            DynamicImage::ImageLuma8(picture(400, 200).into_luma8()),
            DynamicImage::ImageLumaA8(picture(400, 200).into_luma_alpha8()),
        ] {
            let prints = develop(&file(&picture, ImageFormat::Png)).unwrap();
            assert_eq!(sizes(&prints), [(320, 160), (400, 200)]);
        }
    }

    #[test]
    fn what_is_much_too_large_is_made_smaller_roughly_before_it_is_made_finely() {
        let large = DynamicImage::ImageRgb16(picture(3_000, 1_500).into_rgb16());
        let rough = nearly(large, 1_280, 640);
        assert_eq!((rough.width(), rough.height()), (2_560, 1_280));
        let fine = shrink(rough, Orientation::Rotate90);
        assert_eq!((fine.width(), fine.height()), (1_280, 2_560));
        let fine = fine.into_rgb8();
        assert_eq!((fine.get_pixel(600, 20), fine.get_pixel(600, 2_540)), (&RED, &BLUE));
        let small = nearly(picture(2_000, 1_000), 1_280, 640);
        assert_eq!((small.width(), small.height()), (2_000, 1_000));
    }

    #[test]
    fn a_strip_is_refused_however_small_it_is() {
        for (width, height) in [(101, 20), (20, 101), (6, 1)] {
            let why = why(&file(&picture(width, height), ImageFormat::Png));
            assert!(why.contains("more than five times the other"), "{why}");
        }
        assert!(develop(&file(&picture(100, 20), ImageFormat::Png)).is_ok());
    }

    #[test]
    fn what_is_no_picture_of_the_three_formats_is_refused() {
        for other in [
            &b""[..],
            b"Not a picture.",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
            b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
            b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf",
            b"%PDF-1.7",
            b"PK\x03\x04",
        ] {
            assert_eq!(why(other), OTHER_FORMAT, "{other:?}");
        }
        for broken in [&b"\xff\xd8\xff\xe0"[..], b"\x89PNG\r\n\x1a\n", b"RIFF\x04\x00\x00\x00WEBP"]
        {
            assert_eq!(why(broken), UNREADABLE, "{broken:?}");
        }
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let whole = file(&picture(400, 300), format);
            assert_eq!(why(&whole[..whole.len() / 2]), UNREADABLE, "{format:?}");
        }
    }
}
